"""The lines to the partners: who is one, whether the line is to carry, drills, and messages that are held."""

from datetime import datetime

from django.conf import settings

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.exchange import opening, outbox, rules
from mabar.exchange.models import Outgoing, Partner, Received, Sent
from mabar.exchange.own import ms_of
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.answers import Said
from mabar.exchange.protocol.kind_table import CONTROL_ROWS
from mabar.exchange.protocol.objects import OPERATIONAL
from mabar.exchange.refusals import LineAlreadyCut, LineNotCut, NotHeld, PartnerKnown

DRILL = next(row.kind for row in CONTROL_ROWS if row.name == "exchange.drill")


def add_partner(actor: Actor, code: str, *, at: datetime) -> Partner:
    """Let a node be a partner: streams to it may begin as soon as its descriptor is known.

    Raises:
        NotMandated, NotANode, OwnNode, PartnerKnown.
    """
    with journal.writes(actor, "exchange.add_partner", code, at=at):
        mandates.require(actor, "exchange.add_partner", place=settings.NODE.code)
        node = rules.check_partner(code, own=settings.NODE.code)
        partner, is_new = Partner.objects.get_or_create(code=node, defaults={"since_at": at})
        if not is_new:
            raise PartnerKnown(node=node)
    return partner


def cut_line(actor: Actor, code: str, *, reason: str, at: datetime) -> Partner:
    """Let nothing go to a partner and take nothing from it, until somebody joins the line again; all waits.

    Raises:
        NotMandated, NoSuchRecord, ReasonNeeded, LineAlreadyCut.
    """
    with journal.writes(actor, "exchange.cut_line", code, at=at, reason=reason):
        mandates.require(actor, "exchange.cut_line", place=settings.NODE.code)
        partner = _partner(code)
        rules.check_reason(reason)
        if partner.is_cut:
            raise LineAlreadyCut(node=code)
        partner.is_cut = True
        partner.save(update_fields=["is_cut"])
    return partner


def join_line(actor: Actor, code: str, *, reason: str, at: datetime) -> Partner:
    """Let the line to a partner carry again.

    Raises:
        NotMandated, NoSuchRecord, ReasonNeeded, LineNotCut.
    """
    with journal.writes(actor, "exchange.join_line", code, at=at, reason=reason):
        mandates.require(actor, "exchange.join_line", place=settings.NODE.code)
        partner = _partner(code)
        rules.check_reason(reason)
        if not partner.is_cut:
            raise LineNotCut(node=code)
        partner.is_cut = False
        partner.save(update_fields=["is_cut"])
    return partner


def _partner(code: str) -> Partner:
    partner = Partner.objects.select_for_update().filter(code=code).first()
    if partner is None:
        raise NoSuchRecord(key=code)
    return partner


def send_drill(actor: Actor, code: str, *, text: str, at: datetime) -> str:
    """Leave a drill for a partner and give its key; it changes nothing there and is answered like any message.

    Raises:
        NotMandated, NoSuchRecord.
    """
    key = outbox.next_key(code, OPERATIONAL, at)
    with journal.writes(actor, "exchange.send_drill", code, at=at, message=key):
        mandates.require(actor, "exchange.send_drill", place=settings.NODE.code)
        _partner(code)
        told = {"number": _drills_for(code) + 1, "subject": f"drill {settings.NODE.code}", "text": text}
        _leave_drill(actor, code, key, told, at)
    return key


def _drills_for(code: str) -> int:
    waiting = Outgoing.objects.filter(address=code, kind=DRILL).count()
    return waiting + Sent.objects.filter(stream__partner=code, kind=DRILL).count()


def _leave_drill(actor: Actor, code: str, key: str, told: dict[str, object], at: datetime) -> None:
    Outgoing.objects.create(
        key=key,
        address=code,
        kind=DRILL,
        subject=str(told["subject"]),
        body=documents.written(told).decode(),
        left_at=at,
        next_at=at,
        urgency=OPERATIONAL,
        author=actor.key,
    )


def open_again(actor: Actor, key: str, *, at: datetime) -> Received:
    """Open a held message again, after what held it was mended.

    Raises:
        NotMandated, NoSuchRecord, NotHeld.
    """
    with journal.writes(actor, "exchange.open_again", key, at=at) as line:
        mandates.require(actor, "exchange.open_again", place=settings.NODE.code)
        message = Received.objects.filter(message=key).order_by("-pk").first()
        if message is None:
            raise NoSuchRecord(key=key)
        if message.said != Said.HELD:
            raise NotHeld(key=key)
        opening.open_again(message.stream_id, [message.seq], at)
        message.refresh_from_db()
        line.note(said=message.said, code=message.code)
    return message


def begin_rejoining(actor: Actor, code: str, *, at: datetime) -> Partner:
    """Number nothing for a partner until it has told what it has stored: this node was restored from a backup.

    Raises:
        NotMandated, NoSuchRecord.
    """
    with journal.writes(actor, "exchange.begin_rejoining", code, at=at):
        mandates.require(actor, "exchange.begin_rejoining", place=settings.NODE.code)
        partner = _partner(code)
        partner.restored_ms = ms_of(at)
        partner.save(update_fields=["restored_ms"])
    return partner
