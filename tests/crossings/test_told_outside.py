"""The drivers' pages outside the node: signed, small, told of their age, gone when their link is."""

import http.server
import os
import re
import stat
import threading
from base64 import b64decode, b64encode
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from mabar.base import node_keys
from mabar.crossings import cli_status_pages as cli
from mabar.crossings import commands, queries, rules, status_pages, status_signatures
from mabar.crossings.status_places import Folder, Server
from tests.crossings import yard as trucks
from tests.crossings.following import give, words_of
from tests.crossings.yard import later, truck
from tests.world import NOON

pytestmark = pytest.mark.django_db
LARGEST = 60_000
SECRETS = ("Fictive Carriers", "chassis", "a tip", "DEB-2026", trucks.SEAL, trucks.PLATE, "99417", "DEB-0", "Oasis")


def public():
    return node_keys.signing_key(settings.NODE.folder).private.public_key()


def name_of(token, language="ar"):
    return status_pages.file_name(rules.digest_of(token), language)


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "outside")


@pytest.fixture
def waiting(yard):
    return truck(yard, "queued", carrier="Fictive Carriers")


def test_each_truck_has_a_page_in_each_language_that_only_its_link_names(yard, waiting, folder):
    token = give(yard, waiting)
    done = status_pages.publish(folder, later(5))
    assert (done.written, done.removed) == (3, 0)
    assert folder.names() == {name_of(token, language) for language in ("ar", "fr", "en")}
    for name in folder.names():
        assert token.lower() not in name
        assert rules.digest_of(token) not in name + folder.read(name).decode()
        assert token not in folder.read(name).decode()


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_page_outside_says_what_the_page_of_the_node_says_and_when(yard, waiting, folder, language):
    token = give(yard, waiting)
    status_pages.publish(folder, later(5))
    html = folder.read(name_of(token, language)).decode()
    said = words_of(re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL))
    assert "…2233" in said
    assert "2026-11-22 12:05" in said
    assert f'lang="{language}"' in html
    for other in {"ar", "fr", "en"} - {language}:
        assert f'href="{name_of(token, other)}"' in html


def test_a_page_outside_tells_nothing_that_the_node_would_not(yard, waiting, folder):
    trucks.hold(yard, waiting, wants="the chassis number", reason="a tip", desk="7")
    give(yard, waiting)
    status_pages.publish(folder, later(5))
    for name in folder.names():
        for secret in (*SECRETS, waiting):
            assert secret not in folder.read(name).decode()


def test_a_page_outside_is_one_small_file_that_loads_nothing_and_lets_nothing_else_run(yard, waiting, folder):
    give(yard, waiting)
    status_pages.publish(folder, later(5))
    for name in folder.names():
        page = folder.read(name)
        assert len(page) <= LARGEST
        html = page.decode()
        assert not re.search(r'(?:src=|url\(|@import|<link|href="(?:https?:)?//)', html)
        assert "default-src 'none'" in html
        assert 'content="no-referrer"' in html
        assert 'content="noindex' in html
        allowed = re.findall(r"'sha256-([^']+)'", html)
        assert len(allowed) == 2
        assert {len(b64decode(each)) for each in allowed} == {32}


def test_the_hour_stands_there_without_scripts_and_the_age_with_them(yard, waiting, folder):
    token = give(yard, waiting)
    status_pages.publish(folder, later(5))
    html = folder.read(name_of(token, "en")).decode()
    made = re.search(r'<footer>\s*<p>[^<]*<time datetime="([^"]+)"', html)[1]
    assert datetime.fromisoformat(made) == later(5)
    assert '<p id="age" hidden' in html


def test_a_true_page_is_verified_and_says_whose_it_is(yard, waiting, folder):
    token = give(yard, waiting)
    status_pages.publish(folder, later(5))
    told = status_signatures.verify(folder.read(name_of(token)), name_of(token), public())
    assert (told.node, told.made_at) == ("dz.debdeb", later(5))


def altered(page):
    yield page.replace(b"2233", b"2234", 1)
    yield page.replace(b"12:05", b"12:15")
    yield page + b"\n"
    yield page[:-1]
    yield page.rpartition(b"<!--")[0]
    yield page.replace(b"mabar status page 1 dz.debdeb", b"mabar status page 1 ly.ghadames")
    yield b""
    yield b"\xff\xfe"


