"""How records enter, many as one: what `commands.lodging` does step by step inside its transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from mabar.base import actors, journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.declarations import inheriting, keepers, lanes, messages, rows, rules
from mabar.declarations.judging import Judged, judge
from mabar.declarations.models import Declaration, Draft, Item, LaneDraw, Version
from mabar.declarations.rows import NO_FILE, Source
from mabar.declarations.sad import Declaration as Record
from mabar.exchange import kinds, outbox
from mabar.lib.refusals import Refusal


@dataclass(frozen=True)
class Entry:
    """A record to be lodged: its key to be, what its lane is drawn from, and the file that it came in."""

    key: str
    record: Record
    seed: str
    source: Source = NO_FILE


@dataclass(frozen=True)
class Outcome:
    """What became of an entry: the key of its declaration, new or there before; or why it was refused."""

    entry: Entry
    key: str
    is_new: bool = False
    refusal: Refusal | None = None
    row: Declaration | None = None


@dataclass
class Paper:
    """A declaration on its way in."""

    entry: Entry
    judged: Judged
    row: Declaration
    is_at_once: bool
    drawn: lanes.Draw | None = None


def judge_all(
    actor: Actor, entries: Sequence[Entry], *, place: str, at: datetime, taken: Mapping[str, str]
) -> tuple[list[Outcome], list[Paper]]:
    """Judge each entry, and make the papers of those that are new; `taken` names the keys that are not free."""
    here = _place(actor, place)
    day = at.astimezone(here.clock).date()
    verdicts = [_verdict(entry, today=day.isoformat()) for entry in entries]
    judged = [verdict for verdict in verdicts if isinstance(verdict, Judged)]
    known = _known(judged, place=place, firm=actor.firm_id)
    registers = keepers.Keepers(here, day=day)
    outcomes, papers = [], []
    for entry, verdict in zip(entries, verdicts, strict=True):
        if isinstance(verdict, Refusal):
            outcomes.append(Outcome(entry, entry.key, refusal=verdict))
        elif verdict.content_digest in known:
            outcomes.append(Outcome(entry, known[verdict.content_digest]))
        elif entry.key in taken:
            refusal = rules.OutOfTurn(verb="lodge", state=taken[entry.key])
            outcomes.append(Outcome(entry, entry.key, refusal=refusal))
        else:
            papers.append(_paper(actor, entry, verdict, here, at=at, registers=registers))
            known[verdict.content_digest] = entry.key
            outcomes.append(Outcome(entry, entry.key, is_new=True, row=papers[-1].row))
    return outcomes, papers


def _place(actor: Actor, code: str) -> Place:
    if actor.place is not None and actor.place.code == code:
        return actor.place
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise NoSuchRecord(key=code)
    return place


def _verdict(entry: Entry, *, today: str) -> Judged | Refusal:
    try:
        return judge(entry.record, today=today)
    except Refusal as refusal:
        return refusal


def require_confirmed(key: str, record: Record) -> None:
    """Let a draft that came from across be lodged when what bears on the duty is confirmed or changed.

    Raises:
        RefusedByChecks: it is not.
    """
    draft = Draft.objects.filter(key=key).exclude(advance="").first()
    if draft is not None:
        kept = inheriting.after_saving(draft.inherited, before=record, after=record)
        rules.check_findings([each.code for each in inheriting.findings(kept)])


def taken_keys(entries: Sequence[Entry]) -> dict[str, str]:
    """Give the states of declarations that bear the key of an entry already; asked only when an insert has failed."""
    found = Declaration.objects.filter(key__in=[each.key for each in entries])
    return dict(found.values_list("key", "state"))


def _known(judged: Sequence[Judged], *, place: str, firm: str | None) -> dict[str, str]:
    """Find the living declarations of the same house and place that declared the same content, in any version."""
    digests = [each.content_digest for each in judged]
    versions = dict(Version.objects.filter(content_digest__in=digests).values_list("declaration_id", "content_digest"))
    if not versions:
        return {}
    same_house = Declaration.objects.filter(key__in=list(versions), place=place, firm=firm)
    living = same_house.exclude(state__in=rules.DEAD)
    return {versions[key]: key for key in living.values_list("key", flat=True)}


def _paper(
    actor: Actor, entry: Entry, judged: Judged, place: Place, *, at: datetime, registers: keepers.Keepers
) -> Paper:
    keeper = registers.of(regime=judged.regime, flow=judged.flow)
    row = rows.declaration_row(
        entry.key, judged, place=place, firm=actor.firm_id, by=actor.key, at=at, keeper=keeper, source=entry.source
    )
    return Paper(entry, judged, row, keeper.keeper == rules.MABAR and keeper.is_at_once)


def give_numbers(papers: Sequence[Paper], *, at: datetime) -> None:
    """Number those that Mabar registers at once."""
    ours = [paper.row for paper in papers if paper.is_at_once]
    if ours:
        keepers.number(ours, year=at.astimezone(ours[0].place.clock).year, at=at)


def draw_lanes(papers: Sequence[Paper], *, at: datetime) -> None:
    """Draw the lanes of those that Mabar registers at once."""
    for paper in papers:
        if paper.is_at_once:
            consignment = lanes.consignment_of(paper.judged.record)
            paper.drawn = lanes.draw(consignment, criteria=lanes.criteria(), seed=paper.entry.seed)
            paper.row.state = rules.after("draw_lane", paper.row.state)
            paper.row.lane, paper.row.is_scan_due = paper.drawn.lane, paper.drawn.is_scan_due
            paper.row.lane_at = at


def insert(papers: Sequence[Paper], *, by: str, at: datetime) -> None:
    """Insert the rows of every paper, and end the drafts that they come from."""
    if not papers:
        return
    Declaration.objects.bulk_create(paper.row for paper in papers)
    Item.objects.bulk_create(item for paper in papers for item in rows.item_rows(paper.row.key, paper.judged))
    Version.objects.bulk_create(
        rows.version_row(paper.row.key, 1, paper.judged, by=by, at=at, source=paper.entry.source) for paper in papers
    )
    LaneDraw.objects.bulk_create(
        rows.draw_row(paper.row.key, paper.drawn, by=actors.NODE_KEY, at=at) for paper in papers if paper.drawn
    )
    with connection.cursor() as cursor:
        cursor.executemany("DELETE FROM declarations_draft WHERE key = %s", [(paper.row.key,) for paper in papers])


def lodged_line(actor: Actor, paper: Paper, *, at: datetime) -> journal.OpenLine:
    """Give the journal line of a lodging."""
    row = paper.row
    facts = {
        "content": row.content_digest,
        "source": paper.entry.source.sha256,
        "regime": row.regime,
        "flow": row.flow,
        "register": row.register,
        "national_reference": row.national_reference,
        "items": row.items_count,
        "packages": row.packages,
        "gross_mass_g": row.gross_mass_g,
        "remarks": sorted({finding.code for finding in paper.judged.warnings}),
    }
    return journal.OpenLine(actor, "declarations.lodge", row.key, at, row.place_id, facts=facts)


def lines_of_node(papers: Sequence[Paper], *, at: datetime) -> list[journal.OpenLine]:
    """Give the journal lines of what the node did at once: the number, then the lane."""
    node = actors.signing()
    lines = []
    for paper in papers:
        if paper.is_at_once:
            lines.append(_line_of_node(node, "declarations.register", paper, at=at, number=paper.row.number))
            lines.append(_line_of_node(node, "declarations.draw_lane", paper, at=at, **drawn_facts(paper)))
    return lines


def _line_of_node(node: Actor, verb: str, paper: Paper, *, at: datetime, **facts: object) -> journal.OpenLine:
    place = paper.row.place_id
    mandate = mandates.require(node, verb, place=place, at=at)
    return journal.OpenLine(node, verb, paper.row.key, at, place, mandate=mandate, facts=facts)


def drawn_facts(paper: Paper) -> dict[str, object]:
    """Give what the journal keeps of a draw: the seed lets anybody draw it again."""
    fired = [reason.code for reason in paper.drawn.reasons if reason.fired] if paper.drawn else []
    return {"lane": paper.row.lane, "seed": paper.entry.seed, "fired": fired}


def tell(papers: Sequence[Paper], *, place: str, at: datetime) -> None:
    """Tell upstairs what has been lodged, where somebody upstairs opens such news."""
    if papers and kinds.is_known(messages.Lodged.KIND):
        keys = tuple(paper.row.key for paper in papers)
        outbox.leave(outbox.HERE, messages.Lodged(place=place, declarations=keys, at=at), at=at)
