"""What came from across ahead of its truck: stored with a draft of import, and claimed by the firm that imports."""

from dataclasses import replace
from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.declarations import drafting, inheriting, keepers, rules, sad
from mabar.declarations.advances import Arrived, answering, trucks_of
from mabar.declarations.models import Advance, Draft
from mabar.declarations.sad_parts import Party
from mabar.declarations.summary import short


def take_advance(actor: Actor, key: str, *, arrived: Arrived, draft: str, at: datetime) -> Advance:
    """Store what a partner node tells of an export, and make a draft of import of it, before any truck arrives.

    What is told again of the same export takes the place of what was told, also in the draft where nobody has touched
    it; a withdrawal leaves the draft as it is, and warns.

    Args:
        draft: the key of a new draft; one that is there keeps its own.
    Raises:
        NotMandated.
        AdvanceUnreadable: a value has no form that a declaration knows.
    """
    told = {"partner": arrived.partner, "reference": arrived.reference, "state": arrived.state}
    with journal.writes(actor, "declarations.take_advance", key, at=at, place=arrived.place, **told) as line:
        mandates.require(actor, "declarations.take_advance", place=arrived.place)
        same = Advance.objects.filter(partner=arrived.partner, declaration=arrived.declaration, replaced_at=None)
        before = same.select_for_update().first()
        if before is not None:
            before.replaced_at = at
            before.save(update_fields=["replaced_at"])
        advance = _stored(key, arrived, before, at=at)
        _draft(actor, advance, arrived, is_new=not advance.draft, draft=draft, at=at)
        line.note(draft=advance.draft)
    return advance


def _stored(key: str, arrived: Arrived, before: Advance | None, *, at: datetime) -> Advance:
    is_withdrawn = arrived.state == rules.WITHDRAWN
    advance = Advance.objects.create(
        key=key,
        partner=arrived.partner,
        message=arrived.message,
        declaration=arrived.declaration,
        reference=arrived.reference,
        office=arrived.office,
        exporter=arrived.exporter,
        place_id=arrived.place,
        record=arrived.text,
        items_left_out=arrived.items_left_out,
        state=arrived.state,
        released_at=arrived.released_at,
        received_at=at,
        age_s=arrived.age_s,
        withdrawn_at=at if is_withdrawn else None,
        draft=before.draft if before else "",
        claimed_by=before.claimed_by if before else None,
        claimed_at=before.claimed_at if before else None,
    )
    trucks_of(advance, arrived.passages, before)
    return advance


def _draft(actor: Actor, advance: Advance, arrived: Arrived, *, is_new: bool, draft: str, at: datetime) -> None:
    """Make the draft, renew what nobody has touched of it, or let it point at the withdrawal."""
    standing = Draft.objects.select_for_update().filter(key=advance.draft).first() if advance.draft else None
    is_withdrawn = arrived.state == rules.WITHDRAWN
    if is_withdrawn and standing is not None:
        drafting.write(standing, sad.loads(standing.record), at=at, advance=advance.key)
    if is_withdrawn or (standing is None and not is_new):
        return  # lodged or deleted meanwhile
    fresh = inheriting.taken_over(inheriting.Exported(arrived.record, arrived.reference, _office(advance, at)))
    if standing is not None:
        record, kept = inheriting.renewed(standing.inherited, current=sad.loads(standing.record), fresh=fresh)
        standing.inherited = {}
        drafting.write(standing, record, at=at, advance=advance.key)
        standing.inherited = kept
        standing.save(update_fields=["inherited"])
        return
    made = Draft(key=draft, actor=actor.key, place_id=arrived.place, step="header", version=0, advance=advance.key)
    drafting.write(made, inheriting.record_of(fresh), at=at)
    made.inherited = inheriting.begun(fresh)
    made.save(update_fields=["inherited"])
    advance.draft = made.key
    advance.save(update_fields=["draft"])


def _office(advance: Advance, at: datetime) -> str:
    """Give the office of entry, as the crossing's register names it."""
    day = at.astimezone(advance.place.clock).date()
    return keepers.Keepers(advance.place, day=day).of(regime="import", flow="import").office


def claim_advance(actor: Actor, reference: str, *, proof: str, at: datetime) -> Draft:
    """Claim the draft that waits for the importer, once: it is then a draft of the actor's firm.

    Args:
        reference: of the export, as its paper shows it.
        proof: the plate of a truck that carries it, or the declaration's key printed on the paper.
    Raises:
        NotMandated.
        NoSuchAdvance: nothing that waits answers to both.
        AdvanceClaimed: another firm has claimed it.
        AdvanceWithdrawn: the other side has taken the release back.
    """
    mandates.require(actor, "declarations.claim_advance", at=at)
    found = answering(reference, proof)
    if found is None or actor.firm is None:
        raise rules.NoSuchAdvance(reference=short(reference, 80))
    with journal.writes(actor, "declarations.claim_advance", found.draft, at=at, place=found.place_id):
        mandates.require(actor, "declarations.claim_advance", place=found.place_id)
        advance = Advance.objects.select_for_update().get(key=found.key)
        draft = Draft.objects.select_for_update().filter(key=advance.draft).first()
        _check_claimable(advance, firm=actor.firm_id)
        if draft is None:
            raise rules.NoSuchAdvance(reference=short(reference, 80))
        if draft.firm_id is None:
            _give(draft, advance, actor, at=at)
    return draft


def _check_claimable(advance: Advance, *, firm: str | None) -> None:
    if advance.claimed_by_id is not None and advance.claimed_by_id != firm:
        raise rules.AdvanceClaimed(reference=advance.reference)
    if advance.state == rules.WITHDRAWN:
        raise rules.AdvanceWithdrawn(reference=advance.reference)


def _give(draft: Draft, advance: Advance, actor: Actor, *, at: datetime) -> None:
    today = at.astimezone(advance.place.clock).date().isoformat()
    firm = actor.firm
    record = replace(
        sad.loads(draft.record),
        declarant=Party(firm.code, firm.name) if firm else Party(),
        declared_on=today,
        declarant_reference_year=today[:4],
    )
    draft.firm = firm
    drafting.write(draft, record, at=at, actor=actor.key)
    advance.claimed_by, advance.claimed_at = firm, at
    advance.save(update_fields=["claimed_by", "claimed_at"])
