"""The list of designated officials, and the deadlines of an agreement: what must stand before anything is asked."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from mabar.assistance import designations, messages, rules, telling
from mabar.assistance.models import AgreementDeadlines, OfficialsList
from mabar.assistance.rules import Designation
from mabar.assistance.wire import QUERY_PURPOSES
from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.exchange import queries as exchange

POSTS = ("liaison_officer", "head_of_assistance")


def designate(
    actor: Actor, official: str, *, place: str, from_on: date, to_on: date | None = None, at: datetime
) -> OfficialsList:
    """Put an official on the list from day to day, and tell every partner the new list.

    Raises:
        NotMandated.
        DesignationUnfit: he holds no post of the desk here, or the days do not go together.
    """
    facts: dict[str, Any] = {"from_on": from_on, "to_on": to_on}
    with journal.writes(actor, "assistance.designate", official, at=at, place=place, **facts) as line:
        mandates.require(actor, "assistance.designate", place=place)
        entry = Designation(official, _post_of(official, place, at), from_on, to_on).checked()
        standing = [each for each in designations.entries_of(telling.own_node()) if each.code != official]
        made = _new_list([*standing, entry], at=at)
        line.note(version=made.version, post=entry.post, told_to=_tell(made, at=at))
    return made


def end_designation(actor: Actor, official: str, *, place: str, at: datetime) -> OfficialsList:
    """Strike an official from the list, and tell every partner the new list.

    Raises:
        NotMandated.
        DesignationUnfit: he is not on it.
    """
    with journal.writes(actor, "assistance.end_designation", official, at=at, place=place) as line:
        mandates.require(actor, "assistance.end_designation", place=place)
        standing = designations.entries_of(telling.own_node())
        kept = [each for each in standing if each.code != official]
        if len(kept) == len(standing):
            raise rules.DesignationUnfit(official=official)
        made = _new_list(kept, at=at)
        line.note(version=made.version, told_to=_tell(made, at=at))
    return made


def take_officials(
    actor: Actor, partner: str, *, message: messages.Officials, letter: str, place: str, at: datetime
) -> OfficialsList:
    """Take in the list of a partner; one that is known already changes nothing.

    Raises:
        NotMandated, NotOfPartner, ListOutOfOrder, DesignationUnfit.
    """
    told = {"administration": message.administration, "version": message.version}
    with journal.writes(actor, "assistance.take_officials", partner, at=at, place=place, **told) as line:
        mandates.require(actor, "assistance.take_officials", place=place)
        if message.administration != partner[:2]:
            raise rules.NotOfPartner(partner=partner)
        entries = [Designation.read(each).told() for each in message.officials]
        known = designations.newest_list(partner)
        line.note(officials=[each["code"] for each in entries])
        if known is not None and known.version == message.version and known.entries == entries:
            return known
        rules.check_newer(message.version, known=known.version if known else 0)
        return _keep(partner, message.version, entries, at=message.at, letter=letter)


def change_deadlines(
    actor: Actor,
    administration: str,
    *,
    place: str,
    deadlines: rules.Deadlines,
    at_once: Sequence[str],
    basis: str,
    at: datetime,
) -> AgreementDeadlines:
    """State the deadlines agreed with an administration, as its own side states them; what runs keeps its instants.

    Args:
        at_once: the purposes for which a query is answered without an officer.
    Raises:
        NotMandated, DeadlinesUnfit, PurposeMissing.
    """
    facts = {**designations.as_facts(deadlines), "at_once": list(at_once), "basis": basis}
    with journal.writes(actor, "assistance.change_deadlines", administration, at=at, place=place, **facts):
        mandates.require(actor, "assistance.change_deadlines", place=place)
        tidy = rules.check_deadlines(deadlines, basis=basis)
        named = [rules.check_purpose(purpose, QUERY_PURPOSES) for purpose in at_once]
        return AgreementDeadlines.objects.create(
            administration=administration,
            at_once=named,
            basis=tidy,
            from_at=at,
            by=actor.key,
            **designations.as_facts(deadlines),
        )


def _post_of(official: str, place: str, at: datetime) -> str:
    found = Actor.objects.filter(key=official, is_active=True).first()
    held = mandates.held_by(found, at).filter(place__in=[place]) if found else ()
    post = next((each.post.function for each in held if each.post.function in POSTS), "")
    if not post:
        raise rules.DesignationUnfit(official=official)
    return post


def _new_list(entries: Iterable[Designation], *, at: datetime) -> OfficialsList:
    node = telling.own_node()
    known = OfficialsList.objects.select_for_update().filter(node=node).order_by("-version").first()
    told = [each.told() for each in sorted(entries, key=lambda each: each.code)]
    return _keep(node, known.version + 1 if known else 1, told, at=at)


def _keep(node: str, version: int, entries: list[dict[str, str]], *, at: datetime, letter: str = "") -> OfficialsList:
    return OfficialsList.objects.create(
        administration=node[:2], node=node, version=version, entries=entries, at=at, message=letter
    )


def _tell(made: OfficialsList, *, at: datetime) -> list[str]:
    message = messages.Officials(made.administration, made.version, at, tuple(made.entries))
    partners = exchange.partners_for(messages.Officials.KIND, at=at)
    for partner in partners:
        telling.tell(partner, message, at=at)
    return partners
