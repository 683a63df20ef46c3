"""The ceremony: keys for their holders, what they sign, when it is enough, and the fingerprint read aloud."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from mabar.exchange import ceremony, ceremony_making, node_secrets, signing_files
from mabar.exchange.protocol import cbor, terms_form
from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.descriptors import Descriptor
from mabar.exchange.protocol.objects import Context, Stream, Type, read_item
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import Root
from mabar.exchange.protocol.trust import TrustBook
from mabar.exchange.refusals import (
    FileInTheWay,
    HasSigned,
    KeyNotOpened,
    NotAccepted,
    NotAmongTheKeys,
    NotASigningFile,
)
from mabar.exchange.signing_files import Signing
from mabar.exchange.suites import Ed25519Signer, SignatureChecker
from mabar.site.cli import COMMANDS
from mabar.site.cli_exchange import exchange
from tests.exchange.protocol.agreements import TERMS
from tests.exchange.protocol.certified import book, holders, root
from tests.exchange.test_ceremony_words import EACH
from tests.exchange.test_node_secrets import wish

CHECKER = SignatureChecker()
SENTENCES = [f"a sentence that only holder {number} knows" for number in (1, 2, 3)]
NAMES = ("الجمارك الجزائرية", "Douane algérienne", "Algerian customs")
SEED = bytes(range(32))


def run(*arguments: object, asked: str = "", language: str = "en"):
    """Run `mabar exchange ceremony` with these arguments."""
    line = ["ceremony", *map(str, arguments), "--language", language]
    return CliRunner().invoke(exchange, line, input=asked, catch_exceptions=False)


def passphrase_files(folder: Path) -> list[object]:
    """Write the holders' passphrases to files, and give the options that name them."""
    options: list[object] = []
    for number, sentence in enumerate(SENTENCES):
        (folder / f"sentence-{number}").write_text(sentence + "\n", encoding="utf-8")
        options += ["--passphrase-file", folder / f"sentence-{number}"]
    return options


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `root` makes, once for all tests: to open or lock a key costs half a second, as it should."""
    folder = tmp_path_factory.mktemp("table")
    said = ["--administration", "dz", "--name", *NAMES, "--from", "2026-11-22"]
    told = run("root", folder, *said, *passphrase_files(folder))
    assert told.exit_code == 0, told.output
    return folder


@pytest.fixture
def table(made: Path, tmp_path: Path) -> Path:
    """The stick on the table of the ceremony: three root keys and the record, not yet signed."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """The folder of a node without TLS."""
    folder = tmp_path / "node"
    (folder / "keys").mkdir(parents=True)
    (folder / "keys" / "secret.key").write_text("secret", encoding="ascii")
    (folder / "node.toml").write_text('code = "dz.debdeb"\nhost = "localhost"\nport = 1\nhas_tls = false\n')
    return folder


def sign(file: Path, holder: int, *options: object, **more: str):
    """Let a holder sign a file of the table."""
    key, sentence = file.parent / f"dz-root-1-key-{holder}.pem", file.parent / f"sentence-{holder - 1}"
    return run("sign", file, "--key", key, "--passphrase-file", sentence, *options, **more)


# The way of a root record and a descriptor, as two officers walk it


def test_a_root_record_is_made_signed_by_two_and_finished(table):
    file, target = table / "dz-root-1.signing", table / "dz-root-1.mx1"
    assert sign(file, 1, "--yes").exit_code == 0
    early = run("finish", file, target, "--root", file)
    assert early.exit_code == 1
    assert "quorum.short" in early.stderr
    assert not target.exists()
    assert sign(file, 3, asked="y\n").exit_code == 0
    assert run("finish", file, target, "--root", file).exit_code == 0
    item = read_item(target.read_bytes())
    taken = ceremony.accepted(TrustBook(), item, CHECKER)
    (record,) = taken.records.values()
    assert (record.names, record.threshold, len(record.keys)) == (NAMES, 2, 3)


def test_a_node_asks_for_its_descriptor_and_gets_it_signed(table, node):
    root_file, request, target = table / "dz-root-1.signing", table / "request.signing", table / "debdeb.mx1"
    asked = ["--name", "الدبداب", "Debdeb", "Debdeb", "--agency", "customs", "--zone", "Africa/Algiers"]
    made = run("request", request, "--node", node, *asked, "--contact", "duty", "--from", "2026-11-22")
    assert made.exit_code == 0, made.output
    for holder in (1, 2):
        assert sign(root_file, holder, "--yes").exit_code == 0
    assert "quorum.short" in run("finish", request, target, "--root", root_file).stderr
    for holder in (1, 2):
        assert sign(request, holder, "--yes").exit_code == 0
    assert run("finish", request, target, "--root", root_file).exit_code == 0
    record = signing_files.read_file(root_file)
    taken = ceremony.accepted(ceremony.book_of([record], CHECKER), read_item(target.read_bytes()), CHECKER)
    first = taken.latest("dz.debdeb")
    assert node_secrets.load(node).pen(first).descriptor == 1
    assert [each.use_to_ms - each.use_from_ms for each in first.sealing_keys] == [30 * 86_400_000] * 13
    assert first.sealing_keys[-1].use_to_ms > first.valid_to_ms


def test_the_next_descriptor_follows_the_one_before_and_keeps_what_is_not_said_anew(table, node):
    first, second = table / "1.signing", table / "2.signing"
    said = ["--name", "الدبداب", "Debdeb", "Debdeb", "--agency", "customs", "--zone", "Africa/Algiers"]
    run("request", first, "--node", node, *said, "--contact", "duty", "--url", "https://debdeb.example")
    made = run("request", second, "--node", node, "--after", first, "--contact", "night duty", "--agency", "police")
    assert made.exit_code == 0, made.output
    before, after = (ceremony.said_by(signing_files.read_file(path)) for path in (first, second))
    assert isinstance(before, Descriptor)
    assert isinstance(after, Descriptor)
    assert (after.number, after.before) == (2, before.digest)
    assert (after.names, after.zone, after.urls) == (before.names, before.zone, before.urls)
    assert (after.contact, after.agency_by_code["police"].number) == ("night duty", 2)
    assert sorted(node_secrets.load(node).by_number) == [1, 2]


def test_a_first_descriptor_needs_all_that_a_partner_reads(table, node):
    short = run("request", table / "request.signing", "--node", node, "--zone", "Africa/Algiers")
    assert short.exit_code == 2
    assert "--name" in short.stderr
    assert not node_secrets.folder_of(node).exists()


def test_the_descriptor_names_the_key_of_the_node_s_certificate(table, tmp_path):
    from datetime import UTC, datetime
    from hashlib import sha256

    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    from mabar.site import authority

    keys = tmp_path / "with-tls" / "keys"
    keys.mkdir(parents=True)
    (keys / "secret.key").write_text("secret", encoding="ascii")
    (keys.parent / "node.toml").write_text('code = "dz.debdeb"\nhost = "debdeb.example"\nport = 8443\n')
    authority.certify(keys, "dz.debdeb", "debdeb.example", datetime(2026, 11, 22, tzinfo=UTC))
    said = ["--name", "الدبداب", "Debdeb", "Debdeb", "--zone", "Africa/Algiers", "--contact", "duty"]
    assert run("request", table / "request.signing", "--node", keys.parent, *said).exit_code == 0
    public = x509.load_pem_x509_certificate((keys / authority.CERTIFICATE).read_bytes()).public_key()
    pin = sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
    taken = ceremony.said_by(signing_files.read_file(table / "request.signing"))
    assert isinstance(taken, Descriptor)
    assert taken.pins == (pin,)


def test_stops_are_made_for_each_key_and_signed_beforehand(table):
    file = table / "descriptor.signing"
    taken = wish().descriptor(node_secrets.drawn((0, 1), 1))
    file.write_bytes(ceremony.unsigned(taken, taken.context(1)).encoded())
    assert run("stops", file, table).exit_code == 0
    made = sorted(table.glob("stop-*.signing"))
    assert [path.name for path in made] == [
        "stop-dz.debdeb-1-agency-0.signing",
        "stop-dz.debdeb-1-agency-1.signing",
        "stop-dz.debdeb-1-node.signing",
    ]
    for holder in (1, 2):
        assert sign(made[1], holder, "--yes").exit_code == 0
        assert sign(table / "dz-root-1.signing", holder, "--yes").exit_code == 0
    known = ceremony.book_of([signing_files.read_file(table / "dz-root-1.signing")], CHECKER)
    stopped = ceremony.accepted(known, signing_files.read_file(made[1]).item, CHECKER)
    assert stopped.is_stopped("dz.debdeb", taken.agency_by_code["customs"].key)
    assert not stopped.is_stopped("dz.debdeb", taken.node_key)


@pytest.fixture
def stop(table: Path) -> tuple[Path, bytes]:
    """The finished stop of a node's key, as it lies in the envelope, and that key."""
    taken = wish().descriptor(node_secrets.drawn((0, 1), 1))
    (table / "descriptor.signing").write_bytes(ceremony.unsigned(taken, taken.context(1)).encoded())
    assert run("stops", table / "descriptor.signing", table).exit_code == 0
    return table / "stop-dz.debdeb-1-node.signing", taken.node_key


