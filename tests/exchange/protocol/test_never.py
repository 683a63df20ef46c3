"""The never-list cannot be configured away: not by a kind, not by terms, not by who numbers, not by who opens."""

from dataclasses import dataclass, replace

import pytest

from mabar.exchange.protocol import never, paths, policy
from mabar.exchange.protocol.kind_table import CONTROL_ROWS, KindField, KindRow
from mabar.exchange.protocol.never_lines import COLUMNS, LINES
from mabar.exchange.protocol.objects import BUSINESS
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.stated import Consent
from mabar.exchange.protocol.terms import KindTerms, require_sound
from tests.exchange.protocol.agreements import DECLARATION, NOON_MS, STATED, TERMS, filled, terms_of, unchecked


@dataclass(frozen=True)
class Try:
    """What somebody tries to let pass; what he leaves open is innocent."""

    kind: str = "goods.note/1.0"
    fields: tuple[str, ...] = ("key",)
    agencies: tuple[str, ...] = ("civil-protection",)
    purposes: tuple[str, ...] = ("clearance",)

    @property
    def row(self) -> KindRow:
        """The kind as a package would register it."""
        name, _, version = self.kind.partition("/")
        major, minor = version.split(".")
        fields = tuple(KindField(path) for path in self.fields)
        return KindRow(name, int(major), int(minor), BUSINESS, 3600, self.purposes, fields, self.agencies)

    @property
    def terms(self):
        """Terms that two administrations might agree on."""
        kind = KindTerms(self.kind, ("dz",), self.agencies, self.purposes, self.fields, (), 90, "never")
        return terms_of(kind)

    @property
    def stated(self):
        """The statement of such a message."""
        return replace(
            STATED,
            kind=self.kind,
            purpose=self.purposes[0],
            terms=TERMS.name,
            agency=self.agencies[0],
            addressees=self.agencies,
        )

    @property
    def document(self):
        """A document with something in every field: enough to be no count below eleven, and in clear."""
        return filled(paths.tree(self.fields), leaf=12)


