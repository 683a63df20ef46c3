"""What stops an act, whatever the state: content, dates, figures, lanes, holds, amounts, reasons."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256
from typing import Final

from mabar.crossings.rules import AgencyName, Load
from mabar.declarations.rules import refusals
from mabar.declarations.rules.states import (
    BEFORE_RELEASE,
    LANES,
    MABAR,
    NATIONAL,
    OPEN_TO_AMENDMENT,
    Owing,
)
from mabar.lib.money import minor_decimals, money_text
from mabar.lib.quantities import mass_kg_text

DISCREPANCIES: Final = ("discrepancy", "quantity", "mass", "kind", "origin", "value", "undeclared", "damaged")
FLOWS: Final = ("import", "export")
REMARKS: Final = ("conforms", "sample", "photo")
QUERY_DAYS: Final = 10  # a term of the administration; this is the product's first value
LARGEST: Final = 10**15  # a thousand million tonnes: beyond it a figure is a slip, and a column would overflow


def check_content(*, form: str, flow: str | None, regime: str | None, items: int) -> None:
    """Refuse what is no whole declaration: a blank template, a fragment, or one without direction, regime or items."""
    if form != "declaration" or not items:
        raise refusals.NotAWholeDeclaration(form=form, items=items)
    if flow not in FLOWS or not regime:
        raise refusals.RegimeNotStated(flow=flow or "–", regime=regime or "–")


def check_open_dates(paths: Sequence[str]) -> None:
    """Refuse a record in which a date still has two readings."""
    if paths:
        raise refusals.OpenDates(paths=", ".join(paths), count=len(paths))


def check_findings(codes: Sequence[str]) -> None:
    """Refuse a record of which a check found what nobody may lodge."""
    if codes:
        raise refusals.RefusedByChecks(codes=", ".join(dict.fromkeys(codes)), count=len(codes))


def check_amendable(state: str) -> None:
    """Refuse an amendment after assessment: then only cancelling and lodging anew changes the record."""
    if state in (*BEFORE_RELEASE, "released", "closed") and state not in OPEN_TO_AMENDMENT:
        raise refusals.AmendmentTooLate(state=state)


def check_cancellable(state: str, *, is_declarant: bool) -> None:
    """Refuse the declarant's own cancelling once a lane is drawn: nobody draws again until the lane is mild."""
    if is_declarant and state not in ("lodged", "registered"):
        raise refusals.LaneAlreadyDrawn(state=state)


def check_holds(agencies: Sequence[AgencyName]) -> None:
    """Refuse the release while another agency holds a truck."""
    if agencies:
        raise refusals.HeldTrucks(list(dict.fromkeys(agencies)))


def check_settlement(owing: Owing, *, act: str, amount_minor: int, currency: str, assessed_currency: str) -> None:
    """Refuse to pay or give back another amount than is left for it, and a guarantee that covers less.

    Raises:
        AmountDiffers: names what was given and what is left.
    """
    due_minor = owing.left_for(act)
    is_enough = amount_minor >= due_minor if act == "note_guarantee" else amount_minor == due_minor
    if currency != assessed_currency or not is_enough:
        raise refusals.AmountDiffers(
            given=money_text(amount_minor, currency),
            given_currency=currency,
            assessed=money_text(due_minor, assessed_currency),
            currency=assessed_currency,
        )


def check_same_currency(currency: str, *, assessed: str) -> None:
    """Refuse a second assessment in another currency than the first.

    Raises:
        OtherCurrency: names both.
    """
    if currency != assessed:
        raise refusals.OtherCurrency(given=currency, assessed=assessed)


def check_still_open(owing: Owing, *, act: str, state: str, currency: str) -> None:
    """Refuse to settle once more what nobody owes any longer.

    Raises:
        StillUnpaid: the guarantee stands for what is not paid yet.
        NothingOwed: nothing is left to cover, or to give back.
    """
    if act == "free_guarantee" and owing.guaranteed_minor and owing.unpaid_minor:
        raise refusals.StillUnpaid(amount=money_text(owing.unpaid_minor, currency), currency=currency)
    if state != "assessed" and not owing.left_for(act):
        raise refusals.NothingOwed(verb=act)


def check_covered(owing: Owing, currency: str) -> None:
    """Refuse the release while a part of what is owed is neither paid nor guaranteed.

    Raises:
        StillOwed: names the part.
    """
    if owing.to_cover_minor:
        raise refusals.StillOwed(amount=money_text(owing.to_cover_minor, currency), currency=currency)


def check_amount(amount_minor: int, currency: str) -> None:
    """Refuse an amount below zero, and a currency in which nothing is owed.

    Raises:
        AmountOutOfRange, UnknownCurrency, CurrencyWithoutMinorUnit.
    """
    minor_decimals(currency)
    if not 0 <= amount_minor <= LARGEST:
        raise refusals.AmountOutOfRange(given=amount_minor, largest=LARGEST)


