"""Agreements: terms are proposed, signed by the holders of root keys, and suspended when they are broken."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from mabar.base import journal, mandates
from mabar.base.keys import new_key
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.exchange import agreeing, outbox, proposing, rules
from mabar.exchange.models import Agreement, Outgoing, Partner, Signing, Suspension
from mabar.exchange.own import own
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.kind_table import CONTROL_ROWS
from mabar.exchange.protocol.objects import BUSINESS, administration_of
from mabar.exchange.protocol.terms import Terms
from mabar.exchange.refusals import (
    KindNotInTerms,
    NotASignatureOfThese,
    NothingSuspended,
    TermsInForce,
    TermsNotSigned,
)
from mabar.exchange.signing_files import Signing as SigningFile

_CONTROL = {row.name: row for row in CONTROL_ROWS}


def propose_terms(actor: Actor, document: bytes, *, at: datetime) -> Agreement:
    """Propose terms, in the form in which they will be signed, and tell the partners whom they concern.

    Terms of one party are the standing order between the nodes of its administration.

    Raises:
        NotMandated.
        Refused: `payload.malformed`, a code of `terms.*`, or `policy.never`.
    """
    with journal.writes(actor, "exchange.propose_terms", "", at=at) as line:
        mandates.require(actor, "exchange.propose_terms", place=settings.NODE.code)
        plain = documents.written(documents.read(document))
        row = proposing.keep_proposal(plain, by=actor.key, at=at)
        line.subject = row.name
        line.note(told=_tell(actor, row, at))
    return row


def bring_signature(actor: Actor, name: str, *, signing: SigningFile, at: datetime) -> Agreement:
    """Keep the signatures of a signing file under proposed terms; with the last that lacked, the terms are signed.

    Raises:
        NotMandated, NoSuchRecord, TermsInForce, NotASignatureOfThese.
        Refused: no root record knows the key, or the signature is not good.
    """
    with journal.writes(actor, "exchange.bring_signature", name, at=at) as line:
        mandates.require(actor, "exchange.bring_signature", place=settings.NODE.code)
        row = _agreement(name)
        if row.signed_at is not None:
            raise TermsInForce(name=name)
        if signing.payload != bytes(row.document) or not signing.signatures:
            raise NotASignatureOfThese(name=name)
        for protected, signature in signing.signatures:
            proposing.keep_signature(row, [protected, {}, signature], own(at), by=actor.key, at=at)
        row.refresh_from_db()
        keys = list(Signing.objects.filter(agreement=row).values_list("key_id", flat=True))
        line.note(keys=keys, is_signed=row.signed_at is not None, told=_tell(actor, row, at))
    return row


def suspend_terms(actor: Actor, name: str, *, kinds: Sequence[str], reason: str, at: datetime) -> Suspension:
    """Stop kinds of an agreement at once, on this side and, when it hears of it, on the other; none named: all.

    Raises:
        NotMandated, NoSuchRecord, ReasonNeeded, TermsNotSigned, KindNotInTerms.
    """
    key = new_key(at)
    with journal.writes(actor, "exchange.suspend_terms", name, at=at, kinds=list(kinds), reason=reason):
        mandates.require(actor, "exchange.suspend_terms", place=settings.NODE.code)
        row = _signed(name)
        told, stopped = rules.check_reason(reason), _kinds(row, kinds)
        placed = Suspension.objects.create(
            key=key, agreement=row, by=settings.NODE.code, kinds=stopped, reason=told, from_at=at
        )
        _tell_suspension(actor, row, {"kinds": stopped, "reason": told, "is_lifted": False}, at)
    return placed


def lift_suspension(actor: Actor, name: str, *, reason: str, at: datetime) -> int:
    """Let pass again what this side has stopped of an agreement, and give how many suspensions that ended.

    Raises:
        NotMandated, NoSuchRecord, ReasonNeeded, TermsNotSigned, NothingSuspended.
    """
    with journal.writes(actor, "exchange.lift_suspension", name, at=at, reason=reason):
        mandates.require(actor, "exchange.lift_suspension", place=settings.NODE.code)
        row, told = _signed(name), rules.check_reason(reason)
        ended = Suspension.objects.filter(agreement=row, by=settings.NODE.code, until_at=None).update(until_at=at)
        if not ended:
            raise NothingSuspended(name=name)
        _tell_suspension(actor, row, {"kinds": [], "reason": told, "is_lifted": True}, at)
    return ended


def _agreement(name: str) -> Agreement:
    row = Agreement.objects.select_for_update().filter(name=name).first()
    if row is None:
        raise NoSuchRecord(key=name)
    return row


def _signed(name: str) -> Agreement:
    row = _agreement(name)
    if row.signed_at is None:
        raise TermsNotSigned(name=name)
    return row


def _terms(row: Agreement) -> Terms:
    return agreeing.terms_of(row)


def _kinds(row: Agreement, wanted: Sequence[str]) -> list[str]:
    named = list(dict.fromkeys(each.parts[0] for each in _terms(row).kinds))
    strange = [each for each in wanted if each not in named]
    if strange:
        raise KindNotInTerms(kind=strange[0], name=row.name)
    return list(wanted) or named


def _tell(actor: Actor, row: Agreement, at: datetime) -> list[str]:
    """Tell the partners of the parties; a standing order concerns the nodes of one's own administration."""
    return _leave(actor, row, "exchange.terms", proposing.letter_of(row), at)


def _tell_suspension(actor: Actor, row: Agreement, told: dict[str, Any], at: datetime) -> None:
    _leave(actor, row, "exchange.suspension", documents.written({**told, "terms": row.name}).decode(), at)


def _leave(actor: Actor, row: Agreement, name: str, body: str, at: datetime) -> list[str]:
    kind, parties = _CONTROL[name], set(_terms(row).administrations)
    urgency = BUSINESS if kind.urgency is None else kind.urgency
    partners = [code for code in Partner.objects.values_list("code", flat=True) if administration_of(code) in parties]
    Outgoing.objects.bulk_create(
        Outgoing(
            key=outbox.next_key(code, urgency, at),
            address=code,
            kind=kind.kind,
            subject=row.name[:48],
            body=body,
            left_at=at,
            next_at=at,
            urgency=urgency,
            author=actor.key,
        )
        for code in partners
    )
    return partners