RESCUE = {"kind": "rescue.alert/1.0", "purposes": ("rescue",)}
VISIT = {"kind": "protection.visit/1.0", "purposes": ("oversight",)}
TRIES = [
    ("person-score", Try(fields=("driver.score",))),
    ("person-score", Try(kind="crossings.traveller-profile/1.0")),
    ("person-score", Try(kind="risk.selection/1.0", fields=("reason", "passport"))),
    ("person-score", Try(fields=("crew[].risk_level",))),
    ("person-in-risk", Try(kind="risk.lane/1.0", fields=("consignee.surname",))),
    ("person-for-risk", Try(fields=("driver.plate",), purposes=("risk-analysis",))),
    ("watch-list", Try(kind="crossings.watch-list/1.0")),
    ("watch-list", Try(fields=("watchlist[].plate",))),
    ("watch-list", Try(fields=("wanted",))),
    ("face", Try(fields=("face",))),
    ("face", Try(kind="crossings.face-check/1.0")),
    ("picture-of-a-person", Try(fields=("driver.photo",))),
    ("nationality-in-a-score", Try(fields=("score_of_nationality",))),
    ("nationality-in-a-score", Try(kind="risk.lane/1.0", fields=("nationality",))),
    ("nationality-beside-a-score", Try(fields=("nationality", "score"))),
    ("nationality-for-risk", Try(fields=("nationality",), purposes=("targeting", "clearance"))),
    ("ethnicity-or-religion", Try(fields=("religion",))),
    ("ethnicity-or-religion", Try(fields=("tribe",))),
    ("detainee-health", Try(kind="training.note/1.0", fields=("detainee_illness",))),
    ("detainee-health", Try(kind="training.detainee-report/1.0", fields=("illness",))),
    ("health-beside-a-detainee", Try(fields=("detainees", "illness"))),
    ("health-outside-a-referral", Try(**VISIT, fields=("injuries",))),
    ("health-not-for-referral", Try(kind="protection.referral/1.0", fields=("injuries",), purposes=("oversight",))),
    ("nationality-in-rescue", Try(**RESCUE, fields=("persons", "nationality"))),
    ("nationality-in-rescue", Try(**RESCUE, fields=("status",))),
    ("nationality-for-rescue", Try(kind="operations.alert/1.0", fields=("nationality",), purposes=("rescue",))),
    ("rescue-for-something-else", Try(kind="rescue.alert/1.0", fields=("latitude",))),
    ("rescue-to-interception", Try(**RESCUE, fields=("latitude",), agencies=("civil-protection", "border-guard"))),
    ("distress-for-interception", Try(fields=("distress.latitude",), purposes=("interception",))),
    ("distress-for-interception", Try(kind="operations.distress/1.0", purposes=("law-enforcement",))),
    ("distress-to-interception", Try(fields=("distress.latitude",), agencies=("migration-control",))),
    ("no-place-of-safety", Try(kind="rescue.case/1.0", fields=("persons",), purposes=("rescue",))),
    ("survivor-in-a-message", Try(fields=("survivors[]",))),
    ("survivor-in-a-message", Try(kind="operations.alert/1.0", fields=("survivor_reference",))),
    ("survivor-in-a-message", Try(kind="protection.survivor/1.0", purposes=("oversight",))),
    ("file-of-a-survivor", Try(**VISIT, fields=("testimony",))),
    ("file-of-a-survivor", Try(**VISIT, fields=("case_file",))),
    ("survivor-joined", Try(**VISIT, fields=("declaration",))),
    ("survivor-joined", Try(**VISIT, fields=("alerts[]",))),
    ("survivor-to-customs", Try(**VISIT, agencies=("customs",))),
    ("survivor-for-customs", Try(kind="protection.visit/1.0", purposes=("customs-control",))),
    ("published-beyond-counts", Try(kind="protection.visit/1.0", purposes=("publication",))),
    ("count-below-eleven", Try(kind="protection.counts/1.0", fields=("visits",), purposes=("publication",))),
    ("identified", Try(kind="forensics.note/1.0", fields=("identified",))),
    ("identified", Try(kind="forensics.note/1.0", fields=("is_match",))),
    ("no-likelihood-ratio", Try(kind="forensics.comparison/1.0", fields=("conclusion",))),
    ("decision-without-reasons", Try(kind="goods.decision/1.0", fields=("lane",))),
]
# Each stands beside a line and does not cross it: a list that refuses everything would pass the tests above.
INNOCENT = [
    Try(),
    Try(fields=("driver.name", "remark")),
    Try(kind="risk.selection/1.0", fields=("lane", "reason", "officer")),
    Try(fields=("driver.plate", "asterisk")),
    Try(kind="operations.watch-handover/1.0"),
    Try(kind="forensics.note/1.0", fields=("breech_face", "surface", "congruent_matching_cells")),
    Try(fields=("trailer.photo",)),
    Try(kind="nationals.request/1.0", fields=("nationality", "passport"), purposes=("consular",)),
    Try(fields=("section", "trace")),
    Try(kind="protection.referral/1.0", fields=("injuries",), purposes=("protection-referral",), agencies=("health",)),
    Try(**RESCUE, fields=("latitude", "longitude", "persons", "state"), agencies=("coast-guard",)),
    Try(kind="operations.incident/1.0", fields=("status",), purposes=("rescue",)),
    Try(kind="rescue.case/1.0", fields=("persons", "place_of_safety.name"), purposes=("rescue",)),
    Try(**VISIT, fields=("place", "recommendation"), agencies=("oversight",)),
    Try(kind="protection.counts/1.0", fields=("survivors", "suppressed_below"), purposes=("publication",)),
    Try(kind="forensics.comparison/1.0", fields=("likelihood_ratio", "identifier")),
    Try(kind="goods.decision/1.0", fields=("lane", "reasons[]")),
]
EVERY_TRY = pytest.mark.parametrize(("line", "asked"), TRIES, ids=[f"{line}-{n}" for n, (line, _) in enumerate(TRIES)])
EVERY_INNOCENT = pytest.mark.parametrize("asked", INNOCENT, ids=lambda each: f"{each.kind} {' '.join(each.fields)}")


