"""What the two services tell each other: golden files, fields, and nodes that tell what is not theirs."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from mabar.base.keys import new_key
from mabar.base.rules import NoSuchRecord
from mabar.exchange import messages
from mabar.exchange.kinds import Letter
from mabar.exchange.protocol import documents, paths
from mabar.origin import inbox, rules
from mabar.origin.messages import Answer, Ended, Request
from mabar.origin.models import EndedProof, Verification
from mabar.origin.wire import KINDS
from tests.origin.office import later
from tests.world import NOON

GOLDEN = Path(__file__).parent / "golden"
KEY, DIGEST = "01M81EKCW0P00000000000000A", "5a" * 32
DUE = NOON + timedelta(days=91)
ASKED = Request(KEY, "ly.ghadames", "DZ-DEBDEB-2026-000001", "pafta", "doubt", NOON, DUE, DIGEST, "الختم باهت")
TOLD = {
    "request-1": ASKED,
    "answer-1": Answer(KEY, "dz.debdeb", ASKED.serial, "authentic", NOON, "مطابقة لسجل الإصدار"),
    "ended-1": Ended(ASKED.serial, "dz.debdeb", "withdrawn", NOON, "", "لم تُحمَّل البضاعة"),
    "ended-1-replaced": Ended(ASKED.serial, "dz.debdeb", "replaced", NOON, "DZ-DEBDEB-2026-000002"),
}


def letter(partner: str = "ly.ghadames", key: str = KEY) -> Letter:
    return Letter(partner, key, "", {}, "origin-verification", "dz-ly.goods.1", 1.0, False, later(1))


@pytest.mark.parametrize("name", TOLD)
def test_a_message_crosses_as_it_was_published(name) -> None:
    published = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").rstrip("\n")
    assert documents.written(messages.document(TOLD[name])).decode() == published
    assert messages.taken(type(TOLD[name]), json.loads(published)) == TOLD[name]


@pytest.mark.parametrize("message", TOLD.values(), ids=TOLD)
def test_each_field_of_a_message_is_a_field_of_its_kind(message) -> None:
    row = KINDS[type(message)]
    tree = paths.tree([field.path for field in row.fields])
    told = messages.document(message)
    assert paths.projected(tree, told) == told


def test_the_demonstrations_terms_name_every_field_of_each_kind() -> None:
    terms = json.loads((Path(__file__).parents[2] / "src/mabar/site/data/demo_terms.json").read_text(encoding="utf-8"))
    named = {each["kind"]: set(each["fields"]) for each in terms["kinds"]}
    for row in KINDS.values():
        assert named[row.kind] == {field.path for field in row.fields}


def test_a_request_is_stored_once_with_the_clock_of_the_side_that_asks(world) -> None:
    inbox.open_request(ASKED, letter())
    inbox.open_request(ASKED, letter(key=new_key(NOON)))
    asked = Verification.objects.get()
    assert (asked.side, asked.state, asked.due_at, asked.proof) == ("answering", "asked", DUE, None)


def test_a_clock_shorter_than_the_agreements_is_refused(world) -> None:
    with pytest.raises(rules.ClockTooShort):
        inbox.open_request(replace(ASKED, due_at=NOON + timedelta(days=89)), letter())
    assert not Verification.objects.exists()


def test_a_reason_or_an_agreement_that_nobody_knows_is_refused(world) -> None:
    with pytest.raises(rules.AnswerUnfit):
        inbox.open_request(replace(ASKED, reason="person"), letter())
    with pytest.raises(rules.ApplicationUnfit):
        inbox.open_request(replace(ASKED, agreement="other"), letter())


def test_an_answer_that_nobody_asked_for_is_refused(world) -> None:
    inbox.open_request(ASKED, letter())
    asked = Verification.objects.get()
    for told in (TOLD["answer-1"], replace(TOLD["answer-1"], request=asked.key)):
        with pytest.raises(NoSuchRecord):
            inbox.open_answer(told, letter("dz.debdeb"))
    assert Verification.objects.get().state == "asked"


def test_the_end_of_a_proof_is_kept_once_and_a_third_word_is_refused(world) -> None:
    inbox.open_ended(TOLD["ended-1"], letter())
    inbox.open_ended(TOLD["ended-1-replaced"], letter())
    assert EndedProof.objects.get().state == "withdrawn"
    with pytest.raises(rules.AnswerUnfit):
        inbox.open_ended(replace(TOLD["ended-1"], state="burnt"), letter())
