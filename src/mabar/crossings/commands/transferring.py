"""The goods go on: the loading, the joint protocol, and what it does to the trucks on both sides of it."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mabar.base import journal
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.crossings import messages, queries, rules, tally_sides, turns
from mabar.crossings import transshipment_turns as steps
from mabar.crossings.models import Passage, PassageDeclaration, Transshipment, TransshipmentLine
from mabar.crossings.queries import transshipments as told
from mabar.crossings.rules import counting, transshipping
from mabar.exchange import outbox
from mabar.lib.identifiers import compact


@once
def note_loading(
    actor: Actor,
    key: str,
    *,
    truck: str,
    loaded: Sequence[counting.Count],
    at: datetime,
    seals: Sequence[str] = (),
    event_key: str = "",
    version: int | None = None,
) -> Transshipment:
    """Record what lies on a truck now, and the seals affixed; what was recorded of this truck before gives way.

    Args:
        loaded: by declaration; nothing at all means that the truck was unloaded again.
    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, TallyIncomplete, NotASeal.
            Without a tally that is accepted, a truck on which goods lie may only be unloaded.
        LoadDiffers: more packages on all trucks than were counted.
        NotAtThisCrossing, WaysDiffer, SameTruck, TransshipmentUnderWay: a truck that joins now cannot.
    """
    facts: dict[str, Any] = {"truck": truck, "loaded": counting.as_facts(loaded), "seals": list(seals)}
    with journal.writes(actor, "crossings.note_loading", key, at=at, **facts) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        steps.require(actor, "crossings.note_loading", transshipment.place_id)
        transshipping.after("note_loading", transshipment.state)
        trucks = steps.lock_trucks([*told.trucks_of(transshipment), truck])
        if not transshipment.onward.filter(passage=truck).exists():
            steps.join(actor, transshipment, trucks[truck], trucks[transshipment.passage_id], at=at)
        _check_room(transshipment, truck, loaded)
        told_of = {"plate": trucks[truck].plate, "truck": truck, "seals": rules.tidy_seals(seals)}
        event = steps.move(actor, transshipment, "note_loading", at=at, event_key=event_key, facts=told_of, digest="")
        references = {each.declaration: each.reference for each in told.tally_of(key)}
        TransshipmentLine.objects.bulk_create(
            TransshipmentLine(event=event, truck_id=truck, reference=references[each.declaration], **asdict(each))
            for each in loaded
        )
        _affix(actor, trucks[truck], told_of["seals"], key, at)
    return transshipment


def _check_room(transshipment: Transshipment, truck: str, loaded: Sequence[counting.Count]) -> None:
    tally = told.tally_of(transshipment.key)
    known = {line.declaration: line.reference for line in tally}
    named = [each.declaration for each in loaded]
    counting.check_each_once(named, declared={key: known[key] for key in named if key in known})
    every = told.loaded(transshipment.key)
    if transshipment.state in transshipping.ONLY_OFF:
        here_now = {each.declaration: each.load for each in every if each.truck == truck}
        transshipping.check_only_off(transshipment.state, is_only_off=counting.is_only_off(here_now, loaded))
        return
    lying = [each for each in every if each.truck != truck]
    for line in tally:
        here = [rules.Load(each.packages, each.gross_mass_g) for each in loaded if each.declaration == line.declaration]
        there = [each.load for each in lying if each.declaration == line.declaration]
        counting.check_not_more(line, counting.summed([*here, *there]))


def _affix(actor: Actor, truck: Passage, seals: Sequence[str], key: str, at: datetime) -> None:
    """Put seals on record under the mandate of the loading itself, which an officer of the crossing across holds."""
    rules.check_beside("record_seal", truck.state)
    for seal in seals:
        if compact(seal) not in map(compact, truck.seals):
            write(truck, seals=rules.replace_seal(truck.seals, new=seal, old=""))
            facts = {"seal": seal, "replaces": "", "report": key}
            turns.note(actor, truck, "record_seal", at=at, facts=facts)


@once
def sign_protocol(
    actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None
) -> Transshipment:
    """Sign the joint protocol as the first: what was counted lies on the other trucks, under seal.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, LoadDiffers, NotResealed, PapersChanged, TalliesDisagree.
    """
    with journal.writes(actor, "crossings.sign_protocol", key, at=at) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        steps.require(actor, "crossings.sign_protocol", transshipment.place_id)
        transshipping.after("sign_protocol", transshipment.state)
        trucks = steps.lock_trucks(told.trucks_of(transshipment))
        _check_whole(transshipment, trucks)
        digest = transshipping.digest_of(told.protocol_of(transshipment))
        line.note(digest=digest)
        facts = {"digest": digest}
        steps.move(actor, transshipment, "sign_protocol", at=at, event_key=event_key, facts=facts, digest=digest)
    return transshipment


def _check_whole(transshipment: Transshipment, trucks: dict[str, Passage]) -> None:
    """Refuse a protocol that would not be true: of other papers, figures or loads, or of goods without their seal."""
    tally_sides.check_no_disagreement(transshipment.key)
    tally, lying = told.tally_of(transshipment.key), told.loaded(transshipment.key)
    counting.check_same_papers(tally, steps.declared_on(trucks[transshipment.passage_id]))
    for line in tally:
        loaded = counting.summed(each.load for each in lying if each.declaration == line.declaration)
        counting.check_loaded(line, loaded, transshipment.tolerance_percent)
    goods = [each for each in lying if each.packages or each.gross_mass_g]
    counting.check_none_astray(tally, [each.declaration for each in goods])
    laden = {each.truck: trucks[each.truck] for each in goods}
    seals = {truck.plate: truck.seals for truck in laden.values()}
    transshipping.check_resealed(broken=told.broken_seals(transshipment.key), seals_by_plate=seals)


@once
def countersign_protocol(
    actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None
) -> Transshipment:
    """Sign the joint protocol as the second: the papers change truck, and the unloaded truck's passage ends.

    A hold never changes truck: while an agency holds any of the trucks, nothing is signed.

    Raises:
        NotMandated, TransshipmentOutOfTurn, HourOutOfOrder, Held, PapersChanged, LoadDiffers, NotResealed.
        TalliesDisagree: the other side has counted the goods differently.
        SameOfficer, OtherServiceNeeded: see `transshipping.check_second`.
    """
    with journal.writes(actor, "crossings.countersign_protocol", key, at=at) as line:
        transshipment = steps.take(actor, line, key, event_key=event_key, version=version)
        steps.require(actor, "crossings.countersign_protocol", transshipment.place_id)
        transshipping.after("countersign_protocol", transshipment.state)
        signed = steps.witnesses([transshipment.events.filter(kind="sign_protocol").latest("pk")])
        transshipping.check_second(steps.witness(actor), signed, services=steps.services(transshipment.place_id))
        trucks = steps.lock_trucks(told.trucks_of(transshipment))
        rules.check_not_held([agency for each in trucks for agency in queries.agencies_holding(each)])
        _check_whole(transshipment, trucks)
        line.note(digest=transshipment.digest)
        facts = {"digest": transshipment.digest}
        steps.move(actor, transshipment, "countersign_protocol", at=at, event_key=event_key, facts=facts, done_at=at)
        _carry_over(actor, transshipment, trucks, at)
    return transshipment


def _carry_over(actor: Actor, transshipment: Transshipment, trucks: dict[str, Passage], at: datetime) -> None:
    unloaded = trucks.pop(transshipment.passage_id)
    links = {link.declaration: link for link in unloaded.declarations.all()}
    for line in told.tally_of(transshipment.key):
        lying = [each for each in told.loaded(transshipment.key) if each.declaration == line.declaration]
        parts = counting.shares(line, [each.load for each in lying], transshipment.tolerance_percent)
        for each, share in zip(lying, parts, strict=True):
            if share.packages or share.gross_mass_g:
                _put_on(actor, trucks[each.truck], links[line.declaration], share, transshipment.key, at)
        links[line.declaration].delete()
    laden = sorted({each.truck for each in told.loaded(transshipment.key) if each.packages or each.gross_mass_g})
    plates = [trucks[each].plate for each in laden]
    facts = {"transshipment": transshipment.key, "plates": plates}
    turns.move(actor, unloaded, "transship", at=at, facts=facts, closed_at=at)
    for truck in laden:
        write(trucks[truck], is_empty=False)
    outbox.leave(outbox.HERE, _transshipped(transshipment, unloaded, laden, sorted(links), at), at=at)


def _transshipped(
    transshipment: Transshipment, unloaded: Passage, onward: Sequence[str], declarations: Sequence[str], at: datetime
) -> messages.Transshipped:
    return messages.Transshipped(
        transshipment=transshipment.key,
        passage=unloaded.key,
        onward=tuple(onward),
        place=transshipment.place_id,
        direction=unloaded.direction,
        declarations=tuple(declarations),
        at=at,
    )


def _put_on(actor: Actor, truck: Passage, link: PassageDeclaration, share: rules.Load, key: str, at: datetime) -> None:
    """Add a share to what a truck carries of a declaration, with its lane; what was cleared is cleared as it comes."""
    there, _ = PassageDeclaration.objects.get_or_create(
        passage=truck,
        declaration=link.declaration,
        defaults={
            "reference": link.reference,
            "lane": link.lane,
            "cleared_at": at if link.cleared_at else None,
            "packages": 0,
            "gross_mass_g": 0,
        },
    )
    there.packages += share.packages
    there.gross_mass_g += share.gross_mass_g
    there.cleared_at = there.cleared_at if link.cleared_at else None
    there.save(update_fields=["packages", "gross_mass_g", "cleared_at"])
    facts = {"declaration": link.declaration, "reference": link.reference, "transshipment": key, **asdict(share)}
    turns.note(actor, truck, "attach", at=at, facts=facts | {"is_cleared": link.cleared_at is not None})
