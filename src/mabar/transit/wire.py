"""What this package's messages are to partner nodes: class, time to live, purpose, and fields by their paths."""

from collections.abc import Mapping

from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS
from mabar.transit import messages, rules

QUARTER_S = 90 * 24 * 60 * 60  # the longest time limit with the enquiry after it
PURPOSE = "transit"


def _plain(*paths: str) -> tuple[KindField, ...]:
    return tuple(KindField(path) for path in paths)


_EVENTS = (
    *_plain("events[].key", "events[].at", "events[].office"),
    KindField("events[].kind", words=rules.TOLD),
    KindField("events[].incident", words=rules.INCIDENTS),
    KindField("events[].was", words=rules.TOLD),
    KindField("events[].outcome", words=rules.OUTCOMES),
    KindField("events[].reason", content="free-text"),
    KindField("events[].seals[].note", words=("affixed", "intact", "broken", "missing", "unknown", "replaced")),
    *_plain("events[].seals[].number", "events[].seals[].maker"),
    *_plain("events[].seals[].new_number", "events[].seals[].new_maker"),
)
_OFFICES = (KindField("offices[].office"), KindField("offices[].role", words=rules.ROLES))


def _row(kind: str, *fields: KindField) -> KindRow:
    name, _, version = kind.partition("/")
    major, _, minor = version.partition(".")
    return KindRow(
        name,
        int(major),
        int(minor),
        urgency=BUSINESS,
        lives_s=QUARTER_S,
        purposes=(PURPOSE,),
        fields=(*_plain("mrn", "at"), *fields),
        agencies=("customs",),
    )


KINDS: Mapping[type, KindRow] = {
    messages.Anticipated: _row(
        messages.Anticipated.KIND,
        KindField("version", "number"),
        KindField("state", words=rules.TOLD_ABROAD),
        *_plain("departure", "destination", "released_at", "limit_at", "results_due_at", "terms"),
        KindField("procedure", words=rules.PROCEDURES),
        *_OFFICES,
        *_plain("holder_code", "holder_name"),
        KindField("goods", content="free-text"),
        KindField("packages", "number"),
        KindField("gross_mass_g", "number"),
        *_plain("plate", "container"),
        *_EVENTS,
    ),
    messages.State: _row(
        messages.State.KIND,
        KindField("version", "number"),
        KindField("state", words=rules.TOLD_ABROAD),
        *_plain("departure", "limit_at", "results_due_at"),
        *_OFFICES,
        *_EVENTS,
    ),
    **{
        kind: _row(kind.KIND, *_plain("office"), *_EVENTS)
        for kind in (messages.Crossed, messages.Incident, messages.Arrived, messages.Remarks)
    },
    messages.Enquiry: _row(messages.Enquiry.KIND, *_plain("office"), KindField("asks", words=rules.ASKS)),
    messages.EnquiryAnswer: _row(
        messages.EnquiryAnswer.KIND,
        *_plain("office"),
        KindField("asks", words=rules.ASKS),
        KindField("answer", words=rules.ANSWERS),
        KindField("text", content="free-text"),
    ),
}
