"""Which acts the page of a transshipment offers, and the form that each asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.reach import verbs_at
from mabar.crossings import commands, forms, queries
from mabar.crossings import transshipment_forms as typing_in
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import Load, counting, transshipping
from mabar.lib.refusals import Refusal


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise


@dataclass(frozen=True)
class Refused:
    """An act that was refused: its form as typed, and why."""

    act: str
    form: forms.ActForm
    refusal: Refusal | None = None


ACTS: Mapping[str, Act] = {
    "note_unloading": Act(typing_in.UnloadForm, commands.note_unloading, _("The unloading is recorded.")),
    "note_tally": Act(typing_in.CountForm, commands.note_tally, _("The tally is recorded; another officer confirms.")),
    "confirm_tally": Act(forms.ActForm, commands.confirm_tally, _("The tally is confirmed.")),
    "decide_difference": Act(forms.ReasonForm, commands.decide_difference, _("The decision is recorded.")),
    "note_loading": Act(typing_in.LoadForm, commands.note_loading, _("The loading is recorded.")),
    "sign_protocol": Act(forms.ActForm, commands.sign_protocol, _("The protocol is signed; another officer signs.")),
    "countersign_protocol": Act(
        forms.ActForm,
        commands.countersign_protocol,
        _("Both have signed; the papers have changed truck."),
    ),
    "note_empty_exit": Act(forms.ActForm, commands.note_empty_exit, _("The empty exit is recorded.")),
    "abandon_transshipment": Act(forms.ReasonForm, commands.abandon_transshipment, _("It is abandoned.")),
}
# What is next in turn; the others stand aside.
NEXT = {
    "opened": "note_unloading",
    "unloading": "note_tally",
    "tallied": "confirm_tally",
    "stopped": "note_tally",
    "accepted": "note_loading",
    "loading": "note_loading",
    "agreed": "countersign_protocol",
    "done": "note_empty_exit",
}


def verbs_of(actor: Actor, place: str, at: datetime) -> frozenset[str]:
    """Give what a reader may do here: by his mandates at the crossing, or at the one across that this node works."""
    return verbs_at(actor, queries.asked_at(actor, place), at)


def offer(
    sheet: told.TransshipmentSheet, verbs: frozenset[str], reader: str, refused: Refused | None, at: datetime
) -> dict[str, Any]:
    """Give the act in turn and those aside that the reader may do, each with its form."""
    possible = [act for act in ACTS if _is_possible(act, sheet) and f"crossings.{act}" in verbs]
    waits = [act for act in possible if _has_done_the_first(act, sheet, reader)]
    sheets = {act: blank(act, sheet, at) for act in possible if act not in waits}
    if refused is not None and refused.act in sheets:
        sheets[refused.act] = refused.form
    turn = in_turn(sheet)
    # who may not count anew decides, where something is to be decided
    main = next((act for act in (turn, "decide_difference") if act in sheets), "")
    return {
        "main_act": main,
        "main_form": sheets.pop(main, None),
        "side_acts": list(sheets.items()),
        "waits_for_another": waits[0] if waits else "",
    }


def in_turn(sheet: told.TransshipmentSheet) -> str:
    """Name the act that is next: when all that was counted lies on other trucks, that is the signature."""
    if sheet.row.state == "loading" and all(_is_loaded(each, sheet) for each in sheet.figures):
        return "sign_protocol"
    return NEXT.get(sheet.row.state, "")


def _is_loaded(figure: told.FigureRow, sheet: told.TransshipmentSheet) -> bool:
    if figure.counted is None or figure.loaded is None:
        return False
    left = counting.difference(
        declared=figure.counted, counted=figure.loaded, tolerance_percent=sheet.row.tolerance_percent
    )
    return not left.is_beyond_tolerance


def _is_possible(act: str, sheet: told.TransshipmentSheet) -> bool:
    if act == "note_empty_exit":
        return sheet.row.state == "done" and sheet.row.left_empty_at is None
    if act == "note_loading" and sheet.row.state in transshipping.ONLY_OFF and not sheet.laden:
        return False
    return (sheet.row.state, act) in transshipping.TRANSITIONS


def _has_done_the_first(act: str, sheet: told.TransshipmentSheet, reader: str) -> bool:
    first = {"confirm_tally": "note_tally", "countersign_protocol": "sign_protocol"}.get(act)
    before = sheet.newest(first) if first else None
    return before is not None and before.by == reader


def blank(act: str, sheet: told.TransshipmentSheet, at: datetime) -> forms.ActForm:
    """Make an empty form for an act."""
    initial = {"event_key": new_key(at), "version": sheet.row.version}
    return ACTS[act].form(initial=initial, auto_id=f"{act}_%s", **_extra(act, sheet))


def typed(act: str, data: Any, sheet: told.TransshipmentSheet) -> forms.ActForm:
    """Make the form of an act with what was typed."""
    return ACTS[act].form(data, auto_id=f"{act}_%s", **_extra(act, sheet))


def facts_of(form: forms.ActForm) -> dict[str, Any]:
    """Give what a form brings as the command takes it."""
    figures = (typing_in.PACKAGES, typing_in.MASS)
    told_so = {name: value for name, value in form.cleaned_data.items() if not name.startswith(figures)}
    if isinstance(form, typing_in.LoadForm):
        told_so["loaded"] = tuple(each for each in form.counts() if each.packages or each.gross_mass_g)
    elif isinstance(form, typing_in.CountForm):
        told_so["counted"] = form.counts()
    return told_so


def _extra(act: str, sheet: told.TransshipmentSheet) -> dict[str, Any]:
    if act == "note_tally":
        return {"of": sheet.papers}
    if act == "note_loading":
        of = [(each.declaration, each.reference) for each in sheet.figures]
        is_only_off = sheet.row.state in transshipping.ONLY_OFF
        left = {each.declaration: Load(0 if is_only_off else _left(each), 0) for each in sheet.figures}
        return {"of": of, "first": left, "trucks": _trucks(sheet)}
    return {}


def _left(figure: told.FigureRow) -> int:
    counted = figure.counted.packages if figure.counted else 0
    return max(counted - (figure.loaded.packages if figure.loaded else 0), 0)


def _trucks(sheet: told.TransshipmentSheet) -> list[tuple[str, str]]:
    """Name the trucks that may be loaded: those of the transshipment first, then the free ones that go the same way."""
    if sheet.row.state in transshipping.ONLY_OFF:
        return [(each.key, each.plate) for each in sheet.laden]
    free = [each for each in told.trucks_in_yard(sheet.row.place) if each.direction == sheet.row.unloaded.direction]
    return [(each.key, each.plate) for each in (*sheet.row.onward, *free)]
