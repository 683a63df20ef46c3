"""The door for what the other side tells of goods that both count: each message opens into one command."""

from collections.abc import Mapping

from mabar.base import actors
from mabar.crossings import commands, rules, senders
from mabar.crossings.messages import Tally, TallyAsked, TallySettled
from mabar.crossings.rules import two_sided
from mabar.exchange.kinds import Letter, PartnerOpener


def open_tally_asked(message: TallyAsked, letter: Letter) -> None:
    """Note that the other side unloads a truck, to be counted here too, or that it does so no longer."""
    here = senders.served_across(message.place, letter.partner)
    if message.state == two_sided.WITHDRAWN:
        commands.hear_tally_withdrawn(actors.node(), message.transshipment, place=here, at=letter.at)
        return
    commands.hear_tally_asked(
        actors.node(),
        message.transshipment,
        place=here,
        partner=letter.partner,
        plate=message.plate,
        passage=message.passage,
        declared=two_sided.read_counts(message.declared),
        at=letter.at,
    )


def open_tally(message: Tally, letter: Letter) -> None:
    """Keep what the other side has counted, beside what was counted here."""
    commands.hear_tally(
        actors.node(),
        message.transshipment,
        place=senders.served_across(message.place, letter.partner),
        partner=letter.partner,
        plate=message.plate,
        tally=_read(message),
        counted_at=message.at,
        message=letter.key,
        at=letter.at,
    )


def _read(message: Tally) -> two_sided.SideTally:
    counted, seals = two_sided.read_counts(message.counted), rules.tidy_seals(message.seals)
    return two_sided.SideTally(two_sided.read_number(message.number), counted, tuple(seals))


def open_tally_settled(message: TallySettled, letter: Letter) -> None:
    """Keep that the other side lets two tallies stand that differ, and why."""
    commands.hear_settlement(
        actors.node(),
        message.transshipment,
        place=senders.served_across(message.place, letter.partner),
        settlement=two_sided.Settlement(
            two_sided.THEIRS,
            ours=two_sided.read_number(message.across),
            theirs=two_sided.read_number(message.number),
        ),
        reason=message.reason,
        settled_at=message.at,
        message=letter.key,
        at=letter.at,
    )


OPENERS: Mapping[type, PartnerOpener] = {
    TallyAsked: open_tally_asked,
    Tally: open_tally,
    TallySettled: open_tally_settled,
}
