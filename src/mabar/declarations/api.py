"""The door for programs: lodge files and records, read declarations, and the acts of stations."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language_from_request
from ninja import Query, Router, Schema

from mabar.base import doors
from mabar.base.reach import caller
from mabar.declarations import answering, commands, goods_names, intake, queries, reference, sad
from mabar.declarations.api_shapes import AnyAct
from mabar.lib.words import LANGUAGES

router = Router(tags=["declarations"])

ANY_FILE = {
    "requestBody": {
        "required": True,
        "description": "One canonical record, several of them one a line, or a file of any known format.",
        "content": {
            "application/json": {"schema": {"type": "object"}},
            "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


ANSWER_FILE = {
    "responses": {
        200: {
            "description": "OK",
            "content": {
                kind: {"schema": {"type": "string"}}
                for kind in ("application/edifact", "application/xml", "application/json")
            },
        }
    }
}
AnswerKind = Annotated[Literal["", "cusres", "wco", "json"], Query(alias="as")]


class RefusalOut(Schema):
    """Why one declaration of a file was not lodged."""

    code: str
    what: str
    remedy: str


class OutcomeOut(Schema):
    """What became of one declaration; without a refusal it is lodged, now or before."""

    key: str
    reference: str
    is_new: bool
    refusal: RefusalOut | None = None


class DeclarationOut(Schema):
    """A declaration as a list shows it."""

    key: str
    reference: str
    place: str
    flow: str
    regime: str
    state: str
    lane: str
    version: int
    is_national: bool
    national_reference: str
    trader_reference: str
    consignee: str
    exporter: str
    items_count: int
    packages: int
    gross_mass_g: int
    net_mass_g: int
    is_queried: bool
    next_acts: list[str]
    lodged_at: datetime
    released_at: datetime | None


class PageOut(Schema):
    """A page of declarations; `after` asks for the next one."""

    rows: list[DeclarationOut]
    after: str | None


class ListQuery(Schema):
    """What a list is narrowed to."""

    state: str = ""
    lane: str = ""
    regime: str = ""
    flow: str = ""
    place: str = ""
    after: str | None = None


class TitlesOut(Schema):
    """A short title in each language."""

    ar: str
    fr: str
    en: str


class SubheadingOut(Schema):
    """A subheading of six digits, with its English text."""

    code: str
    en: str


class HeadingOut(Schema):
    """A heading of the tariff, and those of its subheadings that have the words asked for."""

    code: str
    title: TitlesOut
    subheadings: list[SubheadingOut]


GoodsQuery = Annotated[str, Query(min_length=1, max_length=goods_names.LONGEST_QUERY)]
COMMANDS: dict[str, Callable[..., Any]] = {
    "note_national_state": commands.note_national_state,
    "note_scan": commands.note_scan,
    "note_payment": commands.note_payment,
    "note_guarantee": commands.note_guarantee,
    "note_refund": commands.note_refund,
    "free_guarantee": commands.free_guarantee,
    "answer_query": commands.answer_query,
    "attach": commands.attach,
    "cancel": commands.cancel,
}


@router.post("/declarations", response={201: list[OutcomeOut]}, summary="Lodge", openapi_extra=ANY_FILE)
def lodge(request: HttpRequest, place: str, name: str = "", profile: str | None = None) -> list[dict[str, Any]]:
    """Lodge every declaration of the body at a place; one refused alone is answered with its refusal."""
    now = doors.now()
    entries = intake.entries_of(request.body, name=name[:255], at=now, profile=profile)
    outcomes = list(commands.lodge_many(caller(request), entries, place=place, at=now))
    if len(outcomes) == 1 and outcomes[0].refusal is not None:
        raise outcomes[0].refusal
    language = get_language_from_request(request)
    return [_outcome(outcome, language) for outcome in outcomes]


def _outcome(outcome: commands.Outcome, language: str) -> dict[str, Any]:
    reference = outcome.entry.record.declarant_reference or ""
    refusal = doors.refusal_as_json(outcome.refusal, language) if outcome.refusal is not None else None
    return {"key": outcome.key, "reference": reference, "is_new": outcome.is_new, "refusal": refusal}


@router.get("/goods", response=list[HeadingOut], summary="Find headings")
def find_headings(request: HttpRequest, q: GoodsQuery) -> list[dict[str, Any]]:
    """Find headings of the tariff by a word in Arabic, French or English, or by the first digits of a code."""
    return [
        {
            "code": each.heading.code,
            "title": {language: each.heading.name(language) for language in LANGUAGES},
            "subheadings": [{"code": code, "en": reference.hs_text(code)} for code in each.subheadings],
        }
        for each in goods_names.find(q)
    ]


@router.get("/declarations", response=PageOut, summary="List")
def list_declarations(request: HttpRequest, narrowed: Query[ListQuery]) -> queries.DeclarationPage:
    """List the declarations that the key's actor may know of, newest first."""
    asked = narrowed.dict()
    after = asked.pop("after")
    return queries.list_for(_scope(request), queries.Filters(**asked), after=after)


@router.get("/declarations/{key}", response=DeclarationOut, summary="Read")
def read_declaration(request: HttpRequest, key: str) -> queries.DeclarationRow:
    """Give the head of a declaration."""
    return queries.row(_scope(request), key)


@router.get("/declarations/{key}/record", summary="Read the record")
def read_record(request: HttpRequest, key: str) -> dict[str, Any]:
    """Give the canonical record of a declaration's newest version."""
    return sad.to_json(queries.record(_scope(request), key))


@router.get("/declarations/{key}/answer", summary="Read the answer of the office", openapi_extra=ANSWER_FILE)
def read_answer(request: HttpRequest, key: str, kind: AnswerKind = "") -> HttpResponse:
    """Give what the office says of a declaration now, its texts in the language asked for.

    `as` names the message: CUSRES, the Response of the WCO Data Model, or JSON; left out, it is the one that goes with
    the file in which the declaration was lodged.
    """
    language = get_language_from_request(request)[:2]
    written = answering.answer(_scope(request), key, kind=kind, language=language, at=doors.now())
    return HttpResponse(written.content, content_type=written.media_type)


@router.post("/declarations/{key}/acts", response=DeclarationOut, summary="Do an act")
def do_act(request: HttpRequest, key: str, act: AnyAct) -> queries.DeclarationRow:
    """Do one act on a declaration, and answer with the declaration after it."""
    facts: dict[str, Any] = act.dict()
    COMMANDS[facts.pop("kind")](caller(request), key, at=doors.now(), **facts)
    return queries.after_act(caller(request), key)


def _scope(request: HttpRequest) -> queries.Scope:
    return queries.scope_of(caller(request), doors.now())
