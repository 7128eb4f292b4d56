"""Addresses of pools and of their members."""

from django.urls import path

from pools.views import acts, pool, pools, side

urlpatterns = [
    path("pools/", pools.pools, name="pools"),
    path("pools/new/", pools.pool_new, name="pool_new"),
    path("pools/<int:pk>/", pool.pool, name="pool"),
    path("pools/<int:pk>/change/", pools.pool_edit, name="pool_edit"),
    path("pools/<int:pk>/close/", pool.pool_close, name="pool_close"),
    path("pools/<int:pk>/side/", side.pool_side, name="pool_side"),
    path("pools/<int:pk>/eligible/", side.pool_eligible, name="pool_eligible"),
    path("pools/<int:pk>/propose/", pool.pool_propose, name="pool_propose"),
    path("pools/<int:pk>/demand/", pool.pool_demand, name="pool_demand"),
    path("pools/<int:pk>/demand/<int:position_pk>/", pool.pool_demand_override, name="pool_demand_override"),
    path("pools/<int:pk>/posts/", pool.pool_serve, name="pool_serve"),
    path("pools/<int:pk>/posts/<int:position_pk>/stop/", pool.pool_stop_serving, name="pool_stop_serving"),
    path("pools/<int:pk>/recompute/", pool.pool_recompute, name="pool_recompute"),
    path("pools/<int:pk>/recompute/<int:job_pk>/", pool.pool_recompute_progress, name="pool_recompute_progress"),
    path("pools/<int:pk>/members/<slug:act>/", acts.members_act, name="members_act"),
    path("memberships/<int:pk>/<slug:act>/", acts.membership_act, name="membership_act"),
    path("memberships/<int:pk>/names/<int:name_pk>/readiness/", acts.name_readiness, name="name_readiness"),
    path("memberships/<int:pk>/names/<int:name_pk>/remove/", acts.name_remove, name="name_remove"),
]
