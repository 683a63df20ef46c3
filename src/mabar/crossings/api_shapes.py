"""Shapes that the crossings' doors for programs share."""

from typing import Annotated

from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints

# control characters have no place in what is shown, and PostgreSQL stores no NUL
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Plate = Annotated[str, StringConstraints(strip_whitespace=True, max_length=32, pattern=r"^[^\x00-\x1f\x7f]*$")]
EventKey = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[!-~]+$")]
Seals = Annotated[list[Plate], Field(max_length=40)]
Grams = Annotated[int, Field(ge=0, le=10**12)]


class Event(Schema):
    """What every event brings: the sender's own key of it, and its hour where it is not now."""

    event_key: EventKey
    at: AwareDatetime | None = None
