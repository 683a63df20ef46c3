"""Which acts the page of a guarantee offers, and the form that each asks for."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.base.models import Actor
from mabar.base.reach import language
from mabar.transit import forms_guarantees as forms
from mabar.transit import queries as places
from mabar.transit.commands import guaranteeing, lending
from mabar.transit.queries import guarantees as queries
from mabar.transit.queries.guarantees import GuaranteeView


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, what does it, and what the page says when it is done."""

    form: type[Form]
    do: Callable[[Actor, str, dict[str, Any], datetime], object]
    done: str | Promise


def _lend(actor: Actor, key: str, typed: dict[str, Any], at: datetime) -> object:
    return lending.lend_tranche(actor, key, at=at, **typed)


def _return(actor: Actor, key: str, typed: dict[str, Any], at: datetime) -> object:
    return lending.return_tranche(actor, key, at=at, **typed)


def _revoke(actor: Actor, key: str, typed: dict[str, Any], at: datetime) -> object:
    return guaranteeing.revoke_guarantee(actor, key, at=at, **typed)


def _decline(actor: Actor, key: str, typed: dict[str, Any], at: datetime) -> object:
    return lending.decline_tranche(actor, typed["request"], reason=typed["reason"], at=at)


def _settle(actor: Actor, key: str, typed: dict[str, Any], at: datetime) -> object:
    return guaranteeing.settle_claim(actor, typed["movement"], payment=typed["payment"], at=at)


ACTS: Mapping[str, Act] = {
    "lend_tranche": Act(forms.LendForm, _lend, _("The tranche is lent, and the office is told.")),
    "decline_tranche": Act(forms.DeclineForm, _decline, _("The request is declined, and the office is told.")),
    "return_tranche": Act(
        forms.ReturnForm, _return, _("It is returned, and the office that keeps the guarantee told.")
    ),
    "settle_claim": Act(forms.SettleForm, _settle, _("The claim is settled, and the amount is left again.")),
    "revoke_guarantee": Act(forms.RevokeForm, _revoke, _("The guarantee is revoked, and all holders are told.")),
}


def offered(view: GuaranteeView, verbs: frozenset[str]) -> list[str]:
    """Name the acts that the reader may do to the guarantee now."""
    is_live = view.row.phase == "in_force"
    possible = {
        "lend_tranche": view.row.is_kept_here and is_live,
        "decline_tranche": bool(view.waiting),
        "return_tranche": not view.row.is_kept_here and view.row.left_minor > 0,
        "settle_claim": bool(view.claimed),
        "revoke_guarantee": view.row.is_kept_here and is_live,
    }
    return [act for act in ACTS if possible[act] and f"transit.{act}" in verbs]


def form_of(act: str, view: GuaranteeView, at: datetime, data: Any = None) -> Form:
    """Make the form of an act, empty or with what was typed."""
    waiting = [(each.key, f"{each.node} · {each.asked_at:%Y-%m-%d}") for each in view.waiting]
    extra: dict[str, dict[str, Any]] = {
        "lend_tranche": {"nodes": named(queries.nodes_to_lend(at)), "requests": waiting},
        "decline_tranche": {"requests": waiting},
        "settle_claim": {"movements": [(each, each) for each in view.claimed]},
    }
    facts = extra.get(act, {})
    if issubclass(ACTS[act].form, forms.WithAmount):
        facts["currency"] = view.row.currency
    return ACTS[act].form(data, initial={"version": view.row.version}, auto_id=f"{act}_%s", **facts)


def named(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Pair the codes of nodes with the names of their places."""
    known = places.places()
    return [(code, known[code].name_in(language()) if code in known else code) for code in codes]
