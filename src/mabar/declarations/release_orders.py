"""The release order: that the goods may leave, for the gate and the broker; Arabic and a second language."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from mabar.base import mandates, paper_making
from mabar.base.paper_signatures import Told, named
from mabar.crossings import queries as crossings
from mabar.declarations import papers, queries, rules, summary
from mabar.declarations.paper_words import address_of, code_of, label, labels, sheet_context
from mabar.declarations.queries import DeclarationRow, Detail, LineRow, Scope

KIND = "release-order"
LABELS = (
    "thing.consignee", "thing.exporter", "thing.declarant", "thing.office", "thing.regime", "thing.reference",
    "thing.packages", "thing.gross_mass", "thing.duties", "thing.transport", "thing.seal", "thing.container",
    "thing.release", "thing.receipt", "thing.on_no_truck", "thing.holds", "paper.release_order", "paper.released_by",
    "paper.conditions", "paper.may_leave", "paper.held", "paper.gone", "paper.scan", "paper.left", "paper.cleared",
)  # fmt: skip


@dataclass(frozen=True)
class Truck:
    """A truck of the order: its share, and who holds it now."""

    loaded: crossings.LoadedPassage
    held_by: tuple[crossings.HoldRow, ...]


@dataclass(frozen=True)
class Order:
    """What a release order says.

    `released_by` is the line of the journal that released, `post` the function of its officer; None and empty where the
    national system released. `conditions` are keys of words.
    """

    whole: Detail
    containers: tuple[str, ...]
    trucks: tuple[Truck, ...]
    released_by: LineRow | None
    post: str
    conditions: tuple[str, ...]

    @property
    def row(self) -> DeclarationRow:
        """The head of the declaration."""
        return self.whole.row

    @property
    def standing(self) -> str:
        """Whether the goods may leave: `gone` once they have, `held` while a truck is held, else `may_leave`."""
        if self.row.state != "released":
            return "gone"
        return "held" if any(truck.held_by for truck in self.trucks) else "may_leave"


def order_of(scope: Scope, key: str) -> Order:
    """Give the release order of a declaration.

    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
        NotReleased: it is not released, or not any more.
    """
    whole = queries.detail(scope, key)
    rules.check_released(whole.row.state)
    line = next((line for line in whole.lines if line.verb == "declarations.release"), None)
    return Order(
        whole=whole,
        containers=tuple(summary.containers(queries.record(scope, key))),
        trucks=tuple(_truck(whole, loaded) for loaded in whole.trucks),
        released_by=line,
        post=mandates.function_of(line.mandate) if line else "",
        conditions=rules.conditions_of_release(
            whole.row.owing, lane=whole.row.lane, regime=whole.row.regime, is_provisional=whole.row.is_provisional
        ),
    )


def _truck(whole: Detail, loaded: crossings.LoadedPassage) -> Truck:
    held = (hold for hold in whole.holds if hold.is_open and hold.passage == loaded.passage.key)
    return Truck(loaded, tuple(held))


def html_of(order: Order, *, language: str, at: datetime) -> str:
    """Give the order as a page that a browser prints.

    Args:
        language: the second language, fr or en.
        at: the instant of printing.
    """
    with translation.override("ar"):
        return render_to_string("declarations/release_order.html", _context(order, language=language, at=at))


def _context(order: Order, *, language: str, at: datetime) -> dict[str, Any]:
    row = order.row
    sheet = sheet_context(row.place, language=language, at=at)
    country = sheet["place"].administration_id
    post = label(f"post.{order.post}", language, country, package="base") if order.post else None
    return {
        **sheet,
        "order": order,
        "row": row,
        "said": labels(LABELS, language, country),
        "state": label(f"state.declaration.{row.state}", language, country),
        "regime": label(f"regime.{row.regime}", language, country),
        "flow": label(f"flow.{row.flow}", language, country),
        "standing": label(f"paper.{order.standing}", language, country),
        "post": post,
        "conditions": [label(f"condition.{each}", language, country) for each in order.conditions],
        "settlements": [(paid, label(f"settlement.{paid.kind}", language)) for paid in order.whole.settlements],
        "trucks": [_spoken(truck, language, country) for truck in order.trucks],
        "code": code_of(row.key, row.reference),
        "address": address_of(row.key),
    }


def _spoken(truck: Truck, language: str, country: str) -> dict[str, Any]:
    passage = truck.loaded.passage
    agencies = ((hold.agency_names["ar"], hold.agency_names[language]) for hold in truck.held_by)
    return {
        "passage": passage,
        "share": truck.loaded.share,
        "state": label(f"state.passage.{passage.state}", language, country, package="crossings"),
        "held_by": list(dict.fromkeys(agencies)),
    }


def told_of(order: Order, *, language: str, at: datetime) -> Told:
    """Give what the order tells, for the record in its PDF."""
    row, line = order.row, order.released_by
    told = {
        **named(row, "key number state office place regime flow consignee exporter declarant trader_reference"),
        **named(row, "national_system national_reference packages gross_mass_g released_at"),
        **named(row, "assessed_minor assessed_currency assessed_at"),
        "standing": order.standing,
        "left_to_pay_minor": row.owing.to_cover_minor,
        "released_by": line and {"actor": line.actor, "post": order.post},
        "conditions": order.conditions,
        "containers": order.containers,
        "settlements": [named(each, "kind reference amount_minor currency at") for each in order.whole.settlements],
        "trucks": [_truck_told(truck) for truck in order.trucks],
    }
    return Told(KIND, row.reference, told, language, at)


def _truck_told(truck: Truck) -> dict[str, Any]:
    agencies = list(dict.fromkeys(hold.agency for hold in truck.held_by))
    left_at = truck.loaded.passage.gate_out_at
    return {**papers.truck_told(truck.loaded), "left_at": left_at, "held_by": agencies}


def paper_of(scope: Scope, key: str, *, language: str, at: datetime) -> tuple[bytes, str]:
    """Give the order and its media type: PDF, or HTML where this machine makes no PDF.

    Raises:
        NoSuchRecord, NotReleased: see `order_of`.
    """
    order = order_of(scope, key)
    return paper_making.made(html_of(order, language=language, at=at), told_of(order, language=language, at=at))
