"""The one clock: oral requests that lapse, what is noted late on both sides, and deadlines that differ."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mabar.assistance import commands, rules
from mabar.assistance.models import Consent, Measure
from mabar.base.keys import new_key
from tests.assistance.liaison import CONTENTS, DEB, GHD, hours

pytestmark = pytest.mark.django_db(databases="__all__")
TRIPOLI = ZoneInfo("Africa/Tripoli")


def oral(service, **changed) -> str:
    """Record an oral request at Debdeb, with what the telephone gave."""
    contents = {**CONTENTS, "description": "", "legal_elements": "", "connection": "", **changed}
    with service.at(DEB):
        at = service.pair.later(seconds=1)
        key = new_key(at)
        told = {"place": DEB, "partner": GHD, "pace": "urgent", "contents": contents, "at": at}
        commands.record_oral(service.officers["DEB-L1"], key, **told)
    service.carry()
    return key


def test_days_end_at_the_place_that_owes_the_act() -> None:
    at = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # the 23rd has begun in Libya, not in Algeria
    due = rules.answer_by(at, "normal", rules.Deadlines(), TRIPOLI)
    assert due == datetime(2026, 12, 23, 22, 0, tzinfo=UTC)
    assert rules.answer_by(at, "urgent", rules.Deadlines(), TRIPOLI) == at + hours(48)
    assert rules.answer_by(at, "origin", rules.Deadlines(), TRIPOLI) - due == timedelta(days=60)


def test_an_oral_request_is_told_and_confirmed_in_writing(service) -> None:
    key = oral(service)
    assert (service.state(DEB, key), service.state(GHD, key)) == ("oral", "oral")
    assert service.row(GHD, key).confirm_by == service.row(DEB, key).confirm_by is not None
    with pytest.raises(rules.ContentsMissing):
        service.act(DEB, "confirm_oral", key, contents={})
    service.act(DEB, "confirm_oral", key, contents=CONTENTS)
    service.carry()
    theirs = service.row(GHD, key)
    assert (theirs.state, theirs.description) == ("sent", CONTENTS["description"])


def test_an_oral_request_that_nobody_confirms_lapses_on_both_sides_once(service) -> None:
    key = oral(service)
    due = service.row(DEB, key).confirm_by
    for node in (DEB, GHD):
        assert service.fire(node, due - hours(1)) == 0
        assert service.fire(node, due + hours(5)) == 1
        assert service.fire(node, due + hours(6)) == 0
        assert service.state(node, key) == "lapsed"
        (facts,) = service.lines(node, "lapse_request")
        assert due.isoformat() in facts
        assert service.row(node, key).ended_at == due
    with pytest.raises(rules.OutOfTurn):
        service.act(DEB, "confirm_oral", key, contents=CONTENTS, at=due + hours(7))


def test_a_confirmation_after_its_hour_is_refused_also_where_the_clock_was_off(service) -> None:
    key = oral(service)
    with pytest.raises(rules.ConfirmationLate):
        service.act(DEB, "confirm_oral", key, contents=CONTENTS, at=service.row(DEB, key).confirm_by)


def test_a_confirmation_written_in_time_counts_though_its_news_comes_late(service) -> None:
    key = oral(service)
    service.act(DEB, "confirm_oral", key, contents=CONTENTS)
    service.fire(GHD, service.row(GHD, key).confirm_by)
    assert service.state(GHD, key) == "lapsed"
    service.carry()
    assert service.state(GHD, key) == "sent"


def test_what_nobody_acknowledges_or_answers_is_noted_on_both_sides_from_the_due_instant(service) -> None:
    key = service.sent(pace="urgent")
    ours = service.row(DEB, key)
    for node in (DEB, GHD):
        assert service.fire(node, ours.due_at + hours(3)) == 2
        row = service.row(node, key)
        assert (row.unacknowledged_at, row.overdue_at) == (ours.acknowledge_by, ours.due_at)
        assert service.fire(node, ours.due_at + hours(4)) == 0
        assert len(service.lines(node, "note_overdue")) == 1


def test_an_answer_in_time_leaves_nothing_for_the_clock_but_the_erasure(service) -> None:
    key = service.to("answered")
    due = service.row(DEB, key).due_at
    assert [service.fire(node, due + hours(1)) for node in (DEB, GHD)] == [0, 0]


def test_a_returned_request_that_nobody_completes_lapses(service) -> None:
    key = service.to("returned")
    due = service.row(DEB, key).complete_by
    for node in (DEB, GHD):
        service.fire(node, due)
        assert service.state(node, key) == "lapsed"
    with pytest.raises(rules.OutOfTurn):
        service.act(DEB, "complete_request", key, contents={})


def test_deadlines_that_differ_stop_the_request_and_say_both_instants(service) -> None:
    with service.at(GHD):
        commands.change_deadlines(
            service.officers["GHD-H1"], "dz", place=GHD, deadlines=rules.Deadlines(normal_days=20), at_once=(),
            basis="Session 9", at=service.now,
        )  # fmt: skip
    service.sent()
    assert service.told(DEB, "request") == ("refused", "rule.due-not-of-terms")


def test_the_class_of_a_refused_clock_names_both_instants() -> None:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    with pytest.raises(rules.DueNotOfTerms) as refused:
        rules.check_same_clock(at, at + hours(1))
    assert refused.value.details == {"told": "2026-11-22 00:00Z", "own": "2026-11-22 01:00Z"}


@pytest.mark.parametrize("wrong", [{"normal_days": 0}, {"urgent_hours": 9999}])
def test_deadlines_are_within_bounds_and_have_a_basis(wrong) -> None:
    with pytest.raises(rules.DeadlinesUnfit):
        rules.check_deadlines(rules.Deadlines(**wrong), basis="Session 9")
    with pytest.raises(rules.DeadlinesUnfit):
        rules.check_deadlines(rules.Deadlines(), basis=" ")


def test_a_measure_has_its_basis_and_ends_on_its_day_on_both_sides(service) -> None:
    key = service.to("returned")
    ends_at = service.now + hours(48)
    told = {"measure_key": new_key(service.now), "measure": "goods held", "ends_at": ends_at}
    with pytest.raises(rules.MeasureUnfit):
        service.act(GHD, "note_measure", key, legal_basis=" ", **told)
    service.act(GHD, "note_measure", key, legal_basis="Customs code, article 241", **told)
    service.carry()
    for node in (DEB, GHD):
        with service.at(node):
            assert Measure.objects.get(request=key).legal_basis == "Customs code, article 241"
        assert service.fire(node, ends_at + hours(1)) == 1
        with service.at(node):
            assert Measure.objects.get(request=key).ended_at == ends_at


def test_another_use_needs_written_consent(service) -> None:
    key = service.to("answered")
    consent = new_key(service.now)
    asked = {"consent_key": consent, "use": "court file 12", "recipient": "Court of Illizi"}
    service.act(DEB, "ask_consent", key, **asked)
    with pytest.raises(rules.ConsentStands):
        service.act(DEB, "ask_consent", key, **asked | {"consent_key": new_key(service.now)})
    service.carry()
    service.act(GHD, "give_consent", key, by="GHD-H1", consent_key=consent)
    service.carry()
    with service.at(DEB):
        given = Consent.objects.get(key=consent)
    assert (given.state, given.decided_by, given.recipient) == ("given", "GHD-H1", "Court of Illizi")
    with pytest.raises(rules.ConsentStands):
        service.act(GHD, "refuse_consent", key, by="GHD-H1", consent_key=consent, reason="late")


def test_files_go_with_an_answer_and_are_what_they_say(service) -> None:
    key = service.to("acknowledged")
    with pytest.raises(rules.AttachmentUnfit):
        service.act(GHD, "answer_request", key, answer="See the file.", files=[("x.exe", b"MZ")])
    content = b"%PDF-1.7 invoice 17"
    service.act(GHD, "answer_request", key, answer="See the file.", files=[("invoice.pdf", content)])
    service.carry()
    from mabar.base import files

    with service.at(DEB):
        (attached,) = service.row(DEB, key).attachments.select_related("file")
        assert (attached.name, files.read(attached.file.sha256)) == ("invoice.pdf", content)


def test_texts_and_files_are_erased_when_the_terms_say_so(service) -> None:
    key = service.to("answered")
    row = service.row(DEB, key)
    assert service.fire(DEB, row.ended_at + timedelta(days=row.retention_days, seconds=1)) == 1
    after = service.row(DEB, key)
    assert (after.matter, after.parties, after.answer, after.number) == ("", "", "", row.number)
    assert after.erased_at is not None
