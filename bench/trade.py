"""What trucks that leave a crossing tell the node across, in the product's own forms, from the generator."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from bench.pairs import A

SEED, DAY = 22, date(2026, 11, 22)
# The steps of a truck's road, by the minutes after its announcement.
ROAD = {"announce": 0, "join_queue": 70, "note_gate_in": 95, "note_weight": 99, "present": 102, "note_gate_out": 150}
Told = tuple[str, str, str, str]  # kind, subject, body, purpose


def exit_notices(count: int, *, place: str = A) -> list[Told]:
    """Write the exit notice of each truck of a day."""
    from mabar.crossings.messages import ExitNotice
    from mabar.crossings.telling import PURPOSE

    notices = []
    for number, (key, load) in enumerate(_leaving(count, place)):
        began = datetime.combine(DAY, time(), UTC) + load.arrives_after
        steps = {name: began + timedelta(minutes=after, seconds=number % 60) for name, after in ROAD.items()}
        notice = ExitNotice(
            passage=key,
            place=place,
            plate=load.plate,
            left_at=steps["note_gate_out"],
            trailer_plate=load.trailer_plate,
            carrier=load.carrier,
            references=tuple(_reference(each, place) for each in load.declarations),
            seals=load.seals,
            events=tuple({"kind": name, "at": at.isoformat()} for name, at in steps.items()),
        )
        notices.append(_told(notice, key, PURPOSE))
    return notices


def advances(count: int, *, place: str = A) -> list[Told]:
    """Write the advance declaration of each truck of a day; of a truck with two papers both."""
    from mabar.base.keys import new_key
    from mabar.declarations import advance_fields, messages, sad
    from mabar.declarations.wire import PURPOSE, RELEASED

    told = []
    for passage, load in _leaving(count, place):
        for record in load.declarations:
            key = new_key(datetime.now(UTC))
            news = messages.Advance(
                declaration=key,
                reference=_reference(record, place),
                place=place,
                state=RELEASED,
                office=record.office.code,
                released_at=datetime.combine(DAY, time(), UTC) + load.arrives_after,
                passages=({"key": passage, "plate": load.plate},),
                record=advance_fields.crossing(sad.to_json(record)),
            )
            told.append(_told(news, key, PURPOSE))
    return told


def _leaving(count: int, place: str) -> Sequence[tuple[str, object]]:
    from mabar.base.keys import new_key
    from mabar.site import generator

    loads = generator.exits(SEED, count + count // 20, place=place, day=DAY)[:count]  # one plate is drawn once
    return [(new_key(datetime.now(UTC)), load) for load in loads]


def _reference(record: object, place: str) -> str:
    return f"{place} {record.declarant_reference_year} {record.declarant_reference}"


def _told(message: object, subject: str, purpose: str) -> Told:
    from mabar.exchange import messages
    from mabar.exchange.protocol import documents

    return message.KIND, subject, documents.written(messages.document(message)).decode(), purpose
