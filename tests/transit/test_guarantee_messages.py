"""What the offices tell each other of guarantees: golden files, fields, and the words of each in three languages."""

import json
from pathlib import Path

import pytest

from mabar.exchange import messages
from mabar.exchange.protocol import documents, paths
from mabar.exchange.queries.kinds import field_word, kind_word, purpose_word
from mabar.lib import words
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews, TrancheReturned, TrancheUse
from mabar.transit.wire_guarantees import KINDS
from tests.transit.keeping import DEMO_TERMS, later
from tests.world import NOON

GOLDEN = Path(__file__).parent / "golden"
KEY, MOVEMENT, REQUEST = (f"01M81EKCW0P0000000000000{each}" for each in ("0A", "0B", "0C"))
REFERENCE = "26DZDEBDE00000177"
LENT = TrancheNews(
    reference=REFERENCE,
    number=3,
    at=NOON,
    guarantee=KEY,
    kind="voucher",
    office="dz.debdeb",
    holder="BROKER-OASIS",
    holder_name="وسطاء الواحة",
    currency="LYD",
    amount_minor=1_000_000,
    title_minor=100_000,
    lent_minor=300_000,
    valid_from=later(-30),
    valid_until=later(300),
    revoked_at=later(-1),
    reason="أفلس الكفيل",
    request=REQUEST,
    answer="lent",
)
TOLD = {
    "tranche-1": LENT,
    "tranche-1-declined": TrancheNews(REFERENCE, 0, NOON, request=REQUEST, answer="declined", reason="محجوز"),
    "tranche-use-1": TrancheUse(REFERENCE, 4, MOVEMENT, "claimed", 150_000, 200_000, 200_000, 100_000, NOON),
    "tranche-asked-1": TrancheAsked(REFERENCE, REQUEST, 300_000, "LYD", NOON, "قافلة غداً"),
    "tranche-returned-1": TrancheReturned(REFERENCE, 5, 100_000, 0, NOON),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_message_crosses_as_it_was_published(name) -> None:
    published = (GOLDEN / f"{name}.json").read_text(encoding="utf-8").rstrip("\n")
    assert documents.written(messages.document(TOLD[name])).decode() == published
    assert messages.taken(type(TOLD[name]), json.loads(published)) == TOLD[name]


@pytest.mark.parametrize("message", TOLD.values(), ids=TOLD)
def test_each_field_of_a_message_is_a_field_of_its_kind(message) -> None:
    tree = paths.tree([field.path for field in KINDS[type(message)].fields])
    told = messages.document(message)
    assert paths.projected(tree, told) == told


def test_the_demonstrations_terms_name_every_field_of_each_kind() -> None:
    terms = json.loads(DEMO_TERMS.read_text(encoding="utf-8"))
    named = {each["kind"]: each for each in terms["kinds"]}
    for row in KINDS.values():
        assert set(named[row.kind]["fields"]) == {field.path for field in row.fields}
        assert named[row.kind]["purposes"] == list(row.purposes) == ["transit"]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_each_kind_and_field_has_its_own_word(language) -> None:
    for row in KINDS.values():
        said = [field_word(row.kind, field.path, language) for field in row.fields]
        assert kind_word(row.kind, language) != row.name
        assert len(set(said)) == len(said)
        assert not {field.path for field in row.fields} & set(said)
    assert purpose_word("transit", language) != "transit"
