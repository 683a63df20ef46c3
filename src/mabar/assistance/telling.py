"""What the other side is told, in the act that it tells of; and what the signed terms let pass."""

from datetime import datetime

from django.conf import settings

from mabar.assistance import rules
from mabar.assistance.messages import Request
from mabar.assistance.wire import PURPOSE
from mabar.exchange import outbox, queries
from mabar.exchange.messages import Message
from mabar.exchange.protocol.objects import administration_of


def own_node() -> str:
    """Name this node, whose desk it is."""
    return str(settings.NODE.code)


def own_administration() -> str:
    """Name the administration of this node."""
    return administration_of(own_node())


def terms_to(partner: str, kind: str = Request.KIND, *, at: datetime) -> queries.KindInForce:
    """Give what the terms in force let pass of a kind to a partner.

    Raises:
        PartnerWithoutTerms: they let nothing of it pass now.
    """
    return _found(partner, kind, to_partner=True, at=at)


def terms_from(partner: str, kind: str, *, at: datetime) -> queries.KindInForce:
    """Give what the terms in force let pass of a kind from a partner.

    Raises:
        PartnerWithoutTerms: they let nothing of it pass now.
    """
    return _found(partner, kind, to_partner=False, at=at)


def check_article(article: str, terms: queries.KindInForce) -> None:
    """Refuse an article that the terms do not name.

    Raises:
        ContentsMissing.
    """
    if article not in terms.articles:
        raise rules.ContentsMissing(missing="article")


def _found(partner: str, kind: str, *, to_partner: bool, at: datetime) -> queries.KindInForce:
    found = None
    if outbox.knows(partner):
        found = queries.kind_in_force(partner, kind, to_partner=to_partner, at=at)
    if found is None:
        raise rules.PartnerWithoutTerms(partner=partner, kind=kind.partition("/")[0])
    return found


def tell(partner: str, message: Message, *, purpose: str = PURPOSE, at: datetime) -> str:
    """Leave a message for the partner, under the terms that let it pass; give the key of its letter.

    Raises:
        PartnerWithoutTerms.
    """
    terms_to(partner, message.KIND, at=at)
    return outbox.leave_for_partner(partner, message, purpose=purpose, at=at)
