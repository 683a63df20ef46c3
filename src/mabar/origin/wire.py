"""What this package's messages are to partner nodes: class, time to live, purpose, and fields by their paths."""

from collections.abc import Mapping

from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS
from mabar.origin.messages import Answer, Ended, Request
from mabar.origin.rules import agreements, verifying

MONTH_S = 30 * 24 * 60 * 60  # a third of the shortest clock: what lies longer is asked again
PURPOSE = "origin-verification"


def _row(kind: str, *fields: KindField) -> KindRow:
    name, _, version = kind.partition("/")
    major, _, minor = version.partition(".")
    return KindRow(
        name,
        int(major),
        int(minor),
        urgency=BUSINESS,
        lives_s=MONTH_S,
        purposes=(PURPOSE,),
        fields=(KindField("serial"), KindField("place"), *fields),
        agencies=("customs",),
    )


KINDS: Mapping[type, KindRow] = {
    Request: _row(
        Request.KIND,
        KindField("request"),
        KindField("agreement", words=tuple(agreements())),
        KindField("reason", words=verifying.REASONS),
        KindField("text", content="free-text"),
        KindField("digest"),
        KindField("asked_at"),
        KindField("due_at"),
    ),
    Answer: _row(
        Answer.KIND,
        KindField("request"),
        KindField("outcome", words=verifying.OUTCOMES),
        KindField("findings", content="free-text"),
        KindField("answered_at"),
    ),
    Ended: _row(
        Ended.KIND,
        KindField("state", words=("withdrawn", "replaced")),
        KindField("replacement"),
        KindField("reason", content="free-text"),
        KindField("ended_at"),
    ),
}