def test_after_a_stop_the_owner_settles_up_to_which_message_he_vouches(table, stop):
    file, key = stop
    target = table / "settle.signing"
    vouched = ["--last", "dz.debdeb", "ly.ghadames", 1, 1, 4711, "--last", "dz.debdeb", "ly.ghadames", 2, 3, 0]
    assert run("settle", file, target, *vouched).exit_code == 0
    shown = run("show", target).output
    assert "dz.debdeb -> ly.ghadames 1/1: 4711" in shown
    assert key_id(key).hex() in shown
    for holder in (1, 2):
        assert sign(target, holder, "--yes").exit_code == 0
        assert sign(table / "dz-root-1.signing", holder, "--yes").exit_code == 0
    finished = run("finish", target, table / "settle.mx1", "--root", table / "dz-root-1.signing")
    assert finished.exit_code == 0, finished.output
    known = ceremony.book_of([signing_files.read_file(table / "dz-root-1.signing")], CHECKER)
    settled = ceremony.accepted(known, read_item((table / "settle.mx1").read_bytes()), CHECKER)
    told = settled.settles["dz", key_id(key)].last_seqs
    assert told == {
        Stream("dz.debdeb", "ly.ghadames", 1, 1): 4711,
        Stream("dz.debdeb", "ly.ghadames", 2, 3): 0,
    }


