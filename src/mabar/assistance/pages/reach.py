"""What opens a page of assistance, and what its forms offer."""

from collections.abc import Iterable

from mabar.base.reach import language
from mabar.exchange.queries import purpose_word

READ, READ_LOG, ASK = "assistance.read_requests", "assistance.read_log", "assistance.ask_query"


def named_purposes(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Pair purposes with their words."""
    return [(code, purpose_word(code, language())) for code in codes]
