"""Who is designated: the newest lists of both sides, and the deadlines that stand between them."""

from dataclasses import asdict
from datetime import date, datetime

from mabar.assistance import rules, telling
from mabar.assistance.models import AgreementDeadlines, OfficialsList
from mabar.base.models import Place
from mabar.exchange.protocol.objects import administration_of


def newest_list(node: str) -> OfficialsList | None:
    """Give the newest list of a node; None where none is known."""
    return OfficialsList.objects.filter(node=node).order_by("-version").first()


def entries_of(node: str) -> list[rules.Designation]:
    """Give the designations of the newest list of a node."""
    newest = newest_list(node)
    return [rules.Designation.read(each) for each in newest.entries] if newest else []


def check_own(official: str, *, place: str, at: datetime) -> None:
    """Refuse an official of this side who is not on its list today.

    Raises:
        NotDesignated.
    """
    _check(official, node=telling.own_node(), on=_day(place, at))


def check_theirs(official: str, *, partner: str, at: datetime) -> None:
    """Refuse an official of the partner who is not on its list as it is known here, on the partner's day.

    Raises:
        NotDesignated.
    """
    _check(official, node=partner, on=_day(partner, at))


def _check(official: str, *, node: str, on: date) -> None:
    rules.check_designated(official, entries_of(node), administration=administration_of(node).upper(), on=on)


def _day(place: str, at: datetime) -> date:
    found = Place.objects.filter(code=place).first()
    return at.astimezone(found.clock).date() if found else at.date()


def newest_deadlines(administration: str, at: datetime) -> AgreementDeadlines | None:
    """Give the deadlines stated with an administration that count at an instant; None where nobody stated any."""
    stated = AgreementDeadlines.objects.filter(administration=administration, from_at__lte=at)
    return stated.order_by("-from_at", "-id").first()


def deadlines_with(partner: str, at: datetime) -> rules.Deadlines:
    """Give the deadlines with the administration of a partner: those stated, else those proposed by the field."""
    stated = newest_deadlines(administration_of(partner), at)
    return rules.Deadlines(**{name: getattr(stated, name) for name in rules.NAMES}) if stated else rules.Deadlines()


def answered_at_once(partner: str, purpose: str, at: datetime) -> bool:
    """Tell whether queries for a purpose are answered without an officer."""
    stated = newest_deadlines(administration_of(partner), at)
    return stated is not None and purpose in stated.at_once


def as_facts(deadlines: rules.Deadlines) -> dict[str, int]:
    """Give deadlines as facts of a line."""
    return asdict(deadlines)