@pytest.mark.parametrize(
    "vouched",
    [
        ["ly.ghadames", "dz.debdeb", 1, 1, 7],
        ["dz.debdeb", "ly.ghadames", 4, 1, 7],
        ["dz.debdeb", "ly.ghadames", 1, 0, 7],
    ],
    ids=["a stream of another administration", "no class", "no epoch"],
)
def test_nobody_vouches_for_a_stream_that_is_none_of_his(table, stop, vouched):
    target = table / "settle.signing"
    assert run("settle", stop[0], target, "--last", *vouched).exit_code in (1, 2)
    assert not target.exists()


def test_what_is_not_named_is_settled_where_both_have_signed_and_a_settle_needs_its_stop(table, stop):
    target = table / "settle.signing"
    assert run("settle", stop[0], target).exit_code == 0
    assert "every stream at its last doubly signed head" in run("show", target).output
    assert FileInTheWay.__name__ in run("settle", stop[0], target).stderr
    no_stop = run("settle", table / "dz-root-1.signing", table / "other.signing")
    assert NotASigningFile.__name__ in no_stop.stderr


def test_a_demonstration_says_so_in_every_name_and_needs_one_key_only(tmp_path):
    (tmp_path / "sentence").write_text(SENTENCES[0], encoding="utf-8")
    alone = ["root", tmp_path, "--administration", "dz", "--name", *NAMES, "--keys", 1, "--threshold", 1]
    serious = run(*alone, "--passphrase-file", tmp_path / "sentence")
    assert serious.exit_code == 1
    assert "no demonstration" in serious.stderr
    assert run(*alone, "--demo", "--passphrase-file", tmp_path / "sentence").exit_code == 0
    said = run("show", tmp_path / "dz-root-1.signing", language="fr").stdout
    assert "DEMO Douane algérienne" in said
    assert "pour démonstration seulement" in said


