"""What stands beside a pool: who else is eligible, what one step would do, how it is doing, what happened."""

from collections import Counter
from typing import Any

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pools.models import EchelonPool
from pools.selectors.health import health_of, recent_in
from pools.selectors.pool_page import PoolPage, pool_page
from pools.selectors.steps import StepLine, steps_of
from pools.selectors.suggestions import suggestions_for
from pools.told import TOLD
from succession.organisation.gates import readers_only
from succession.organisation.lists import whole_number

SUGGESTED = 6
STEPS_TRIED = 200
STEPS_OF_A_KIND = 3
STEPS_SHOWN = 6


@readers_only
@require_safe
def pool_side(request, pk):
    """Loaded after the page: it looks at far more people than stand in the pool."""
    pool = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    page = pool_page(request.user, pool)
    suggestions = suggestions_for(request.user, pool)
    may_propose = request.user.has_perm("pools.propose_member")
    chosen = _post_asked(request, page)
    health = health_of(request.user, page)
    context = {
        "pool": pool,
        "chosen": chosen,
        "suggestions": suggestions,
        "eligible": [
            _suggested(pool, each, chosen, may_propose=may_propose) for each in suggestions.eligible[:SUGGESTED]
        ],
        "steps": [
            {"line": line, "words": _step_words(line)}
            for line in _of_each_kind(steps_of(page, suggestions, limit=STEPS_TRIED))
        ],
        "health": health,
        "trend": [counted for counted in health.counted if counted is not None],
        "recent": [
            {"at": event.at, "record": event.object_label, "words": TOLD[event.verb][2]}
            for event in recent_in(request.user, pool)
            if event.verb in TOLD
        ],
    }
    return render(request, "pools/_side.html", context)


@readers_only
@require_safe
def pool_eligible(request, pk):
    """Everyone considered for a pool: who meets the rules, who was left out and by which rule."""
    pool = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    suggestions = suggestions_for(request.user, pool)
    may_propose = request.user.has_perm("pools.propose_member")
    context = {
        "pool": pool,
        "suggestions": suggestions,
        "eligible": [_suggested(pool, each, None, may_propose=may_propose) for each in suggestions.eligible],
        "crumbs": [
            {"label": _("Pools"), "url": reverse("pools")},
            {"label": pool.name, "url": reverse("pool", args=[pk])},
            {"label": _("Eligible people")},
        ],
    }
    return render(request, "pools/eligible.html", context)


def _of_each_kind(lines: list[StepLine]) -> list[StepLine]:
    """The best few, at most three of a kind: ten ways to admit someone say less than one of each."""
    taken: Counter[str] = Counter()
    shown = []
    for line in lines:
        taken[line.kind] += 1
        if taken[line.kind] <= STEPS_OF_A_KIND:
            shown.append(line)
    return shown[:STEPS_SHOWN]


def _post_asked(request, page: PoolPage) -> Any:
    """The post of the empty slot someone came from."""
    asked = whole_number(request, "for")
    return next((line.post.position for line in page.all_lines if line.post.position.pk == asked), None)


def _suggested(pool: EchelonPool, suggestion: Any, chosen: Any, *, may_propose: bool) -> dict[str, Any]:
    asked = {"employee": suggestion.person.employee} | ({"for": chosen.pk} if chosen else {})
    url = f"{reverse('pool_propose', args=[pool.pk])}?{urlencode(asked)}" if may_propose else ""
    return {"suggestion": suggestion, "person": suggestion.person, "propose_url": url}


def _step_words(line: StepLine) -> str:
    sentences = {
        "admit": _("Admit %(name)s for %(post)s"),
        "name": _("Name %(name)s for %(post)s"),
        "reassess": _("Reassess %(name)s"),
        "ready": _("%(name)s ready now for %(post)s"),
    }
    return sentences[line.kind] % {"name": line.person.name, "post": line.post.position.title}
