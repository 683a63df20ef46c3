"""The query of one declaration of the partner: asked by number, answered under the terms, logged on both sides."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from mabar.assistance import designations, inquiries, messages, rules, telling, turns
from mabar.assistance.models import DeclarationQuery
from mabar.base import actors, journal, mandates, timers
from mabar.base.models import Actor

HOUR = timedelta(hours=1)


def ask_query(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    number: str,
    purpose: str,
    article: str,
    sections: Sequence[str],
    at: datetime,
) -> DeclarationQuery:
    """Query one declaration of the partner by its number, for a purpose that the terms name.

    Raises:
        NotMandated, NotDesignated, PartnerWithoutTerms, NumberMissing, PurposeMissing, FieldsOutsideTerms,
        ContentsMissing, QueriesTooMany.
    """
    facts = {"partner": partner, "number": number, "purpose": purpose, "article": article, "sections": list(sections)}
    with journal.writes(actor, "assistance.ask_query", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "assistance.ask_query", place=place)
        designations.check_own(actor.key, place=place, at=at)
        told = _within_terms(partner, number, purpose=purpose, article=article, sections=sections, at=at)
        inquiries.check_rate(actor.key, partner=partner, is_outward=True, at=at)
        query = DeclarationQuery.objects.create(
            key=key,
            is_outward=True,
            partner=partner,
            place_id=place,
            asked_by=actor.key,
            asked_at=at,
            due_at=rules.query_by(at, designations.deadlines_with(partner, at)),
            state="asked",
            **told,
        )
        line.note(agreement=query.agreement, due_at=query.due_at)
        telling.tell(partner, inquiries.message_of(query), purpose=purpose, at=at)
        timers.start(turns.LAPSE_QUERY, key, due_at=query.due_at)
    return query


def _within_terms(
    partner: str, number: str, *, purpose: str, article: str, sections: Sequence[str], at: datetime
) -> dict[str, Any]:
    """Give what is asked, once the terms allow it."""
    terms = telling.terms_to(partner, messages.Query.KIND, at=at)
    answers = telling.terms_from(partner, messages.Answer.KIND, at=at)
    rules.check_purpose(purpose, terms.purposes)
    wanted = rules.check_sections(sections, answers.fields)
    telling.check_article(article, terms)
    asked = {"number": rules.check_number(number), "purpose": purpose, "article": article}
    return {**asked, "agreement": terms.terms, "sections": wanted}


def take_query(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    message: messages.Query,
    purpose: str,
    agreement: str,
    letter: str,
    at: datetime,
) -> DeclarationQuery:
    """Take in a query of the partner; answer it at once where the agreement says so, else put it on the desk.

    Raises:
        NotMandated, NotDesignated, NumberMissing, PurposeMissing, ContentsMissing, FieldsOutsideTerms, QueriesTooMany,
        HourOutOfOrder, DueNotOfTerms, DuePast, PartnerWithoutTerms.
    """
    asked: dict[str, Any] = {"partner": partner, "number": message.declaration_number, "purpose": purpose}
    asked |= {"article": message.article}
    asked |= {"agreement": agreement, "by": message.by, "sections": list(message.sections)}
    with journal.writes(actor, "assistance.take_query", key, at=at, place=place, **asked):
        mandates.require(actor, "assistance.take_query", place=place)
        designations.check_theirs(message.by, partner=partner, at=message.at)
        rules.check_purpose(purpose, telling.terms_to(partner, messages.Answer.KIND, at=at).purposes)
        query = inquiries.taken(
            key, message, place=place, partner=partner, purpose=purpose, agreement=agreement, letter=letter, at=at
        )
        if designations.answered_at_once(partner, purpose, at):
            return _answer_at_once(actors.node(), query, at=at)
    return query


def answer_query(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> DeclarationQuery:
    """Answer a query with the parts asked for, as far as the terms name their fields.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, NoDeclarationToTell, FieldsOutsideTerms,
        PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.answer_query", key, at=at) as line:
        query = inquiries.take("answer_query", key, version=version)
        line.place = query.place_id
        mandates.require(actor, "assistance.answer_query", place=query.place_id)
        _check_ours(actor, query, at=at)
        rules.after_query("answer_query", query.state)
        line.note(**_answered(query, by=actor.key, at=at))
    return query


