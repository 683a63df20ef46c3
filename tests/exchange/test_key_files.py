"""Root keys lie in files that their holder's passphrase opens; files are written whole, and never over another."""

import subprocess

import pytest

from mabar.exchange import key_files, new_files
from mabar.exchange.refusals import FileInTheWay, KeyNotOpened, PassphraseTooShort
from mabar.exchange.suites import Ed25519Signer

SEED = bytes(range(32))
SENTENCE = "a sentence that only I know"


def test_a_key_file_opens_with_its_passphrase_and_no_other(tmp_path):
    pem = key_files.locked(SEED, "جملة لا يعرفها غيري")
    assert key_files.unlocked(pem, " جملة لا يعرفها غيري\n", name="") == SEED
    with pytest.raises(KeyNotOpened):
        key_files.unlocked(pem, "جملة لا يعرفها غيرك", name="")
    with pytest.raises(KeyNotOpened):
        key_files.unlocked(pem[:-40], "جملة لا يعرفها غيري", name="")
    assert pem != key_files.locked(SEED, "جملة لا يعرفها غيري")


def test_the_same_sentence_opens_from_keyboards_that_write_a_letter_in_one_or_two_characters():
    pem = key_files.locked(SEED, "clé cachée d'Alger")
    assert key_files.unlocked(pem, "cle\u0301 cache\u0301e d'Alger", name="") == SEED


def test_a_short_passphrase_keeps_no_root_key():
    with pytest.raises(PassphraseTooShort):
        key_files.locked(SEED, "elevenchars ")


def test_a_key_of_another_kind_or_without_a_passphrase_is_no_root_key():
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    key = X25519PrivateKey.generate()
    for protection in (serialization.BestAvailableEncryption(b"sentence enough"), serialization.NoEncryption()):
        pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)
        with pytest.raises(KeyNotOpened):
            key_files.unlocked(pem, "sentence enough", name="")


def test_a_key_file_is_of_a_form_that_other_programs_read(tmp_path):
    file = tmp_path / "key.pem"
    file.write_bytes(key_files.locked(SEED, SENTENCE))
    told = ["openssl", "pkey", "-in", str(file), "-passin", f"pass:{SENTENCE}", "-pubout", "-outform", "DER"]
    public = subprocess.run(told, capture_output=True, check=True).stdout
    assert public[-32:] == Ed25519Signer(SEED).public


def test_files_are_written_all_or_none(tmp_path):
    there, new = tmp_path / "there", tmp_path / "new"
    there.write_text("there")
    with pytest.raises(FileInTheWay):
        new_files.write_all({new: b"1", there: b"2"})
    with pytest.raises(FileNotFoundError):
        new_files.write_all({new: b"1", tmp_path / "no folder" / "file": b"2"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]
    assert there.read_text() == "there"


def test_what_a_cut_off_writing_left_is_not_in_the_way(tmp_path):
    (tmp_path / "new.part").write_text("half")
    new_files.write_all({tmp_path / "new": b"whole"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("new", b"whole")]
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_rewritten_stays_as_it_was(tmp_path):
    with pytest.raises(FileNotFoundError):
        new_files.rewrite(tmp_path / "no folder" / "file", b"new")
