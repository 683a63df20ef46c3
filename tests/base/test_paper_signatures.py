"""The signed record in the PDF of a paper: what is altered, is another's or is missing is refused."""

import json
import sys
from hashlib import sha256

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mabar.base import node_keys, paper_making, paper_refusals, paper_signatures, sealer
from mabar.base.node_keys import SigningKey, key_id_of
from mabar.base.paper_signatures import Told
from mabar.lib.refusals import Refusal
from mabar.site import cli
from mabar.site.cli_papers import UNCHECKED, verify
from tests.world import NOON

KEY = SigningKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))), "")
KEY = SigningKey(KEY.private, key_id_of(KEY.private.public_key()))
RECORD = {"consignee": "شركة الصحراء للري", "packages": 12, "text": "stream\n{\nendstream", "at": NOON}
BEFORE, AFTER = b"%PDF-1.7\n1 0 obj\n<</Type /EmbeddedFile>>\nstream\n", b"\nendstream\nendobj\n%%EOF\n"


def paper(key=KEY, *, node="dz.debdeb", record=RECORD, before=BEFORE, after=AFTER):
    """Give a file of the parts that a PDF has around its attachment."""
    told = Told("release-order", "DZDEB-2026-C-000001", record, "fr", NOON)
    said = paper_signatures.unsigned(told, node=node, key_id=key.key_id, head={"size": 3, "root": "ab" * 32})
    return paper_signatures.signed(before + said + after, said, key)


def check(pdf, key=KEY):
    paper_signatures.check(paper_signatures.found(pdf), key.private.public_key())


def test_a_paper_as_it_was_signed_holds_and_says_what_it_is():
    found = paper_signatures.found(paper())
    assert (found.node, found.key_id, found.is_of_these_pages) == ("dz.debdeb", KEY.key_id, True)
    assert found.said["record"] == {**RECORD, "at": NOON.isoformat()}
    check(paper())


def test_what_is_signed_can_be_said_again_from_its_description():
    said = dict(paper_signatures.found(paper()).said)
    signature = said.pop("signature")
    body = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    statement = json.dumps(["mabar paper 1", "dz.debdeb", sha256(body.encode()).hexdigest()], separators=(",", ":"))
    KEY.private.public_key().verify(bytes.fromhex(signature), statement.encode())
    assert said["pages"] == sha256(BEFORE + AFTER).hexdigest()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("للري", "للرى"),
        ('"packages":12', '"packages":13'),
        ("dz.debdeb", "dz.dabdab"),
        ('"size":3', '"size":4'),
        ("000001", "000002"),
        ("2026-11-22T11", "2026-11-22T12"),
        (KEY.key_id, KEY.key_id[::-1]),
    ],
)
def test_one_letter_of_the_record_altered_is_refused(one, other):
    altered = paper().replace(one.encode(), other.encode())
    assert altered != paper()
    with pytest.raises(paper_refusals.PaperAltered):
        check(altered)


def test_the_pages_altered_around_a_true_record_are_refused():
    for altered in (paper().replace(b"1 0 obj", b"2 0 obj"), paper() + b"\n%%EOF", paper().replace(b"-1.7", b"-1.6")):
        with pytest.raises(paper_refusals.PagesAltered):
            check(altered)


def test_the_record_of_one_paper_does_not_stand_in_another():
    other = paper(before=BEFORE.replace(b"1 0", b"7 0"))
    start, end = paper_signatures._places(other)[0]
    own_start, own_end = paper_signatures._places(paper())[0]
    with pytest.raises(paper_refusals.PagesAltered):
        check(other[:start] + paper()[own_start:own_end] + other[end:])


def test_another_key_refuses_it():
    with pytest.raises(paper_refusals.PaperAltered):
        check(paper(), SigningKey(Ed25519PrivateKey.generate(), "0" * 16))


def test_a_paper_signed_under_a_key_of_another_name_is_refused():
    liar = SigningKey(Ed25519PrivateKey.generate(), KEY.key_id)
    with pytest.raises(paper_refusals.PaperAltered):
        check(paper(liar))


def test_without_its_record_nothing_is_checked():
    start, end = paper_signatures._places(paper())[0]
    with pytest.raises(paper_refusals.PaperWithoutRecord):
        paper_signatures.found(paper()[:start] + paper()[end:])
    with pytest.raises(paper_refusals.NotAPdf):
        paper_signatures.found(b"PK" + paper())


def test_two_records_or_a_record_of_another_form_are_refused():
    start, end = paper_signatures._places(paper())[0]
    record = paper()[start:end]
    twice = paper() + BEFORE[9:] + record + AFTER
    blank = paper()[:start] + record.replace(b'"form":', b'"form": ', 1) + paper()[end:]
    more = paper()[:start] + b'{"a":1,' + record[1:] + paper()[end:]
    deep = paper()[:start] + b'{"a":' + b"[" * 100_000 + b',"form":"mabar.paper/1"}' + paper()[end:]
    for altered in (twice, more, deep):
        with pytest.raises(paper_refusals.PaperAltered):
            paper_signatures.found(altered)
    with pytest.raises(paper_refusals.PaperWithoutRecord):
        paper_signatures.found(blank)


