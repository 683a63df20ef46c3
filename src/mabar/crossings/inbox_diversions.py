"""The door for what another node of the administration tells of diverted trucks; each message opens into commands."""

from collections.abc import Mapping

from mabar.base import actors
from mabar.base.keys import new_key
from mabar.crossings import commands
from mabar.crossings.messages import DiversionAnswer, DiversionOutcome, DiversionProposed
from mabar.crossings.rules import far_diverting
from mabar.exchange.kinds import Letter, PartnerOpener


def open_proposed(message: DiversionProposed, letter: Letter) -> None:
    """Keep what a closed crossing proposes, for the officer of the yard here."""
    far_diverting.check_sender(message.place, letter.partner)
    commands.hear_diversion_proposed(
        actors.node(),
        message.diversion,
        place=message.place,
        target=message.target,
        reason=message.reason,
        road_hours=far_diverting.read_road_hours(message.road_hours),
        trucks=far_diverting.read_trucks(message.trucks),
        at=letter.at,
    )


def open_answer(message: DiversionAnswer, letter: Letter) -> None:
    """Offer the hours that the other crossing gives to the trucks here, or note that it gives none."""
    far_diverting.check_sender(message.target, letter.partner)
    if message.state == "refused":
        commands.hear_diversion_refused(
            actors.node(), message.diversion, partner=letter.partner, reason=message.reason, at=letter.at
        )
        return
    commands.hear_diversion_hours(
        actors.node(),
        message.diversion,
        partner=letter.partner,
        slots=far_diverting.read_slots(message.trucks),
        at=letter.at,
    )


def open_outcome(message: DiversionOutcome, letter: Letter) -> None:
    """Free the hours of trucks that do not come, and announce those that do."""
    far_diverting.check_sender(message.place, letter.partner)
    if message.outcome == "kept":
        for coming in far_diverting.read_coming(message.trucks):
            commands.hear_diversion_kept(
                actors.node(),
                message.diversion,
                partner=letter.partner,
                coming=coming,
                successor=new_key(letter.at),
                message=letter.key,
                at=letter.at,
            )
        return
    commands.hear_diversion_outcome(
        actors.node(),
        message.diversion,
        partner=letter.partner,
        outcome=far_diverting.read_outcome(message.outcome),
        passages=far_diverting.read_passages(message.trucks),
        at=letter.at,
    )


OPENERS: Mapping[type, PartnerOpener] = {
    DiversionProposed: open_proposed,
    DiversionAnswer: open_answer,
    DiversionOutcome: open_outcome,
}
