"""The acts of the duty engineer and the terms officer, and what each of them refuses."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.exchange import commands, contact, demonstration, findings, queries, refusals, signing_files
from mabar.exchange.models import Agreement, Outgoing, Partner, Received, SignedHead, Suspension, TrustItem
from mabar.exchange.own import own
from mabar.exchange.protocol.cbor import Malformed
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.fingerprints import digits_of
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.stops import Settle, Stop
from mabar.lib import words
from tests.exchange import partner
from tests.exchange.partner import TERMS, THERE
from tests.exchange.trade import exit_notice, leave_exit_notice
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
LATER = NOON + timedelta(minutes=1)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def engineer(world):
    return world.officers["duty_engineer"]


@pytest.fixture
def officer(world):
    return world.officers["terms_officer"]


def lines(verb: str) -> list[JournalLine]:
    return list(JournalLine.objects.filter(verb=verb))


def test_a_node_becomes_a_partner_once(engineer):
    commands.add_partner(engineer, "tn.ras-jedir", at=NOON)
    assert Partner.objects.get().code == "tn.ras-jedir"
    assert len(lines("exchange.add_partner")) == 1
    for code, refusal in {
        "tn.ras-jedir": refusals.PartnerKnown,
        "RasJedir": refusals.NotANode,
        "dz.debdeb": refusals.OwnNode,
    }.items():
        with pytest.raises(refusal):
            commands.add_partner(engineer, code, at=NOON)


def test_a_cut_line_carries_nothing_and_a_joined_one_again(engineer, across):
    commands.cut_line(engineer, THERE, reason="a storm", at=NOON)
    with pytest.raises(refusals.LineAlreadyCut):
        commands.cut_line(engineer, THERE, reason="a storm", at=NOON)
    with across.at_work():
        body = contact.body_for(Partner.objects.get(), LATER)
    with pytest.raises(Refused, match=r"sender\.unknown"):
        contact.answer(body, LATER)
    commands.join_line(engineer, THERE, reason="over", at=LATER)
    with pytest.raises(refusals.LineNotCut):
        commands.join_line(engineer, THERE, reason="over", at=LATER)
    assert [len(lines(f"exchange.{verb}")) for verb in ("cut_line", "join_line")] == [1, 1]


def test_a_line_is_not_cut_without_a_reason_nor_by_another_desk(engineer, across, world):
    with pytest.raises(refusals.ReasonNeeded):
        commands.cut_line(engineer, THERE, reason="  ", at=NOON)
    for stranger in (world.officers["yard_officer"], world.across["duty_engineer"], world.stranger):
        with pytest.raises(NotMandated):
            commands.cut_line(stranger, THERE, reason="r", at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.cut_line(engineer, "tn.ras-jedir", reason="r", at=NOON)
    assert not Partner.objects.get().is_cut


def test_a_drill_goes_over_and_is_answered(engineer, across):
    key = commands.send_drill(engineer, THERE, text="one two", at=NOON)
    across.meet(LATER)
    view = queries.message_sent(key, "en")
    assert (view.row.state, view.is_stored, view.row.author) == ("accepted", True, engineer.key)
    commands.send_drill(engineer, THERE, text="", at=LATER)
    assert json.loads(Outgoing.objects.get().body)["number"] == 2


def test_only_a_held_message_is_opened_again(engineer, across):
    across.agree()
    across.say(exit_notice("P2"))
    across.meet(LATER)
    message = Received.objects.get(kind__startswith="crossings.")
    with pytest.raises(refusals.NotHeld):
        commands.open_again(engineer, message.message, at=LATER)
    Received.objects.filter(pk=message.pk).update(said="held", code="fault")
    assert commands.open_again(engineer, message.message, at=LATER).said != "held"
    with pytest.raises(NoSuchRecord):
        commands.open_again(engineer, "0" * 26, at=LATER)


def test_after_a_restoration_nothing_is_numbered_before_the_partner_has_answered(engineer, across):
    commands.begin_rejoining(engineer, THERE, at=NOON)
    commands.send_drill(engineer, THERE, text="", at=NOON)
    (line,) = queries.lines(NOON)
    assert line.is_rejoining
    across.meet(LATER)
    (line,) = queries.lines(LATER)
    assert not line.is_rejoining
    assert Outgoing.objects.filter(done_at=None, kind="exchange.drill/1.0").count() == 0


def unconfirmed(across) -> TrustItem:
    """Give the root record of the other side as it lies here before the ceremony."""
    TrustItem.objects.filter(of=THERE).delete()
    TrustItem.objects.filter(of="ly").update(confirmed_at=None, confirmed_by=[])
    return TrustItem.objects.get(of="ly")


def test_a_record_counts_when_a_second_officer_has_typed_its_digits(engineer, officer, across):
    record = unconfirmed(across)
    digits = " ".join(digits_of(bytes.fromhex(record.digest)))
    with pytest.raises(refusals.DigitsDiffer) as differs:
        commands.confirm_root(engineer, record.digest, digits="0" * 5 + digits[5:], at=NOON)
    assert differs.value.details["groups"] == "1"
    assert commands.confirm_root(engineer, record.digest, digits=digits, at=NOON).confirmed_at is None
    with pytest.raises(refusals.ConfirmedByYou):
        commands.confirm_root(engineer, record.digest, digits=digits, at=NOON)
    with pytest.raises(Refused, match=r"root\.unconfirmed"):
        commands.take_trust(engineer, across.theirs, at=NOON)
    confirmed = commands.confirm_root(officer, record.digest, digits=digits, at=LATER)
    assert (confirmed.confirmed_at, confirmed.confirmed_by) == (LATER, [engineer.key, officer.key])
    with pytest.raises(refusals.ConfirmedBefore):
        commands.confirm_root(officer, record.digest, digits=digits, at=LATER)
    assert commands.take_trust(engineer, across.theirs, at=LATER).of == THERE
    with pytest.raises(NoSuchRecord):
        commands.confirm_root(engineer, "00", digits=digits, at=NOON)


def test_terms_are_no_file_of_trust(engineer, across):
    item = demonstration.terms_item(partner.terms(), list(across.roots.values()))
    with pytest.raises(refusals.NotOfTrust):
        commands.take_trust(engineer, item, at=NOON)


def test_a_stop_and_a_settle_come_in_files_and_end_the_key(engineer, across):
    key = own(LATER).book.agency_key(THERE, 1, 1)
    said = {Type.STOP: Stop("ly", key_id(key), 1), Type.SETTLE: Settle("ly", key_id(key), ())}
    for type_, each in said.items():
        assert not own(LATER).book.is_settled(THERE, key)
        item = across.roots["ly"].signed(type_, Context(sender="ly", descriptor=1), each.encoded())
        assert commands.take_trust(engineer, item, at=LATER).of == "ly"
        assert own(LATER).book.is_stopped(THERE, key)
    assert own(LATER).book.is_settled(THERE, key)


def signed_by(across, name: str, *holders: tuple[str, int]) -> signing_files.Signing:
    signing = queries.signing_file(name)
    for administration, number in holders:
        signing = signing.signed(across.roots[administration].signers[number])
    return signing


def test_terms_are_proposed_signed_by_both_and_known_at_both_nodes(officer, across):
    commands.propose_terms(officer, partner.terms(), at=NOON)
    across.meet(LATER)
    first = signed_by(across, TERMS, ("dz", 0), ("dz", 1))
    assert commands.bring_signature(officer, TERMS, signing=first, at=LATER).signed_at is None
    assert queries.agreement(TERMS, LATER).row.missing == {"ly": 2}
    last = signed_by(across, TERMS, ("ly", 0), ("ly", 2))
    assert commands.bring_signature(officer, TERMS, signing=last, at=LATER).signed_at == LATER
    with pytest.raises(refusals.TermsInForce):
        commands.bring_signature(officer, TERMS, signing=last, at=LATER)
    across.meet(LATER + timedelta(minutes=1))
    with across.at_work():
        assert Agreement.objects.get(name=TERMS).signed_at is not None
    assert len(lines("exchange.bring_signature")) == 2


def test_a_signing_file_of_other_terms_or_without_signature_is_refused(officer, across):
    commands.propose_terms(officer, partner.terms(), at=NOON)
    with pytest.raises(refusals.NotASignatureOfThese):
        commands.bring_signature(officer, TERMS, signing=signed_by(across, TERMS), at=NOON)
    commands.propose_terms(officer, partner.terms("dz-ly.goods.2"), at=NOON)
    other = signed_by(across, "dz-ly.goods.2", ("dz", 0))
    with pytest.raises(refusals.NotASignatureOfThese):
        commands.bring_signature(officer, TERMS, signing=other, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.bring_signature(officer, "dz-ly.goods.9", signing=other, at=NOON)


def test_what_is_suspended_stops_on_both_sides_until_it_is_lifted(officer, across, world):
    across.agree()
    commands.suspend_terms(officer, TERMS, kinds=["crossings.exit-notice"], reason="a leak", at=NOON)
    across.meet(LATER)
    with across.at_work():
        assert list(Suspension.objects.values_list("by", "kinds")) == [("dz.debdeb", ["crossings.exit-notice"])]
    key = leave_exit_notice(world.officers["yard_officer"], "P1")
    across.meet(LATER)
    assert queries.message_sent(key, "en").row.code == "policy.suspended"
    assert commands.lift_suspension(officer, TERMS, reason="mended", at=LATER) == 1
    with pytest.raises(refusals.NothingSuspended):
        commands.lift_suspension(officer, TERMS, reason="mended", at=LATER)
    across.meet(LATER + timedelta(minutes=1))
    with across.at_work():
        assert Suspension.objects.filter(until_at=None).count() == 0


def test_only_what_signed_terms_name_is_suspended(officer, across):
    commands.propose_terms(officer, partner.terms(), at=NOON)
    with pytest.raises(refusals.TermsNotSigned):
        commands.suspend_terms(officer, TERMS, kinds=[], reason="r", at=NOON)
    across.agree()
    with pytest.raises(refusals.KindNotInTerms):
        commands.suspend_terms(officer, TERMS, kinds=["crossings.holiday"], reason="r", at=NOON)
    assert commands.suspend_terms(officer, TERMS, kinds=[], reason="r", at=NOON).kinds == [
        "crossings.exit-notice",
        "crossings.arrival-notice",
    ]


def test_a_message_that_has_not_left_has_no_proof(world, across):
    across.agree()
    key = leave_exit_notice(world.officers["yard_officer"], "P1")
    with pytest.raises(NoSuchRecord):
        queries.evidence_of_message(key, is_outward=True)
    across.meet(LATER)
    SignedHead.objects.all().delete()
    with pytest.raises(refusals.NoProofYet):
        queries.evidence_of_message(key, is_outward=True)


def codes_of_the_protocol() -> set[str]:
    """Read the codes out of the protocol's text and out of the code that raises them."""
    text = (ROOT / "docs" / "wire" / "mx1.md").read_text(encoding="utf-8")
    families = (
        "envelope|batch|descriptor|root|key|stream|terms|policy|payload|kind|quorum|node|sender|suite|settle|stop"
    )
    told = set(re.findall(rf"`((?:{families})\.[a-z-]+)`", text))
    table = text.split("### 7.2")[1].split("### 7.3")[0]
    told |= set(re.findall(r"\| `(\w+)` \|$", table, flags=re.MULTILINE))
    raised = (
        r"(?:Refused|_require|no|_wrong|Ruling)\((?:[^()\"]*,\s*)?\"([a-z]+\.[a-z-]+|expired|after-held|late|fault)\""
    )
    for file in (ROOT / "src" / "mabar" / "exchange").rglob("*.py"):
        told |= set(re.findall(raised, file.read_text(encoding="utf-8")))
    return told - {"node.toml"}