def test_an_altered_page_is_refused(yard, waiting, folder):
    token = give(yard, waiting)
    status_pages.publish(folder, later(5))
    page = folder.read(name_of(token))
    for number, false in enumerate(altered(page)):
        assert false != page, number
        with pytest.raises(rules.PageAltered) as refused:
            status_signatures.verify(false, "x.html", public())
        assert refused.value.details["key"] == node_keys.key_id_of(public())


def test_a_page_signed_by_another_key_is_refused(yard, waiting, folder):
    token = give(yard, waiting)
    status_pages.publish(folder, later(5))
    with pytest.raises(rules.PageAltered):
        status_signatures.verify(folder.read(name_of(token)), name_of(token), Ed25519PrivateKey.generate().public_key())


def test_a_page_put_under_another_truck_s_name_is_refused(yard, waiting, folder):
    one, other = give(yard, waiting), give(yard, truck(yard, plate="1-2"))
    status_pages.publish(folder, later(5))
    with pytest.raises(rules.PageRenamed) as refused:
        status_signatures.verify(folder.read(name_of(one)), name_of(other), public())
    assert refused.value.details == {"file": name_of(other), "signed": name_of(one)}


def test_the_signature_of_a_page_is_no_signature_of_anything_else_of_the_key(yard, waiting, folder):
    assert status_signatures._said(b"x", "dz.debdeb", "a.html").startswith(b"mabar status page 1\n")


@pytest.mark.parametrize("how", ["withdrawn link", "replaced link", "a day after the gate-out"])
def test_the_pages_of_an_ended_link_are_removed_and_others_stay(yard, folder, how):
    key, other = truck(yard, "presented"), truck(yard, "queued", plate="1-2")
    token, stays = give(yard, key), give(yard, other)
    status_pages.publish(folder, later(5))
    at = later(20)
    if how == "withdrawn link":
        commands.withdraw_follow_link(yard.officers["gate_officer"], key, at=later(10))
    elif how == "replaced link":
        give(yard, key, at=later(10))
    else:
        trucks.clear(yard, key)
        trucks.step(yard, key, "closed", at=later(10))
        assert status_pages.publish(folder, later(20)).removed == 0
        at = later(10) + timedelta(hours=24)
    assert status_pages.publish(folder, at).removed == 3
    assert name_of(token) not in folder.names()
    assert name_of(stays) in folder.names()


def test_what_others_have_laid_into_the_folder_is_never_touched(yard, waiting, folder):
    folder.path.mkdir()
    theirs = status_signatures.with_signature(
        b"<html>\n", "a" * 32 + ".html", node="ly.ghadames", key=node_keys.signing_key(settings.NODE.folder)
    )
    laid = {"index.html": b"x", "b" * 32 + ".html": b"<p>not signed</p>", "a" * 32 + ".html": theirs}
    for name, page in laid.items():
        (folder.path / name).write_bytes(page)
    assert status_pages.publish(folder, NOON).removed == 0
    assert {name: (folder.path / name).read_bytes() for name in laid} == laid


def test_a_page_is_replaced_whole_and_read_by_the_web_server(yard, waiting, folder):
    token = give(yard, waiting)
    status_pages.publish(folder, later(5))
    file = folder.path / name_of(token)
    with file.open("rb") as reading:
        before = reading.read(100)
        status_pages.publish(folder, later(6))
        rest = reading.read()
    # who has begun to read goes on in the page of before, which is whole
    assert status_signatures.verify(before + rest, file.name, public()).made_at == later(5)
    assert status_signatures.verify(file.read_bytes(), file.name, public()).made_at == later(6)
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert sorted(os.listdir(folder.path)) == sorted(folder.names())


def test_what_a_kill_has_left_half_written_is_no_page_and_is_written_over(yard, waiting, folder):
    token = give(yard, waiting)
    folder.path.mkdir()
    (folder.path / f".{name_of(token)}.new").write_bytes(b"<html>")
    status_pages.publish(folder, NOON)
    assert sorted(os.listdir(folder.path)) == sorted(folder.names())


