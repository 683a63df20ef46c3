"""What the asked side does not believe: the asker's clock, articles beside the terms, and what comes after erasure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from mabar.assistance import commands, messages, rules
from mabar.assistance.models import AssistanceRequest, Consent, DeclarationQuery, Measure, RequestEvent
from mabar.assistance.turns import MEASURE
from mabar.base import actors
from mabar.base.keys import new_key
from mabar.base.models import Timer
from mabar.crossings.rules import HourOutOfOrder
from mabar.exchange.messages import taken
from tests.assistance.liaison import CONTENTS, DEB, GHD, QUERY_ARTICLE, Service, hours

pytestmark = pytest.mark.django_db(databases="__all__")
LETTER = "2" * 26
ELSEWHERE = "dz.tin-alkoum"


def query_comes(service: Service, **changed: Any) -> DeclarationQuery:
    """Let a query of Debdeb's liaison officer come to Ghadames now."""
    at = service.pair.later(seconds=1)
    key, asked_at = new_key(at), changed.pop("asked_at", at)
    due_at = rules.query_by(asked_at, rules.Deadlines())
    told = {"agreement": "dz-ly.goods.1", "article": QUERY_ARTICLE, "by": "DEB-L1", "sections": ("items",), **changed}
    facts = {"purpose": "duty-assessment", "agreement": "dz-ly.goods.1", "letter": LETTER, "at": at}
    with service.at(GHD):
        message = messages.Query(key, "X-17", asked_at, due_at, **told)
        return commands.take_query(actors.node(), key, place=GHD, partner=DEB, message=message, **facts)


def three_an_hour(service: Service) -> None:
    with service.at(GHD):
        stated = {"deadlines": rules.Deadlines(queries_an_hour=3), "at_once": (), "basis": "Session 9"}
        long_ago = service.now - timedelta(days=30)
        commands.change_deadlines(service.officers["GHD-H1"], "dz", place=GHD, at=long_ago, **stated)


def told_request(service: Service, key: str, **changed: Any) -> messages.Request:
    """Give the newest writing of a request as it came to Ghadames."""
    with service.at(GHD):
        told = RequestEvent.objects.filter(request=key, is_ours=False).latest("pk").told
    return replace(taken(messages.Request, told), **changed)


def request_comes(service: Service, key: str, message: messages.Request, *, partner: str = DEB) -> AssistanceRequest:
    facts = {"place": GHD, "partner": partner, "letter": LETTER, "at": service.pair.later(seconds=1)}
    with service.at(GHD):
        return commands.take_request(actors.node(), key, message=message, **facts)


def erased(service: Service, node: str, key: str) -> datetime:
    """Let the texts of a request be erased at a node."""
    at = service.pair.later(seconds=1)
    with service.at(node):
        commands.erase_texts(actors.node(), key, due_at=at, at=at)
    return service.pair.later(seconds=1)


def hear(
    service: Service, node: str, command: Callable[..., AssistanceRequest], key: str, message: Any
) -> AssistanceRequest:
    partner = GHD if node == DEB else DEB
    with service.at(node):
        return command(actors.node(), key, partner=partner, message=message, letter=LETTER, at=service.now)


def told_texts(service: Service, node: str, key: str) -> list[dict[str, Any]]:
    with service.at(node):
        return [each.told for each in RequestEvent.objects.filter(request=key) if each.told]


# The rate and the clock of a query


def test_queries_are_counted_by_when_they_came_whatever_hour_they_bear(service: Service) -> None:
    three_an_hour(service)
    for number in range(3):
        query_comes(service, asked_at=service.now - hours(2 * number + 2))
    with pytest.raises(rules.QueriesTooMany):
        query_comes(service, asked_at=service.now - hours(9))
    service.pair.later(hours=1)
    assert query_comes(service).state == "asked"


def test_a_query_from_ahead_of_now_is_not_taken(service: Service) -> None:
    with pytest.raises(HourOutOfOrder):
        query_comes(service, asked_at=service.now + hours(1))


def test_a_query_that_was_due_before_it_came_is_not_taken(service: Service) -> None:
    with pytest.raises(rules.DuePast):
        query_comes(service, asked_at=service.now - hours(48))
    assert query_comes(service, asked_at=service.now - hours(47)).state == "asked"


# Articles of the terms


@pytest.mark.parametrize("article", ["article 99", ""])
def test_a_query_under_an_article_beside_the_terms_is_not_taken(service: Service, article: str) -> None:
    with pytest.raises(rules.ContentsMissing) as refused:
        query_comes(service, article=article)
    assert refused.value.details == {"missing": "article"}


def test_a_request_under_an_article_beside_the_terms_is_not_taken(service: Service) -> None:
    key = service.sent()
    other = new_key(service.now)
    message = told_request(service, key, request=other, number="DEBDEB-2026-0009", article="article 99")
    with pytest.raises(rules.ContentsMissing) as refused:
        request_comes(service, other, message)
    assert refused.value.details == {"missing": "article"}


# Whose request and whose measure it is


@pytest.mark.parametrize("act", ["confirm_oral", "complete_request"])
def test_a_request_is_confirmed_or_completed_by_its_own_partner_alone(service: Service, act: str) -> None:
    key = service.sent()
    message = told_request(service, key, act=act, description="written anew")
    state = "oral" if act == "confirm_oral" else "returned"
    by = message.at + hours(24)
    with service.at(GHD):
        changes = {"partner": ELSEWHERE, "state": state, "is_oral": True, "confirm_by": by, "complete_by": by}
        AssistanceRequest.objects.filter(key=key).update(**changes)
    with pytest.raises(rules.NotOfPartner):
        request_comes(service, key, message)
    assert service.row(GHD, key).description == CONTENTS["description"]


