"""Two nodes: issued at Debdeb, presented at Ghadames, verified with Debdeb; both sides see one clock."""

from datetime import timedelta

import pytest

from mabar.base import timers
from mabar.base.keys import new_key
from mabar.base.models import Timer
from mabar.base.rules import NotMandated
from mabar.crossings.rules import ReasonMissing
from mabar.exchange.models import Outgoing, Received
from mabar.origin import commands, queries, rules
from mabar.origin.commands.presenting import Shown
from mabar.origin.models import PresentedProof, Verification
from tests.origin import imports
from tests.origin.office import Both, later, lines

pytestmark = pytest.mark.django_db(databases="__all__")


def presented(both: Both, code: str, **facts) -> PresentedProof:
    """Present a proof with an import at Ghadames, at that node."""
    declaration = imports.declared(both.there, place="ly.ghadames", officers=both.there.across)
    told = {"declaration": declaration.key, "shown": Shown(code=code), "at": both.at, **facts}
    actor = told.pop("actor", both.there.across["verifying_officer"])
    return commands.present(actor, new_key(both.at), **told)


def asked(both: Both, shown: PresentedProof, **facts) -> Verification:
    told = {"presented": shown.key, "reason": "doubt", "text": "الختم باهت", "at": both.at, **facts}
    return commands.request(both.there.across["verifying_officer"], new_key(both.at), **told)


def answered(both: Both, outcome: str = "authentic", **facts) -> Verification:
    known = Verification.objects.get(side="answering")
    told = {"outcome": outcome, "findings": "مطابقة لسجل الإصدار", "at": both.at, **facts}
    return commands.answer(both.here.officer("verifying_officer"), known.key, **told)


def test_a_doubt_goes_to_the_issuer_and_its_answer_comes_back(both) -> None:
    made = both.here.proof()
    with both.across.at_work():
        shown = presented(both, made.code)
        assert (shown.verdict, shown.state) == ("valid", "presented")
        sent = asked(both, shown)
        assert not queries.carried(shown.declaration_id)[0].is_accepted
    both.carry()
    here = Verification.objects.get()
    assert (here.side, here.proof_id, here.due_at, here.request) == ("answering", made.key, sent.due_at, sent.key)
    assert (here.digest, here.text) == (made.digest, "الختم باهت")
    answered(both)
    both.carry(days=2)
    with both.across.at_work():
        there = Verification.objects.get()
        shown.refresh_from_db()
        assert (there.state, there.outcome, shown.state) == ("answered", "authentic", "confirmed")
        assert not Timer.objects.filter(verb="origin.note_overdue", ended_at=None).exists()
    assert not Timer.objects.filter(verb="origin.note_overdue", ended_at=None).exists()


@pytest.mark.parametrize("outcome", ["not_authentic", "not_confirmed"])
def test_a_negative_answer_leaves_the_proof_without_its_preference(both, outcome) -> None:
    made = both.here.proof()
    with both.across.at_work():
        shown = presented(both, made.code)
        asked(both, shown, reason="sample", text="")
    both.carry()
    answered(both, outcome)
    both.carry()
    with both.across.at_work():
        shown.refresh_from_db()
        assert shown.state == "not_confirmed"
        assert not queries.carried(shown.declaration_id)[0].is_accepted


def test_the_clock_fires_once_on_each_side_and_a_late_answer_still_counts(both) -> None:
    made = both.here.proof()
    with both.across.at_work():
        asked(both, presented(both, made.code))
    both.carry()
    due = Verification.objects.get().due_at
    late = due + timedelta(hours=1)
    assert timers.fire_due(due - timedelta(seconds=1)) == 0
    for _ in range(2):
        timers.fire_due(late)
        with both.across.at_work():
            timers.fire_due(late)
    assert (lines("note_overdue"), Verification.objects.get().state) == (1, "overdue")
    with both.across.at_work():
        assert (lines("note_overdue"), Verification.objects.get().overdue_at) == (1, due)
    answered(both, at=late)
    assert Verification.objects.get().state == "answered"


def test_the_due_day_is_ninety_days_after_on_the_clock_of_the_side_that_asks(both) -> None:
    made = both.here.proof()
    with both.across.at_work():
        sent = asked(both, presented(both, made.code))
    assert sent.due_at.isoformat() == "2027-02-21T22:00:00+00:00"


def test_a_withdrawal_reaches_the_country_that_the_proof_was_meant_for(both) -> None:
    made = both.here.proof()
    with both.across.at_work():
        shown = presented(both, made.code)
    commands.withdraw(both.here.officer("issuing_officer"), made.key, reason="لم تُحمَّل", at=both.at)
    both.carry()
    with both.across.at_work():
        shown.refresh_from_db()
        assert shown.state == "revoked"
        assert queries.judged(made.code, today=both.at.date()).verdict == "withdrawn"


def test_a_replacement_is_told_with_its_number(both) -> None:
    first = both.here.proof()
    second = both.here.proof(replaces=first.key)
    both.carry()
    with both.across.at_work():
        judged = queries.judged(first.code, today=both.at.date())
        assert (judged.verdict, judged.replacement) == ("replaced", second.serial)
        assert queries.judged(second.code, today=both.at.date()).is_valid
        assert Received.objects.filter(kind="origin.ended/1.0").count() == 1


def test_a_number_alone_is_unchecked_until_the_node_that_is_named_confirms_it(both) -> None:
    made = both.here.proof()
    with both.across.at_work():
        shown = presented(both, "", shown=Shown(serial=made.serial, agreement="pafta"))
        assert (shown.verdict, shown.issuer) == ("unchecked", "")
        with pytest.raises(rules.IssuerUnreachable):
            asked(both, shown)
        with pytest.raises(ReasonMissing):
            asked(both, shown, text=" ", partner="dz.debdeb")
        asked(both, shown, partner="dz.debdeb")
    both.carry()
    answered(both)
    both.carry()
    with both.across.at_work():
        assert queries.carried(shown.declaration_id)[0].is_accepted


def test_who_has_no_mandate_neither_asks_nor_answers(both) -> None:
    made = both.here.proof()
    with both.across.at_work():
        shown = presented(both, made.code)
        with pytest.raises(NotMandated):
            commands.request(both.there.officers["examiner"], new_key(both.at), presented=shown.key, reason="sample",
                             text="", at=both.at)  # fmt: skip
        asked(both, shown)
    both.carry()
    with pytest.raises(NotMandated):
        commands.answer(both.here.officer("issuing_officer"), Verification.objects.get().key, outcome="authentic",
                        findings="x", at=later(2))  # fmt: skip
    answered(both)
    with pytest.raises(rules.OutOfTurn):
        answered(both)
    assert Outgoing.objects.filter(kind="origin.answer/1.0").count() == 1
