"""The query of one declaration: by number, for a purpose, only the fields of the terms, logged on both sides."""

import json
from dataclasses import replace

import pytest

from mabar.assistance import commands, rules
from mabar.assistance.wire import QUERY_PURPOSES
from mabar.base import actors
from mabar.base.keys import new_key
from mabar.base.models import Actor, Firm, Mandate, Place, Post
from mabar.declarations import commands as declarations
from mabar.declarations.models import Declaration
from tests.assistance.liaison import DAY_ONE, DEB, GHD, QUERY_ARTICLE, hours
from tests.declarations.advancing import export
from tests.declarations.records import SEED

pytestmark = pytest.mark.django_db(databases="__all__")
ASKED = {"purpose": "duty-assessment", "article": QUERY_ARTICLE, "sections": ("items", "values")}


def registered(service) -> Declaration:
    """Lodge an export at Debdeb, which gives it a number."""
    with service.at(DEB):
        place, node, at = Place.objects.get(code=DEB), actors.node(), service.now
        firm, _ = Firm.objects.get_or_create(code="OASIS", defaults={"name": "Oasis Brokers", "kind": "broker"})
        told = {"kind": "declarant", "name": firm.name, "firm": firm, "place": place, "password": "!"}
        broker, _ = Actor.objects.get_or_create(key="broker-oasis", defaults=told)
        post, _ = Post.objects.get_or_create(agency=None, function="declarant")
        Mandate.objects.get_or_create(actor=broker, post=post, place=None, defaults={"from_on": DAY_ONE})
        declarations.change_register(node, DEB, keeper="mabar", from_on=at.date(), at=at)
        record = replace(export(), declarant_reference=new_key(at))
        return declarations.lodge(broker, new_key(at), record=record, place=DEB, seed=SEED, at=at)


def ask(service, number: str, **changed) -> str:
    """Ask from Debdeb for one declaration of Ghadames."""
    told = {"place": DEB, "partner": GHD, "number": number, **ASKED, **changed}
    with service.at(DEB):
        at = service.pair.later(seconds=1)
        key = new_key(at)
        commands.ask_query(service.officers["DEB-L1"], key, at=at, **told)
    service.carry()
    return key


def at_once(service, *purposes: str) -> None:
    """Let Ghadames answer queries for these purposes without an officer."""
    with service.at(GHD):
        stated = {"deadlines": rules.Deadlines(queries_an_hour=3), "at_once": purposes, "basis": "Session 9"}
        commands.change_deadlines(service.officers["GHD-H1"], "dz", place=GHD, at=service.now, **stated)


def test_a_query_without_number_purpose_or_parts_of_the_terms_does_not_go(service) -> None:
    for refusal, wrong in (
        (rules.NumberMissing, {"number": " "}),
        (rules.PurposeMissing, {"purpose": ""}),
        (rules.PurposeMissing, {"purpose": "curiosity"}),
        (rules.FieldsOutsideTerms, {"sections": ("containers",)}),
        (rules.FieldsOutsideTerms, {"sections": ()}),
        (rules.ContentsMissing, {"article": "article 99"}),
    ):
        with pytest.raises(refusal):
            ask(service, wrong.pop("number", "X-17"), **wrong)


def test_an_unknown_number_is_refused_at_once_and_nothing_else_is_told(service) -> None:
    at_once(service, "duty-assessment")
    key = ask(service, "X-17")
    ours = service.query_row(DEB, key)
    assert (ours.state, ours.ground, ours.record, ours.office) == ("refused", "not-told", {}, "")


def test_a_query_for_another_purpose_waits_for_an_officer(service) -> None:
    at_once(service, "duty-assessment")
    key = ask(service, "X-17", purpose="offence-enquiry")
    assert service.query_row(GHD, key).state == "asked"
    with service.at(GHD), pytest.raises(rules.NoDeclarationToTell):
        commands.answer_query(service.officers["GHD-L1"], key, at=service.now)
    with service.at(GHD):
        commands.refuse_query(service.officers["GHD-L1"], key, ground="not-for-purpose", at=service.now)
        with pytest.raises(rules.OutOfTurn):
            commands.refuse_query(service.officers["GHD-L1"], key, ground="other", at=service.now)
    service.carry()
    assert service.query_row(DEB, key).ground == "not-for-purpose"


def test_an_official_asks_no_more_than_the_terms_let_him_in_an_hour(service) -> None:
    at_once(service, *QUERY_PURPOSES)
    for _ in range(3):
        ask(service, "X-17")
    ask(service, "X-18")  # this side's own terms let him; the other side's do not
    assert service.heard(GHD, "query") == ("refused", "rule.queries-too-many")
    with pytest.raises(rules.QueriesTooMany):
        rules.check_rate(20, most=20, official="DEB-L1")


def test_a_query_that_nobody_answers_lapses_on_both_sides(service) -> None:
    key = ask(service, "X-17")
    due = service.query_row(DEB, key).due_at
    for node in (DEB, GHD):
        assert service.fire(node, due + hours(1)) == 1
        assert service.query_row(node, key).state == "lapsed"


def test_both_journals_name_who_asked_what_for_and_under_which_article(service) -> None:
    at_once(service, "duty-assessment")
    ask(service, "X-17")
    (asked,) = map(json.loads, service.lines(DEB, "ask_query"))
    (taken,) = map(json.loads, service.lines(GHD, "take_query"))
    assert (asked["purpose"], asked["article"], asked["number"]) == ("duty-assessment", QUERY_ARTICLE, "X-17")
    assert (taken["purpose"], taken["article"], taken["by"]) == ("duty-assessment", QUERY_ARTICLE, "DEB-L1")


def test_only_the_fields_of_the_parts_asked_for_and_of_the_terms_go_and_both_journals_name_them(service) -> None:
    declaration = registered(service)
    with service.at(DEB):
        stated = {"deadlines": rules.Deadlines(), "at_once": ("duty-assessment",), "basis": "Session 9"}
        commands.change_deadlines(service.officers["DEB-H1"], "ly", place=DEB, at=service.now, **stated)
    with service.at(GHD):
        at = service.pair.later(seconds=1)
        key = new_key(at)
        told = {"place": GHD, "partner": DEB, "number": str(declaration), **ASKED}
        commands.ask_query(service.officers["GHD-L1"], key, at=at, **told)
    service.carry()
    theirs, ours = service.query_row(GHD, key), service.query_row(DEB, key)
    assert (theirs.state, theirs.answered_by, ours.is_at_once) == ("answered", "node", True)
    assert set(theirs.record) == {"items", "valuation"}
    assert theirs.fields == ours.fields
    assert not any(path.startswith(("record.consignee", "record.containers")) for path in theirs.fields)
    (went,) = map(json.loads, service.lines(DEB, "answer_at_once"))
    (came,) = map(json.loads, service.lines(GHD, "take_answer"))
    assert went["fields"] == came["fields"] == theirs.fields
    assert (went["asked_by"], went["purpose"], came["article"]) == ("GHD-L1", "duty-assessment", QUERY_ARTICLE)
