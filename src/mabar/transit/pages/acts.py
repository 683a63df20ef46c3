"""Which acts the page of a movement offers, and the form that each asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.base.keys import new_key
from mabar.transit import commands, forms, queries, rules


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "accept": Act(forms.ActForm, commands.accept, _("The declaration is accepted and has its number.")),
    "release": Act(
        forms.ReleaseForm, commands.release, _("The goods are released, and the offices on the way are told.")
    ),
    "amend": Act(forms.AmendForm, commands.amend, _("The declaration is amended.")),
    "order_control": Act(forms.ReasonForm, commands.order_control, _("The control is ordered.")),
    "note_control": Act(forms.FoundForm, commands.note_control, _("The control is recorded.")),
    "refuse_guarantee": Act(forms.ReasonForm, commands.refuse_guarantee, _("The guarantee is refused.")),
    "refuse_release": Act(forms.ReasonForm, commands.refuse_release, _("The release is refused.")),
    "pass_office": Act(forms.PassForm, commands.pass_office, _("The passage is recorded.")),
    "arrive": Act(forms.ArriveForm, commands.arrive, _("The arrival is recorded.")),
    "permit_unloading": Act(forms.OfficeForm, commands.permit_unloading, _("The unloading is permitted.")),
    "remark": Act(
        forms.RemarkForm, commands.remark, _("The remarks are recorded, and the office of departure is told.")
    ),
    "note_incident": Act(forms.IncidentForm, commands.note_incident, _("The incident is recorded.")),
    "replace_seal": Act(forms.SealForm, commands.replace_seal, _("The seal is replaced.")),
    "discharge": Act(
        forms.DischargeForm, commands.discharge, _("The movement is discharged and its guarantee is free.")
    ),
    "ask_holder": Act(forms.ActForm, commands.ask_holder, _("The holder is asked; his days run.")),
    "note_holder_answer": Act(forms.AnswerForm, commands.note_holder_answer, _("The answer is recorded.")),
    "start_recovery": Act(forms.ReasonForm, commands.start_recovery, _("The recovery is started.")),
    "invalidate": Act(forms.ReasonForm, commands.invalidate, _("The movement is invalidated.")),
    "answer_question": Act(forms.QuestionForm, commands.answer_question, _("The answer is on its way.")),
}
# What is in turn in each state; the acts beside it stand folded under it.
IN_TURN = {
    "lodged": "accept",
    "accepted": "release",
    "under_control": "note_control",
    "guarantee_refused": "amend",
    "arrived": "permit_unloading",
    "unloading": "remark",
    "remarked": "discharge",
    "enquiry": "ask_holder",
}


def in_turn(view: queries.MovementView, office: str) -> str:
    """Name the act that is in turn at an office."""
    if view.row.state != "released":
        return IN_TURN.get(view.row.state, "")
    is_passage = any(each.office == office and each.role == "passage" for each in view.offices)
    return "pass_office" if is_passage else "arrive"


def offered(view: queries.MovementView, verbs: frozenset[str], office: str) -> list[str]:
    """Name the acts that the reader may do to the movement now, the one in turn first."""
    first = in_turn(view, office)
    possible = [act for act in (first, *(a for a in ACTS if a != first)) if _has_place(act, view, office)]
    return [act for act in possible if f"transit.{act}" in verbs]


def _has_place(act: str, view: queries.MovementView, office: str) -> bool:
    if act == "answer_question":
        return any(each.office == office and each.answered_at is None for each in view.questions)
    if act == "ask_holder" and view.row.holder_asked_at is not None:
        return False
    is_ours = view.row.is_home or act in rules.EN_ROUTE
    return bool(act) and is_ours and rules.may_follow(act, view.row.state)


def blank(act: str, view: queries.MovementView, at: datetime, *, office: str) -> forms.ActForm:
    """Make an empty form for an act."""
    first: dict[str, Any] = {"event_key": new_key(at), "version": view.row.version, "office": office, "days": 8}
    if act == "amend":
        first |= {name: getattr(view.row, name) for name in ("plate", "container", "guarantee")}
    if act in ("pass_office", "arrive"):
        first["seen"] = "\n".join(each.number for each in view.in_force)
    return ACTS[act].form(initial=first, auto_id=f"{act}_%s")


def typed(act: str, data: Any) -> forms.ActForm:
    """Make the form of an act with what was typed."""
    return ACTS[act].form(data, auto_id=f"{act}_%s")
