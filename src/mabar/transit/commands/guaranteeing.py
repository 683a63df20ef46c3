"""What a movement takes of a guarantee and gives back, and how a guarantee begins and ends.

A movement's acts call `draw`, `free` and `claim` in their own transaction; a refusal undoes both.
"""

from datetime import date, datetime
from typing import Any

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor, Firm, Place
from mabar.base.turns import write
from mabar.crossings.rules import check_reason
from mabar.lib.money import minor_decimals
from mabar.transit import ledger
from mabar.transit.ledger import Step
from mabar.transit.models import Draw, Guarantee
from mabar.transit.rules import guarantees, refusals


def register_guarantee(
    actor: Actor,
    key: str,
    *,
    place: str,
    kind: str,
    holder: str,
    amount_minor: int,
    currency: str,
    first_on: date,
    last_on: date,
    at: datetime,
    title_minor: int = 0,
) -> Guarantee:
    """Register a guarantee that the office of `place` accepts and keeps from now on.

    Args:
        holder: code of the firm that is liable.
        title_minor: what one title of a voucher covers.
    Raises:
        NotMandated, NoSuchRecord, AmountUnfit, DaysUnfit, UnknownCurrency, CurrencyWithoutMinorUnit.
        HolderUnknown: no firm bears the code.
    """
    with journal.writes(actor, "transit.register_guarantee", key, at=at, place=place, kind=kind, holder=holder) as line:
        mandates.require(actor, "transit.register_guarantee", place=place)
        office, firm = ledger.place(place), _firm(holder)
        minor_decimals(currency)
        guarantees.check_terms(kind, amount_minor, title_minor)
        terms = {"kind": kind, "amount_minor": amount_minor, "title_minor": title_minor, "currency": currency}
        days = guarantees.check_days(first_on, last_on, office.clock)
        made = _registered(key, office, firm, days=days, at=at, **terms)
        ledger.move(made, "registered", amount_minor, Step(actor.key, at))
        timers.start(ledger.EXPIRE, key, due_at=made.valid_until)
        line.note(reference=made.reference, amount_minor=amount_minor, currency=currency)
    return made


def _registered(
    key: str, office: Place, firm: Firm, *, days: tuple[datetime, datetime], at: datetime, **terms: Any
) -> Guarantee:
    return Guarantee.objects.create(
        key=key,
        reference=ledger.next_reference(office, at.astimezone(office.clock).year),
        home=ledger.own_node(),
        office=office.code,
        place=office,
        holder=firm.code,
        holder_name=firm.name,
        left_minor=0,
        valid_from=days[0],
        valid_until=days[1],
        registered_at=at,
        **terms,
    )


def _firm(code: str) -> Firm:
    found = Firm.objects.filter(code=code).first()
    if found is None:
        raise refusals.HolderUnknown(holder=code or "–")
    return found


def draw(
    actor: Actor,
    guarantee_key: str,
    *,
    movement: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    place: str = "",
) -> Draw:
    """Cover a movement by a guarantee, from what is left at this node; nobody else is asked.

    Args:
        guarantee_key: its key, or its reference.
        amount_minor: what the movement may owe; a voucher gives whole titles for it, a waiver takes nothing.
        place: the office of departure, where it is not the place of the guarantee.
    Raises:
        NotMandated, NoSuchRecord, AmountUnfit.
        GuaranteeShort: names what is left, and the office to ask.
        GuaranteeNotValid, GuaranteeRevoked, CurrencyDiffers, AlreadyCovered, IndividualUsed.
    """
    key = ledger.named(guarantee_key)
    with journal.writes(actor, "transit.draw", key, at=at, movement=movement, currency=currency) as line:
        guarantee = ledger.take(key)
        line.place = place or guarantee.place_id
        mandates.require(actor, "transit.draw", place=line.place)
        covering = ledger.cover(guarantee)
        _check_uses(guarantee, covering, movement)
        taken = guarantees.check_draw(covering, amount_minor, currency, at)
        made = Draw.objects.create(
            guarantee=guarantee,
            movement=movement,
            state=guarantees.after("draw", ""),
            covers_minor=amount_minor,
            amount_minor=taken,
            drawn_at=at,
            changed_at=at,
        )
        step = Step(actor.key, at, movement=movement)
        ledger.move(guarantee, "drawn", -taken, step)
        ledger.tell_use(guarantee, made, step)
        line.note(reference=guarantee.reference, amount_minor=taken, left_minor=guarantee.left_minor)
    return made