def refused_by(line):
    """Expect the never-list to refuse, by this line."""
    return pytest.raises(Refused, match=rf"^policy\.never \(line: {line}, ")


def number(asked, **others):
    """Number such a message under terms that nobody held against the list."""
    book = {TERMS.name: unchecked(asked.terms)}
    document = others.pop("document", asked.document)
    return policy.leaving(book, others.pop("row", asked.row), replace(asked.stated, **others), document)


def open_(asked, **others):
    """Open such a message under terms that nobody held against the list."""
    document, row = others.pop("document", asked.document), others.pop("row", asked.row)
    agreement = unchecked(asked.terms)
    policy.require_permitted(agreement, replace(asked.stated, **others), document, row=row, at_ms=NOON_MS)


def test_every_line_is_tried():
    others = {"onward-without-consent", "without-agreement"}
    assert {line for line, _ in TRIES} | others == {line.name for line in LINES}
    assert len({line.name for line in LINES}) == len(LINES)


def test_every_line_says_where_it_is_laid_down():
    assert all(line.source.startswith(("architecture.md", "exchange.md")) for line in LINES)


@EVERY_TRY
def test_no_such_kind_is_registered(line, asked):
    with refused_by(line):
        policy.kinds_of([asked.row])


@EVERY_TRY
def test_no_such_terms_are_signed(line, asked):
    require_sound(asked.terms)  # nothing else is wrong with them
    with refused_by(line):
        policy.compiled(asked.terms, {})


@EVERY_TRY
def test_no_such_message_is_numbered(line, asked):
    with refused_by(line):
        number(asked)


@EVERY_TRY
def test_no_such_message_is_opened(line, asked):
    with refused_by(line):
        open_(asked)


@EVERY_TRY
def test_no_such_message_is_opened_for_want_of_its_kind(line, asked):
    with refused_by(line):
        open_(asked, row=None)


@EVERY_INNOCENT
def test_what_stands_beside_a_line_passes(asked):
    kinds = policy.kinds_of([asked.row])
    policy.compiled(asked.terms, kinds)
    assert number(asked).payload == asked.document
    open_(asked)


@pytest.mark.parametrize("line", COLUMNS, ids=lambda line: line.name)
def test_no_line_is_there_for_nothing(line):
    # some try is struck by this line and by no other
    for asked in (asked for name, asked in TRIES if name == line.name):
        wanted = never._Asked(asked.kind, asked.fields, asked.fields, asked.agencies, asked.purposes)
        met = never._lines_on(asked.kind, asked.agencies, asked.purposes)
        if [each for each in met if never._struck_by(each, wanted) is not None] == [line]:
            return
    pytest.fail("every try of this line is struck by others too")


@pytest.mark.parametrize("masked", ["place_of_safety", "place_of_safety.name"])
def test_what_must_be_told_is_not_masked_away(masked):
    asked = Try(kind="rescue.case/1.0", fields=("persons", masked), purposes=("rescue",))
    (kind,) = asked.terms.kinds
    with refused_by("no-place-of-safety"):
        policy.compiled(replace(asked.terms, kinds=(replace(kind, masked=(masked,)),)), {})


@pytest.mark.parametrize("place", [None, "", "*", [], {}])
def test_what_must_be_told_is_not_left_empty(place):
    asked = Try(kind="rescue.case/1.0", fields=("persons", "place_of_safety"), purposes=("rescue",))
    document = {"persons": 12, "place_of_safety": place}
    with refused_by("no-place-of-safety"):
        number(asked, document=document)
    with pytest.raises(Refused):
        open_(asked, document=document)


COUNTS = Try(kind="protection.counts/1.0", fields=("place", "survivors", "suppressed_below"), purposes=("publication",))


