"""Making a node: whole or not at all, keys for their owner alone, http for the machine itself only."""

import ssl
import stat
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mabar.site import authority, founding, making
from mabar.site.cli_node import renew
from mabar.site.node import read_node

AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def wish(**told):
    return making.Wish(**({"host": "node.debdeb.example", "code": "dz.debdeb", "places": ("dz.debdeb",)} | told))


def test_a_node_is_made_with_keys_that_only_its_owner_reads(tmp_path):
    making.make_folder(tmp_path / "node", wish(), tmp_path / "off.key", at=AT)
    node = read_node(tmp_path / "node")
    assert (node.code, node.has_tls, node.second_factor) == ("dz.debdeb", True, "forced")
    private = [*(tmp_path / "node" / "keys").glob("*.key"), tmp_path / "off.key"]
    assert len(private) == 5
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


def test_the_certificate_is_for_the_host_and_signed_by_the_nodes_own_authority(tmp_path):
    making.make_folder(tmp_path / "node", wish(), tmp_path / "off.key", at=AT)
    keys = tmp_path / "node" / "keys"
    leaf = x509.load_pem_x509_certificate((keys / authority.CERTIFICATE).read_bytes())
    root = x509.load_pem_x509_certificate((keys / authority.AUTHORITY_CERTIFICATE).read_bytes())
    leaf.verify_directly_issued_by(root)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["node.debdeb.example"]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / authority.CERTIFICATE, keys / authority.KEY)


def key_of(keys):
    certificate = x509.load_pem_x509_certificate((keys / authority.CERTIFICATE).read_bytes())
    public = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / authority.CERTIFICATE, keys / authority.KEY)  # certificate and key belong together
    return public


def test_a_renewed_certificate_keeps_the_key_by_which_partners_know_the_node(tmp_path):
    making.make_folder(tmp_path / "node", wish(host="localhost"), tmp_path / "off.key", at=AT)
    keys = tmp_path / "node" / "keys"
    first = key_of(keys)
    run = CliRunner().invoke(renew, [str(tmp_path / "node")])
    assert run.exit_code == 0, run.output
    assert key_of(keys) == first
    assert "descriptor" not in run.output
    asked = CliRunner().invoke(renew, [str(tmp_path / "node"), "--new-key"])
    assert "new descriptor" in asked.output
    assert key_of(keys) != first


def test_a_renewed_certificate_keeps_the_authority(tmp_path):
    making.make_folder(tmp_path / "node", wish(host="10.0.0.5"), tmp_path / "off.key", at=AT)
    keys = tmp_path / "node" / "keys"
    before = (keys / authority.AUTHORITY_CERTIFICATE).read_bytes()
    authority.renew(keys, "10.0.0.5", AT.replace(year=2027))
    assert (keys / authority.AUTHORITY_CERTIFICATE).read_bytes() == before
    assert authority.expires_at(keys).year == 2028


def test_plain_http_is_refused_off_the_loopback_and_nothing_is_made(tmp_path):
    with pytest.raises(making.HttpNotHere):
        making.make_folder(tmp_path / "node", wish(is_http=True), tmp_path / "off.key", at=AT)
    assert not (tmp_path / "node").exists()
    assert not (tmp_path / "off.key").exists()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_the_loopback_may_speak_http(tmp_path, host):
    making.make_folder(tmp_path / "node", wish(host=host, is_http=True), tmp_path / "off.key", at=AT)
    assert read_node(tmp_path / "node").origin.startswith("http://")


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "letter.txt").write_text("mine")
    with pytest.raises(making.FolderNotEmpty):
        making.make_folder(tmp_path / "node", wish(), tmp_path / "off.key", at=AT)
    assert [path.name for path in (tmp_path / "node").iterdir()] == ["letter.txt"]


def test_a_name_that_a_node_does_not_know_is_named(tmp_path):
    making.make_folder(tmp_path / "node", wish(), tmp_path / "off.key", at=AT)
    with (tmp_path / "node" / "node.toml").open("a") as stream:
        stream.write("colour = 3\n")
    with pytest.raises(ValueError, match="colour"):
        read_node(tmp_path / "node")


def test_a_place_that_the_list_of_crossings_does_not_have_is_named():
    founding.check_places(["dz.debdeb", "ly.ghadames", "tn.rades"])
    with pytest.raises(making.UnknownPlace) as refused:
        founding.check_places(["dz.debdeb", "dz.nowhere"])
    assert refused.value.details == {"code": "dz.nowhere"}
