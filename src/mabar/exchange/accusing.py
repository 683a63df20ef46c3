"""Closing a stream on which a partner has said two things, and keeping the proof (mx1.md, 9.1)."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from mabar.exchange.models import Evidence, Partner, Stream, TrustItem
from mabar.exchange.own import Own
from mabar.exchange.protocol import objects
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.protocol.objects import Item, Type, administration_of

log = logging.getLogger(__name__)
BY_PARTNER = "partner"  # why a stream is closed that its reader has closed


def close(row: Stream, bundle: Bundle | None, own: Own, at: datetime) -> None:
    """Close a stream that is locked; `bundle` is None where only this node's own file speaks against the partner."""
    row.closed_at, row.closed_code = at, f"claim-{int(bundle.claim)}" if bundle else "mark"
    row.save(update_fields=["closed_at", "closed_code"])
    log.error("stream closed", extra={"subject": str(row), "code": row.closed_code})
    if bundle is not None:
        keep(row, with_trust(bundle), at)


def note_closed_there(partner: Partner, facts: Mapping[str, object], own: Own, at: datetime) -> None:
    """Close a stream of this node that its reader has closed: nothing that is sent on it is taken any more."""
    urgency, epoch = facts.get("urgency"), facts.get("epoch")
    if facts.get("sender") != own.code or not isinstance(urgency, int) or not isinstance(epoch, int):
        return
    rows = Stream.objects.select_for_update().filter(partner=partner, is_outward=True, closed_at=None)
    for row in rows.filter(urgency=urgency, epoch=epoch):
        row.closed_at, row.closed_code = at, BY_PARTNER
        row.save(update_fields=["closed_at", "closed_code"])
        log.error("stream closed by its reader", extra={"subject": str(row)})


def keep(row: Stream | None, bundle: Bundle, at: datetime) -> Evidence:
    """Keep a bundle; the same one twice is one."""
    data = bundle.encoded()
    found, _ = Evidence.objects.get_or_create(
        digest=sha256(data).hexdigest(),
        defaults={
            "claim": int(bundle.claim),
            "stream": row,
            "guilty": bundle.guilty or "",
            "bundle": data,
            "found_at": at,
            "offset_ms": row.partner.offset_ms if row else None,
        },
    )
    return found


def with_trust(bundle: Bundle) -> Bundle:
    """Put in the root records, descriptors, stops and settles that the signatures of a bundle rest on."""
    wanted = bundle.signers()
    codes = {administration_of(node) for node, _ in wanted}
    items: list[Item] = []
    rows = TrustItem.objects.filter(type=Type.ROOT, of__in=codes, confirmed_at__isnull=False).order_by("of", "number")
    items += [objects.read_item(bytes(row.item)) for row in rows]
    for row in TrustItem.objects.filter(type=Type.DESCRIPTOR, of__in=[node for node, _ in wanted]):
        if (row.of, row.number) in wanted:
            items.append(objects.read_item(bytes(row.item)))
    for row in TrustItem.objects.filter(type__in=[Type.STOP, Type.SETTLE], of__in=codes):
        items.append(objects.read_item(bytes(row.item)))
    return replace(bundle, trust=tuple(items))
