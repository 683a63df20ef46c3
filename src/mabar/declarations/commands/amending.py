"""Drafts, the reading of an open date, and amendments."""

from collections.abc import Collection
from datetime import date, datetime

from mabar.base import actors, journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries as crossings
from mabar.crossings import rules as yard
from mabar.declarations import drafting, lanes, loads, rows, rules, sad, turns
from mabar.declarations.judging import Judged, judge
from mabar.declarations.models import DateReading, Declaration, Draft, Item
from mabar.declarations.queries.scope import declarations_of, drafts_of
from mabar.declarations.rows import NO_FILE, Source
from mabar.declarations.sad import Declaration as Record
from mabar.declarations.summary import open_dates, with_day


def save_draft(
    actor: Actor,
    key: str,
    *,
    record: Record,
    place: str,
    step: str,
    at: datetime,
    version: int | None = None,
    amends: str | None = None,
    source: Source = NO_FILE,
    confirmed: Collection[str] = (),
) -> Draft:
    """Save a draft under its key, new or known; it has no legal effect.

    Args:
        amends: the declaration of the actor's house that the draft is to amend; a known draft keeps its own.
        source: the file that a new draft comes from; a known draft keeps its own.
        confirmed: the paths of what came from across and is confirmed as it stands.

    Raises:
        NotMandated.
        NoSuchRecord: no such place, no such declaration to amend, or the draft is another house's.
        OutOfTurn: somebody of the firm has saved it meanwhile, or it is lodged.
    """
    with journal.writes(actor, "declarations.save_draft", key, at=at, place=place, step=step):
        mandates.require(actor, "declarations.save_draft", place=place)
        if not Place.objects.filter(code=place).exists():
            raise NoSuchRecord(key=place)
        draft = _draft_to_save(actor, key, amends=amends, source=source)
        rules.check_version(version, draft.version, act="save_draft", state="draft")
        drafting.write(draft, record, at=at, confirmed=confirmed, place_id=place, step=step[:24])
    return draft


def _draft_to_save(actor: Actor, key: str, *, amends: str | None, source: Source) -> Draft:
    found = drafts_of(actor).select_for_update().filter(key=key).first()
    if found is not None:
        return found
    if Draft.objects.filter(key=key).exists():
        raise NoSuchRecord(key=key)
    lodged = Declaration.objects.filter(key=key).first()
    if lodged is not None:
        raise rules.OutOfTurn(verb="save_draft", state=lodged.state)
    if amends is not None and not declarations_of(actor).filter(key=amends).exists():
        raise NoSuchRecord(key=amends)
    return Draft(
        key=key,
        firm_id=actor.firm_id,
        actor=actor.key,
        amends_id=amends,
        source=source.sha256,
        source_name=source.name[:255],
        source_format=source.format[:32],
        version=0,
    )


def _own_draft(actor: Actor, line: journal.OpenLine) -> Draft:
    draft = drafts_of(actor).select_for_update().filter(key=line.subject).first()
    if draft is None:
        raise NoSuchRecord(key=line.subject)
    line.place = draft.place_id
    return draft


def drop_draft(actor: Actor, key: str, *, at: datetime) -> None:
    """Delete a draft, which had no legal effect.  Raises: NotMandated, NoSuchRecord."""
    with journal.writes(actor, "declarations.drop_draft", key, at=at) as line:
        draft = _own_draft(actor, line)
        mandates.require(actor, "declarations.save_draft", place=draft.place_id)
        draft.delete()


def choose_reading(actor: Actor, key: str, *, path: str, chosen: date, at: datetime) -> Draft:
    """Choose which of its two readings an open date of a draft has; the choice is kept under the actor's name.

    Raises:
        NotMandated, NoSuchRecord.
        NotAReading: the date is not open, or cannot mean the chosen day.
    """
    with journal.writes(actor, "declarations.choose_reading", key, at=at, path=path, chosen=chosen) as line:
        draft = _own_draft(actor, line)
        mandates.require(actor, "declarations.choose_reading", place=draft.place_id)
        record = sad.loads(draft.record)
        told = next((each for each in open_dates(record) if each.path == path), None)
        rules.check_reading(chosen.isoformat(), told.readings if told else (), path=path)
        text = told.text if told else ""
        line.note(text=text)
        DateReading.objects.create(subject=key, path=path, verbatim=text[:40], chosen=chosen, by=actor.key, at=at)
        drafting.write(draft, with_day(record, path, chosen.isoformat()), at=at)
    return draft


def amend(
    actor: Actor,
    key: str,
    *,
    record: Record,
    seed: str,
    at: datetime,
    version: int | None = None,
    source: Source = NO_FILE,
) -> Declaration:
    """Amend the record: a new version, judged as if it were lodged; its lane can only become stricter.

    Raises:
        NotMandated, OutOfTurn, AmendmentTooLate, RegimeChanged, LodgedBefore, and what `lodge` raises of the record.
        MassesExceeded: the trucks already carry more than the amended record declares.
    """
    with journal.writes(actor, "declarations.amend", key, at=at, source=source.sha256) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.amend", place=declaration.place_id)
        rules.check_amendable(declaration.state)
        turns.step(line, declaration, version=version)
        judged = judge(record, today=at.astimezone(declaration.place.clock).date().isoformat())
        _check_amended(declaration, judged)
        line.note(content=judged.content_digest, before=declaration.content_digest)
        _write(declaration, judged, by=actor.key, at=at, source=source)
        _draw_again(declaration, judged, seed=seed, at=at)
    return declaration


def _check_amended(declaration: Declaration, judged: Judged) -> None:
    same_house = Declaration.objects.filter(place=declaration.place_id, firm=declaration.firm_id)
    living = same_house.filter(content_digest=judged.content_digest).exclude(state__in=rules.DEAD)
    rules.check_new_content([str(each) for each in living])
    rules.check_same_regime((declaration.flow, declaration.regime), (judged.flow, judged.regime))
    whole = yard.Load(judged.summary.packages, judged.summary.gross_mass_g)
    yard.check_share(yard.Load(0, 0), elsewhere=crossings.load_elsewhere(declaration.key, ""), whole=whole)


def _write(declaration: Declaration, judged: Judged, *, by: str, at: datetime, source: Source) -> None:
    number = declaration.versions.count() + 1
    rows.version_row(declaration.key, number, judged, by=by, at=at, source=source).save(force_insert=True)
    declaration.items.all().delete()
    Item.objects.bulk_create(rows.item_rows(declaration.key, judged))
    turns.save(declaration, **rows.resummed(judged))


def _draw_again(declaration: Declaration, judged: Judged, *, seed: str, at: datetime) -> None:
    """Send the amended goods to a stricter lane where they ask for it; never to a milder one."""
    if not declaration.lane:
        return
    drawn = lanes.draw(lanes.consignment_of(judged.record), criteria=lanes.criteria(), seed=seed)
    stricter = lanes.stricter(declaration.lane, drawn.lane)
    if stricter != declaration.lane:
        rows.draw_row(declaration.key, drawn, by=actors.NODE_KEY, at=at).save()
        declaration.lane, declaration.lane_at = stricter, at
        declaration.is_scan_due = declaration.is_scan_due or drawn.is_scan_due
        declaration.save(update_fields=["lane", "lane_at", "is_scan_due"])
        loads.mark_lane(declaration, at=at)