def test_every_code_of_the_protocol_has_its_sentence():
    codes = codes_of_the_protocol()
    assert len(codes) > 70
    assert codes - set(words.table("exchange", "findings")) == set()


CODES_SAID_NOWHERE_ELSE = (
    "after-held batch.digest batch.head-signature batch.malformed batch.statement-signature body.oversize"
    " descriptor.chain descriptor.fell descriptor.malformed descriptor.not-in-force descriptor.other"
    " descriptor.unknown envelope.body envelope.digest envelope.malformed envelope.not-for-us envelope.not-opened"
    " envelope.oversize envelope.signature expired fault flash.over-cap greeting.signature item.malformed key.held"
    " key.stopped key.unusable kind.unknown late line.cut node.full overtaken payload.malformed payload.withheld"
    " policy.agency policy.direction policy.field policy.kind policy.never policy.no-terms policy.not-in-force"
    " policy.purpose policy.suite policy.suspended policy.version quorum.short quorum.signature quorum.twice"
    " quorum.unknown-key receipt.malformed receipt.signature reopening.malformed reopening.signature root.chain"
    " root.malformed root.not-in-force root.other root.unconfirmed root.unknown sender.unknown settle.malformed"
    " settle.other stop.malformed stream.closed stream.epoch suite.too-low suite.unknown terms.agency terms.dates"
    " terms.direction terms.field terms.flash terms.form terms.kind terms.legal-basis terms.masked terms.name"
    " terms.onward terms.oversight terms.parties terms.purpose terms.replaces terms.retention terms.suite"
)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_each_code_is_said_with_its_remedy_in_each_language(language):
    said = [findings.say(code, {}, language) for code in CODES_SAID_NOWHERE_ELSE.split()]
    assert len({each.what for each in said}) == len(said)
    assert all(each.remedy for each in said)
    assert set(CODES_SAID_NOWHERE_ELSE.split()) == set(words.table("exchange", "findings")) - {"rule", "unknown"}


def test_a_rule_of_a_desk_and_a_code_of_a_later_version_are_said_too():
    assert "out-of-turn" in findings.say("rule.out-of-turn", {}, "en").what
    assert "tea.cold" in findings.say("tea.cold", {}, "fr").what


def test_a_no_of_the_protocol_reaches_a_person_as_a_sentence():
    with pytest.raises(refusals.NotTaken) as told, refusals.said_to_people():
        raise Refused("quorum.short", signed=1, needed=2)
    assert told.value.code == "quorum.short"
    assert "توقيع" in told.value.sentence("ar").remedy
    with pytest.raises(refusals.NotTaken, match=r"item\.malformed"), refusals.said_to_people():
        raise Malformed("torn")
