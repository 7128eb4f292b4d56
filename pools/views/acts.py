"""Acts on members, each asked for in a dialog (or a page of its own) that tells first what it does to the figures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from rules.permissions import permissions

from candidates.models import Candidate
from candidates.services import record_evidence
from pools import services
from pools.choices import MembershipState, PoolKind
from pools.forms import (
    EvidenceForm,
    ExitForm,
    MoveUpForm,
    NamingForm,
    OverCapacityForm,
    ReadinessForm,
    ReasonForm,
    ScreenForm,
)
from pools.models import EchelonPool, Membership, MembershipPost
from pools.selectors.consequences import Consequence, Rehearsal
from pools.selectors.coverage import pools_for
from pools.selectors.people import Standing
from succession.organisation.access import access_of
from succession.organisation.asking import Asked
from succession.organisation.gates import readers_only
from succession.organisation.lists import LONGEST_ID
from succession.organisation.models import Position, User

Words = str | Promise


@dataclass(frozen=True)
class Act:
    """One act on one member: its words, its form, the service that does it, what it would change."""

    title: Words
    submit: Words
    done: Words
    permission: str
    form: type[Form]
    do: Callable[..., Any]
    why: Words = ""
    destructive: bool = False
    rehearse: Callable[[Rehearsal, Membership], Consequence] | None = None
    from_states: frozenset[str] = field(default_factory=frozenset)


STANDING = frozenset(MembershipState.values) - {MembershipState.EXITED}
READ_BY = gettext_lazy("HR and auditors read the reason; it stands in the history.")


def _record_evidence(membership: Membership, *, actor: User, on: date, reason: str) -> Candidate:
    """Evidence is about the person, in whatever pools they stand."""
    return record_evidence(membership.candidate, on, actor=actor, reason=reason)


ACTS: dict[str, Act] = {
    "start": Act(
        title=gettext_lazy("Start screening %(name)s"),
        submit=gettext_lazy("Start screening"),
        done=gettext_lazy("%(name)s is being screened."),
        permission="pools.start_screening",
        form=Form,
        do=services.start_screening,
        from_states=frozenset({MembershipState.PROPOSED}),
    ),
    "admit": Act(
        title=gettext_lazy("Admit %(name)s"),
        submit=gettext_lazy("Admit"),
        done=gettext_lazy("%(name)s is in the pool."),
        permission="pools.admit_member",
        form=OverCapacityForm,
        do=services.admit_member,
        rehearse=Rehearsal.joined,
        from_states=frozenset({MembershipState.SCREENING}),
    ),
    "screen": Act(
        title=gettext_lazy("Screen %(name)s"),
        submit=gettext_lazy("Save the screening"),
        done=gettext_lazy("The screening of %(name)s is saved."),
        permission="pools.screen_member",
        form=ScreenForm,
        do=services.screen_member,
        why=gettext_lazy("If they go on hold or leave, the figures become:"),
        rehearse=lambda rehearsal, membership: rehearsal.without([membership]),
        from_states=frozenset({MembershipState.ACTIVE}),
    ),
    "hold": Act(
        title=gettext_lazy("Put %(name)s on hold"),
        submit=gettext_lazy("Put on hold"),
        done=gettext_lazy("%(name)s is on hold."),
        permission="pools.hold_member",
        form=ReasonForm,
        do=services.hold_member,
        why=READ_BY,
        destructive=True,
        rehearse=lambda rehearsal, membership: rehearsal.without([membership]),
        from_states=frozenset({MembershipState.ACTIVE}),
    ),
    "resume": Act(
        title=gettext_lazy("Bring %(name)s back"),
        submit=gettext_lazy("Bring back"),
        done=gettext_lazy("%(name)s is back in the pool."),
        permission="pools.resume_member",
        form=OverCapacityForm,
        do=services.resume_member,
        rehearse=Rehearsal.joined,
        from_states=frozenset({MembershipState.ON_HOLD}),
    ),
    "exit": Act(
        title=gettext_lazy("Take %(name)s out of the pool"),
        submit=gettext_lazy("Take out"),
        done=gettext_lazy("%(name)s has left the pool."),
        permission="pools.exit_member",
        form=ExitForm,
        do=services.exit_member,
        why=READ_BY,
        destructive=True,
        rehearse=lambda rehearsal, membership: rehearsal.without([membership]),
        from_states=STANDING,
    ),
    "evidence": Act(
        title=gettext_lazy("What is known of %(name)s, and since when?"),
        submit=gettext_lazy("Save the evidence"),
        done=gettext_lazy("The evidence about %(name)s is saved."),
        permission="pools.record_evidence",
        form=EvidenceForm,
        do=_record_evidence,
        why=READ_BY,
        from_states=STANDING,
    ),
    "move-up": Act(
        title=gettext_lazy("Move %(name)s up"),
        submit=gettext_lazy("Move up"),
        done=gettext_lazy("%(name)s has moved up and is proposed there."),
        permission="pools.move_up",
        form=MoveUpForm,
        do=services.move_up,
        why=gettext_lazy("They leave the reserve and are proposed for the other pool; their history goes with them."),
        from_states=STANDING,
    ),
    "name": Act(
        title=gettext_lazy("Name %(name)s for a post"),
        submit=gettext_lazy("Name"),
        done=gettext_lazy("%(name)s is named for the post."),
        permission="pools.name_for_post",
        form=NamingForm,
        do=services.name_for_post,
        why=READ_BY,
        from_states=STANDING,
    ),
}


class ActsOpen:
    """The acts that can be asked for now, for the menus of a page; what a rule or the state forbids is left out."""

    def __init__(self, user: User, pool: EchelonPool) -> None:
        self.user = user
        words = {
            "start": _("Start screening"),
            "admit": _("Admit…"),
            "screen": _("Screen…"),
            "hold": _("Put on hold…"),
            "resume": _("Bring back…"),
            "move-up": _("Move up…"),
            "name": _("Name for a post…"),
            "evidence": _("Evidence…"),
            "exit": _("Take out…"),
        }
        elsewhere = "name" if pool.kind == PoolKind.RESERVE else "move-up"
        self._by_state = {
            state: [(name, words[name]) for name in words if name != elsewhere and state in ACTS[name].from_states]
            for state in MembershipState.values
        }
        self._own = access_of(user).employee_id
        self._answers: dict[tuple[Any, bool], bool] = {}
        self._offered: dict[tuple[str, bool], tuple[tuple[str, str], ...]] = {}
        # Addresses are made from that of a membership that cannot be: to look up each anew takes longer than all else.
        self._before, self._after = reverse("membership_act", args=[0, "act"]).split("0/act")

    def to(self, membership: Standing) -> tuple[tuple[str, str], ...]:
        """The acts on one member: words, and address with `%d` for the membership."""
        kind = membership.state, membership.employee_id == self._own
        if kind not in self._offered:
            self._offered[kind] = tuple(
                (label, f"{self._before}%d/{name}{self._after}")
                for name, label in self._by_state[membership.state]
                if self.may(ACTS[name].permission, membership)
            )
        return self._offered[kind]

    def may(self, permission: str, membership: Standing) -> bool:
        """The rules of `pools.rules` ask who someone is and whether it is about themselves: asked once for all others."""
        asked = permissions.get(permission), membership.employee_id == self._own
        if asked not in self._answers:
            self._answers[asked] = self.user.has_perm(permission, membership)
        return self._answers[asked]


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def membership_act(request, pk, act):
    if act not in ACTS:
        raise Http404
    membership = _seen(request.user, pk)
    chosen = ACTS[act]
    if not request.user.has_perm(chosen.permission, membership):
        raise PermissionDenied
    form = _form(request, chosen, membership)
    asked = asked_of_pool(
        request,
        membership.pool,
        form=form,
        title=chosen.title % {"name": membership.candidate},
        submit=chosen.submit,
        why=chosen.why,
        destructive=chosen.destructive,
        effects=_effects(request, chosen, membership),
    )
    return asked.answer(
        lambda values: chosen.do(membership, actor=request.user, **values),
        done=chosen.done % {"name": membership.candidate},
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def name_readiness(request, pk, name_pk):
    """How ready a member is for a post, decided anew."""
    membership, name = _seen_name(request.user, pk, name_pk)
    if not request.user.has_perm("pools.change_readiness", membership):
        raise PermissionDenied
    asked = asked_of_pool(
        request,
        membership.pool,
        form=ReadinessForm(request.POST or None, initial={"readiness": name.readiness}),
        title=_("How ready is %(name)s for %(post)s?") % {"name": membership.candidate, "post": name.position},
        submit=_("Decide"),
        why=READ_BY,
    )
    return asked.answer(
        lambda values: services.change_readiness(name, actor=request.user, **values),
        done=_("The readiness of %(name)s is decided.") % {"name": membership.candidate},
    )


@readers_only
@require_http_methods(["GET", "HEAD", "POST"])
def name_remove(request, pk, name_pk):
    """A member is no longer named for a post."""
    membership, name = _seen_name(request.user, pk, name_pk)
    if not request.user.has_perm("pools.remove_name", membership):
        raise PermissionDenied
    asked = asked_of_pool(
        request,
        membership.pool,
        form=ReasonForm(request.POST or None),
        title=_("Name %(name)s no longer for %(post)s") % {"name": membership.candidate, "post": name.position},
        submit=_("Take the name back"),
        why=READ_BY,
        destructive=True,
        effects=effects_of(Rehearsal(request.user, membership.pool).unnamed(name)),
    )
    return asked.answer(
        lambda values: services.remove_name(name, actor=request.user, **values),
        done=_("%(name)s is no longer named for %(post)s.") % {"name": membership.candidate, "post": name.position},
    )


def asked_of_pool(request, pool: EchelonPool, *, back: str = "", **told: Any) -> Asked:
    """A question about a pool; its answer leads back to the pool's page, or where told."""
    where = reverse("pool", args=[pool.pk])
    crumbs = [{"label": _("Pools"), "url": reverse("pools")}, {"label": pool.name, "url": where}]
    return Asked(request=request, back=back or where, crumbs=crumbs, **told)


