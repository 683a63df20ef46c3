"""What this package's messages are to partner nodes: class, time to live, purposes, and fields by their paths."""

from collections.abc import Mapping

from mabar.assistance import rules
from mabar.assistance.messages import Answer, ConsentNote, Officials, Query, Reply, Request, Step
from mabar.declarations import advance_fields
from mabar.exchange.protocol.kind_table import KindField, KindRow
from mabar.exchange.protocol.objects import BUSINESS

QUARTER_S = 90 * 24 * 60 * 60  # a request is worth acting on for as long as it may run
PURPOSE = "mutual-assistance"
# For what one declaration may be queried; the terms choose from these.
QUERY_PURPOSES = ("duty-assessment", "origin-verification", "transit-discharge", "offence-enquiry")


def _text(*paths: str) -> tuple[KindField, ...]:
    return tuple(KindField(path, content="free-text") for path in paths)


def _plain(*paths: str) -> tuple[KindField, ...]:
    return tuple(KindField(path) for path in paths)


def _row(kind: str, purposes: tuple[str, ...], *fields: KindField) -> KindRow:
    name, _, version = kind.partition("/")
    major, _, minor = version.partition(".")
    return KindRow(
        name,
        int(major),
        int(minor),
        urgency=BUSINESS,
        lives_s=QUARTER_S,
        purposes=purposes,
        fields=fields,
        agencies=("customs",),
    )


_USE = (KindField("use", words=(rules.USE,)), KindField("onward", words=(rules.ONWARD,)))
KINDS: Mapping[type, KindRow] = {
    Request: _row(
        Request.KIND,
        (PURPOSE,),
        *_plain("request", "number"),
        KindField("act", words=("record_oral", "send_request", "confirm_oral", "complete_request")),
        *_plain("at", "due_at", "confirm_by", "acknowledge_by", "requesting", "requested", "agreement", "article"),
        KindField("kind", words=tuple(rules.KINDS)),
        KindField("pace", words=rules.PACES),
        KindField("language", words=rules.LANGUAGES),
        *_plain("from_official", "to_official"),
        *_text("matter", "reason", "description", "legal_elements", "connection", "parties"),
    ),
    Step: _row(
        Step.KIND,
        (PURPOSE,),
        *_plain("request"),
        KindField(
            "act",
            words=(
                "acknowledge",
                "return_incomplete",
                "postpone",
                "refuse_request",
                "withdraw_request",
                "note_measure",
                "end_measure",
            ),
        ),
        *_plain("at", "by", "missing[]", "due_at", "measure_key"),
        *_text("reason", "measure", "legal_basis"),
    ),
    Reply: _row(
        Reply.KIND,
        (PURPOSE,),
        *_plain("request", "at", "by"),
        *_text("answer"),
        *_USE,
        *_plain("attachments[].name", "attachments[].media_type", "attachments[].sha256"),
        KindField("attachments[].content", content="attachment"),
    ),
    ConsentNote: _row(
        ConsentNote.KIND,
        (PURPOSE,),
        *_plain("request", "consent"),
        KindField("act", words=("ask_consent", "give_consent", "refuse_consent")),
        *_plain("at", "by", "due_at"),
        *_text("onward_use", "recipient", "reason"),
    ),
    Officials: _row(
        Officials.KIND,
        (PURPOSE,),
        *_plain("administration"),
        KindField("version", "number"),
        *_plain("at", "officials[].code", "officials[].post", "officials[].from_on", "officials[].to_on"),
    ),
    Query: _row(
        Query.KIND,
        QUERY_PURPOSES,
        *_plain("query", "declaration_number", "at", "due_at", "agreement", "article", "by", "sections[]"),
    ),
    Answer: _row(
        Answer.KIND,
        QUERY_PURPOSES,
        *_plain("query"),
        KindField("state", words=("answered", "refused")),
        *_plain("at", "by"),
        KindField("ground", words=rules.GROUNDS),
        *_plain("office", "declaration_state"),
        KindField("items_left_out", "number"),
        *_USE,
        *advance_fields.of_record(),
    ),
}
