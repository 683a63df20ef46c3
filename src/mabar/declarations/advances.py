"""What came from across, as its rows are found, filled and emptied; who decides when is in the commands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.declarations import inheriting, messages, rules
from mabar.declarations.models import Advance, AdvanceTruck, Draft
from mabar.declarations.models.advances import RELEASED, WITHDRAWN
from mabar.declarations.summary import short
from mabar.exchange.kinds import Letter
from mabar.exchange.protocol import documents
from mabar.lib.identifiers import BidiControl, NotAPlate, plate_key

STATES = (RELEASED, WITHDRAWN)


@dataclass(frozen=True)
class Arrived:
    """A message of a partner node about an export, read, with the crossing here that it is for.

    `text` is the whole document as it was received; `age_s` is how long it was on its way.
    """

    partner: str
    message: str
    place: str
    declaration: str
    reference: str
    office: str
    state: str
    released_at: datetime | None
    passages: tuple[Mapping[str, Any], ...]
    items_left_out: int
    record: Mapping[str, Any]
    text: str
    age_s: int
    exporter: str = ""


def read(message: messages.Advance, letter: Letter, *, place: str) -> Arrived:
    """Read a message for the crossing here that it is for.

    Raises:
        AdvanceUnreadable: it is of no known state, or a part of it is not of its form.
    """
    record, passages = message.record, message.passages
    is_formed = isinstance(record, Mapping) and all(isinstance(each, Mapping) for each in passages)
    texts = (message.declaration, message.reference, message.office)
    if message.state not in STATES or not is_formed or not all(isinstance(each, str) for each in texts):
        raise rules.AdvanceUnreadable(why=short(str(message.state), 24))
    return Arrived(
        partner=letter.partner,
        message=letter.key,
        place=place,
        declaration=short(message.declaration, 26),
        reference=short(message.reference, 80),
        office=short(message.office, 16),
        state=message.state,
        released_at=message.released_at,
        passages=tuple(passages),
        items_left_out=_count(message.items_left_out),
        record=record,
        text=documents.written(letter.document).decode(),
        age_s=int(letter.age_s),
        exporter=_exporter(record),
    )


def _exporter(record: Mapping[str, Any]) -> str:
    told = record.get("exporter")
    code = told.get("code") if isinstance(told, Mapping) else ""
    return short(code, 40) if isinstance(code, str) else ""


def _count(value: object) -> int:
    return min(value, inheriting.MOST_ITEMS) if isinstance(value, int) and value > 0 else 0


def trucks_of(advance: Advance, passages: Iterable[Mapping[str, Any]], before: Advance | None) -> None:
    """Note the trucks that carry what came; where none are told any more, those told before stay known."""
    told = [(short(_text(each.get("key")), 26), short(_text(each.get("plate")), 40)) for each in passages]
    if not told and before is not None:
        told = list(before.trucks.values_list("passage", "plate"))
    rows = [AdvanceTruck(advance=advance, passage=key, plate=plate, plate_key=plate_of(plate)) for key, plate in told]
    AdvanceTruck.objects.bulk_create(rows)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def plate_of(text: str) -> str:
    """Give the key under which a plate is found; nothing for what is none."""
    try:
        return plate_key(text)[:40]
    except (BidiControl, NotAPlate):
        return ""


def answering(reference: str, proof: str) -> Advance | None:
    """Find what came under a reference and answers to a plate or to the declaration's key."""
    sought, plate = short(reference, 80), plate_of(short(proof, 40))
    for each in Advance.objects.filter(reference=sought, replaced_at=None, erased_at=None).exclude(draft=""):
        if each.declaration == short(proof, 26).upper():
            return each
        if plate and each.trucks.filter(plate_key=plate).exists():
            return each
    return None


def erase(partner: str, message: str, at: datetime) -> None:
    """Erase what a desk still holds of a message: all but the instants; a claimed draft is its firm's own paper."""
    advance = Advance.objects.filter(partner=partner, message=message).first()
    if advance is None:
        return
    drafts = Draft.objects.filter(advance=advance.key)
    drafts.filter(firm=None).delete()
    drafts.update(inherited={})
    advance.trucks.update(plate="", plate_key="")
    advance.record, advance.reference, advance.exporter, advance.erased_at = "", "", "", at
    advance.save(update_fields=["record", "reference", "exporter", "erased_at"])
