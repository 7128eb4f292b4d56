"""Find people, posts, pools and units."""

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from succession.organisation.gates import readers_only
from succession.organisation.lists import searched
from succession.selectors import search as selectors


@readers_only
@require_safe
def search(request):
    text = searched(request)
    words = {
        "posts": (_("Posts"), reverse("positions")),
        "people": (_("People"), reverse("people")),
        "pools": (_("Pools"), reverse("pools")),
        "units": (_("Units"), ""),
    }
    groups = [
        {
            "key": group.key,
            "title": words[group.key][0],
            "found": group.found,
            "more": f"{words[group.key][1]}?{urlencode({'q': text})}" if group.has_more and words[group.key][1] else "",
        }
        for group in selectors.search(request.user, text, on=timezone.localdate())
    ]
    context = {
        "crumbs": [{"label": _("Search")}],
        "text": text,
        "groups": groups,
        "too_short": len(text) < selectors.SHORTEST,
    }
    return render(request, "search/search.html", context)