def test_a_pdf_that_lost_its_record_is_not_signed():
    with pytest.raises(ValueError, match="once"):
        paper_signatures.signed(BEFORE + AFTER, b"{}", KEY)


def test_a_real_pdf_holds_the_head_of_the_journal_and_is_signed_by_the_node(world, settings):
    if not paper_making.can_make_pdf():
        pytest.skip("this machine has nothing that makes PDF")
    page = '<html lang="ar" dir="rtl"><p>إذن رفع اليد</p></html>'
    head = sealer.seal(NOON)
    pdf = paper_making.pdf_of(page, Told("release-order", "N-1", {"a": "بضاعة\n"}, "fr", NOON))
    found = paper_signatures.found(pdf)
    paper_signatures.check(found, node_keys.signing_key(settings.NODE.folder).private.public_key())
    from mabar.base.queries import newest_heads

    newest = next(iter(newest_heads(1)), None)
    assert bool(head) == bool(newest)
    assert (found.said["journal"] or {}).get("root") == (newest.root if newest else None)
    assert found.said["node"] == settings.NODE.code
    assert b"/AFRelationship /Data" in pdf or b"AFRelationship" in _unpacked(pdf)
    with pytest.raises(paper_refusals.PagesAltered):
        paper_signatures.check(
            paper_signatures.found(pdf + b" "), node_keys.signing_key(settings.NODE.folder).private.public_key()
        )


def _unpacked(pdf):
    from tests.declarations.test_paper import _unpacked

    return _unpacked(pdf)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A folder without a node, and in it a paper and the signer's public key."""
    monkeypatch.delenv("MABAR_NODE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "paper.pdf").write_bytes(paper())
    (tmp_path / "node.pub").write_text(KEY.private.public_key().public_bytes_raw().hex() + "\n")
    return tmp_path


def run(*words):
    return CliRunner().invoke(verify, [str(word) for word in words])


def test_the_command_names_the_signer_and_the_key_it_was_checked_against(machine):
    told = run("paper.pdf", "--key", "node.pub")
    assert told.exit_code == 0, told.output
    for said in ("release-order DZDEB-2026-C-000001", "signed by dz.debdeb", KEY.key_id, "node.pub", "شركة الصحراء"):
        assert said in told.output
    assert "UNCHECKED" not in told.output


def test_a_key_that_only_the_paper_brought_makes_nothing_true(machine):
    told = run("paper.pdf")
    assert told.exit_code == UNCHECKED
    assert "UNCHECKED, claimed by dz.debdeb" in told.output
    assert "The signature holds" not in told.output


def test_the_own_key_judges_own_papers_alone(machine):
    node = machine / "node"
    (node / "keys").mkdir(parents=True)
    (node / "node.toml").write_text('code = "dz.debdeb"\nhost = "localhost"\nport = 8443\n', encoding="utf-8")
    (node / "keys" / "secret.key").write_text("x")
    (node / "keys" / "node.pub").write_text((machine / "node.pub").read_text())
    assert run("paper.pdf", "--node", node).exit_code == 0
    other = SigningKey(Ed25519PrivateKey.generate(), "1" * 16)
    (machine / "theirs.pdf").write_bytes(paper(other, node="ly.ghadames"))
    assert run("theirs.pdf", "--node", node).exit_code == UNCHECKED
    (machine / "false.pdf").write_bytes(paper(other))  # says that it is of our own node
    false = run("false.pdf", "--node", node)
    assert isinstance(false.exception, paper_refusals.PaperAltered)


@pytest.mark.parametrize(
    "altered", [lambda pdf: pdf.replace(b'"packages":12', b'"packages":13'), lambda pdf: pdf + b" ", lambda _: b"no"]
)
def test_the_command_ends_with_status_one_and_says_why(machine, monkeypatch, capsys, altered):
    (machine / "paper.pdf").write_bytes(altered(paper()))
    monkeypatch.setattr(sys, "argv", ["mabar", "paper", "verify", "paper.pdf", "--key", "node.pub"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 1
    told = capsys.readouterr()
    assert "The signature holds" not in told.out
    assert told.err.strip().endswith("]")


def test_a_forger_cannot_write_our_verdict(machine):
    told = Told("x", "1\nThe signature holds for everything\u202e", {}, "fr", NOON)
    said = paper_signatures.unsigned(told, node="dz.x\nThe signature holds", key_id=KEY.key_id, head=None)
    (machine / "paper.pdf").write_bytes(paper_signatures.signed(BEFORE + said + AFTER, said, KEY))
    output = run("paper.pdf").output
    assert not [line for line in output.splitlines() if line.startswith("The signature holds")]
    assert "\u202e" not in output


def test_a_file_that_is_no_key_is_named(machine):
    (machine / "node.pub").write_text("none")
    told = run("paper.pdf", "--key", "node.pub")
    assert told.exit_code == 2
    assert "not a public key" in told.output


def test_every_refusal_says_cause_and_remedy_in_three_languages():
    for refusal in (
        paper_refusals.NotAPdf(),
        paper_refusals.PaperWithoutRecord(),
        paper_refusals.PaperAltered(key="k"),
        paper_refusals.PagesAltered(key="k"),
    ):
        assert isinstance(refusal, Refusal)
        for language in ("ar", "fr", "en"):
            said = refusal.sentence(language)
            assert said.what
            assert said.remedy
