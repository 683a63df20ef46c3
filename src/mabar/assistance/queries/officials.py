"""The exchanged lists, the deadlines, and what the terms in force let be asked."""

from dataclasses import dataclass
from datetime import datetime

from mabar.assistance import designations, messages, rules, telling
from mabar.assistance.models import AgreementDeadlines, OfficialsList
from mabar.assistance.rules import Designation
from mabar.base.models import Place
from mabar.exchange import queries as exchange


@dataclass(frozen=True)
class ListRow:
    """The newest list of a node."""

    node: str
    administration: str
    version: int
    at: datetime
    entries: tuple[Designation, ...]


@dataclass(frozen=True)
class DeadlinesRow:
    """The deadlines with an administration, as they were stated; without an instant: as the field proposes them."""

    administration: str
    deadlines: rules.Deadlines
    at_once: tuple[str, ...]
    basis: str
    from_at: datetime | None
    by: str


def own_list() -> ListRow | None:
    """Give the newest list of this node."""
    return _row(designations.newest_list(telling.own_node()))


def lists_of_partners() -> list[ListRow]:
    """Give the newest list of each partner whose list has come."""
    nodes = OfficialsList.objects.exclude(node=telling.own_node()).order_by("node").values_list("node", flat=True)
    found = (_row(designations.newest_list(node)) for node in nodes.distinct())
    return [row for row in found if row is not None]


def _row(found: OfficialsList | None) -> ListRow | None:
    if found is None:
        return None
    entries = tuple(Designation.read(each) for each in found.entries)
    return ListRow(found.node, found.administration, found.version, found.at, entries)


def designated_today(node: str, at: datetime) -> list[Designation]:
    """List who is designated at a node on its own day."""
    place = Place.objects.filter(code=node).first()
    day = at.astimezone(place.clock).date() if place else at.date()
    return [each for each in designations.entries_of(node) if each.holds_on(day)]


def is_designated(official: str, at: datetime) -> bool:
    """Tell whether an official of this node is on its list today."""
    return any(each.code == official for each in designated_today(telling.own_node(), at))


def deadlines_with(administration: str, at: datetime) -> DeadlinesRow:
    """Give the deadlines with an administration that count now."""
    found: AgreementDeadlines | None = designations.newest_deadlines(administration, at)
    if found is None:
        return DeadlinesRow(administration, rules.Deadlines(), (), "", None, "")
    deadlines = rules.Deadlines(**{name: getattr(found, name) for name in rules.NAMES})
    return DeadlinesRow(administration, deadlines, tuple(found.at_once), found.basis, found.from_at, found.by)


def partners_to_ask(at: datetime) -> list[str]:
    """List the partner nodes to which a request may go under terms in force."""
    return exchange.partners_for(messages.Request.KIND, at=at)


def partners_to_query(at: datetime) -> list[str]:
    """List the partner nodes of which a declaration may be queried."""
    return exchange.partners_for(messages.Query.KIND, at=at)


def articles_with(partner: str, at: datetime) -> tuple[str, ...]:
    """List the articles of the terms under which a request goes to a partner."""
    terms = exchange.kind_in_force(partner, messages.Request.KIND, to_partner=True, at=at)
    return terms.articles if terms else ()


def purposes_with(partner: str, at: datetime) -> tuple[str, ...]:
    """List the purposes for which a declaration of a partner may be queried."""
    terms = exchange.kind_in_force(partner, messages.Query.KIND, to_partner=True, at=at)
    return terms.purposes if terms else ()


def sections_with(partner: str, at: datetime) -> list[str]:
    """List the parts of a declaration of which the terms let a partner tell something."""
    terms = exchange.kind_in_force(partner, messages.Answer.KIND, to_partner=False, at=at)
    return rules.sections_in(terms.fields) if terms else []
