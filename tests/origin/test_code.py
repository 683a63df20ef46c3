"""The code of a certificate: small, signed, read by the other country without a line, and refused where altered."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from mabar.exchange import trusting
from mabar.exchange.protocol.objects import Type
from mabar.exchange.protocol.stops import Stop
from mabar.lib import base45
from mabar.origin import commands, queries, rules
from mabar.origin.models import EndedProof, Proof
from tests.origin import altering
from tests.origin.office import GOODS, application, later
from tests.world import NOON

pytestmark = pytest.mark.django_db(databases="__all__")
TODAY = NOON.date()
SAMPLES, SEED = 400, 33


def verdict(code: str, today=TODAY) -> str:
    return altering.verdict(code, today)


def test_the_other_country_checks_a_code_with_the_descriptor_that_it_holds(office) -> None:
    code = office.proof().code
    with office.across.at_work():
        judged = queries.judged(code, today=TODAY)
        assert not Proof.objects.exists()
    assert judged.is_valid
    assert (judged.administration, judged.facts.node, judged.facts.descriptor) == ("dz", "dz.debdeb", 1)
    assert len(judged.key_id) == 16
    assert judged.facts.serial == "DZ-DEBDEB-2026-000001"
    assert judged.facts.goods == (("080410", "WO"), ("190219", "VA"))
    assert (judged.facts.lines, judged.facts.gross_mass_g) == (2, 9_250_500)


def test_one_byte_or_letter_altered_is_never_valid(office) -> None:
    code, drawn = office.proof().code, random.Random(SEED)
    with office.across.at_work():
        assert verdict(code) == "valid"
        told = {verdict(altering.altered(code, drawn)) for _ in range(SAMPLES)}
    assert told <= {"altered", "unchecked", "out_of_force"}
    assert "altered" in told


def test_a_letter_added_or_left_out_is_refused(office) -> None:
    code = office.proof().code
    assert {verdict(code + "A"), verdict(code[:-1]), verdict(code[1:]), verdict(code.lower())} == {"altered"}
    assert verdict(f"{code}\r\n") == "valid"


def test_a_key_that_is_not_known_is_unchecked_and_never_valid(office) -> None:
    made = office.proof()
    facts = rules.read(made.code).facts
    unknown = replace(facts, node="tn.tunis", origin="TN")
    from mabar.exchange import paper_signing

    hand = paper_signing.hand("customs", NOON)
    code = rules.text_of(hand.signed(unknown.encoded(), domain=rules.DOMAIN))
    judged = queries.judged(code, today=TODAY)
    assert (judged.verdict, judged.is_valid, judged.key_id) == ("unchecked", False, "")


def test_a_stopped_key_carries_nothing(office) -> None:
    code, root = office.proof().code, office.across.roots["dz"]
    with office.across.at_work():
        key_id = bytes.fromhex(queries.judged(code, today=TODAY).key_id)
        stop = Stop("dz", key_id, 1)
        from mabar.exchange.protocol.objects import Context

        item = root.signed(Type.STOP, Context(sender="dz", descriptor=1), stop.encoded())
        trusting.take(item, at=NOON)
        assert verdict(code) == "stopped"


def test_a_service_vouches_for_the_origin_of_its_own_country_alone(office) -> None:
    from mabar.exchange import paper_signing

    facts = replace(rules.read(office.proof().code).facts, origin="LY", destination="DZ")
    hand = paper_signing.hand("customs", NOON)
    with pytest.raises(rules.NotAProof):
        rules.read(rules.text_of(hand.signed(facts.encoded(), domain=rules.DOMAIN)))


def test_a_signature_of_another_domain_is_no_proof(office) -> None:
    from mabar.exchange import paper_signing

    facts = rules.read(office.proof().code).facts
    hand = paper_signing.hand("customs", NOON)
    assert verdict(rules.text_of(hand.signed(facts.encoded(), domain="other-1"))) == "altered"


def test_a_proof_after_its_last_day_is_expired(office) -> None:
    made = office.proof()
    assert verdict(made.code, made.valid_until_on) == "valid"
    assert verdict(made.code, made.valid_until_on + timedelta(days=1)) == "expired"


def test_a_day_before_the_key_was_in_force_is_told(office) -> None:
    from mabar.exchange import paper_signing

    facts = rules.read(office.proof().code).facts
    hand = paper_signing.hand("customs", NOON)
    early = replace(facts, issued_on=facts.issued_on - timedelta(days=60))
    assert verdict(rules.text_of(hand.signed(early.encoded(), domain=rules.DOMAIN))) == "out_of_force"


def test_what_the_issuer_has_ended_is_told_here_and_across(office) -> None:
    made = office.proof()
    commands.withdraw(office.officer("issuing_officer"), made.key, reason="not loaded", at=later(1))
    assert verdict(made.code) == "withdrawn"
    with office.across.at_work():
        assert verdict(made.code) == "valid"
        told = {"state": "replaced", "replacement": "X", "ended_at": NOON, "heard_at": NOON}
        EndedProof.objects.create(node="dz.debdeb", serial=made.serial, **told)
        judged = queries.judged(made.code, today=TODAY)
    assert (judged.verdict, judged.replacement) == ("replaced", "X")


def test_the_digest_covers_every_word_of_the_certificate(office) -> None:
    made = office.proof()
    told = {"serial": made.serial, "origin": "DZ", "issued_on": made.issued_on, "valid_until_on": made.valid_until_on}
    whole = rules.digest(application(), **told)
    assert made.digest == whole.hex() == rules.read(made.code).facts.digest.hex()
    for changed in ({"remarks": "x"}, {"consignee": "other"}, {"goods": GOODS[:1]}, {"transport": "x"}):
        assert rules.digest(application(**changed), **told) != whole


def test_the_largest_code_fits_a_qr_code_that_prints_at_300_dots(office) -> None:
    codes = ("080410", "190219", "252329", "300490", "310210", "392010", "401110", "480100", "520100", "610910",
             "720839", "841391", "870899")  # fmt: skip
    goods = tuple(rules.GoodsLine("م" * 50, "1", "وصف " * 80, code, "WO", 10**12) for code in codes)
    made = office.proof(application=application(goods=goods, exporter="شركة " * 30))
    size = len(base45.decode(made.code.removeprefix(rules.PREFIX)))
    assert len(rules.read(made.code).facts.goods) == 12
    assert size <= 420
    import qrcode

    drawn = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M)
    drawn.add_data(qrcode.util.QRData(made.code, mode=qrcode.util.MODE_ALPHA_NUM), optimize=0)
    drawn.make()
    assert drawn.version <= 18


@pytest.mark.parametrize("text", ["", "MO1:", "MO1:%%%", "HC1:6BF", "MO1:" + "A" * 1300, "\x00", "DZ-1"])
def test_what_is_no_code_is_refused_with_a_sentence(db, text) -> None:
    with pytest.raises(rules.NotAProof) as refused:
        rules.read(text)
    assert refused.value.sentence("ar").what
