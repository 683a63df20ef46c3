"""Settings of the tests: a node of its own, made in a folder that goes away, on SQLite or on PostgreSQL."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from mabar.base import node_keys

folder = Path(tempfile.mkdtemp(prefix="mabar-tests-"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
node_keys.make(folder)
(folder / "keys" / "secret.key").write_text("tests only, never a node's\n" * 3, encoding="ascii")
# where the workers of a run find the stores that the first of them makes: `tests/stores.py`
if "MABAR_TEST_STORES" not in os.environ:
    os.environ["MABAR_TEST_STORES"] = str(folder / "stores")
    (folder / "stores").mkdir()
(folder / "node.toml").write_text(
    'code = "dz.debdeb"\nhost = "localhost"\nport = 8080\nhas_tls = false\nis_demo = false\nsecond_factor = "offered"\n'
    'places = ["dz.debdeb", "ly.ghadames"]\n'
    f'database = "{os.environ.get("MABAR_TEST_DATABASE", "")}"\n',
    encoding="utf-8",
)
os.environ["MABAR_NODE"] = str(folder)

from mabar.site.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if "passing" in DATABASES:  # noqa: F405
    # a file, as a node has: in memory SQLite knows neither WAL nor waiting, and two officers could not meet
    DATABASES["default"]["TEST"] = {"NAME": str(folder / "test-acts.sqlite3")}  # noqa: F405
    # its tables without their history: every migration replayed on a file that takes three of them is two seconds
    DATABASES["passing"]["TEST"] = {"MIGRATE": False}  # noqa: F405
