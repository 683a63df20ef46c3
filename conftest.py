"""How the suite is run: what each database repeats, and whether a skip is a failure."""

import os

import pytest
from hypothesis import settings

# CI tries the same examples each time, so that a change is judged by itself; elsewhere new ones are tried each time.
settings.register_profile("each time anew", deadline=None)
settings.register_profile("the same each time", deadline=None, derandomize=True)
settings.load_profile("the same each time" if os.environ.get("CI") else "each time anew")

DATABASE_FIXTURES = frozenset({"db", "transactional_db", "django_db_reset_sequences", "live_server"})


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the two switches of `make test`."""
    parser.addoption("--database-only", action="store_true", help="leave out what would only be repeated")
    parser.addoption("--no-skips", action="store_true", help="fail when a test was skipped, as CI does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the other database, and with --database-only those that use none."""
    other = "sqlite" if os.environ.get("MABAR_TEST_DATABASE") else "postgresql"
    only_database = config.getoption("--database-only")
    kept = [item for item in items if not item.get_closest_marker(other)]
    if only_database:
        kept = [item for item in kept if _uses_database(item) and not item.get_closest_marker("browser")]
    left_out = [item for item in items if item not in set(kept)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def _uses_database(item: pytest.Item) -> bool:
    asked_for = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
    return bool(asked_for) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run with --no-skips in which a test was skipped; `-ra` has listed each with its reason."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("--no-skips") and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
