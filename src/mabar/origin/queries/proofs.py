"""Proofs that this node issues: whose they are, and who may read which."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Count

from mabar.base import mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.origin import rules
from mabar.origin.models import Proof
from mabar.origin.queries.rows import Page, ProofEnds, ProofRow, event_row, proof_row, verification_row

PAGE = 50
READ, READ_OWN = "origin.read", "origin.read_own"


def application_of(proof: Proof | ProofRow) -> rules.Application:
    """Give what the applicant wrote."""
    goods = proof.goods if isinstance(proof, ProofRow) else rules.goods_from(proof.goods)
    written = {name: getattr(proof, name) for name in rules.WRITTEN}
    return rules.Application(agreement=proof.agreement, goods=goods, **written)


def readable_proof(actor: Actor, key: str, at: datetime) -> ProofEnds:
    """Give a proof if the reader may know of it: an officer of its place, or the house that asked for it.

    Raises:
        NotMandated, NoSuchRecord.
    """
    proof = Proof.objects.filter(key=key).first()
    is_own = _reads_own(actor)
    mandates.require(actor, READ_OWN if is_own else READ, at=at)
    if proof is None or (is_own and not _is_own(actor, proof)):
        raise NoSuchRecord(key=key)
    if not is_own:
        mandates.require(actor, READ, place=proof.place_id, at=at)
    after = proof.replacements.filter(state__in=rules.SIGNED).first()
    asked = () if is_own else proof.verifications.order_by("-key")
    return ProofEnds(
        proof_row(proof),
        tuple(event_row(each) for each in proof.events.order_by("pk")),
        proof_row(after) if after else None,
        tuple(verification_row(each) for each in asked),
    )


def _reads_own(actor: Actor) -> bool:
    return actor.kind in (Actor.DECLARANT, Actor.STATION)


def _is_own(actor: Actor, proof: Proof) -> bool:
    if actor.firm_id is not None:
        return proof.firm_id == actor.firm_id
    return proof.events.filter(kind="apply", by=actor.key).exists()


def proofs_of_firm(firm: str, *, after: str | None = None, limit: int = PAGE) -> Page:
    """List the proofs of a house, newest first, a page at a time."""
    return _page(Proof.objects.filter(firm=firm), after, limit)


def proofs_at(
    places: Iterable[str], *, states: Iterable[str] = (), after: str | None = None, limit: int = PAGE
) -> Page:
    """List the proofs of these offices, newest first; of all states where none is asked for."""
    listed = Proof.objects.filter(place__in=list(places))
    wanted = list(states)
    return _page(listed.filter(state__in=wanted) if wanted else listed, after, limit)


def _page(listed: "object", after: str | None, limit: int) -> Page:
    ordered = listed.order_by("-key")  # type: ignore[attr-defined]
    if after:
        ordered = ordered.filter(key__lt=after)
    rows = [proof_row(each) for each in ordered[: limit + 1]]
    return Page(tuple(rows[:limit]), rows[limit - 1].key if len(rows) > limit else None)


def proofs_by_key(keys: Iterable[str]) -> list[ProofRow]:
    """Give the proofs that bear one of the keys."""
    return [proof_row(each) for each in Proof.objects.filter(key__in=list(keys))]


def counts(places: Iterable[str]) -> Mapping[str, int]:
    """Count the proofs of these offices by state."""
    counted = Proof.objects.filter(place__in=list(places)).values("state").annotate(count=Count("pk"))
    return {each["state"]: each["count"] for each in counted}


def places() -> dict[str, Place]:
    """Give the places of the node, by code."""
    return {each.code: each for each in Place.objects.select_related("administration").order_by("code")}
