"""Addresses of pools and of their members."""

from django.urls import path

from pools.views import pools

urlpatterns = [
    path("pools/", pools.pools, name="pools"),
    path("pools/new/", pools.pool_new, name="pool_new"),
    path("pools/<int:pk>/change/", pools.pool_edit, name="pool_edit"),
]