def measured(service: Service, key: str) -> str:
    """Note a measure at Ghadames that Debdeb has heard of."""
    measure = new_key(service.pair.later(seconds=1))
    told = {"measure": "goods held", "legal_basis": "article 241", "ends_at": service.now + hours(48)}
    service.act(GHD, "note_measure", key, measure_key=measure, **told)
    service.carry()
    return measure


def is_watched(service: Service, measure: str) -> bool:
    with service.at(DEB):
        return Timer.objects.filter(verb=MEASURE, subject=measure, ended_at=None, fired_at=None).exists()


def test_the_end_of_a_measure_is_believed_for_its_own_request_alone(service: Service) -> None:
    key, other = service.sent(), service.sent()
    measure = measured(service, key)
    step = messages.Step(other, "end_measure", service.now, "GHD-L1", measure_key=measure)
    hear(service, DEB, commands.take_step, other, step)
    assert is_watched(service, measure)
    hear(service, DEB, commands.take_step, key, replace(step, request=key))
    assert not is_watched(service, measure)
    with service.at(DEB):
        assert Measure.objects.get(key=measure).ended_at == step.at


# What comes after the erasure


def test_no_consent_is_asked_for_once_the_texts_are_erased(service: Service) -> None:
    key = service.to("answered")
    at = erased(service, DEB, key)
    with pytest.raises(rules.OutOfTurn):
        service.act(DEB, "ask_consent", key, consent_key=new_key(at), use="court file", recipient="Court")
    erased(service, GHD, key)
    note = messages.ConsentNote(key, new_key(at), "ask_consent", at, "DEB-L1", "court file", "Court")
    due_at = rules.decide_by(at, rules.Deadlines(), actors_clock(service))
    with pytest.raises(rules.OutOfTurn):
        hear(service, GHD, commands.take_consent, key, replace(note, due_at=due_at))


def actors_clock(service: Service) -> Any:
    from mabar.base.models import Place

    with service.at(GHD):
        return Place.objects.get(code=GHD).clock


@pytest.mark.parametrize("node", [DEB, GHD])
def test_a_consent_decided_after_the_erasure_keeps_no_reason(service: Service, node: str) -> None:
    key = service.to("answered")
    consent = new_key(service.pair.later(seconds=1))
    service.act(DEB, "ask_consent", key, consent_key=consent, use="court file", recipient="Court")
    service.carry()
    erased(service, node, key)
    service.act(GHD, "refuse_consent", key, by="GHD-H1", consent_key=consent, reason="names a family")
    service.carry()
    with service.at(node):
        kept = Consent.objects.get(key=consent)
    assert (kept.state, kept.reason) == ("refused", "")
    assert told_texts(service, node, key) == []


def test_no_measure_is_noted_once_the_texts_are_erased(service: Service) -> None:
    key = service.sent()
    at = erased(service, GHD, key)
    told = {"measure_key": new_key(at), "measure": "goods held", "legal_basis": "article 241"}
    with pytest.raises(rules.OutOfTurn):
        service.act(GHD, "note_measure", key, ends_at=at + hours(48), **told)
    erased(service, DEB, key)
    step = messages.Step(key, "note_measure", service.now, "GHD-L1", due_at=at + hours(48), **told)
    with pytest.raises(rules.OutOfTurn):
        hear(service, DEB, commands.take_step, key, step)
    with service.at(DEB):
        assert not Measure.objects.filter(request=key).exists()


def test_a_measure_ends_after_the_erasure_without_a_text(service: Service) -> None:
    key = service.sent()
    measure = measured(service, key)
    erased(service, DEB, key)
    step = messages.Step(key, "end_measure", service.now, "GHD-L1", reason="names a family", measure_key=measure)
    hear(service, DEB, commands.take_step, key, step)
    assert not is_watched(service, measure)
    assert told_texts(service, DEB, key) == []


def test_an_answer_that_comes_after_the_erasure_is_not_kept(service: Service) -> None:
    key = service.to("acknowledged")
    service.act(DEB, "withdraw_request", key, reason="settled here")
    erased(service, DEB, key)
    files = [("invoice.pdf", b"%PDF-1.7 invoice 18")]
    service.act(GHD, "answer_request", key, answer="Genuine.", files=files)
    service.carry()
    assert service.told(GHD, "reply") == ("refused", "rule.out-of-turn")
    row = service.row(DEB, key)
    assert (row.state, row.answer) == ("withdrawn", "")
    with service.at(DEB):
        assert not row.attachments.exists()


def test_a_request_completed_after_the_erasure_is_not_written_anew(service: Service) -> None:
    key = service.to("returned")
    message = told_request(service, key, act="complete_request")
    erased(service, GHD, key)
    with pytest.raises(rules.OutOfTurn):
        request_comes(service, key, message)
    assert service.row(GHD, key).matter == ""


@pytest.mark.parametrize("act", ["acknowledge", "answer_request", "postpone"])
def test_a_request_that_bears_an_act_of_the_other_side_moves_nothing(service: Service, act: str) -> None:
    key = service.sent()
    message = told_request(service, key, act=act)
    with pytest.raises(rules.OutOfTurn):
        request_comes(service, key, message)
    assert service.row(GHD, key).state == "sent"
