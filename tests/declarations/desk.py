"""Desks for the tests: declarations in any lane, brought to any state by the officers of Debdeb."""

from datetime import date
from typing import Any

from mabar.base.keys import new_key
from mabar.base.models import Actor, JournalLine, Mandate
from mabar.declarations import commands
from mabar.declarations.models import Declaration
from mabar.declarations.sad import Declaration as Record
from mabar.declarations.sad_parts import Amount
from tests.declarations.records import SEED, import_record, item
from tests.world import NOON, World

DEB = "dz.debdeb"


def record_for(lane: str, reference: str = "T-0001") -> Record:
    """Give a sound record that the criteria send to `lane`."""
    goods = {
        "green": item(),
        "blue": item(preference_code="PAFTA"),
        "yellow": item(commodity_code="30049000", description="أدوية للاستعمال البشري"),
        # cement at a hundredth of a dinar the kilogram
        "red": item(commodity_code="25232900", description="إسمنت بورتلاندي", price=Amount(480, "DZD")),
    }[lane]
    currency = goods.price.currency if goods.price else "EUR"
    record = import_record(reference, items=(goods,))
    return import_record(reference, items=(goods,), valuation=_valued(record, currency))


def _valued(record: Record, currency: str | None) -> Any:
    from dataclasses import replace

    invoice = replace(
        record.valuation.invoice, foreign=Amount(record.items[0].price.minor, currency), currency=currency
    )
    return replace(record.valuation, invoice=invoice)


def lodge(world: World, record: Record | None = None, **facts: Any) -> Declaration:
    """Lodge a record at Debdeb, by the broker unless another actor is named."""
    actor = facts.pop("actor", world.broker)
    facts = {"record": record or import_record(), "place": DEB, "seed": SEED, "at": NOON, **facts}
    return commands.lodge(actor, facts.pop("key", new_key(NOON)), **facts)


def in_lane(world: World, lane: str, reference: str = "T-0001") -> Declaration:
    """Lodge a declaration that goes to `lane`; a red one is in the scan's sample only when a test says so."""
    declaration = lodge(world, record_for(lane, reference))
    assert (declaration.state, declaration.lane) == ("lane_assigned", lane)
    Declaration.objects.filter(key=declaration.key).update(is_scan_due=False)
    return fresh(declaration)


def fresh(declaration: Declaration) -> Declaration:
    """Read a declaration anew."""
    return Declaration.objects.get(key=declaration.key)


def second_inspector(world: World) -> Actor:
    """Give the inspector of Debdeb a colleague."""
    first = world.officers["inspector"]
    colleague = Actor.objects.create(
        key="DEB-0100",
        kind=Actor.OFFICER,
        name="second inspector",
        agency=first.agency,
        place=first.place,
        password="!",
    )
    Mandate.objects.create(actor=colleague, post=first.mandates.get().post, place=first.place, from_on=date(2026, 1, 1))
    return colleague


def examined(world: World, lane: str, reference: str = "T-0001") -> Declaration:
    """Bring a declaration through every check of its lane."""
    declaration = in_lane(world, lane, reference)
    if lane in ("yellow", "red"):
        commands.check_documents(world.officers["examiner"], declaration.key, at=NOON)
    if lane == "red":
        if not Actor.objects.filter(key="DEB-0100").exists():
            second_inspector(world)
        team = commands.assign_team(world.officers["head_of_inspection"], declaration.key, seed="s", at=NOON).team
        commands.inspect(Actor.objects.get(key=team[0]), declaration.key, found=[], at=NOON)
    return fresh(declaration)


def assessed(world: World, lane: str = "yellow", reference: str = "T-0001", amount_minor: int = 250_000) -> Declaration:
    """Bring a declaration to its assessment."""
    declaration = examined(world, lane, reference)
    commands.assess(world.officers["assessor"], declaration.key, amount_minor=amount_minor, currency="DZD", at=NOON)
    return fresh(declaration)


def pay(world: World, declaration: Declaration, **facts: Any) -> Declaration:
    """Pay what was assessed."""
    paid = {"reference": "R-1", "amount_minor": 250_000, "currency": "DZD", "at": NOON, **facts}
    return commands.note_payment(world.officers["cashier"], declaration.key, **paid)


def settled(world: World, lane: str = "yellow", reference: str = "T-0001") -> Declaration:
    """Bring a declaration to its payment."""
    return pay(world, assessed(world, lane, reference))


def released(world: World, lane: str = "yellow", reference: str = "T-0001") -> Declaration:
    """Bring a declaration to its release."""
    declaration = settled(world, lane, reference)
    if declaration.state != "released":
        commands.release(world.officers["release_officer"], declaration.key, at=NOON)
    return fresh(declaration)


def verbs(key: str) -> list[str]:
    """List the verbs of a subject's journal lines, the oldest first."""
    return list(JournalLine.objects.filter(subject=key).order_by("pk").values_list("verb", flat=True))
