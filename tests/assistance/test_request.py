"""A request from one desk to the other: sent, acknowledged, returned, completed, postponed, answered, refused."""

import pytest

from mabar.assistance import commands, rules
from mabar.assistance.models import AssistanceRequest, RequestEvent
from mabar.base.rules import NotMandated
from tests.assistance.liaison import CONTENTS, DEB, GHD, hours

pytestmark = pytest.mark.django_db(databases="__all__")


def test_a_request_lies_at_the_other_desk_with_the_same_clock(service) -> None:
    key = service.sent()
    ours, theirs = service.row(DEB, key), service.row(GHD, key)
    assert (ours.state, theirs.state, ours.is_outward, theirs.is_outward) == ("sent", "sent", True, False)
    assert (ours.due_at, ours.acknowledge_by) == (theirs.due_at, theirs.acknowledge_by)
    assert (theirs.number, theirs.matter, theirs.parties) == (ours.number, CONTENTS["matter"], CONTENTS["parties"])
    assert ours.number == "DEBDEB-2026-0001"
    assert service.told(DEB, "request") == ("accepted", "")


def test_the_second_request_of_the_year_bears_the_next_number(service) -> None:
    service.draft()
    assert service.row(DEB, service.draft()).number == "DEBDEB-2026-0002"


@pytest.mark.parametrize("part", [each for each in rules.WRITTEN if each not in ("requested", "agreement")])
def test_no_request_goes_without_what_the_agreement_demands(service, part) -> None:
    with pytest.raises(rules.ContentsMissing):
        service.act(DEB, "send_request", service.draft(**{part: " "}))


def test_names_and_addresses_are_told_where_they_are_known(service) -> None:
    assert service.state(GHD, service.sent(parties="")) == "sent"


def test_an_article_that_the_terms_do_not_have_is_no_basis(service) -> None:
    with pytest.raises(rules.ContentsMissing):
        service.draft(article="article 99")


def test_origin_is_verified_for_the_assessment_of_duties_alone(service) -> None:
    with pytest.raises(rules.PaceUnfit):
        service.draft(pace="origin", kind="offences")


def test_it_is_worked_on_and_answered_with_the_limits_of_its_use(service) -> None:
    key = service.to("answered")
    ours = service.row(DEB, key)
    assert (ours.state, ours.answer, ours.answered_by) == ("answered", "The invoices are genuine.", "GHD-L1")
    assert ours.retention_days == 1825
    with service.at(DEB):
        told = RequestEvent.objects.get(request=key, kind="answer_request").told
    assert (told["use"], told["onward"]) == ("customs-only", "with-consent")


def test_an_answer_without_text_is_none(service) -> None:
    with pytest.raises(rules.AnswerMissing):
        service.act(GHD, "answer_request", service.to("acknowledged"), answer=" ")


def test_an_incomplete_request_comes_back_with_what_is_missing_and_goes_again(service) -> None:
    key = service.to("returned")
    ours = service.row(DEB, key)
    assert (ours.state, ours.missing, ours.told_reason) == ("returned", ["description", "parties"], "which season?")
    assert ours.complete_by == service.row(GHD, key).complete_by is not None
    service.act(DEB, "complete_request", key, contents={"description": "The season of 2026"})
    service.carry()
    theirs = service.row(GHD, key)
    assert (theirs.state, theirs.description, theirs.missing) == ("sent", "The season of 2026", [])
    assert theirs.due_at == service.row(DEB, key).due_at > ours.due_at - hours(1)


def test_a_request_is_not_sent_back_for_nothing(service) -> None:
    with pytest.raises(rules.ReasonUntold):
        service.act(GHD, "return_incomplete", service.sent(), missing=[])


def test_a_postponed_answer_has_a_later_due_date_on_both_sides(service) -> None:
    key = service.to("acknowledged")
    later = service.row(GHD, key).due_at + hours(240)
    with pytest.raises(rules.DuePast):
        service.act(GHD, "postpone", key, due_at=service.now, reason="archive closed")
    service.act(GHD, "postpone", key, due_at=later, reason="archive closed")
    service.carry()
    assert [service.row(node, key).due_at for node in (DEB, GHD)] == [later, later]
    assert service.row(DEB, key).told_reason == "archive closed"


def test_a_refusal_is_told_with_its_reason_by_the_head(service) -> None:
    key = service.sent()
    with pytest.raises(NotMandated):
        service.act(GHD, "refuse_request", key, reason="sovereignty")
    with pytest.raises(rules.ReasonUntold):
        service.act(GHD, "refuse_request", key, by="GHD-H1", reason=" ")
    service.act(GHD, "refuse_request", key, by="GHD-H1", reason="sovereignty")
    service.carry()
    assert (service.state(DEB, key), service.row(DEB, key).told_reason) == ("refused", "sovereignty")


def test_an_act_belongs_to_one_side(service) -> None:
    key = service.sent()
    with pytest.raises(rules.NotThisSide):
        service.act(DEB, "acknowledge", key)
    with pytest.raises(rules.NotThisSide):
        service.act(GHD, "withdraw_request", key, reason="no")


def test_an_act_out_of_turn_and_one_on_an_old_page_are_refused(service) -> None:
    key = service.sent()
    with pytest.raises(rules.OutOfTurn):
        service.act(GHD, "answer_request", key, answer="too early")
    with pytest.raises(rules.OutOfTurn):
        service.act(GHD, "acknowledge", key, version=99)


def test_what_the_requested_side_said_stands_where_a_withdrawal_crosses_it(service) -> None:
    key = service.to("acknowledged")
    service.act(DEB, "withdraw_request", key, reason="settled here")
    service.act(GHD, "answer_request", key, answer="Genuine.")
    service.carry()
    assert (service.state(DEB, key), service.state(GHD, key)) == ("answered", "answered")
    assert service.row(DEB, key).answer == "Genuine."


def test_a_draft_is_withdrawn_and_nobody_is_told(service) -> None:
    key = service.draft()
    service.act(DEB, "withdraw_request", key, reason="not needed")
    service.carry()
    with service.at(GHD):
        assert not AssistanceRequest.objects.filter(key=key).exists()


def test_a_request_without_terms_in_force_does_not_begin(service) -> None:
    with service.at(DEB), pytest.raises(rules.PartnerWithoutTerms):
        commands.draft_request(
            service.officers["DEB-L1"], "0" * 26, place=DEB, partner="tn.ras-ajdir", pace="normal",
            contents=CONTENTS, at=service.now,
        )  # fmt: skip


def test_a_request_of_another_pair_of_administrations_is_refused(service) -> None:
    from mabar.assistance import messages
    from mabar.base import actors

    key = service.sent()
    with service.at(GHD):
        told = RequestEvent.objects.get(request=key).told
        from mabar.exchange.messages import taken

        message = taken(messages.Request, {**told, "requesting": "tn", "request": "1" * 26})
        with pytest.raises(rules.NotOfPartner):
            commands.take_request(
                actors.node(), "1" * 26, place=GHD, partner=DEB, message=message, letter="2" * 26, at=service.now
            )
