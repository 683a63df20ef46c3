"""Which acts the page of a pass offers, and the form that each asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.base.keys import new_key
from mabar.vehicles import commands, forms, queries, rules


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "validate_at_entry": Act(forms.EntryForm, commands.validate_at_entry, _("The vehicle is admitted.")),
    "note_exit": Act(forms.ExitForm, commands.note_exit, _("The vehicle has left.")),
    "extend_stay": Act(forms.ExtensionForm, commands.extend_stay, _("The stay is extended.")),
    "regularise": Act(forms.SettlementForm, commands.regularise, _("The stay is regularised.")),
    "cancel": Act(forms.CancelForm, commands.cancel, _("The pass is cancelled.")),
}
# What is in turn in each state; the acts beside it stand folded under it.
IN_TURN = {
    "prefilled": "validate_at_entry",
    "validated": "note_exit",
    "extended": "note_exit",
    "overdue": "note_exit",
    "exited_late": "regularise",
}


def offered(row: queries.PassRow, verbs: frozenset[str]) -> list[str]:
    """Name the acts that the reader may do to the pass now, the one in turn first."""
    first = IN_TURN.get(row.state, "")
    possible = [act for act in (first, *(a for a in ACTS if a != first)) if (row.state, act) in rules.TRANSITIONS]
    return [act for act in possible if f"vehicles.{act}" in verbs]


def blank(act: str, row: queries.PassRow, at: datetime, **first: Any) -> forms.ActForm:
    """Make an empty form for an act."""
    initial = {"event_key": new_key(at), "version": row.version, **first}
    return ACTS[act].form(initial=initial, auto_id=f"{act}_%s", **_extra(act, row))


def typed(act: str, data: Any, row: queries.PassRow) -> forms.ActForm:
    """Make the form of an act with what was typed."""
    return ACTS[act].form(data, auto_id=f"{act}_%s", **_extra(act, row))


def _extra(act: str, row: queries.PassRow) -> dict[str, Any]:
    return {"outcomes": rules.OUTCOMES.get(row.state, ())} if act == "regularise" else {}
