"""Terms on their way into force: a proposal, the signatures that come one by one, a suspension (mx1.md, 8)."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from mabar.exchange.agreeing import kind_table
from mabar.exchange.models import Agreement, Signing, Suspension
from mabar.exchange.own import CHECKER, Own
from mabar.exchange.protocol import cbor, cose, documents, never, terms_form
from mabar.exchange.protocol.objects import Context, Item, Type, administration_of
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.terms import Terms


def is_standing_order(document: bytes) -> bool:
    """Tell whether a document names one party only, and so is a standing order.

    Raises:
        Refused: `payload.malformed`.
    """
    told = documents.read(document)
    parties = told.get("parties") if isinstance(told, dict) else None
    return isinstance(parties, list) and len(parties) == 1


def read_terms(document: bytes) -> Terms:
    """Read the document of terms or of a standing order, and judge it by the never-list.

    Raises:
        Refused: `payload.malformed`, a code of `terms.*`, or `policy.never`.
    """
    terms = terms_form.read_standing_order(document) if is_standing_order(document) else terms_form.read(document)
    never.check_terms(terms, kind_table())
    return terms


def context_of(terms: Terms) -> tuple[Type, Context]:
    """Give as what, and in what context, terms are signed: those of one party are its standing order."""
    first, *others = terms.administrations
    if not others:
        return Type.STANDING_ORDER, Context(sender=first)
    return Type.TERMS, Context(sender=first, receiver=others[0])


def keep_proposal(document: bytes, *, by: str, at: datetime) -> Agreement:
    """Keep proposed terms; the same document twice is one proposal.

    Raises:
        Refused: the terms are not sound, do not bind this node's administration, or the name stands for others.
    """
    terms = read_terms(document)
    if administration_of(settings.NODE.code) not in terms.administrations:
        raise Refused("terms.parties", name=terms.name)
    row, _ = Agreement.objects.get_or_create(
        name=terms.name,
        defaults={
            "document": document,
            "is_standing_order": len(terms.parties) == 1,
            "proposed_by": by,
            "proposed_at": at,
            "valid_from": terms.valid_from,
            "valid_to": terms.valid_to,
        },
    )
    if bytes(row.document) != document:
        raise Refused("terms.name", name=terms.name)
    return row


def keep_signature(row: Agreement, signature: list[Any], own: Own, *, by: str, at: datetime) -> bool:
    """Keep one signature of a root key holder, and bring the terms into force when it was the last that lacked.

    Return whether they are signed by all now.

    Raises:
        Refused: no root record knows the key, or the signature is not good.
    """
    item = _item(row, [signature])
    (_, _, kid, _), *_ = cose.read(item.object).signatures
    holder = _require_holder(item, own, row)
    Signing.objects.get_or_create(
        agreement=row,
        key_id=kid.hex(),
        defaults={
            "administration": holder,
            "signature": cbor.encode(signature),
            "brought_by": by,
            "brought_at": at,
        },
    )
    return _complete(row, own, at)


def _item(row: Agreement, signatures: list[list[Any]]) -> Item:
    document = bytes(row.document)
    type_, context = context_of(read_terms(document))
    return Item(type_, context, cose.join(document, signatures))


def _require_holder(item: Item, own: Own, row: Agreement) -> str:
    """Give the administration one of whose root keys has signed; the quorum may need others beside it."""
    terms = read_terms(bytes(row.document))
    (_, _, kid, _), *_ = cose.read(item.object).signatures
    for code in terms.administrations:
        for root in own.book.confirmed.get(code, ()):
            if kid in {cose.key_id(key) for key in root.quorum.keys}:
                quorum = cose.Quorum(root.quorum.keys, threshold=1)
                cose.require_quorums(cose.read(item.object), item.type, item.context, [quorum], CHECKER)
                return code
    raise Refused("quorum.unknown-key", key=kid.hex())


def _complete(row: Agreement, own: Own, at: datetime) -> bool:
    if row.signed_at is not None:
        return True
    signatures = [cbor.decode(bytes(each.signature)) for each in Signing.objects.filter(agreement=row)]
    item = _item(row, signatures)
    terms = read_terms(bytes(row.document))
    try:
        own.book.require_signed(item, terms.administrations, CHECKER)
    except Refused as refused:
        if refused.code == "quorum.short":
            return False
        raise
    row.item, row.signed_at = item.encoded(), at
    row.save(update_fields=["item", "signed_at"])
    if terms.replaces:
        Agreement.objects.filter(name=terms.replaces).update(replaced_by=row.name)
    return True


def take_signed(item: Item, own: Own, *, by: str, at: datetime) -> Agreement:
    """Keep terms that all have signed, as they come on a stick or from a partner.

    Raises:
        Refused: a code of `terms.*` or of the quorum.
    """
    read = cose.read(item.object)
    row = keep_proposal(read.payload, by=by, at=at)
    for protected, _, _, signature in read.signatures:
        keep_signature(row, [protected, {}, signature], own, by=by, at=at)
    return row


def letter_of(row: Agreement) -> str:
    """Write a proposal with the signatures it has, as the body of `exchange.terms/1.0`."""
    found = Signing.objects.filter(agreement=row).order_by("key_id")
    signatures = [bytes(each.signature).hex() for each in found]
    terms = documents.read(bytes(row.document))
    return documents.written({"signatures": signatures, "terms": terms}).decode()


def take_proposal(partner: str, document: Any, *, own: Own, at: datetime) -> None:
    """Keep what a partner proposes, and the signatures that came with it.

    Raises:
        Refused: `payload.malformed`, a code of `terms.*` or of the quorum; terms that do not bind the partner.
    """
    is_whole = isinstance(document, dict) and document.keys() == {"signatures", "terms"}
    if not is_whole or not isinstance(document["signatures"], list):
        raise Refused("payload.malformed", why="not a proposal of terms")
    with transaction.atomic():
        row = keep_proposal(documents.written(document["terms"]), by=partner, at=at)
        if administration_of(partner) not in read_terms(bytes(row.document)).administrations:
            raise Refused("terms.parties", name=row.name)
        for each in document["signatures"]:
            keep_signature(row, _signature(each), own, by=partner, at=at)


def _signature(value: object) -> list[Any]:
    try:
        signature = cbor.decode(bytes.fromhex(str(value)))
    except ValueError:
        signature = None
    if not isinstance(signature, list):
        raise Refused("payload.malformed", why="not a signature")
    return signature


def note_suspension(
    partner: str, key: str, *, terms: str, kinds: list[Any], reason: str, is_lifted: bool, at: datetime
) -> None:
    """Note that a partner has stopped kinds of terms, or lets them pass again.

    Raises:
        Refused: `policy.no-terms` or `payload.malformed`.
    """
    row = Agreement.objects.filter(name=terms, signed_at__isnull=False).first()
    if row is None:
        raise Refused("policy.no-terms", terms=terms)
    if not all(isinstance(each, str) for each in kinds) or len(reason) > 500:
        raise Refused("payload.malformed", why="not a suspension")
    if is_lifted:
        Suspension.objects.filter(agreement=row, by=partner, until_at=None).update(until_at=at)
        return
    Suspension.objects.get_or_create(
        key=key, defaults={"agreement": row, "by": partner, "kinds": kinds, "reason": reason, "from_at": at}
    )
