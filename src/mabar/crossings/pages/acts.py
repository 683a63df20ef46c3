"""Which acts the page of a truck offers, and the form that each asks for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.base.keys import new_key
from mabar.crossings import commands, forms, queries, queue_forms, rules
from mabar.crossings.answers import keep

OUT = "note_gate_out"


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "join_queue": Act(forms.ActForm, commands.join_queue, _("The truck stands in the queue.")),
    "note_gate_in": Act(forms.GateInForm, commands.note_gate_in, _("Gate-in is recorded.")),
    "note_weight": Act(forms.WeightForm, commands.note_weight, _("The weight is recorded.")),
    "present": Act(forms.ActForm, commands.present, _("The truck is presented to customs.")),
    OUT: Act(forms.GateOutForm, commands.note_gate_out, _("The exit is recorded.")),
    "ask_appointment": Act(queue_forms.SlotForm, commands.ask_appointment, _("The truck has its hour.")),
    "move_appointment": Act(queue_forms.SlotForm, commands.move_appointment, _("The appointment is moved.")),
    "give_back_appointment": Act(forms.ActForm, commands.give_back_appointment, _("The appointment is given back.")),
    "call_forward": Act(queue_forms.ForwardForm, commands.call_forward, _("The truck is called forward.")),
    "put_back": Act(queue_forms.BackForm, commands.put_back, _("The truck is put back.")),
    "withdraw_exception": Act(
        queue_forms.WithdrawExceptionForm, commands.withdraw_exception, _("The exception is withdrawn.")
    ),
    "hold": Act(forms.HoldForm, commands.hold, _("The truck is held.")),
    "lift_hold": Act(forms.LiftForm, commands.lift_hold, _("The hold is lifted.")),
    "record_seal": Act(forms.SealForm, commands.record_seal, _("The new seal is recorded.")),
    "turn_back": Act(forms.ReasonForm, commands.turn_back, _("The truck is turned back.")),
    "withdraw": Act(forms.WithdrawForm, commands.withdraw, _("The announcement is withdrawn.")),
    "keep_diversion": Act(forms.ActForm, keep, _("The truck goes to the other crossing; its permit can be printed.")),
    "decline_diversion": Act(forms.ActForm, commands.decline_diversion, _("The truck stays in the queue here.")),
    "correct_event": Act(forms.ReasonForm, commands.correct_event, _("The last event is undone.")),
}
ROAD = ("join_queue", "note_gate_in", "note_weight", "present", OUT)
QUEUE = ("call_forward", "put_back", "withdraw_exception", "give_back_appointment")
ASIDE = (*QUEUE, "hold", "record_seal", "turn_back", "withdraw", "correct_event")


def next_act(row: queries.PassageRow) -> str:
    """Name the act on the road that is next in turn; empty at the road's end."""
    return next((act for act in ROAD if (row.state, act) in rules.TRANSITIONS), "")


def hour_act(row: queries.PassageRow, appointment: queries.AppointmentRow | None) -> str:
    """Name the act that an hour would be chosen for; empty where the truck may have none."""
    act = "move_appointment" if appointment and appointment.is_standing else "ask_appointment"
    return act if row.state in rules.BESIDE[act] else ""


def idle(appointment: queries.AppointmentRow | None, exception: queries.ExceptionRow | None) -> set[str]:
    """Name the acts on the queue for which the truck gives no ground now."""
    without = set() if appointment and appointment.is_standing else {"give_back_appointment"}
    return without | ({"call_forward", "put_back"} if exception else {"withdraw_exception"})


def offered(
    ends: queries.PassageEnds, verbs: frozenset[str], agency: str | None, idle: Collection[str] = ()
) -> list[str]:
    """Name the acts that the reader may do to the truck now, the one in turn first, but those of `idle`."""
    row = ends.row
    named = [act for act in (next_act(row), *ASIDE) if act and act not in idle]
    possible = [act for act in named if _is_possible(act, ends)]
    return [act for act in possible if f"crossings.{act}" in verbs and (act != "hold" or agency)]


def _is_possible(act: str, ends: queries.PassageEnds) -> bool:
    if act == "correct_event":
        is_elsewhere = ends.row.state in (rules.DIVERTED, "transshipped_km0")
        return not is_elsewhere and len([e for e in ends.events if _is_standing_step(e)]) > 1
    if act in rules.BESIDE:
        return ends.row.state in rules.BESIDE[act]
    return (ends.row.state, act) in rules.TRANSITIONS


def _is_standing_step(event: queries.EventRow) -> bool:
    return event.corrects is None and event.corrected_by is None and event.state_before != event.state_after


def blank(act: str, row: queries.PassageRow, at: Any, **first: Any) -> forms.ActForm:
    """Make an empty form for an act."""
    initial = {"event_key": new_key(at), "version": row.version, **first}
    return ACTS[act].form(initial=initial, auto_id=f"{act}_%s", **_extra(act, row))


def typed(act: str, data: Any, row: queries.PassageRow) -> forms.ActForm:
    """Make the form of an act with what was typed."""
    return ACTS[act].form(data, auto_id=f"{act}_%s", **_extra(act, row))


def _extra(act: str, row: queries.PassageRow) -> dict[str, Any]:
    return {"seals": row.seals} if act == "record_seal" else {}