def check_said(text: str, *, what: str, longest: int = 500) -> None:
    """Refuse an act that the law wants explained and that is not: a reason, a question, an answer, a reference."""
    if not text.strip():
        raise refusals.NothingSaid(what=what)
    if len(text) > longest:
        raise refusals.LongerThanAllowed(what=what, length=len(text), longest=longest)


def check_figures(figures: Iterable[int], *, net_mass_g: int, gross_mass_g: int) -> None:
    """Refuse figures that no consignment has: below zero, beyond `LARGEST`, or more net than gross."""
    outside = [figure for figure in figures if not 0 <= figure <= LARGEST]
    if outside:
        raise refusals.FigureOutOfRange(figures=", ".join(map(str, outside[:5])), largest=LARGEST)
    if net_mass_g > gross_mass_g:
        raise refusals.NetAboveGross(net_kg=mass_kg_text(net_mass_g), gross_kg=mass_kg_text(gross_mass_g))


def check_lane(lane: str, current: str) -> None:
    """Refuse a lane that does not exist, or that the declaration has already."""
    if lane not in LANES or lane == current:
        raise refusals.LaneUnfit(lane=lane, current=current)


def check_item_numbers(numbers: Iterable[int | None], *, items: int) -> None:
    """Refuse a finding on an item that the declaration does not have."""
    unknown = sorted({number for number in numbers if number is not None and not 1 <= number <= items})
    if unknown:
        raise refusals.NoSuchItem(numbers=", ".join(map(str, unknown)), items=items)


def draw_team(inspectors: Sequence[str], *, seed: str) -> tuple[str, str]:
    """Draw the two who inspect, so that nobody can arrange to meet a given officer.

    Raises:
        TeamTooSmall: fewer than two are there.
    """
    if len(set(inspectors)) < 2:
        raise refusals.TeamTooSmall(count=len(set(inspectors)))
    drawn = sorted(set(inspectors), key=lambda key: sha256(f"{seed}/{key}".encode()).digest())
    return drawn[0], drawn[1]


def check_team(actor: str, team: Sequence[str]) -> None:
    """Refuse an inspection by somebody whom the draw has not named."""
    if actor not in team:
        raise refusals.NotOfTheTeam(team=", ".join(team) or "–")


def result_of(kinds: Sequence[str]) -> str:
    """Sum an inspection up: one finding that differs from what was declared is a discrepancy.

    Raises:
        FindingUnfit: a kind of finding that an inspection does not know.
    """
    unfit = [kind for kind in kinds if kind not in (*DISCREPANCIES, *REMARKS)]
    if unfit:
        raise refusals.FindingUnfit(given=", ".join(unfit), known=", ".join((*DISCREPANCIES, *REMARKS)))
    return "discrepancy" if any(kind in DISCREPANCIES for kind in kinds) else "conforms"


def check_reading(chosen: str, readings: Sequence[str], *, path: str) -> None:
    """Refuse a day that the open date cannot mean, or a date that is not open."""
    if chosen not in readings:
        raise refusals.NotAReading(path=path, chosen=chosen, readings=" / ".join(readings) or "–")


def check_new_content(references: Sequence[str]) -> None:
    """Refuse an amendment to what a living declaration of the house declares already."""
    if references:
        raise refusals.LodgedBefore(reference=", ".join(references))


def check_same_regime(before: tuple[str, str], after: tuple[str, str]) -> None:
    """Refuse an amendment that changes direction or regime, since another register may keep them."""
    if before != after:
        raise refusals.RegimeChanged(before=" ".join(before), after=" ".join(after))


def check_gone(gone: Load, *, whole: Load) -> None:
    """Refuse to close a declaration of which something has not left yet."""
    if not is_wholly_gone(gone, whole=whole):
        raise refusals.StillOnTheWay(packages=gone.packages, declared_packages=whole.packages)


def is_wholly_gone(gone: Load, *, whole: Load) -> bool:
    """Tell whether the last truck has left: by packages, or by mass for goods in bulk."""
    if whole.packages:
        return gone.packages >= whole.packages
    return gone.gross_mass_g >= whole.gross_mass_g > 0


def check_keeper(keeper: str, *, system: str) -> None:
    """Refuse a register that is neither Mabar's nor that of a named national system."""
    if (keeper, bool(system)) not in ((MABAR, False), (NATIONAL, True)):
        raise refusals.RegisterUnfit(keeper=keeper, system=system or "–")


def check_first_day(from_on: date, *, today: date) -> None:
    """Refuse a register that would begin in the past: what is lodged keeps its register."""
    if from_on < today:
        raise refusals.RegisterInThePast(from_on=from_on.isoformat(), today=today.isoformat())
