"""Queries of one declaration, as their rows are taken, answered and kept; who decides when is in the commands."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from mabar.assistance import designations, messages, rules, telling, turns
from mabar.assistance.models import DeclarationQuery
from mabar.base import timers
from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord
from mabar.crossings.rules import check_not_ahead
from mabar.declarations import queries as declarations
from mabar.exchange.protocol import paths

HOUR = timedelta(hours=1)


def take(act: str, key: str, *, version: int | None = None) -> DeclarationQuery:
    """Lock a query for an act, and see that nobody has written to it since the actor saw it.

    Raises:
        NoSuchRecord, OutOfTurn.
    """
    query = DeclarationQuery.objects.select_for_update().filter(key=key).first()
    if query is None:
        raise NoSuchRecord(key=key)
    if version is not None and version != query.version:
        raise rules.OutOfTurn(verb=act, state=query.state, record="query")
    return query


def save(query: DeclarationQuery, *changed: str) -> None:
    """Write fields of a locked query; each writing is a version."""
    query.version += 1
    query.save(update_fields=[*changed, "version"])


def check_rate(official: str, *, partner: str, is_outward: bool, at: datetime) -> None:
    """Refuse one query more than an official may ask in an hour: by when it was asked here, or came here.

    Raises:
        QueriesTooMany.
    """
    known = DeclarationQuery.objects.filter(partner=partner, asked_by=official, is_outward=is_outward)
    asked = known.filter(asked_at__gt=at - HOUR).count() if is_outward else _came(known, after=at - HOUR)
    rules.check_rate(asked, most=designations.deadlines_with(partner, at).queries_an_hour, official=official)


def _came(known: QuerySet[DeclarationQuery], *, after: datetime) -> int:
    # the asker writes `asked_at`, this node its journal; what came after an instant was due after it
    keys = known.filter(due_at__gt=after).values("key")
    return JournalLine.objects.filter(subject__in=keys, verb="assistance.take_query", at__gt=after).count()


def message_of(query: DeclarationQuery) -> messages.Query:
    """Write a query as it is told."""
    return messages.Query(
        query=query.key,
        declaration_number=query.number,
        at=query.asked_at,
        due_at=query.due_at,
        agreement=query.agreement,
        article=query.article,
        by=query.asked_by,
        sections=tuple(query.sections),
    )


def taken(
    key: str,
    message: messages.Query,
    *,
    place: str,
    partner: str,
    purpose: str,
    agreement: str,
    letter: str,
    at: datetime,
) -> DeclarationQuery:
    """Keep a query that came, and let the clock watch it.

    Raises:
        NumberMissing, ContentsMissing, FieldsOutsideTerms, HourOutOfOrder, DueNotOfTerms, DuePast, QueriesTooMany,
        PartnerWithoutTerms.
    """
    answers = telling.terms_to(partner, messages.Answer.KIND, at=at)
    telling.check_article(message.article, telling.terms_from(partner, messages.Query.KIND, at=at))
    due_at = _due(message, place=place, partner=partner, at=at)
    check_rate(message.by, partner=partner, is_outward=False, at=at)
    query = DeclarationQuery.objects.create(
        key=key,
        is_outward=False,
        partner=partner,
        place_id=place,
        number=rules.check_number(message.declaration_number),
        agreement=agreement,
        article=message.article[:200],
        purpose=purpose,
        sections=rules.check_sections(message.sections, answers.fields),
        asked_by=message.by,
        asked_at=message.at,
        due_at=due_at,
        state="asked",
        message=letter,
    )
    timers.start(turns.LAPSE_QUERY, key, due_at=due_at)
    return query


def _due(message: messages.Query, *, place: str, partner: str, at: datetime) -> datetime:
    """Give by when a query that came is answered; one from ahead of now, or that is due already, is not taken."""
    check_not_ahead(message.at, now=at, zone=turns.place(place).clock)
    due_at = rules.query_by(message.at, designations.deadlines_with(partner, message.at))
    rules.check_same_clock(message.due_at, due_at)
    return rules.check_later(due_at, at=at)


def answered(query: DeclarationQuery, *, by: str, at: datetime) -> dict[str, Any]:
    """Tell what the terms let go out of the declaration; give the facts of the line.

    Raises:
        NoDeclarationToTell: no declaration of this number is told to this partner.
        FieldsOutsideTerms: the terms have changed, and name nothing of what is asked for any more.
    """
    terms = telling.terms_to(query.partner, messages.Answer.KIND, at=at)
    found = declarations.crossing_declaration(query.number, facing=query.partner[:2])
    if found is None:
        raise rules.NoDeclarationToTell(number=query.number)
    sections = rules.check_sections(query.sections, terms.fields)
    tree = paths.tree(rules.fields_of(sections, terms.fields))
    record = paths.projected(tree, {"record": dict(found.record)}).get("record", {})
    query.fields = sorted(set(leaves(record)))
    answer = messages.Answer(
        query=query.key,
        state="answered",
        at=at,
        by=by,
        office=found.office,
        declaration_state=found.state,
        items_left_out=found.items_left_out if "items" in record else 0,
        use=rules.USE,
        onward=rules.ONWARD,
        record=record,
    )
    return _told(query, "answer_query", answer, at=at) | {"fields": query.fields}


def refused(query: DeclarationQuery, ground: str, *, by: str, at: datetime) -> dict[str, Any]:
    """Tell that a query is refused, on which ground, and nothing else; give the facts of the line."""
    query.ground = ground
    answer = messages.Answer(query=query.key, state="refused", at=at, by=by, ground=ground)
    return _told(query, "refuse_query", answer, at=at) | {"ground": ground}


def _told(query: DeclarationQuery, act: str, answer: messages.Answer, *, at: datetime) -> dict[str, Any]:
    telling.tell(query.partner, answer, purpose=query.purpose, at=at)
    query.state = rules.after_query(act, query.state)
    query.answered_at, query.answered_by = at, answer.by
    save(query, "state", "answered_at", "answered_by", "is_at_once", "ground", "fields")
    return _facts(query)


def _facts(query: DeclarationQuery) -> dict[str, Any]:
    told = ("partner", "number", "purpose", "article", "agreement")
    return {name: getattr(query, name) for name in told} | {"asked_by": query.asked_by}


def keep_answer(
    query: DeclarationQuery, act: str, message: messages.Answer, *, letter: str, retention_days: int
) -> dict[str, Any]:
    """Keep what came in answer to a query; give the facts of the line.

    Raises:
        OutOfTurn: it was answered before.
    """
    query.state = rules.after_query(act, query.state)
    query.answered_at, query.answered_by = message.at, message.by[:48]
    query.ground = message.ground if message.ground in rules.GROUNDS else ""
    query.record, query.fields = dict(message.record), sorted(set(leaves(dict(message.record))))
    query.declaration_state, query.office = message.declaration_state[:20], message.office[:16]
    query.items_left_out, query.retention_days, query.message = message.items_left_out, retention_days, letter
    changed = ("state", "answered_at", "answered_by", "ground", "record", "fields", "declaration_state", "office")
    save(query, *changed, "items_left_out", "retention_days", "message")
    return _facts(query) | {"state": query.state, "fields": query.fields}


def leaves(value: Any, path: str = "record") -> Iterator[str]:
    """Name every leaf that a record holds, by its path."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each, f"{path}[]")
    elif value is not None:
        yield path


def erase(message: str, at: datetime) -> None:
    """Erase what is still held of an answer whose time is up; who asked what, when and under which article stays."""
    DeclarationQuery.objects.filter(message=message, is_outward=True).update(record={}, erased_at=at)
