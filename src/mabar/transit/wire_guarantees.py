"""What the messages about guarantees are to partner nodes: class, time to live, purpose, and fields by their paths."""

from collections.abc import Mapping

from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews, TrancheReturned, TrancheUse
from mabar.transit.rules import guarantees

YEAR_S = 366 * 24 * 60 * 60  # a ledger that has not heard of a draw is wrong until it has, however late that is
PURPOSE = "transit"


def _row(kind: str, *fields: KindField) -> KindRow:
    name, _, version = kind.partition("/")
    major, _, minor = version.partition(".")
    return KindRow(
        name,
        int(major),
        int(minor),
        urgency=BUSINESS,
        lives_s=YEAR_S,
        purposes=(PURPOSE,),
        fields=(KindField("reference"), KindField("at"), *fields),
        agencies=("customs",),
    )


def _plain(*paths: str) -> tuple[KindField, ...]:
    return tuple(KindField(path) for path in paths)


def _numbers(*paths: str) -> tuple[KindField, ...]:
    return tuple(KindField(path, "number") for path in paths)


_REASON = KindField("reason", content="free-text")
KINDS: Mapping[type, KindRow] = {
    TrancheNews: _row(
        TrancheNews.KIND,
        *_plain("guarantee", "office", "holder", "holder_name", "currency"),
        KindField("kind", words=guarantees.KINDS),
        *_numbers("number", "amount_minor", "title_minor", "lent_minor"),
        *_plain("valid_from", "valid_until", "revoked_at", "request"),
        KindField("answer", words=("lent", "declined")),
        _REASON,
    ),
    TrancheUse: _row(
        TrancheUse.KIND,
        *_plain("movement"),
        KindField("state", words=guarantees.STATES),
        *_numbers("number", "covers_minor", "amount_minor", "used_minor", "left_minor"),
    ),
    TrancheAsked: _row(TrancheAsked.KIND, *_plain("request", "currency"), *_numbers("amount_minor"), _REASON),
    TrancheReturned: _row(TrancheReturned.KIND, *_numbers("number", "returned_minor", "left_minor")),
}
