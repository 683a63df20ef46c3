"""The tally of both sides as its rows are written: asked for, counted here and told across, heard, settled.

The state follows from the rows after each writing; who may write is in the commands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from mabar.base.models import Actor
from mabar.base.turns import write
from mabar.crossings import messages, queries
from mabar.crossings.models import Passage, SideTallyRow, TallySettlement, Transshipment, TwoSidedTally
from mabar.crossings.queries import two_sided as rows
from mabar.crossings.rules import Load, counting, two_sided
from mabar.crossings.telling import PURPOSE
from mabar.exchange import outbox

Declared = Mapping[str, Load]


def as_rows(loads: Declared) -> list[list[object]]:
    """Write figures as the tables keep them."""
    return [[reference, load.packages, load.gross_mass_g] for reference, load in sorted(loads.items())]


def as_told(loads: Declared) -> tuple[dict[str, object], ...]:
    """Write figures as the messages tell them."""
    names = ("reference", "packages", "gross_mass_g")
    return tuple(dict(zip(names, each, strict=True)) for each in as_rows(loads))


def ask(transshipment: Transshipment, truck: Passage, declared: Declared, *, at: datetime) -> None:
    """Ask the other side to count what is unloaded here, where a partner node works the crossing across."""
    across = queries.neighbour(transshipment.place_id)
    if across is None or not outbox.knows(across):
        return
    tally, is_new = TwoSidedTally.objects.get_or_create(
        key=transshipment.key,
        defaults={
            "place_id": transshipment.place_id,
            "partner": across,
            "unloads_at": transshipment.place_id,
            "plate": truck.plate,
            "passage": truck.key,
            "declared": as_rows(declared),
            "state": two_sided.TRANSITIONS["", "ask"],
            "asked_at": at,
            "changed_at": at,
        },
    )
    if not is_new:
        write(tally, declared=as_rows(declared), changed_at=at)
    _tell_asked(tally, two_sided.ASKED, truck.origin or "", at)


def withdraw(key: str, *, at: datetime) -> None:
    """Tell the other side that nothing is to be counted any more: the goods stay on the truck on which they came."""
    tally = TwoSidedTally.objects.select_for_update().filter(key=key).first()
    if tally is not None:
        write(tally, state=two_sided.WITHDRAWN, changed_at=at)
        _tell_asked(tally, two_sided.WITHDRAWN, "", at)


def _tell_asked(tally: TwoSidedTally, state: str, passage: str, at: datetime) -> None:
    declared = rows.loads_of(tally.declared) if state == two_sided.ASKED else {}
    asked = messages.TallyAsked(
        transshipment=tally.key,
        place=tally.place_id,
        state=state,
        plate=tally.plate,
        at=at,
        passage=passage,
        declared=as_told(declared),
    )
    outbox.leave_for_partner(tally.partner, asked, purpose=PURPOSE, at=at)


def tell_joint(actor: Actor, transshipment: Transshipment, tally: Sequence[counting.Counted], *, at: datetime) -> None:
    """Tell the other side the joint tally of this one, which two officers have seen."""
    kept = TwoSidedTally.objects.select_for_update().filter(key=transshipment.key).first()
    if kept is None:
        return
    declared = {line.reference: line.declared for line in tally}
    if as_rows(declared) != kept.declared:
        ask(transshipment, transshipment.passage, declared, at=at)
        kept.refresh_from_db()
    counted = {line.reference: line.counted for line in tally}
    note_ours(actor, kept, counted, rows.seals_read(transshipment.key), at=at)


def note_ours(
    actor: Actor, tally: TwoSidedTally, counted: Declared, seals: Sequence[str], *, at: datetime, event_key: str = ""
) -> None:
    """Write the next tally of this side, and send it; the key of its message is kept with it."""
    newest = tally.sides.filter(side=two_sided.OURS).order_by("-number").values_list("number", flat=True).first()
    number = (newest or 0) + 1
    news = messages.Tally(
        transshipment=tally.key,
        place=tally.place_id,
        number=number,
        plate=tally.plate,
        at=at,
        counted=as_told(counted),
        seals=tuple(seals),
    )
    SideTallyRow.objects.create(
        tally=tally,
        side=two_sided.OURS,
        number=number,
        at=at,
        noted_at=at,
        by=actor.key,
        event_key=event_key,
        message=outbox.leave_for_partner(tally.partner, news, purpose=PURPOSE, at=at),
        counted=as_rows(counted),
        seals=list(seals),
    )
    follow(tally, at=at)


def note_theirs(
    tally: TwoSidedTally, told_so: two_sided.SideTally, *, counted_at: datetime, message: str, at: datetime
) -> None:
    """Write a tally of the other side; told again as it was, it stays as it is.

    Raises:
        TallyNumberReused: other figures were told under this number.
    """
    kept, is_new = SideTallyRow.objects.get_or_create(
        tally=tally,
        side=two_sided.THEIRS,
        number=told_so.number,
        defaults={
            "at": counted_at,
            "noted_at": at,
            "message": message,
            "counted": as_rows(told_so.counted),
            "seals": list(told_so.seals),
        },
    )
    if not is_new:
        two_sided.check_same_number(rows.side_of(kept), told_so)
    follow(tally, at=at)


@dataclass(frozen=True)
class Said:
    """Why a head lets two tallies stand, who he is where he is ours, when he said so, and in which message."""

    reason: str
    by: str
    at: datetime
    message: str


def note_settlement(tally: TwoSidedTally, settled: two_sided.Settlement, said: Said, *, at: datetime) -> None:
    """Write that a side lets two tallies stand; what it has settled already stays as it was."""
    TallySettlement.objects.get_or_create(
        tally=tally,
        side=settled.side,
        ours=settled.ours,
        theirs=settled.theirs,
        defaults={"noted_at": at, **asdict(said)},
    )
    follow(tally, at=at)


def follow(tally: TwoSidedTally, *, at: datetime) -> None:
    """Bring the state after the rows; a tally that was withdrawn keeps what comes late, and stays withdrawn."""
    state = tally.state
    if state != two_sided.WITHDRAWN:
        found = rows.newest_of(tally)
        state = two_sided.state_of(found.ours, found.theirs, found.settlements)
    write(tally, state=state, changed_at=at)


def check_no_disagreement(key: str) -> None:
    """Refuse to sign for goods that the two sides have counted differently.

    Raises:
        TalliesDisagree.
    """
    tally = TwoSidedTally.objects.filter(key=key).first()
    if tally is not None:
        found = rows.newest_of(tally)
        lines = two_sided.compared(rows.loads_of(tally.declared), found.ours, found.theirs)
        two_sided.check_no_disagreement(lines, state=tally.state)
