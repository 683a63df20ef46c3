"""JSON of one form only, so that two machines write the same bytes of the same facts (decision 0004)."""

import json
from datetime import date, datetime
from typing import Any


def canonical(facts: Any) -> str:
    """Write facts as JSON of one form only: sorted keys, no blanks, ISO dates, text as text."""
    return _ONE_FORM.encode(facts)


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


_ONE_FORM = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
