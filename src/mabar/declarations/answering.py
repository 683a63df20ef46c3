"""What the office says of a declaration now, as a message for the declarant's own program."""

from datetime import date, datetime

from mabar.base import queries as ground
from mabar.declarations import queries
from mabar.declarations.formats.cusres import Answer, write_cusres

MEDIA_TYPE = "application/edifact"
_LONGEST_CONTROL_KEY = 10


def cusres(scope: queries.Scope, key: str, *, language: str, at: datetime) -> bytes:
    """Write the answer as CUSRES, for whom the declaration lies within the scope.

    Raises:
        NoSuchRecord: nobody bears the key, or it does not lie within the scope.
    """
    row = queries.row(scope, key)
    is_refused = row.state == "refused"
    answer = Answer(
        reference=row.reference,
        trader_reference=row.trader_reference,
        office=row.office,
        declarant=row.firm or row.lodged_by,
        state=row.state,
        lane=row.lane,
        is_queried=row.is_queried,
        reason=row.end_reason,
        registered_on=_day(row.place, row.registered_at) if row.registered_at else row.national_on,
        findings=queries.findings_of(scope, key) if is_refused else (),
    )
    control = f"{key[-_LONGEST_CONTROL_KEY:]}{row.version % 10_000:04}"
    return write_cusres(
        answer, sender=row.office, recipient=row.firm or row.lodged_by, control=control, language=language, at=at
    )


def _day(place: str, at: datetime) -> date:
    return ground.day_at(ground.places_named([place]).first(), at)
