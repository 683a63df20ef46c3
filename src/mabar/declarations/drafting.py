"""What every act on a draft does last: write the record and what lists need to know of it."""

from collections.abc import Collection
from datetime import datetime

from mabar.declarations import inheriting, sad
from mabar.declarations.models import Draft
from mabar.declarations.sad import Declaration as Record
from mabar.declarations.summary import short, summary_of


def write(draft: Draft, record: Record, *, at: datetime, confirmed: Collection[str] = (), **columns: str) -> None:
    """Write the record of a draft, its next version, and what has become of what it took over from across.

    Args:
        confirmed: the paths of what was taken over and is confirmed as it stands.
    """
    for name, value in columns.items():
        setattr(draft, name, value)
    if draft.inherited:
        before = sad.loads(draft.record)
        draft.inherited = inheriting.after_saving(draft.inherited, before=before, after=record, confirmed=confirmed)
    told = summary_of(record)
    draft.record, draft.saved_at = sad.dumps(record), at
    draft.flow, draft.regime = short(record.flow, 8), short(record.regime, 24)
    draft.trader_reference, draft.items_count = told.trader_reference, told.items_count
    draft.party = told.exporter if record.flow == "export" else told.consignee
    draft.version += 1
    draft.save()
