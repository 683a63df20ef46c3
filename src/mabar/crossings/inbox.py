"""The door for messages: each opens into one command."""

from datetime import datetime

from mabar.base import actors
from mabar.base.keys import new_key
from mabar.crossings import commands, inbox_diversions, inbox_tallies, queries, rules, senders
from mabar.crossings.messages import ArrivalNotice, EntryRefused, ExitNotice, ExitUndone, GateOut, GateOutUndone
from mabar.crossings.wire import KINDS, OWN_KINDS
from mabar.exchange import kinds
from mabar.exchange.kinds import Letter, PartnerKind, PartnerOpener


def register() -> None:
    """Name this package's openers."""
    kinds.register(GateOut, open_gate_out)
    kinds.register(GateOutUndone, open_gate_out_undone)
    openers: dict[type, PartnerOpener] = {
        ExitNotice: open_exit_notice,
        ExitUndone: open_exit_undone,
        ArrivalNotice: open_arrival_notice,
        EntryRefused: open_entry_refused,
    }
    for message, opener in openers.items():
        _for_partners(message, opener, subject="passage")
    for message, opener in inbox_tallies.OPENERS.items():
        _for_partners(message, opener, subject="transshipment")
    for message, opener in inbox_diversions.OPENERS.items():
        _for_partners(message, opener, subject="diversion")


def _for_partners(message: type, opener: PartnerOpener, *, subject: str) -> None:
    kinds.register_for_partners(
        PartnerKind(
            {**KINDS, **OWN_KINDS}[message],
            message,
            opener,
            agency="customs",
            to_agencies=("customs",),
            subject=subject,
        )
    )


def open_gate_out(message: GateOut, at: datetime) -> None:
    """Announce a truck that has left for the other side, or tie it to its announcement there."""
    across = queries.facing(message.place) if message.direction == "exit" else None
    if across is None:
        return
    known = queries.live_passage_of(message.plate, place=across, direction="entry")
    if known is not None:
        commands.note_origin(actors.node(), known.key, origin=message.passage, at=at)
        return
    commands.announce(
        actors.node(),
        new_key(at),
        place=across,
        direction="entry",
        plate=message.plate,
        trailer_plate=message.trailer_plate,
        carrier=message.carrier,
        seals=message.seals,
        origin=message.passage,
        at=at,
    )


def open_gate_out_undone(message: GateOutUndone, at: datetime) -> None:
    """Take back what the gate-out announced; a truck that others had announced before stays announced."""
    for across in queries.tied_to(message.passage):
        if across.state != "announced":
            continue
        if queries.was_announced_by(across.key, actors.NODE_KEY):
            commands.withdraw(actors.node(), across.key, reason=GateOutUndone.KIND, at=at)
        else:
            commands.note_origin(actors.node(), across.key, origin=None, at=at)


def open_exit_notice(message: ExitNotice, letter: Letter) -> None:
    """Announce a truck that has left the crossing across, or tie it to its passage here, with its way so far.

    A notice that comes late finds a truck that was let in by its papers, and has gone on: nobody waits for it again.
    """
    here = senders.served_across(message.place, letter.partner)
    gone = queries.came_untold(message.plate, place=here, after=message.left_at)
    known = gone or queries.live_passage_of(message.plate, place=here, direction="entry")
    key = known.key if known is not None else new_key(letter.at)
    if known is not None:
        commands.note_origin(actors.node(), key, origin=message.passage, at=letter.at)
    else:
        commands.announce(
            actors.node(),
            key,
            place=here,
            direction="entry",
            plate=message.plate,
            trailer_plate=message.trailer_plate,
            carrier=message.carrier,
            seals=message.seals,
            origin=message.passage,
            at=letter.at,
        )
    _note(key, message, letter, state="left", references=message.references)


def open_exit_undone(message: ExitUndone, letter: Letter) -> None:
    """Take back what an exit notice announced; a truck that others had announced before stays announced."""
    senders.served_across(message.place, letter.partner)
    for row in queries.tied_to(message.passage):
        if row.state == "announced":
            _note(row.key, message, letter, state="undone")
            if queries.was_announced_by(row.key, actors.NODE_KEY):
                commands.withdraw(actors.node(), row.key, reason=ExitUndone.KIND, at=letter.at)
            else:
                commands.note_origin(actors.node(), row.key, origin=None, at=letter.at)


def open_arrival_notice(message: ArrivalNotice, letter: Letter) -> None:
    """Note on a passage that left here that the truck has arrived across, or has entered."""
    _note(_left_from_here(message, letter), message, letter, state=message.state)


def open_entry_refused(message: EntryRefused, letter: Letter) -> None:
    """Note on a passage that left here that the truck was not let in across."""
    _note(_left_from_here(message, letter), message, letter, state="refused", reason=message.reason)


def _left_from_here(message: ArrivalNotice | EntryRefused, letter: Letter) -> str:
    here = senders.served_across(message.place, letter.partner)
    found = queries.passages_by_key([message.passage])
    if not any(row.place == here and row.direction == "exit" for row in found):
        raise rules.NoSuchTruck(passage=message.passage)
    return message.passage


def _note(
    key: str,
    message: ExitNotice | ExitUndone | ArrivalNotice | EntryRefused,
    letter: Letter,
    *,
    state: str,
    references: tuple[str, ...] = (),
    reason: str = "",
) -> None:
    commands.note_far_side(
        actors.node(),
        key,
        place=message.place,
        far_key=message.passage if isinstance(message, ExitNotice) else "",
        state=state,
        events=getattr(message, "events", ()),
        references=references,
        reason=reason,
        message=letter.key,
        at=letter.at,
    )
