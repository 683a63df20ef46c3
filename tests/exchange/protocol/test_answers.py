"""Each message draws one final answer; what is said of many is said once."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange.protocol import answers, documents
from mabar.exchange.protocol.answers import Act, Acted, Answer, Answers, Said
from mabar.exchange.protocol.refused import Refused

ACCEPTED, REFUSED, HELD, LATE, ERASED = Said


def test_r2_reads_as_the_text_writes_it():
    written = (
        b'{"answers":[{"code":"","facts":{},"from":1,"said":"accepted","to":7},'
        b'{"code":"policy.field","facts":{"path":"items[].hs"},"from":8,"said":"refused","to":8}],"epoch":2}'
    )
    said = Answers(2, (Answer(1, 7, ACCEPTED), Answer(8, 8, REFUSED, "policy.field", {"path": "items[].hs"})))
    assert answers.read_answers(written) == said
    assert said.encoded() == written


def test_r3_reads_as_the_text_writes_it():
    written = b'{"act":"read","at":1795000000000,"id":"000102030405060708090a0b0c0d0e0f"}'
    said = Acted(bytes(range(16)), Act.READ, 1_795_000_000_000)
    assert answers.read_acted(written) == said
    assert said.encoded() == written


def row(**changes):
    return {"code": "", "facts": {}, "from": 1, "said": "accepted", "to": 2} | changes


BAD_ROWS = [
    row(code="rule.seal"),
    row(said="refused"),
    row(said="held"),
    row(said="late"),
    row(said="welcome"),
    row(said=["accepted"]),
    row(said="refused", code="Bad Code"),
    row(code=None),
    row(facts=[]),
    row(facts={"Path": 1}),
    row(facts={"path": None}),
    row(facts={"path": True}),
    row(facts={"path": "x" * 201}),
    row(facts={f"f{number}": number for number in range(9)}),
    row(**{"from": 0}),
    row(**{"from": 3}),
    row(**{"from": "1"}),
    row(to=True),
    row(more=1),
    {"code": ""},
    7,
]


@pytest.mark.parametrize("bad", BAD_ROWS)
def test_an_answer_of_another_form_is_malformed(bad):
    with pytest.raises(Refused) as refused:
        answers.read_answers(documents.written({"answers": [bad], "epoch": 1}))
    assert refused.value.code == "payload.malformed"


@pytest.mark.parametrize(
    "bad",
    [
        {"answers": [], "epoch": 1},
        {"answers": {}, "epoch": 1},
        {"answers": [row()], "epoch": 0},
        {"answers": [row()], "epoch": "1"},
        {"answers": [row(), row(to=3)], "epoch": 1},
        {"answers": [row(**{"from": 5, "to": 6}), row()], "epoch": 1},
        {"answers": [row()]},
        [],
    ],
)
def test_answers_of_another_form_are_malformed(bad):
    with pytest.raises(Refused):
        answers.read_answers(documents.written(bad))


@pytest.mark.parametrize(
    "change",
    [{"act": "seen"}, {"at": -1}, {"at": "now"}, {"id": "0g" * 16}, {"id": "00" * 15}, {"id": 0}, {"by": "me"}],
)
def test_an_act_of_another_form_is_malformed(change):
    good = {"act": "done", "at": 5, "id": "0a" * 16}
    assert answers.read_acted(documents.written(good)).act is Act.DONE
    with pytest.raises(Refused):
        answers.read_acted(documents.written(good | change))


def test_an_erasure_may_give_its_reason():
    for code in ("", "retention"):
        said = Answers(1, (Answer(1, 1, ERASED, code),))
        assert answers.read_answers(said.encoded()) == said


def test_facts_that_are_too_many_or_too_long_do_not_spoil_an_answer():
    facts = {f"f{number}": number for number in range(9)} | {"a": "x" * 300}
    said = Answers(1, (Answer(1, 1, REFUSED, "fault", facts),))
    read = answers.read_answers(said.encoded()).answers[0].facts
    assert read == {"a": "x" * 200} | {f"f{number}": number for number in range(7)}


@given(st.binary(max_size=120) | st.recursive(st.integers() | st.text(), st.lists).map(repr).map(str.encode))
def test_whatever_comes_is_read_or_refused(data):
    for reader in (answers.read_answers, answers.read_acted):
        with suppress(Refused):
            reader(data)


def test_neighbours_that_say_the_same_become_one():
    said = [Answer(3, 3, ACCEPTED), Answer(1, 1, ACCEPTED), Answer(2, 2, ACCEPTED), Answer(4, 4, LATE, "late")]
    said += [
        Answer(6, 6, ACCEPTED),
        Answer(7, 7, REFUSED, "rule.x", {"a": 1}),
        Answer(8, 8, REFUSED, "rule.x", {"a": 2}),
    ]
    assert answers.merged(said) == (
        Answer(1, 3, ACCEPTED),
        Answer(4, 4, LATE, "late"),
        Answer(6, 6, ACCEPTED),
        Answer(7, 7, REFUSED, "rule.x", {"a": 1}),
        Answer(8, 8, REFUSED, "rule.x", {"a": 2}),
    )


@given(st.lists(st.sampled_from([ACCEPTED, LATE]), max_size=30))
def test_merging_loses_no_answer(said):
    single = [Answer(seq, seq, each, "" if each is ACCEPTED else "late") for seq, each in enumerate(said, start=1)]
    merged = answers.merged(single)
    unfolded = [each.said for each in merged for _ in range(each.first, each.last + 1)]
    assert unfolded == said
    assert len(merged) == sum(one != other for one, other in zip([None, *said], said, strict=False))


@pytest.mark.parametrize(
    ("before", "now", "is_new"),
    [
        (None, ACCEPTED, True),
        (None, HELD, True),
        (None, ERASED, None),
        (HELD, REFUSED, True),
        (HELD, HELD, False),
        (HELD, ERASED, None),
        (ACCEPTED, ACCEPTED, False),
        (ACCEPTED, REFUSED, None),
        (ACCEPTED, HELD, None),
        (REFUSED, ACCEPTED, None),
        (LATE, ERASED, True),
        (ERASED, ACCEPTED, None),
        (ERASED, ERASED, False),
    ],
)
def test_there_is_one_final_answer_held_before_it_and_erased_after(before, now, is_new):
    said = {} if before is None else {5: before}
    heard = answers.hear([Answer(5, 5, now, "why")], said, size=9)
    assert (5 in heard.new) is (is_new is True)
    assert heard.out_of_turn == ((5,) if is_new is None else ())


def test_a_range_answers_each_of_its_messages():
    heard = answers.hear([Answer(2, 4, ACCEPTED), Answer(6, 6, HELD, "fault")], {3: REFUSED, 4: HELD}, size=6)
    assert {seq: each.said for seq, each in heard.new.items()} == {2: ACCEPTED, 4: ACCEPTED, 6: HELD}
    assert heard.out_of_turn == (3,)


def test_nobody_answers_what_was_never_sent():
    assert answers.hear([], {}, size=0).new == {}
    with pytest.raises(Refused):
        answers.hear([Answer(1, 2**40, ACCEPTED)], {}, size=9)