def test_the_next_root_record_is_signed_by_the_holders_of_both(table):
    again = table / "again"
    again.mkdir()
    file = table / "dz-root-1.signing"
    options = ["--administration", "dz", "--name", *NAMES, "--after", file, *passphrase_files(table)]
    assert run("root", again, *options).exit_code == 0
    second = again / "dz-root-2.signing"
    for key in (table / "dz-root-1-key-1.pem", table / "dz-root-1-key-2.pem"):
        place = int(key.stem[-1]) - 1
        for path in (file, second):
            assert (
                run("sign", path, "--key", key, "--passphrase-file", table / f"sentence-{place}", "--yes").exit_code
                == 0
            )
    assert run("finish", second, again / "2.mx1", "--root", file, "--root", second).exit_code == 1
    for place in (1, 2):
        key = again / f"dz-root-2-key-{place}.pem"
        run("sign", second, "--key", key, "--passphrase-file", table / f"sentence-{place - 1}", "--yes")
    assert run("finish", second, again / "2.mx1", "--root", second, "--root", file).exit_code == 0


# What the holder reads, and is asked


def test_the_holder_reads_what_he_signs_before_he_is_asked_and_may_say_no(table):
    file = table / "dz-root-1.signing"
    before = file.read_bytes()
    said = sign(file, 1, asked="n\n", language="ar")
    assert said.exit_code == 1
    assert (
        said.stdout.index("سجل المفاتيح الجذرية") < said.stdout.index("هل توقّع هذا؟") < said.stdout.index("لم يُوقَّع شيء")
    )
    assert file.read_bytes() == before


def test_a_passphrase_is_asked_for_where_no_file_gives_it(tmp_path):
    twice = "".join(f"{sentence}\n{sentence}\n" for sentence in SENTENCES)
    made = run("root", tmp_path, "--administration", "ly", "--name", *NAMES, asked=twice)
    assert made.exit_code == 0, made.output
    assert SENTENCES[0] not in made.output
    key, file = tmp_path / "ly-root-1-key-2.pem", tmp_path / "ly-root-1.signing"
    assert run("sign", file, "--key", key, asked=f"y\n{SENTENCES[1]}\n").exit_code == 0
    assert len(signing_files.read_file(file).signatures) == 1


def test_as_many_passphrases_are_given_as_keys_are_made(tmp_path):
    (tmp_path / "sentence").write_text(SENTENCES[0], encoding="utf-8")
    few = run("root", tmp_path, "--administration", "dz", "--name", *NAMES, "--passphrase-file", tmp_path / "sentence")
    assert few.exit_code == 2
    assert "3 passphrase files" in few.stderr
    assert list(tmp_path.glob("dz-*")) == []


def test_the_fingerprint_shown_is_that_of_the_record(table):
    file = table / "dz-root-1.signing"
    record = ceremony.said_by(signing_files.read_file(file))
    assert isinstance(record, Root)
    said = run("show", file).stdout
    assert " ".join(ceremony.words()[byte] for byte in record.fingerprint[:12]) in said
    assert f"{int.from_bytes(record.fingerprint[12:14], 'big'):05} " in said


def test_the_command_line_knows_the_exchange():
    assert COMMANDS["exchange"] == "mabar.site.cli_exchange:exchange"


# What is refused


def test_a_key_signs_once(table):
    file = table / "dz-root-1.signing"
    sign(file, 1, "--yes")
    said = sign(file, 1, "--yes", language="fr")
    assert said.exit_code == 1
    assert HasSigned.__name__ in said.stderr
    assert "a déjà signé" in said.stderr


def test_only_the_keys_of_a_first_record_sign_it(table):
    record = signing_files.read_file(table / "dz-root-1.signing")
    with pytest.raises(NotAmongTheKeys):
        ceremony.add_signature(record, Ed25519Signer(SEED))


def test_another_passphrase_does_not_open_a_key_and_changes_nothing(table):
    file = table / "dz-root-1.signing"
    before = file.read_bytes()
    key = table / "dz-root-1-key-1.pem"
    said = run("sign", file, "--key", key, "--passphrase-file", table / "sentence-1", "--yes", language="ar")
    assert said.exit_code == 1
    assert KeyNotOpened.__name__ in said.stderr
    assert file.read_bytes() == before


def test_nothing_is_written_over_and_nothing_else_is_made(table):
    before = {path: path.read_bytes() for path in table.iterdir()}
    said = run("root", table, "--administration", "dz", "--name", *NAMES, *passphrase_files(table))
    assert said.exit_code == 1
    assert FileInTheWay.__name__ in said.stderr
    assert {path: path.read_bytes() for path in table.iterdir()} == before


