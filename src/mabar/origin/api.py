"""The door for programs: a house's own system applies for proofs and follows them; a scanner's program checks codes."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field, StringConstraints

from mabar.base import doors, mandates
from mabar.base.keys import new_key
from mabar.base.reach import caller
from mabar.origin import commands, queries, rules

router = Router(tags=["origin"])

# control characters have no place in what is shown, and PostgreSQL stores no NUL
PLAIN = r"^[^\x00-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=rules.LONGEST_LINE, pattern=PLAIN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=rules.LONGEST_NAME, pattern=PLAIN)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=rules.LONGEST_DESCRIPTION, pattern=PLAIN)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=PLAIN)]
EventKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
Grams = Annotated[int, Field(ge=1, le=rules.LARGEST)]


class Goods(Schema):
    """A line of goods; the mass is in grams."""

    hs6: Short
    criterion: Short
    description: Words
    packages: Line
    gross_mass_g: Grams
    marks: Line = ""
    supplementary: Line = ""


class ApplicationIn(Schema):
    """What the applicant writes; the same `event_key` sent again is the same application."""

    event_key: EventKey
    place: Short
    agreement: Short
    exporter: Name
    consignee: Name
    destination: Short
    invoice: Line
    goods: Annotated[list[Goods], Field(min_length=1, max_length=rules.MOST_LINES)]
    exporter_number: Line = ""
    transport: Line = ""
    remarks: Line = ""
    replaces: Short = ""


class ProofOut(Schema):
    """A proof: where it stands, and once it is issued its serial, days and code."""

    key: str
    place: str
    agreement: str
    state: str
    version: int
    serial: str
    origin: str
    destination: str
    exporter: str
    consignee: str
    code: str
    applied_at: datetime
    issued_on: date | None
    valid_until_on: date | None
    end_reason: str
    replaces: str | None


@router.post("/origin-proofs", response={201: ProofOut}, summary="Apply for a proof of origin")
def apply(request: HttpRequest, told: ApplicationIn) -> Status[queries.ProofRow]:
    """Apply for a proof; it counts only when one officer has checked it and another has signed."""
    now = doors.now()
    written = {name: getattr(told, name) for name in rules.WRITTEN}
    goods = tuple(rules.GoodsLine(**each.dict()) for each in told.goods)
    made = commands.apply(
        caller(request),
        new_key(now),
        place=told.place,
        application=rules.Application(agreement=told.agreement, goods=goods, **written),
        at=now,
        replaces=told.replaces,
        event_key=told.event_key,
    )
    return Status(201, queries.proof_row(made))


@router.get("/origin-proofs/{key}", response=ProofOut, summary="Read a proof of origin")
def read_proof(request: HttpRequest, key: str) -> queries.ProofRow:
    """Give a proof to the house or program that asked for it, or to an office."""
    return queries.readable_proof(caller(request), key, doors.now()).row


class CodeIn(Schema):
    """The text of a certificate's code, as it was scanned."""

    code: Annotated[str, StringConstraints(max_length=rules.LONGEST_CODE)]


class VerdictOut(Schema):
    """What is said of a code; only `valid` may be relied on."""

    verdict: str
    is_valid: bool
    serial: str
    node: str
    administration: str
    key_id: str
    descriptor: int
    origin: str
    destination: str
    issued_on: date
    valid_until_on: date
    exporter: str
    goods: list[tuple[str, str]]
    lines: int
    gross_mass_g: int
    replacement: str


@router.post("/origin-codes", response=VerdictOut, summary="Check the code of a proof of origin")
def check_code(request: HttpRequest, told: CodeIn) -> dict[str, object]:
    """Judge a code by the keys that this node holds; nothing is stored."""
    now = doors.now()
    mandates.require(caller(request), "origin.verify", at=now)
    judged = queries.judged(told.code, today=queries.today_here(now))
    of_facts = {name: getattr(judged.facts, name) for name in VerdictOut.model_fields if hasattr(judged.facts, name)}
    own = ("verdict", "is_valid", "administration", "key_id", "replacement")
    return {**of_facts, **{name: getattr(judged, name) for name in own}}