@pytest.mark.parametrize("count", [10, 1, 0, -5, "7", "10", "010", "٧", "١٠", " 3 "])
def test_no_count_below_eleven_is_published(count):
    document = {"place": "Ghadames", "survivors": count, "suppressed_below": 11}
    with refused_by("count-below-eleven"):
        number(COUNTS, document=document)
    with refused_by("count-below-eleven"):
        open_(COUNTS, document=document)


@pytest.mark.parametrize("count", [11, 900, "11", "12", None, "*", True])
def test_counts_of_eleven_are_published(count):
    document = {"place": "Ghadames", "survivors": count, "suppressed_below": 11}
    assert number(COUNTS, document=document).payload == document
    open_(COUNTS, document=document)


def test_counts_are_not_suppressed_below_less_than_eleven():
    with refused_by("count-below-eleven"):
        number(COUNTS, document={"survivors": 40, "suppressed_below": 5})


CONCLUSION = Try(kind="forensics.note/1.0", fields=("conclusion",))


@pytest.mark.parametrize("said", ["identified", "Identified ", "is matched", "MATCH", "identifié", "تطابق"])
def test_no_comparison_says_identified(said):
    with refused_by("identified"):
        number(CONCLUSION, document={"conclusion": said})
    with refused_by("identified"):
        open_(CONCLUSION, document={"conclusion": said})
    with refused_by("identified"):
        policy.kinds_of([replace(CONCLUSION.row, fields=(KindField("conclusion", words=("inconclusive", said)),))])


def test_a_comparison_may_say_how_much_more_probable():
    said = "the findings are 40 times more probable if the tool made both marks"
    assert number(CONCLUSION, document={"conclusion": said}).payload == {"conclusion": said}


# Onward transfer.

REPLY = replace(
    Try(kind="assistance.reply/1.0", fields=("key",), agencies=("customs",)).row,
    fields=(KindField("key"), KindField("origin"), KindField("consents[]")),
    origin="origin",
    consent="consents[]",
)
ONWARD = Try(kind=REPLY.kind, fields=("key", "origin", "consents[]"), agencies=("customs",))
CONSENT = Consent("tn", "ly", "0a" * 16, "with-consent")
ANOTHERS = {"key": "K", "origin": "tn.dehiba", "consents": [CONSENT.id]}


def forward(document, *, consents=(), row=REPLY, **others):
    """Number a reply that may be made from another's records."""
    book = {TERMS.name: unchecked(ONWARD.terms)}
    return policy.leaving(book, row, replace(ONWARD.stated, **others), document, consents=consents)


def test_a_kind_that_tells_an_origin_tells_the_consent():
    with refused_by("onward-without-consent"):
        policy.kinds_of([replace(REPLY, consent="")])
    policy.kinds_of([REPLY])


def test_no_terms_say_that_records_go_on_freely():
    (kind,) = ONWARD.terms.kinds
    with refused_by("onward-without-consent"):
        never.check_terms(replace(ONWARD.terms, kinds=(replace(kind, onward="freely"),)), {})


@pytest.mark.parametrize("hidden", ["origin", "consents[]"])
def test_no_terms_hide_whose_records_they_are(hidden):
    (kind,) = ONWARD.terms.kinds
    kinds = policy.kinds_of([REPLY])
    policy.compiled(ONWARD.terms, kinds)
    left_out = replace(kind, fields=tuple(field for field in kind.fields if field != hidden))
    for tampered in (left_out, replace(kind, masked=(hidden,))):
        with refused_by("onward-without-consent"):
            policy.compiled(replace(ONWARD.terms, kinds=(tampered,)), kinds)


def test_records_go_on_with_their_originators_consent():
    assert forward(ANOTHERS, consents=[CONSENT], originators=("tn",)).payload == ANOTHERS
    open_(ONWARD, document=ANOTHERS, row=REPLY)


@pytest.mark.parametrize("origin", ["dz", "dz.hq", "ly"])
def test_own_records_and_those_of_the_receiver_need_no_consent(origin):
    document = {"key": "K", "origin": origin, "consents": []}
    assert forward(document).payload == document
    open_(ONWARD, document=document, row=REPLY)


