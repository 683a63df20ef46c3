"""The drill: a node is made, works, is backed up, lost and restored; its journal ends where it ended."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mabar.site import cli

ACT = """
import os, django
django.setup()
from datetime import UTC, datetime
from mabar.base import actors, commands, files
for _ in range(3):
    commands.reset_password(actors.node(), "ADM-0001", at=datetime.now(UTC))
    files.keep(b"a paper", media_type="text/plain", at=datetime.now(UTC))
"""


def mabar(*words: object, node: Path | None = None, code: str = "") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
    environment.pop("MABAR_NODE", None)
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # in an office Python keeps what it has compiled
    if node:
        environment["MABAR_NODE"] = str(node)
    start = ["-c", code] if code else ["-c", "from mabar.site.cli import main; main()", *map(str, words)]
    return subprocess.run([sys.executable, *start], env=environment, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory) -> dict[str, object]:
    """A node that has worked a little, and its backup."""
    folder = tmp_path_factory.mktemp("drill")
    node, key, target = folder / "node", folder / "off.key", folder / "node.backup"
    made = mabar("init", node, "--host", "localhost", "--http", "--recovery-key", key)
    assert made.returncode == 0, made.stderr
    done = mabar(node=node, code=ACT)
    assert done.returncode == 0, done.stderr
    saved = mabar("backup", target, "--node", node)
    assert saved.returncode == 0, saved.stderr
    return {"folder": folder, "node": node, "key": key, "target": target, "said": made.stdout}


@pytest.fixture(scope="module")
def restored(backed_up) -> Path:
    """The node as its backup gives it back."""
    folder = backed_up["folder"] / "restored"
    done = mabar("restore", backed_up["target"], folder, "--key", backed_up["key"])
    assert done.returncode == 0, done.stderr
    return folder


def test_the_first_administrator_is_told_his_password_once(backed_up):
    assert "ADM-0001, one-time password: " in backed_up["said"]


def test_the_restored_node_has_the_same_journal_head(backed_up, restored):
    before = mabar("journal", "verify", "--node", backed_up["node"])
    lost = backed_up["folder"] / "lost"
    shutil.copytree(backed_up["node"], lost)
    after = mabar("journal", "verify", "--node", restored, "--against", lost / "heads.log")
    assert (before.returncode, after.returncode) == (0, 0), after.stdout + after.stderr
    assert before.stdout.split("head ")[-1] == after.stdout.split("head ")[-1]
    assert sorted(p.name for p in (restored / "files").rglob("*") if p.is_file()) == sorted(
        p.name for p in (lost / "files").rglob("*") if p.is_file()
    )


def test_a_backup_does_not_open_with_another_key_and_leaves_nothing(backed_up, tmp_path):
    other = tmp_path / "other.key"
    other.write_text("11" * 32)
    done = mabar("restore", backed_up["target"], tmp_path / "node", "--key", other)
    assert done.returncode == 1
    assert "BackupNotOpened" in done.stderr
    assert not (tmp_path / "node").exists()


def test_a_restored_node_whose_records_differ_is_refused(backed_up, tmp_path):
    from mabar.base import unsealing

    told = unsealing.unpack(backed_up["target"], backed_up["key"], tmp_path / "node")
    assert told["code"] == "dz.debdeb"
    with pytest.raises(FileExistsError):
        unsealing.unpack(backed_up["target"], backed_up["key"], tmp_path / "node")


def test_a_head_kept_elsewhere_convicts_a_rewritten_journal(backed_up, tmp_path):
    import sqlite3

    node = tmp_path / "node"
    shutil.copytree(backed_up["node"], node)
    with sqlite3.connect(node / "acts.sqlite3") as store:
        for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            store.execute(f"DROP TRIGGER {name}")
        store.execute("UPDATE base_journalline SET actor = 'somebody-else' WHERE id = 2")
    done = mabar("journal", "verify", "--node", node)
    assert done.returncode == 1
    assert "line differs from its seal" in done.stderr


def test_a_node_without_its_triggers_does_not_start(backed_up, tmp_path):
    import sqlite3

    node = tmp_path / "node"
    shutil.copytree(backed_up["node"], node)
    with sqlite3.connect(node / "acts.sqlite3") as store:
        store.execute("DROP TRIGGER base_journalline_no_update")
    done = mabar("start", node)
    assert done.returncode == 1
    assert "base_journalline_no_update" in done.stderr


def test_a_fresh_loopback_node_is_not_called_fit_for_production(backed_up):
    done = mabar("check", backed_up["node"])
    assert done.returncode == 1
    assert "NOT  the node speaks https" in done.stdout
    assert "ok   a second factor is forced" in done.stdout


def test_every_command_is_listed_and_helps(backed_up):
    done = mabar("--help")
    assert all(name in done.stdout for name in cli.COMMANDS)
    assert done.returncode == 0


def test_a_restored_node_can_count_sign_ins_and_keep_sessions(restored):
    import sqlite3

    with sqlite3.connect(restored / "passing.sqlite3") as store:
        tables = {name for (name,) in store.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {"cache_entries", "django_session", "django_tasks_database_dbtaskresult"} <= tables


def test_a_node_under_a_file_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "letter.txt").write_text("mine")
    done = mabar("init", tmp_path / "letter.txt" / "node", "--host", "localhost", "--http")
    assert done.returncode == 1
    assert "Check the path" in done.stderr
    assert "Traceback" not in done.stderr
