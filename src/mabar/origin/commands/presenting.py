"""A proof at the import declaration: presented, judged, and its claim assessed by what duties offer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.declarations import queries as papers
from mabar.declarations.queries import DeclarationRow
from mabar.duties import commands as duties
from mabar.duties.rules import Found
from mabar.origin import queries, rules, turns
from mabar.origin.models import PresentedProof

DEAD = (*turns.ENDED_UNUSED, "closed")


@dataclass(frozen=True)
class Shown:
    """What is presented: the text of a code, or only the number of a paper and its agreement."""

    code: str = ""
    serial: str = ""
    agreement: str = ""


def present(actor: Actor, key: str, *, declaration: str, shown: Shown, at: datetime) -> PresentedProof:
    """Present a proof with a declaration of import: its code is judged at once, by the keys that this node holds.

    A number without a code is recorded as unchecked: it carries no preference before a verification confirms it.

    Raises:
        NotMandated, NoSuchRecord, NotAnImport, NotAProof, ApplicationUnfit, MeantElsewhere.
        PresentedBefore: another living declaration has presented it, or this one.
    """
    try:
        return _presented(actor, key, declaration, shown, at)
    except IntegrityError:
        raise rules.PresentedBefore(serial=shown.serial or "–", declaration=declaration) from None


def _presented(actor: Actor, key: str, declaration: str, shown: Shown, at: datetime) -> PresentedProof:
    with journal.writes(actor, "origin.present", key, at=at, declaration=declaration) as line:
        row = papers.row(papers.scope_of(actor, at), declaration)
        line.place = row.place
        mandates.require(actor, "origin.present", place=row.place)
        if row.flow != "import" or row.state in DEAD:
            raise rules.NotAnImport(declaration=row.reference or row.key)
        place = Place.objects.get(code=row.place)
        told = _told(shown, at.astimezone(place.clock).date(), here=place.administration_id.upper())
        line.note(serial=told["serial"], verdict=told["verdict"])
        turns.refuse_second(told["serial"], told.get("issuer", ""))
        return PresentedProof.objects.create(
            key=key,
            declaration_id=row.key,
            place=place,
            state=rules.presenting.after("present", ""),
            by=actor.key,
            presented_at=at,
            **told,
        )


def _told(shown: Shown, today: date, *, here: str) -> dict[str, Any]:
    if not shown.code:
        serial = " ".join(shown.serial.split()).upper()
        if not 0 < len(serial) <= rules.LONGEST_SERIAL or not serial.isprintable():
            raise rules.NotAProof(given=serial[:16] or "–")
        return {"agreement": rules.agreement(shown.agreement).code, "serial": serial, "verdict": "unchecked"}
    judged = queries.judged(shown.code, today=today)
    if judged.facts.destination != here:
        raise rules.MeantElsewhere(serial=judged.facts.serial, destination=judged.facts.destination)
    return {**_read(judged), "code": shown.code.strip("\r\n\t"), "verdict": judged.verdict, "key_id": judged.key_id}


def _read(judged: queries.Judged) -> dict[str, Any]:
    facts, under = judged.facts, rules.agreement_of_number(judged.facts.agreement)
    if under is None:
        raise rules.NotAProof(given=facts.serial[:16])
    return {
        "agreement": under.code,
        "serial": facts.serial,
        "issuer": facts.node,
        "origin": facts.origin,
        "issued_on": facts.issued_on,
        "valid_until_on": facts.valid_until_on,
        "exporter": facts.exporter,
        "goods": [list(each) for each in facts.goods],
        "digest": facts.digest.hex(),
        "descriptor": facts.descriptor,
    }


def settle_preference(
    actor: Actor, declaration: str, *, reason: str, at: datetime, version: int | None = None
) -> DeclarationRow:
    """Assess a declaration by its proofs as they stand: a claim whose proof does not carry it is not admitted.

    While a verification runs, the whole duty is assessed, and a guarantee may cover it; once the answer has come, the
    same act assesses again.

    Raises:
        NotMandated, NoSuchRecord, ReasonMissing.
        ClaimDiffers: no item claims what the proofs prove.
        What `duties.assess` and `duties.reassess` raise.
    """
    with journal.writes(actor, "origin.settle_preference", declaration, at=at, reason=reason) as line:
        scope = papers.scope_of(actor, at)
        row = papers.row(scope, declaration)
        line.place = row.place
        mandates.require(actor, "origin.settle_preference", place=row.place)
        told = rules.check_reason(reason)
        unproved = rules.presenting.unproved(papers.record(scope, declaration), queries.carried(declaration))
        line.note(unproved=list(unproved))
        found = [Found(number, preference="") for number in unproved]
        if "assess" in papers.standing(declaration).acts:
            duties.assess(actor, declaration, found=found, at=at, version=version)
        else:
            duties.reassess(actor, declaration, found=found, reason=told, at=at, version=version)
    return papers.row(scope, declaration)