def effects_of(consequence: Consequence) -> list[dict[str, Any]]:
    """Before and after, for the table in the dialog."""
    before, after = consequence.before, consequence.after
    seats = _("of %(n)d seats") % {"n": before.seats}
    rows = [
        (_("Counted people"), before.filled, after.filled, _("of %(n)d slots") % {"n": before.capacity}),
        (_("Truly covered"), before.seats_true, after.seats_true, seats),
        (_("Of these ready now"), before.seats_true_ready_now, after.seats_true_ready_now, seats),
    ]
    if not before.seats:
        rows = rows[:1]
    return [
        {
            "label": label,
            "before": was,
            "after": becomes,
            "unit": unit,
            "tone": "red" if becomes < was else "teal" if becomes > was else "",
        }
        for label, was, becomes, unit in rows
    ]


def _form(request, act: Act, membership: Membership) -> Form:
    given: dict[str, Any] = {}
    if act.form is NamingForm:
        given["posts"] = posts_of_pool(request.user, membership.pool)
        given["initial"] = {"position": request.GET.get("for")}
    if act.form is MoveUpForm:
        given["pools"] = pools_for(request.user).exclude(kind=PoolKind.RESERVE)
    return act.form(request.POST if request.method == "POST" else None, **given)


def posts_of_pool(user, pool: EchelonPool):
    """The posts of the pool that the user may read."""
    return Position.objects.with_succession_for(user).filter(pool_position__pool=pool).order_by("code")


