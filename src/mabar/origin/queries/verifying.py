"""Presented proofs and verifications: what waits for whom, by its clock."""

from collections.abc import Iterable
from datetime import datetime

from mabar.base import mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.declarations import queries as papers
from mabar.origin import rules
from mabar.origin.models import PresentedProof, Verification
from mabar.origin.queries.rows import PresentedRow, VerificationRow, presented_row, verification_row

MOST = 200
READ = "origin.read"


def presented_with(declaration: str) -> list[PresentedRow]:
    """List the proofs presented with a declaration, the first first."""
    found = PresentedProof.objects.filter(declaration=declaration).select_related("declaration").order_by("key")
    return [presented_row(each) for each in found]


def carried(declaration: str) -> list[rules.presenting.Carried]:
    """Give what the proofs presented with a declaration say of goods, and whether each carries a preference now."""
    return [
        rules.presenting.Carried(each.agreement, each.origin, tuple(code for code, _ in each.goods), each.is_accepted)
        for each in presented_with(declaration)
    ]


def readable_presented(actor: Actor, key: str, at: datetime) -> tuple[PresentedRow, list[VerificationRow]]:
    """Give a presented proof with its verifications, the newest first.

    Raises:
        NotMandated, NoSuchRecord: there is none, or its declaration is another's.
    """
    shown = PresentedProof.objects.filter(key=key).select_related("declaration").first()
    scope = papers.scope_of(actor, at)
    if shown is None or not scope.holds(firm=shown.declaration.firm_id, place=shown.place_id):
        raise NoSuchRecord(key=key)
    return presented_row(shown), [verification_row(each) for each in shown.verifications.order_by("-key")]


def presented_at(places: Iterable[str], *, limit: int = 50) -> list[PresentedRow]:
    """List the newest proofs presented at these places."""
    found = PresentedProof.objects.filter(place__in=list(places)).select_related("declaration").order_by("-key")
    return [presented_row(each) for each in found[:limit]]


def verifications(places: Iterable[str], *, side: str, is_open: bool) -> list[VerificationRow]:
    """List the verifications of a side at these places: the open by their clock, the answered newest first."""
    found = Verification.objects.filter(place__in=list(places), side=side)
    found = found.filter(state__in=rules.verifying.OPEN) if is_open else found.filter(state="answered")
    ordered = found.order_by("due_at", "key") if is_open else found.order_by("-answered_at", "-key")
    return [verification_row(each) for each in ordered[:MOST]]


def readable_verification(actor: Actor, key: str, at: datetime) -> VerificationRow:
    """Give a verification to an officer of its place.  Raises: NotMandated, NoSuchRecord."""
    asked = Verification.objects.filter(key=key).first()
    mandates.require(actor, READ, at=at)
    if asked is None:
        raise NoSuchRecord(key=key)
    mandates.require(actor, READ, place=asked.place_id, at=at)
    return verification_row(asked)
