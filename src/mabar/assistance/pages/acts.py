"""Which acts the page of a request offers, and the form that each asks for."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.assistance import commands, forms, queries, rules


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done."""

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise


ACTS: Mapping[str, Act] = {
    "send_request": Act(forms.ActForm, commands.send_request, _("The request is sent; the clock runs on both sides.")),
    "confirm_oral": Act(forms.WrittenForm, commands.confirm_oral, _("The request is confirmed in writing.")),
    "complete_request": Act(
        forms.WrittenForm, commands.complete_request, _("The request is completed and sent again.")
    ),
    "acknowledge": Act(forms.ActForm, commands.acknowledge, _("The request is acknowledged.")),
    "answer_request": Act(forms.AnswerForm, commands.answer_request, _("The answer is sent.")),
    "tell_again": Act(forms.ActForm, commands.tell_again, _("It is told again.")),
    "return_incomplete": Act(forms.MissingForm, commands.return_incomplete, _("The request is sent back.")),
    "note_measure": Act(forms.MeasureForm, commands.note_measure, _("The measure is recorded and told.")),
    "end_measure": Act(forms.EndMeasureForm, commands.end_measure, _("The measure has ended.")),
    "postpone": Act(forms.PostponeForm, commands.postpone, _("The answer is postponed.")),
    "refuse_request": Act(forms.ReasonForm, commands.refuse_request, _("The request is refused.")),
    "ask_consent": Act(forms.AskConsentForm, commands.ask_consent, _("Consent is asked for.")),
    "give_consent": Act(forms.GiveConsentForm, commands.give_consent, _("Consent is given in writing.")),
    "refuse_consent": Act(forms.RefuseConsentForm, commands.refuse_consent, _("Consent is refused.")),
    "withdraw_request": Act(forms.ReasonForm, commands.withdraw_request, _("The request is withdrawn.")),
}
# What is in turn in each state, for the side that owes it; the acts beside it stand folded under it.
IN_TURN = {
    "draft": "send_request",
    "oral": "confirm_oral",
    "returned": "complete_request",
    "sent": "acknowledge",
    "acknowledged": "answer_request",
    "postponed": "answer_request",
}


def offered(view: queries.RequestView, verbs: frozenset[str]) -> list[str]:
    """Name the acts that the reader may do to the request now, the one in turn first."""
    first = IN_TURN.get(view.row.state, "")
    named = [first, *(act for act in ACTS if act != first)]
    return [act for act in named if f"assistance.{act}" in verbs and _is_possible(act, view)]


def _is_possible(act: str, view: queries.RequestView) -> bool:
    row = view.row
    if act in (rules.OF_REQUESTED if row.is_outward else rules.OF_REQUESTING):
        return False
    beside = {
        "tell_again": bool(view.not_taken),
        "note_measure": row.is_open,
        "end_measure": any(each.ended_at is None for each in view.measures),
        "ask_consent": row.state == "answered" and row.erased_at is None,
        "give_consent": any(each.state == "asked" for each in view.consents),
        "refuse_consent": any(each.state == "asked" for each in view.consents),
    }
    return beside.get(act, (row.state, act) in rules.TRANSITIONS)


def blank(act: str, view: queries.RequestView) -> forms.ActForm:
    """Make an empty form for an act; one that writes the parts of a request begins with those that it has."""
    initial = {"version": view.row.version}
    if ACTS[act].form is forms.WrittenForm:
        initial |= asdict(view.texts)
    return ACTS[act].form(initial=initial, auto_id=f"{act}_%s", **_extra(act, view))


def typed(act: str, data: Any, files: Any, view: queries.RequestView) -> forms.ActForm:
    """Make the form of an act with what was typed."""
    return ACTS[act].form(data, files, auto_id=f"{act}_%s", **_extra(act, view))


def _extra(act: str, view: queries.RequestView) -> dict[str, Any]:
    if act == "return_incomplete":
        return {"offered": forms.words_for("part", rules.PARTS)}
    if act == "end_measure":
        return {"offered": [(each.key, each.measure[:80]) for each in view.measures if each.ended_at is None]}
    if act in ("give_consent", "refuse_consent"):
        asked = [each for each in view.consents if each.state == "asked"]
        return {"offered": [(each.key, f"{each.use[:80]} · {each.recipient}") for each in asked]}
    return {}
