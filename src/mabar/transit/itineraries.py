"""The offices of a movement, and the copies of movements whose home is another node."""

from datetime import datetime

from mabar.transit import nodes, rules
from mabar.transit.models import Movement, MovementOffice


def is_known(movement: Movement) -> bool:
    """Tell whether the itinerary and seals of a movement are known here: at home, or once home has told of them."""
    return movement.is_home or movement.home_version > 0


def offices_of(movement: Movement) -> list[str]:
    """Give the codes of the offices of a movement in their order."""
    return list(movement.offices.order_by("position").values_list("office", flat=True))


def note_diverted(movement: Movement) -> None:
    """Put on the itinerary the office where the goods arrived, if it was none of it."""
    known = offices_of(movement)
    if movement.arrived_office and movement.arrived_office not in known:
        told = {"position": len(known), "office": movement.arrived_office, "role": "diverted"}
        MovementOffice.objects.create(movement=movement, **told)


def copy_of(key: str, number: str, *, home: str, at: datetime, office: str = "") -> Movement:
    """Open a copy of a movement whose home is another node, as far as its number tells."""
    return Movement.objects.create(
        key=key,
        number=number,
        home=home,
        is_home=False,
        place_id=office or nodes.own_node(),
        departure=home,
        procedure="continuity" if "/" in number else "electronic",
        stamp=number.partition("/")[2],
        terms=rules.TERMS,
        state=rules.after("note_unannounced", ""),
        lodged_at=at,
    )
