"""The terms of agreements as this node keeps them, made ready to judge by."""

import logging
from collections.abc import Mapping
from datetime import datetime
from functools import cache

from django.conf import settings

from mabar.exchange import kinds, prepared
from mabar.exchange.models import Agreement, Suspension
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import never, policy, terms_form
from mabar.exchange.protocol.objects import administration_of
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.terms import Terms

log = logging.getLogger(__name__)
_Version = tuple[object, ...]
_books: dict[str, tuple[_Version, Mapping[str, policy.Agreement]]] = {}
_NEWEST = "SELECT COUNT(*), MAX(signed_at) FROM exchange_agreement WHERE signed_at IS NOT NULL"
_SUSPENSIONS = prepared.Rows(Suspension, "agreement_id = %s ORDER BY key")


@cache
def kind_table() -> policy.Kinds:
    """Give the table of the kinds that this node knows; the packages have named theirs when it is first asked for."""
    return policy.kinds_of(row for row in kinds.rows() if not row.is_control)


def book() -> Mapping[str, policy.Agreement]:
    """Give the agreements that both sides have signed, by name; made anew only when one was signed or withdrawn.

    One that a never-line of this version strikes is there, and permits nothing.
    """
    signed = Agreement.objects.filter(signed_at__isnull=False)
    version = prepared.values(_NEWEST)[0]
    name = f"{settings.NODE.folder} {settings.NODE.code}"
    held = _books.get(name)
    if held is None or held[0] != version:
        made = policy.in_turn(_compiled(row) for row in signed)
        held = _books[name] = (version, made)
    return held[1]


def _compiled(row: Agreement) -> policy.Agreement:
    terms = terms_of(row)
    try:
        return policy.compiled(terms, kind_table())
    except Refused as refused:  # a never-line that is newer than the signatures; the other agreements stay in force
        log.error("signed terms are never permitted", extra={"subject": row.name, "code": refused.code})
        return policy.struck(terms)


def terms_of(row: Agreement) -> Terms:
    """Read what an agreement says, whether or not it may be."""
    reader = terms_form.read_standing_order if row.is_standing_order else terms_form.read
    return reader(bytes(row.document))


def struck_by(terms: Terms) -> Refused | None:
    """Give the never-line that strikes terms, as a refusal; None where none does."""
    try:
        never.check_terms(terms, kind_table())
    except Refused as refused:
        return refused
    return None


def with_partner(partner: str) -> Mapping[str, policy.Agreement]:
    """Give the agreements between this node's administration and a partner's."""
    ends = {administration_of(settings.NODE.code), administration_of(partner)}
    return {name: each for name, each in book().items() if each.agencies.keys() == ends}


def suspensions(partner: str) -> list[policy.Suspension]:
    """Give what either side has stopped, now or once, of the agreements with a partner."""
    names = with_partner(partner)
    return [
        policy.Suspension(
            terms=row.agreement_id,
            kinds=frozenset(row.kinds),
            from_ms=ms_of(row.from_at),
            to_ms=ms_of(row.until_at) if row.until_at else None,
        )
        for name in names
        for row in _SUSPENSIONS.all(name)
    ]


def floor(partner: str, at: datetime) -> int:
    """Give the lowest suite in which a partner may write now; 1 where there are no terms."""
    lowest = [policy.suite_floor(each, ms_of(at)) for each in with_partner(partner).values()]
    return max(lowest, default=1)
