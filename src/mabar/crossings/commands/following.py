"""Giving the driver a link by which he follows his truck, and withdrawing it."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules, turns
from mabar.crossings.models import FollowLink, Passage


def give_follow_link(actor: Actor, key: str, *, token: str, at: datetime) -> FollowLink:
    """Let whoever has `token` follow the truck; a link given before ends with it, for the paper may be lost.

    Neither the token nor its digest goes into the journal, which nobody could take it out of again.

    Raises:
        NotMandated, OutOfTurn.
        NoSuchRecord: no passage bears the key, or a declarant asks for another house's truck.
    """
    with journal.writes(actor, "crossings.give_follow_link", key, at=at) as line:
        passage = _taken(actor, line, key)
        rules.check_giveable(passage.state)
        line.note(replaced=_end_links(passage, by=actor.key, at=at))
        return FollowLink.objects.create(
            passage=passage, digest=rules.digest_of(token), given_by=actor.key, given_at=at
        )


def withdraw_follow_link(actor: Actor, key: str, *, at: datetime) -> None:
    """End the link of a truck at once.

    Raises:
        NotMandated, NoLinkGiven.
        NoSuchRecord: no passage bears the key, or a declarant asks for another house's truck.
    """
    with journal.writes(actor, "crossings.withdraw_follow_link", key, at=at) as line:
        passage = _taken(actor, line, key)
        if not _end_links(passage, by=actor.key, at=at):
            raise rules.NoLinkGiven(plate=passage.plate)


def _taken(actor: Actor, line: journal.OpenLine, key: str) -> Passage:
    """Lock the passage, so that of two links given at once the later one stands alone."""
    passage = turns.take(actor, line, key)
    mandates.require(actor, line.verb, place=passage.place_id)
    if actor.kind == Actor.DECLARANT and passage.firm_id != actor.firm_id:
        raise NoSuchRecord(key=key)
    return passage


def _end_links(passage: Passage, *, by: str, at: datetime) -> bool:
    in_force = FollowLink.objects.filter(passage=passage, withdrawn_at=None)
    return in_force.update(withdrawn_by=by, withdrawn_at=at) > 0