@pytest.mark.parametrize(
    "consent",
    [
        replace(CONSENT, originator="ly"),
        replace(CONSENT, receiver="tn"),
        replace(CONSENT, id="0b" * 16),
        replace(CONSENT, onward="never"),
    ],
    ids=["of another", "for another", "another one", "under terms that never let it"],
)
def test_no_other_consent_serves(consent):
    with refused_by("onward-without-consent"):
        forward(ANOTHERS, consents=[consent])


@pytest.mark.parametrize(
    "document",
    [
        {"key": "K", "consents": ["0a" * 16]},
        {"key": "K", "origin": None, "consents": []},
        {"key": "K", "origin": "*", "consents": []},
        {"key": "K", "origin": 17, "consents": []},
        {"key": "K", "origin": "tn"},
        {"key": "K", "origin": "tn", "consents": []},
        {"key": "K", "origin": "tn", "consents": ["*", None, "yes"]},
    ],
)
def test_a_message_that_hides_its_origin_or_its_consent_goes_nowhere(document):
    with refused_by("onward-without-consent"):
        forward(document, consents=[CONSENT])
    if document != {"key": "K", "consents": ["0a" * 16]}:
        with refused_by("onward-without-consent"):
            open_(ONWARD, document=document, row=REPLY)


def test_the_act_knows_whose_records_it_took_whatever_the_document_says():
    with refused_by("onward-without-consent"):
        forward({"key": "K", "origin": "dz", "consents": []}, originators=("tn",))
    with refused_by("onward-without-consent"):
        number(Try(agencies=("customs",)), originators=("tn",))


def test_within_one_administration_records_go_where_its_root_sends_them():
    stated = replace(ONWARD.stated, receiver="dz.hq")
    document = {"key": "K", "origin": "tn", "consents": []}
    never.check_leaving(REPLY, stated, document, ())
    never.check_entering(REPLY, stated, document)


# Nothing without an agreement, but a closed list.


def test_no_package_declares_a_control_kind_of_its_own():
    with refused_by("without-agreement"):
        policy.kinds_of([replace(DECLARATION, is_control=True)])
    with refused_by("without-agreement"):
        never.check_kind(replace(CONTROL_ROWS[0], is_control=False, urgency=BUSINESS))


@pytest.mark.parametrize("missing", ["purposes", "fields"])
def test_no_kind_and_no_terms_leave_open_for_what_or_which_fields(missing):
    with refused_by("without-agreement"):
        policy.kinds_of([replace(DECLARATION, **{missing: ()})])
    (kind,) = Try().terms.kinds
    with refused_by("without-agreement"):
        never.check_terms(replace(TERMS, kinds=(replace(kind, **{missing: ()}),)), {})


def test_no_terms_take_the_name_of_a_control_kind():
    with refused_by("without-agreement"):
        never.check_terms(Try(kind="exchange.drill/1.0").terms, {})


def test_nothing_leaves_or_enters_without_terms():
    stated = replace(STATED, terms=None)
    with refused_by("without-agreement"):
        never.check_leaving(DECLARATION, stated, {"key": "K"}, ())
    with refused_by("without-agreement"):
        never.check_entering(DECLARATION, stated, {"key": "K"})
    with refused_by("without-agreement"):
        never.check_leaving(replace(DECLARATION, is_control=True), stated, {"key": "K"}, ())


def test_a_control_kind_does_not_carry_what_the_list_forbids():
    drill = next(row for row in CONTROL_ROWS if row.name == "exchange.drill")
    with refused_by("ethnicity-or-religion"):
        policy.leaving({}, drill, STATED, {"religion": "x"})
    with refused_by("ethnicity-or-religion"):
        stated = replace(STATED, kind=drill.kind, purpose=None)
        policy.require_permitted(None, stated, {"religion": "x"}, row=drill, at_ms=NOON_MS)
