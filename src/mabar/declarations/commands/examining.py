"""Documents, scan and inspection."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from mabar.base import journal, mandates
from mabar.base import rules as ground
from mabar.base.models import Actor
from mabar.declarations import rules, turns
from mabar.declarations.models import Declaration, Inspection


@dataclass(frozen=True)
class Found:
    """One finding of an inspection: on which item (none: the whole), of which kind, and in words.

    `photo` is the SHA-256 of a kept file.
    """

    kind: str
    item: int | None = None
    details: str = ""
    photo: str = ""


def check_documents(
    actor: Actor, key: str, *, remark: str = "", at: datetime, version: int | None = None
) -> Declaration:
    """Record that the documents have been checked.  Raises: NotMandated, OutOfTurn, QueryOpen."""
    with journal.writes(actor, "declarations.check_documents", key, at=at, remark=remark) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.check_documents", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        turns.save(declaration, documents_checked_at=at)
    return declaration


def note_scan(
    actor: Actor, key: str, *, image: str, outcome: str, at: datetime, version: int | None = None
) -> Declaration:
    """Record the reference of the scan's image and its outcome.  Raises: as `check_documents`, NothingSaid."""
    with journal.writes(actor, "declarations.note_scan", key, at=at, image=image, outcome=outcome) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.note_scan", place=declaration.place_id)
        rules.check_said(image, what="image")
        rules.check_said(outcome, what="outcome")
        turns.step(line, declaration, version=version)
        turns.save(declaration, scanned_at=at)
    return declaration


def assign_team(actor: Actor, key: str, *, seed: str, at: datetime, version: int | None = None) -> Inspection:
    """Draw the team of two inspectors; drawn again, the new team takes the place of the old.

    Raises:
        NotMandated, OutOfTurn, QueryOpen, LodgedInNationalSystem, TeamTooSmall.
    """
    with journal.writes(actor, "declarations.assign_team", key, at=at, seed=seed) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.assign_team", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        team = rules.draw_team(_inspectors(declaration.place_id, at), seed=seed)
        line.note(team=list(team))
        inspection, _ = Inspection.objects.update_or_create(
            declaration=declaration, at=None, defaults={"team": list(team), "assigned_by": actor.key, "assigned_at": at}
        )
        turns.save(declaration)
    return inspection


def inspect(actor: Actor, key: str, *, found: Sequence[Found], at: datetime, version: int | None = None) -> Declaration:
    """Record what the inspection of the goods found.

    Raises:
        NotMandated, OutOfTurn, QueryOpen, LodgedInNationalSystem, NotOfTheTeam, NoSuchItem, FindingUnfit.
    """
    findings = [asdict(each) for each in found]
    with journal.writes(actor, "declarations.inspect", key, at=at, findings=findings) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.inspect", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        inspection = declaration.inspections.filter(at=None).first()
        rules.check_team(actor.key, inspection.team if inspection else [])
        rules.check_item_numbers([each.item for each in found], items=declaration.items_count)
        result = rules.result_of([each.kind for each in found])
        declaration.inspections.filter(at=None).update(findings=findings, result=result, at=at)
        line.note(result=result)
        turns.save(declaration, inspected_at=at)
    return declaration


def _inspectors(place: str, at: datetime) -> list[str]:
    """List who may inspect at the place today."""
    functions = ground.functions_with("declarations.inspect")
    officers = Actor.objects.filter(kind=Actor.OFFICER, mandates__post__function__in=functions).select_related("place")
    return [each.key for each in officers.distinct() if mandates.may(each, "declarations.inspect", place=place, at=at)]