def test_a_request_that_cannot_be_written_leaves_no_keys(node, tmp_path):
    (tmp_path / "taken").write_text("there")
    with pytest.raises(FileInTheWay):
        ceremony_making.request_descriptor(node, wish(), tmp_path / "taken", root_number=1)
    with pytest.raises(FileNotFoundError):
        ceremony_making.request_descriptor(node, wish(), tmp_path / "no folder" / "request", root_number=1)
    with pytest.raises(NotAccepted):
        ceremony_making.request_descriptor(node, wish(zone="no zone"), tmp_path / "request", root_number=1)
    assert node_secrets.load(node).by_number == {}


def test_an_item_that_is_finished_is_shown_and_not_signed_again(table):
    file, target = table / "dz-root-1.signing", table / "dz-root-1.mx1"
    sign(file, 1, "--yes")
    sign(file, 2, "--yes")
    run("finish", file, target, "--root", file)
    assert run("show", target).exit_code == 0
    again = sign(target, 3, "--yes")
    assert again.exit_code == 1
    assert NotASigningFile.__name__ in again.stderr


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not cbor",
        cbor.encode({1: 2}),
        cbor.encode(["mx1 signing"]),
        cbor.encode(["mx1 signing", 3, Context().parts(), b"", []]),
        cbor.encode(["mx1 signing", 11, Context(sender="dz", descriptor=1).parts(), "text", []]),
        cbor.encode(["mx1 signing", 11, Context(sender="dz").parts(), b"", []]),
        cbor.encode(["mx1 signing", 11, Context(sender="dz", descriptor=1).parts(), b"", [[b"", {}, b""]]]),
        cbor.encode([3, Context(1, "dz.debdeb", "ly.ghadames", 0, 1, 1).parts(), b""]),
        bytes(signing_files.MOST_BYTES + 1),
    ],
)
def test_what_is_no_signing_file_is_named_so(tmp_path, data):
    file = tmp_path / "file"
    file.write_bytes(data)
    with pytest.raises(NotASigningFile):
        signing_files.read_file(file)


def test_a_file_of_another_kind_does_not_stand_for_a_descriptor_or_a_root_record(table, node):
    record = table / "dz-root-1.signing"
    for said in (
        run("stops", record, table),
        run("request", table / "request", "--node", node, "--after", record),
    ):
        assert said.exit_code == 1
        assert NotASigningFile.__name__ in said.stderr
    taken = wish().descriptor(node_secrets.drawn((0, 1), 1))
    request = ceremony.unsigned(taken, taken.context(1))
    with pytest.raises(NotAccepted, match=r"root\.malformed"):
        ceremony.book_of([request], CHECKER)


@pytest.mark.parametrize(
    "signing",
    [
        replace(EACH["root"], context=Context(sender="ly", descriptor=2)),
        replace(EACH["descriptor"], context=Context(sender="ly", descriptor=1)),
        replace(EACH["stop"], context=Context(sender="dz", descriptor=2)),
        replace(EACH["settle"], context=Context(sender="ly", descriptor=1)),
        replace(EACH["terms"], context=Context(sender="dz", receiver="tn")),
        replace(EACH["terms"], payload=b"{}"),
        replace(EACH["stop"], payload=b""),
    ],
)
def test_nobody_signs_what_the_rules_refuse_or_what_is_said_in_another_context(signing):
    with pytest.raises(NotAccepted):
        ceremony.add_signature(signing, Ed25519Signer(SEED))


def test_terms_are_accepted_when_both_sides_have_signed_and_the_book_stays_as_it_is():
    both = book(root(), root("ly"))
    signing = EACH["terms"]
    for holder in (*holders("dz")[:2], *holders("ly")[:1]):
        signing = ceremony.add_signature(signing, holder)
    with pytest.raises(Refused, match=r"quorum\.short"):
        ceremony.accepted(both, signing.item, CHECKER)
    whole = ceremony.add_signature(signing, holders("ly")[1])
    assert ceremony.accepted(both, whole.item, CHECKER) is both
    kinds = (replace(TERMS.kinds[0], senders=("dz",)),)
    alone = {"parties": TERMS.parties[:1], "oversight": TERMS.oversight[:1], "kinds": kinds}
    order = replace(TERMS, name="dz.goods.1", **alone)
    standing = Signing(Type.STANDING_ORDER, Context(sender="dz"), terms_form.written(order))
    for holder in holders("dz")[:2]:
        standing = ceremony.add_signature(standing, holder)
    assert ceremony.accepted(both, standing.item, CHECKER) is both