def refuse_query(actor: Actor, key: str, *, ground: str, at: datetime, version: int | None = None) -> DeclarationQuery:
    """Refuse a query; of the declaration nothing is told, not even whether there is one.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, ReasonUntold, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.refuse_query", key, at=at, ground=ground) as line:
        query = inquiries.take("refuse_query", key, version=version)
        line.place = query.place_id
        mandates.require(actor, "assistance.refuse_query", place=query.place_id)
        _check_ours(actor, query, at=at)
        rules.after_query("refuse_query", query.state)
        if ground not in rules.GROUNDS:
            raise rules.ReasonUntold()
        line.note(**_refused(query, ground, by=actor.key, at=at))
    return query


def take_answer(
    actor: Actor, key: str, *, partner: str, message: messages.Answer, letter: str, at: datetime
) -> DeclarationQuery:
    """Take in the answer to a query, until its retention ends.

    Raises:
        NotMandated, NoSuchRecord, NotOfPartner, NotDesignated, OutOfTurn.
    """
    with journal.writes(actor, "assistance.take_answer", key, at=at, partner=partner, by=message.by) as line:
        act = "answer_query" if message.state == "answered" else "refuse_query"
        query = inquiries.take(act, key)
        line.place = query.place_id
        mandates.require(actor, "assistance.take_answer", place=query.place_id)
        if query.partner != partner or not query.is_outward:
            raise rules.NotOfPartner(partner=partner)
        if message.by != actors.NODE_KEY:  # where the agreement lets the node answer, no official does
            designations.check_theirs(message.by, partner=partner, at=message.at)
        days = telling.terms_from(partner, messages.Answer.KIND, at=at).retention_days
        line.note(**inquiries.keep_answer(query, act, message, letter=letter, retention_days=days))
        timers.end(turns.LAPSE_QUERY, key, at=at)
    return query


def lapse_query(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> DeclarationQuery:
    """Let a query lapse that nobody answered in time.

    Raises:
        NotMandated, OutOfTurn: it was answered.
    """
    with journal.writes(actor, "assistance.lapse_query", key, at=at, due_at=due_at) as line:
        query = inquiries.take("lapse_query", key)
        line.place = query.place_id
        mandates.require(actor, "assistance.lapse_query", place=query.place_id)
        query.state = rules.after_query("lapse_query", query.state)
        inquiries.save(query, "state")
    return query


def _check_ours(actor: Actor, query: DeclarationQuery, *, at: datetime) -> None:
    if query.is_outward:
        raise rules.NotThisSide(verb="assistance.answer_query")
    designations.check_own(actor.key, place=query.place_id, at=at)


def _answer_at_once(node: Actor, query: DeclarationQuery, *, at: datetime) -> DeclarationQuery:
    with journal.writes(node, "assistance.answer_at_once", query.key, at=at, place=query.place_id) as line:
        mandates.require(node, "assistance.answer_at_once", place=query.place_id)
        query.is_at_once = True
        try:
            line.note(**_answered(query, by=node.key, at=at))
        except rules.NoDeclarationToTell:
            line.note(**_refused(query, rules.GROUNDS[0], by=node.key, at=at))
    return query


def _answered(query: DeclarationQuery, *, by: str, at: datetime) -> dict[str, Any]:
    facts = inquiries.answered(query, by=by, at=at)
    timers.end(turns.LAPSE_QUERY, query.key, at=at)
    return facts


def _refused(query: DeclarationQuery, ground: str, *, by: str, at: datetime) -> dict[str, Any]:
    facts = inquiries.refused(query, ground, by=by, at=at)
    timers.end(turns.LAPSE_QUERY, query.key, at=at)
    return facts
