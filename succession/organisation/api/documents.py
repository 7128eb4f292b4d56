"""The description of the interface, and a reader for it."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Description(SpectacularAPIView):
    """The OpenAPI document."""


# The reader's own library writes styles into the page; its scripts stay files of ours.
@method_decorator(csp_update({"style-src": ["'unsafe-inline'"]}), name="dispatch")
class Reader(SpectacularSwaggerSplitView):
    """The same, to be read and tried out."""

    url_name = "api-schema"