def _effects(request, act: Act, membership: Membership) -> list[dict[str, Any]]:
    if act.rehearse is None or membership.state not in act.from_states:
        return []
    return effects_of(act.rehearse(Rehearsal(request.user, membership.pool), membership))


def _seen(user, pk) -> Membership:
    people = "candidate__employee", "candidate__external", "pool"
    return get_object_or_404(Membership.objects.visible_to(user).select_related(*people), pk=pk)


def _seen_name(user, pk, name_pk) -> tuple[Membership, MembershipPost]:
    membership = _seen(user, pk)
    names = MembershipPost.objects.visible_to(user).select_related("position", "membership")
    return membership, get_object_or_404(names, pk=name_pk, membership=membership)


BULK: dict[str, tuple[type[Form], Callable[..., Any], str]] = {
    "screen": (ScreenForm, services.screen_members, "pools.screen_member"),
    "hold": (ReasonForm, services.hold_members, "pools.hold_member"),
    "exit": (ExitForm, services.exit_members, "pools.exit_member"),
}
BULK_TITLES = {
    "screen": gettext_lazy("Screen %(n)d people"),
    "hold": gettext_lazy("Put %(n)d people on hold"),
    "exit": gettext_lazy("Take %(n)d people out of the pool"),
}


@readers_only
@require_POST
def members_act(request, pk, act):
    """The same act for several members: all or none, with one reason. Asked first without a reason, then with it."""
    if act not in BULK:
        raise Http404
    pool = get_object_or_404(EchelonPool.objects.visible_to(request.user), pk=pk)
    form_class, do, permission = BULK[act]
    chosen = _chosen(request, pool)
    if any(not request.user.has_perm(permission, membership) for membership in chosen):
        raise PermissionDenied
    is_first = "reason" not in request.POST
    asked = asked_of_pool(
        request,
        pool,
        form=form_class(None if is_first else request.POST),
        title=BULK_TITLES[act] % {"n": len(chosen)},
        submit=ACTS[act].submit,
        why=READ_BY,
        destructive=ACTS[act].destructive,
        effects=effects_of(Rehearsal(request.user, pool).without(chosen)),
        hidden=[("pk", membership.pk) for membership in chosen],
        is_first=is_first,
    )
    return asked.answer(
        lambda values: do(chosen, actor=request.user, **values),
        done=_("Done for %(n)d people.") % {"n": len(chosen)},
    )


def _chosen(request, pool: EchelonPool) -> list[Membership]:
    """The members ticked; one who is not here, or may not be seen, makes the whole of it unknown."""
    keys = {
        int(key) for key in request.POST.getlist("pk") if key.isascii() and key.isdigit() and len(key) <= LONGEST_ID
    }
    found = Membership.objects.visible_to(request.user).filter(pool=pool, pk__in=keys)
    chosen = list(found.select_related("candidate__employee", "candidate__external", "pool"))
    if not keys or len(chosen) != len(keys):
        raise Http404
    return chosen
