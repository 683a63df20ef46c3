"""What the tests of advance declarations share: an export of the sample trade, and its message as it arrives."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from mabar.base.keys import new_key
from mabar.declarations import advance_fields, inbox, messages, sad
from mabar.declarations.models import Advance, Draft
from mabar.declarations.sad import Declaration
from mabar.exchange import kinds
from mabar.exchange import messages as written
from mabar.exchange.kinds import Letter
from mabar.site import generator
from tests.world import NOON

PLATE, REFERENCE, KEY = "99417-322-33", "DZDEB-2026-C-0000007", "01M81EKCW0D00000000000000A"
ACROSS = "dz.debdeb"
DAY = date(2026, 11, 22)


def exports(count: int) -> list[Declaration]:
    """Draw exports of the sample trade at Debdeb."""
    drawn = generator.declarations(1, count * 3, place=ACROSS, day=DAY)
    return [each for each in drawn if each.flow == "export"][:count]


def export(items: int = 2) -> Declaration:
    """Give one export of so many items."""
    drawn = generator.declarations(7, 20, place=ACROSS, day=DAY, items=items)
    return next(each for each in drawn if each.flow == "export")


def message(of: Declaration | None = None, **changes: Any) -> messages.Advance:
    """Give the message of a released export."""
    told = messages.Advance(
        declaration=KEY,
        reference=REFERENCE,
        place=ACROSS,
        state="released",
        office="DZDEB",
        released_at=NOON - timedelta(minutes=5),
        passages=({"key": "01M81EKCW0P00000000000000A", "plate": PLATE},),
        record=advance_fields.crossing(sad.to_json(of or export())),
    )
    return replace(told, **changes)


def arrive(told: messages.Advance, *, at: datetime = NOON, partner: str = ACROSS, more: Any = None) -> Advance:
    """Open a message as a partner's that has come; `more` is put into its record as an unknown field."""
    document = written.document(told)
    if more:
        document["record"] |= more
    kind = kinds.for_partners(told.KIND)
    letter = Letter(partner, new_key(at), told.KIND, document, "advance-cargo", "dz-ly.goods.1", 12.4, False, at)
    inbox.open_advance(written.taken(kind.message, document), letter)
    return Advance.objects.get(message=letter.key)


def draft_of(advance: Advance) -> Draft:
    """Give the draft made of what came."""
    return Draft.objects.get(key=Advance.objects.get(key=advance.key).draft)
