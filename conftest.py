"""How the suite is run: what each database repeats, and whether a skip is a failure."""

import gc
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# CI tries the same examples each time, so that a change is judged by itself; elsewhere new ones are tried each time.
settings.register_profile("each time anew", deadline=None)
settings.register_profile("the same each time", deadline=None, derandomize=True)
settings.load_profile("the same each time" if os.environ.get("CI") else "each time anew")

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_reset_sequences", "live_server"})
# What takes longest comes first, so that no worker is left alone with it at the end.
BROWSER = ("tests/journeys/", "tests/browser/")
FIRST = (*BROWSER, "tests/site/", "tests/exchange/simulation/", "tests/exchange/second_verifier/")
# These folders know no database; the run that repeats what uses one does not even read them.
WITHOUT_DATABASE = (
    "tests/architecture/",
    "tests/browser/",
    "tests/journeys/",
    "tests/lib/",
    "tests/exchange/protocol/",
)
# What a page of these shows is the same question on PostgreSQL; there `tests/site/test_who_may_what.py` opens each one.
PAGES = (
    "tests/assistance/", "tests/base/", "tests/crossings/", "tests/declarations/", "tests/origin/", "tests/site/",
    "tests/vehicles/",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two switches of `make test`, and that of `make soak`."""
    parser.addoption("--database-only", action="store_true", help="leave out what would only be repeated")
    parser.addoption("--no-skips", action="store_true", help="fail when a test was skipped, as CI does")
    parser.addoption("--soak", action="store_true", help="run what is left to `make soak`, and nothing else")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep a file with one worker, so that what its tests share is made once, and all that share the browser too."""
    from xdist.scheduler import LoadFileScheduling

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = _shared_among
    return scheduler


def _shared_among(nodeid: str) -> str:
    return "the browser" if nodeid.startswith(BROWSER) else nodeid.partition("::")[0]


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out with --database-only, before anything is read, the folders that know no database, and the pages."""
    named = _named(collection_path, config)
    is_of_pages = named.startswith(PAGES) and "pages" in collection_path.name
    is_out = config.getoption("--database-only") and (named.startswith(WITHOUT_DATABASE) or is_of_pages)
    return True if is_out else None


def _named(path: Path, config: pytest.Config) -> str:
    return f"{path.relative_to(config.rootpath).as_posix()}/" if path.is_relative_to(config.rootpath) else ""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this run does not ask; the longest first."""
    misplaced = [item.nodeid for item in items if item.nodeid.startswith(WITHOUT_DATABASE) and _uses_database(item)]
    if misplaced:
        raise pytest.UsageError(f"PostgreSQL would not see what uses a database here: {misplaced}")
    parted: dict[bool, list[pytest.Item]] = {True: [], False: []}
    for item in items:
        parted[_is_asked(item, config)].append(item)
    if parted[False]:
        config.hook.pytest_deselected(items=parted[False])
    items[:] = sorted(parted[True], key=_turn)


def _is_asked(item: pytest.Item, config: pytest.Config) -> bool:
    """Tell whether a test is of this run: its database, with --database-only one at all, and its patience."""
    other = "sqlite" if os.environ.get("MABAR_TEST_DATABASE") else "postgresql"
    if item.get_closest_marker(other) or bool(item.get_closest_marker("soak")) != config.getoption("--soak"):
        return False
    return not config.getoption("--database-only") or _uses_database(item)


def _turn(item: pytest.Item) -> int:
    return next((turn for turn, folder in enumerate(FIRST) if item.nodeid.startswith(folder)), len(FIRST))


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what was read so far, which stays to the end; a twentieth of a run went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _uses_database(item: pytest.Item) -> bool:
    asked_for = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asked_for) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Drop what the workers shared; fail a run with --no-skips in which a test was skipped: `-ra` has listed each."""
    if not hasattr(session.config, "workerinput"):
        from tests import stores

        stores.drop_template()
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