def _check_uses(guarantee: Guarantee, covering: guarantees.Cover, movement: str) -> None:
    drawn_by = Draw.objects.filter(movement=movement).values_list("guarantee__reference", flat=True).first()
    used_by = guarantee.draws.exclude(movement=movement).values_list("movement", flat=True).first()
    guarantees.check_uses(covering, movement=movement, drawn_by=drawn_by or "", individual_by=used_by or "")


def free(actor: Actor, movement: str, *, at: datetime, place: str = "") -> Draw:
    """Give back what a movement took, since it is discharged; a second time nothing changes.

    Args:
        place: the office of departure, where it is not the place of the guarantee.
    Raises:
        NotMandated.
        NoSuchRecord: the movement draws on no guarantee here.
        OutOfTurn: what it took is claimed.
    """
    return _give(actor, movement, "transit.free", at=at, place=place)


def claim(actor: Actor, movement: str, *, at: datetime, place: str = "") -> Draw:
    """Claim what a movement took, for its recovery; it is not free again until the debt is paid.

    Args:
        place: the office of departure, where it is not the place of the guarantee.
    Raises:
        NotMandated, NoSuchRecord.
        OutOfTurn: it is free already.
    """
    return _give(actor, movement, "transit.claim", at=at, place=place)


def settle_claim(actor: Actor, movement: str, *, payment: str, at: datetime) -> Draw:
    """Give back what was claimed, since the debt is paid: `payment` is the number of its receipt.

    Raises:
        NotMandated, NoSuchRecord, ReasonMissing.
        OutOfTurn: nothing is claimed.
    """
    return _give(actor, movement, "transit.settle_claim", at=at, payment=check_reason(payment)[:80])


def _give(actor: Actor, movement: str, verb: str, *, at: datetime, place: str = "", **facts: str) -> Draw:
    """Take the draw of a movement one step on; what is free or settled is left again, once."""
    act, key = verb.partition(".")[2], ledger.drawn_on(movement)
    with journal.writes(actor, verb, key, at=at, movement=movement) as line:
        # the guarantee first, as every act on it does: two that lock in one order never wait for each other
        guarantee = ledger.take(key)
        line.place = place or guarantee.place_id
        mandates.require(actor, verb, place=line.place)
        drawn = guarantee.draws.select_for_update().get(movement=movement)
        before, state = drawn.state, guarantees.after(act, drawn.state)
        line.note(reference=guarantee.reference, amount_minor=drawn.amount_minor, state=state, **facts)
        if state != before:
            step = Step(actor.key, at, movement=movement)
            write(drawn, state=state, changed_at=at)
            if state not in guarantees.TAKEN:
                ledger.move(guarantee, state, drawn.amount_minor, step)
            ledger.tell_use(guarantee, drawn, step)
            ledger.give_back_unusable(guarantee, step)
    return drawn


def revoke_guarantee(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Guarantee:
    """Revoke a guarantee, and tell every office that holds a tranche; what is drawn stays drawn.

    Raises:
        NotMandated, NoSuchRecord, NotKeptHere, OutOfTurn, ReasonMissing.
    """
    with journal.writes(actor, "transit.revoke_guarantee", key, at=at, reason=reason) as line:
        guarantee = ledger.take_kept(key, act="revoke_guarantee", version=version)
        line.place = guarantee.place_id
        mandates.require(actor, "transit.revoke_guarantee", place=guarantee.place_id)
        if guarantee.revoked_at is not None:
            raise refusals.OutOfTurn(verb="revoke_guarantee", state="revoked", record="guarantee")
        write(guarantee, revoked_at=at, revoke_reason=check_reason(reason)[:500])
        timers.end(ledger.EXPIRE, key, at=at)
        line.note(reference=guarantee.reference, told=_tell_holders(guarantee, at))
    return guarantee


def expire_guarantee(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Guarantee:
    """Note that the last day of a guarantee has ended, and tell who holds a tranche; the clock calls this.

    Raises:
        NotMandated, NoSuchRecord, NotKeptHere.
    """
    with journal.writes(actor, "transit.expire_guarantee", key, at=at, due_at=due_at) as line:
        guarantee = ledger.take_kept(key, act="expire_guarantee")
        line.place = guarantee.place_id
        mandates.require(actor, "transit.expire_guarantee", place=guarantee.place_id)
        write(guarantee, expired_at=due_at)
        line.note(reference=guarantee.reference, told=_tell_holders(guarantee, at))
    return guarantee


def _tell_holders(guarantee: Guarantee, at: datetime) -> list[str]:
    tranches = guarantee.tranches.select_for_update().order_by("node")
    for tranche in tranches:
        ledger.tell_tranche(guarantee, tranche, at=at)
    return [tranche.node for tranche in tranches]
