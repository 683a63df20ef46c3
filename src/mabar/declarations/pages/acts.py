"""Which acts the page of a declaration offers to its reader, and the form that each asks for."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from mabar.declarations import commands, intake, queries, rules
from mabar.declarations.forms import acts_office as forms
from mabar.declarations.forms.inspecting import InspectForm
from mabar.lib import money, words

CURRENCIES = {"dz": "DZD", "ly": "LYD", "tn": "TND"}


@dataclass(frozen=True)
class Act:
    """An act: what is typed for it, the command that takes it, and what the page says when it is done.

    `is_drawn` tells that the command draws lots, for which the door throws the dice.
    """

    form: type[forms.ActForm]
    command: Callable[..., Any]
    done: str | Promise
    is_drawn: bool = False


ACTS: Mapping[str, Act] = {
    "register": Act(forms.ActForm, commands.register, _("The declaration is registered.")),
    "draw_lane": Act(forms.ActForm, commands.draw_lane, _("The lane is drawn."), is_drawn=True),
    "check_documents": Act(forms.DocumentsForm, commands.check_documents, _("The check of the documents is recorded.")),
    "note_scan": Act(forms.ScanForm, commands.note_scan, _("The scan is recorded.")),
    "assign_team": Act(forms.ActForm, commands.assign_team, _("The team is drawn."), is_drawn=True),
    "inspect": Act(InspectForm, commands.inspect, _("The inspection is recorded.")),
    "assess": Act(forms.AmountForm, commands.assess, _("The amount is assessed.")),
    "reassess": Act(forms.ReassessForm, commands.reassess, _("The new amount is assessed.")),
    "note_payment": Act(forms.SettlementForm, commands.note_payment, _("The payment is recorded.")),
    "note_guarantee": Act(forms.SettlementForm, commands.note_guarantee, _("The guarantee is recorded.")),
    "note_refund": Act(forms.SettlementForm, commands.note_refund, _("The refund is recorded.")),
    "free_guarantee": Act(forms.SettlementForm, commands.free_guarantee, _("The guarantee is freed.")),
    "release": Act(forms.ActForm, commands.release, _("The goods are released; the exit gate knows it.")),
    "note_national_state": Act(
        forms.NationalForm, commands.note_national_state, _("What the national system says is recorded.")
    ),
    "settle_query": Act(forms.ActForm, commands.settle_query, _("The query is settled; the clock runs on.")),
    "change_lane": Act(forms.LaneForm, commands.change_lane, _("The lane is changed, under your name.")),
    "query": Act(forms.QueryForm, commands.query, _("The question has gone to the declarant; the clock stands.")),
    "refuse": Act(forms.RefuseForm, commands.refuse, _("The declaration is refused.")),
    "attach": Act(forms.AttachForm, commands.attach, _("The goods are on the truck; the gate knows it.")),
    "detach": Act(forms.DetachForm, commands.detach, _("The declaration is off the truck; the gate knows it.")),
    "cancel": Act(forms.ReasonForm, commands.cancel, _("The declaration is cancelled.")),
}
# The way of a declaration: of what is open to the reader, the first of these is the one in turn.
ROAD = (
    "settle_query",
    "register",
    "draw_lane",
    "check_documents",
    "note_scan",
    "inspect",
    "assign_team",
    "assess",
    "note_payment",
    "note_refund",
    "free_guarantee",
    "release",
    "note_national_state",
)
VERBS = {"detach": "attach"}  # who may put a declaration on a truck may take it off again
# In whose hands a declaration is, by the act that it waits for.
DESKS = {
    "register": "registrar",
    "draw_lane": "registrar",
    "check_documents": "examiner",
    "note_scan": "scanner_officer",
    "assign_team": "head_of_inspection",
    "inspect": "inspector",
    "assess": "assessor",
    "note_payment": "cashier",
    "note_refund": "cashier",
    "free_guarantee": "cashier",
    "release": "release_officer",
}
AWAITING: Mapping[str, str | Promise] = {
    "register": _("Awaiting registration"),
    "draw_lane": _("Awaiting a lane"),
    "check_documents": _("Awaiting the document check"),
    "note_scan": _("Awaiting the scan"),
    "assign_team": _("Awaiting an inspection team"),
    "inspect": _("Awaiting inspection"),
    "assess": _("Awaiting assessment"),
    "note_payment": _("Awaiting payment"),
    "note_refund": _("Awaiting a refund"),
    "free_guarantee": _("Guarantee to be freed"),
    "release": _("Awaiting release"),
    "settle_query": _("Query open"),
}


def awaited(row: queries.DeclarationRow) -> str:
    """Name the act that the declaration waits for, whoever may do it; empty where it waits for none."""
    if row.is_queried:
        return "settle_query"
    may = [act for act in ROAD if act in row.next_acts and act in AWAITING]
    return next((act for act in may if act not in rules.SETTLEMENTS or _is_due(act, row)), "")


def _is_due(act: str, row: queries.DeclarationRow) -> bool:
    return row.state == "assessed" or row.owing.asks_for(act)


def offered(detail: queries.Detail, verbs: Collection[str], actor: str) -> list[str]:
    """Name the acts that the reader may do now, the one in turn first."""
    open_now = [act for act in ACTS if act in detail.row.next_acts and f"declarations.{VERBS.get(act, act)}" in verbs]
    idle = {
        "inspect": actor not in team_of(detail),
        "attach": detail.packages_left <= 0 and detail.gross_mass_left_g <= 0,
        "detach": not detail.trucks,
    }
    mine = [act for act in open_now if not idle.get(act)]
    return sorted(mine, key=lambda act: ROAD.index(act) if act in ROAD else len(ROAD))


def team_of(detail: queries.Detail) -> tuple[str, ...]:
    """Give the team whose inspection is not over; nobody where none is drawn."""
    return next((each.team for each in detail.inspections if each.at is None), ())


def main_of(names: list[str], detail: queries.Detail) -> str:
    """Choose the act in turn: a second team is drawn only by who goes looking for it."""
    on_the_road = [act for act in names if act in ROAD and not (act == "assign_team" and team_of(detail))]
    return on_the_road[0] if on_the_road else ""


def blank(act: str, row: queries.DeclarationRow, country: str) -> forms.ActForm:
    """Make an empty form for an act."""
    initial = {"version": row.version, **_initial(act, row, country)}
    return ACTS[act].form(initial=initial, auto_id=f"{act}_%s", **_needs(act, row, country))


def typed(act: str, data: Any, files: Any, row: queries.DeclarationRow, country: str) -> forms.ActForm:
    """Make the form of an act with what was typed."""
    return ACTS[act].form(data, files, auto_id=f"{act}_%s", **_needs(act, row, country))


def _initial(act: str, row: queries.DeclarationRow, country: str) -> dict[str, Any]:
    if act in rules.SETTLEMENTS and row.assessed_minor is not None:
        owed = money.money_text(row.owing.left_for(act), row.assessed_currency)
        return {"amount": owed, "currency": row.assessed_currency}
    if act == "reassess" and row.assessed_minor is not None:
        before = money.money_text(row.assessed_minor, row.assessed_currency)
        return {"amount": before, "currency": row.assessed_currency}
    if act == "assess":
        return {"currency": CURRENCIES.get(country, "")}
    if act == "note_national_state":
        return {"reference": row.national_reference, "on": row.national_on, "received_from": row.national_system}
    return {}


def _needs(act: str, row: queries.DeclarationRow, country: str) -> dict[str, Any]:
    if act == "change_lane":
        return {"current": row.lane, "country": country}
    if act == "inspect":
        return {"items": row.items_count}
    if act == "attach":
        return {"place": row.place, "flow": row.flow}
    if act in ("assess", "reassess", *rules.SETTLEMENTS):
        first = row.assessed_currency or CURRENCIES.get(country, "")
        return {"currencies": list(dict.fromkeys(filter(None, (first, row.currency, *CURRENCIES.values()))))}
    return {}


def facts_of(act: str, form: forms.ActForm) -> dict[str, Any]:
    """Give what the command takes beside actor, key and instant."""
    drawn = {"seed": intake.new_seed()} if ACTS[act].is_drawn else {}
    return {**form.facts, **drawn}


def has_boxes(form: forms.ActForm | None) -> bool:
    """Tell whether there is anything to type."""
    return form is not None and (bool(form.visible_fields()) or isinstance(form, InspectForm))


def verb_word(act: str, language: str) -> str:
    """Say an act as its button does."""
    return words.word("declarations", f"verb.declarations.{act}", language)