@contextmanager
def web_server(answers=None):
    """Run a web server that takes PUT and DELETE; `answers` is what it says to each method."""
    kept, asked = {}, []

    class Door(http.server.BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(lambda: kept.__setitem__(self.path, body))

        def do_DELETE(self):
            self._answer(lambda: kept.pop(self.path, None))

        def _answer(self, act):
            asked.append((self.command, self.path, self.headers.get("Authorization")))
            status = (answers or {}).get(self.command, 204)
            if status < 300:
                act()
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_told):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/trucks/", kept, asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_server_takes_the_pages_and_lets_the_ended_ones_go(yard, waiting, tmp_path):
    token = give(yard, waiting)
    with web_server() as (url, kept, asked):
        outside = Server(url, Folder(tmp_path / "mirror"), "dz:secret")
        assert status_pages.publish(outside, later(5)).written == 3
        assert set(kept) == {f"/trucks/{name_of(token, language)}" for language in ("ar", "fr", "en")}
        page = kept[f"/trucks/{name_of(token)}"]
        assert status_signatures.verify(page, name_of(token), public()).made_at == later(5)
        assert {credentials for _method, _path, credentials in asked} == {f"Basic {b64encode(b'dz:secret').decode()}"}
        commands.withdraw_follow_link(yard.officers["gate_officer"], waiting, at=later(6))
        assert status_pages.publish(outside, later(7)).removed == 3
        assert kept == {}
        assert outside.names() == set()


@pytest.mark.parametrize("answers", [{"PUT": 403}, {"PUT": 500}])
def test_what_a_server_has_not_taken_is_sent_again_in_the_next_round(yard, waiting, tmp_path, answers):
    token = give(yard, waiting)
    mirror = Folder(tmp_path / "mirror")
    with web_server(answers) as (url, kept, _asked):
        with pytest.raises(OSError, match=str(answers["PUT"])):
            status_pages.publish(Server(url, mirror), later(5))
        assert kept == {}
        assert mirror.names() == set()
        answers.clear()
        status_pages.publish(Server(url, mirror), later(6))
        assert f"/trucks/{name_of(token)}" in kept


def test_an_ended_page_that_a_server_keeps_is_asked_for_again(yard, waiting, tmp_path):
    give(yard, waiting)
    answers, mirror = {"DELETE": 500}, Folder(tmp_path / "mirror")
    with web_server(answers) as (url, kept, _asked):
        status_pages.publish(Server(url, mirror), later(5))
        commands.withdraw_follow_link(yard.officers["gate_officer"], waiting, at=later(6))
        with pytest.raises(OSError, match="500"):
            status_pages.publish(Server(url, mirror), later(7))
        answers.clear()
        status_pages.publish(Server(url, mirror), later(8))
        assert kept == {}


@pytest.mark.parametrize("url", ["http://outside.example/", "ftp://127.0.0.1/", "outside.example"])
def test_pages_leave_the_machine_by_https_only(yard, waiting, tmp_path, url):
    give(yard, waiting)
    with pytest.raises(OSError, match="https"):
        status_pages.publish(Server(url, Folder(tmp_path)), NOON)


def run(*told):
    return CliRunner().invoke(cli.status_pages, [*told], env={"MABAR_NODE": str(settings.NODE.folder)})


def test_the_command_publishes_once_and_verifies(yard, waiting, tmp_path):
    token = give(yard, waiting)
    out = tmp_path / "out"
    done = run("publish", "--folder", str(out), "--once")
    assert (done.exit_code, done.output) == (0, "3 pages written, 0 removed\n")
    true = run("verify", str(out / name_of(token)))
    assert true.exit_code == 0
    assert "signed by dz.debdeb" in true.output
    key = settings.NODE.folder / "keys" / "node.pub"
    assert run("verify", str(out / name_of(token)), "--key", str(key)).output == true.output
    (out / name_of(token)).write_bytes(b"<html></html>")
    assert isinstance(run("verify", str(out / name_of(token))).exception, rules.PageAltered)


def test_the_command_says_that_a_server_does_not_answer(yard, waiting, tmp_path):
    give(yard, waiting)
    with web_server({"PUT": 507}) as (url, _kept, _asked):
        done = run("publish", "--url", url, "--once")
    assert done.exit_code == 1
    assert "answered 507" in done.output


def test_the_command_wants_one_place(tmp_path):
    assert run("publish", "--once").exit_code == 2
    assert run("publish", "--once", "--folder", str(tmp_path), "--url", "https://x.example/").exit_code == 2


def test_the_command_says_a_truck_s_short_text(yard, waiting):
    said = run("text", "99417 322 33", "--place", "dz.debdeb", "--direction", "entry", "--lang", "en")
    assert said.exit_code == 0
    assert said.output.startswith("Debdeb 2233: place 1 of 1 in the queue")
    assert "GSM-7" in said.output
    assert len(said.output.splitlines()[0]) <= 140


def test_nothing_is_written_when_nobody_follows(yard, waiting, folder):
    assert status_pages.publish(folder, NOON) == status_pages.Published(0, 0)
    assert folder.names() == set()
    assert list(queries.all_followed(NOON)) == []
    assert isinstance(public(), Ed25519PublicKey)
