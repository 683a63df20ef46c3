"""What nodes tell each other of movements: golden files, fields, pages, and terms that name them all."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from mabar.exchange import kinds
from mabar.exchange.messages import document, taken
from mabar.exchange.protocol import documents, paths
from mabar.transit import messages, rules
from mabar.transit.wire import KINDS
from tests.world import NOON

GOLDEN = Path(__file__).parent / "golden"
PROJECT = Path(__file__).parents[2]
MRN, LIMIT = "26DZDEBDEB000001J7", NOON + timedelta(days=5)
OFFICES = ({"office": "dz.debdeb", "role": "departure"}, {"office": "ly.ghadames", "role": "destination"})
RELEASE = rules.Happening(
    "dz.debdeb:3.0", "release", NOON, "dz.debdeb", seals=(rules.SealNote("affixed", "DZ-1", "Atlas Seals"),)
)
FOUND = rules.Happening(
    "ly.ghadames:2.0", "arrive", NOON, "ly.ghadames",
    seals=(rules.SealNote("intact", "DZ-1"), rules.SealNote("replaced", "DZ-2", "", "LY-7", "Border Seals")),
)  # fmt: skip
STRANGE = rules.Happening(
    "ly.ghadames:2.1", "note_incident", NOON, "ly.ghadames", reason="الطريق مقطوع", incident="route", was="arrive"
)
REMARK = rules.Happening("ly.ghadames:4.0", "remark", NOON, "ly.ghadames", reason="طردان ناقصان", outcome="not_conform")
TOLD = {
    "movement-1": messages.Anticipated(
        MRN, 4, NOON, "dz.debdeb", NOON, LIMIT, "released", None, "transit-1", "electronic", "ly.ghadames", OFFICES,
        "OASIS", "Oasis Brokers", "تمور", 40, 8_000_000, "00123-116-30", "CSQU3054383", (RELEASE.told(),),
    ),
    "state-1": messages.State(
        MRN, 6, NOON, "arrived", "dz.debdeb", LIMIT, LIMIT, OFFICES, (RELEASE.told(), FOUND.told(), STRANGE.told())
    ),
    "crossed-1": messages.Crossed(MRN, "ly.ghadames", NOON, (FOUND.told(),)),
    "incident-1": messages.Incident(MRN, "ly.ghadames", NOON, (STRANGE.told(),)),
    "arrived-1": messages.Arrived(MRN, "ly.ghadames", NOON, (FOUND.told(),)),
    "remarks-1": messages.Remarks(MRN, "ly.ghadames", NOON, (REMARK.told(),)),
    "enquiry-1": messages.Enquiry(MRN, "arrival", NOON, "ly.ghadames"),
    "enquiry-answer-1": messages.EnquiryAnswer(MRN, "arrival", NOON, "ly.ghadames", "not_arrived", "لم تصل"),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_a_message_is_written_and_read_as_it_was_published(name: str) -> None:
    published = (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")
    assert documents.written(document(TOLD[name])) == published
    read = document(taken(type(TOLD[name]), documents.read(published)))
    assert documents.written(read) == published


@pytest.mark.parametrize("name", TOLD)
def test_each_field_of_a_message_is_a_field_of_its_kind(name: str) -> None:
    told = document(TOLD[name])
    tree = paths.tree([field.path for field in KINDS[type(TOLD[name])].fields])
    assert paths.projected(tree, told) == told


def test_each_kind_has_its_row_its_opener_and_its_page() -> None:
    for message, row in KINDS.items():
        known = kinds.for_partners(row.kind)
        assert known is not None
        assert (known.message, known.subject) == (message, "mrn")
        text = (PROJECT / "docs" / "wire" / f"{row.name}-1.md").read_text(encoding="utf-8")
        assert all(f"| `{each.path}` |" in text for each in row.fields)


def test_the_demonstrations_terms_name_every_field_of_each_kind() -> None:
    terms = json.loads((PROJECT / "src/mabar/site/data/demo_terms.json").read_text(encoding="utf-8"))
    named = {each["kind"]: set(each["fields"]) for each in terms["kinds"]}
    for row in KINDS.values():
        assert named[row.kind] == {field.path for field in row.fields}


@pytest.mark.parametrize("each", [RELEASE, FOUND, STRANGE, REMARK], ids=lambda each: each.key)
def test_an_event_is_read_as_it_was_told(each: rules.Happening) -> None:
    assert rules.read(each.told()) == each


@pytest.mark.parametrize(
    "told",
    [
        {}, {**RELEASE.told(), "kind": "lodge"}, {**RELEASE.told(), "at": "2026-11-22T11:00:00"},
        {**RELEASE.told(), "seals": [{"colour": "red"}]}, {**RELEASE.told(), "seals": [7]},
        {**RELEASE.told(), "key": "x" * 49},
    ],
)  # fmt: skip
def test_an_event_of_another_form_is_refused(told: dict) -> None:
    with pytest.raises(rules.EventUnfit):
        rules.read(told)


def test_more_events_than_a_movement_can_have_are_refused() -> None:
    with pytest.raises(rules.EventUnfit):
        rules.read_all([RELEASE.told()] * 201)


def test_no_message_of_transit_names_a_person() -> None:
    named = {field.path for row in KINDS.values() for field in row.fields}
    assert not [each for each in named if any(word in each for word in ("driver", "person", "declarant", "officer"))]
