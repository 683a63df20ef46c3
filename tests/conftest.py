"""What every test may ask for."""

import os
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from mabar.base import limits
from tests import standing, stores, strictness
from tests.world import World

strictness.watch_refusals()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, django_db_blocker) -> None:
    """Begin with a copy of the stores that are made once a run, instead of replaying all migrations."""
    tested = settings.DATABASES["default"]["TEST"]
    with django_db_blocker.unblock():
        if stores.ADDRESS:
            tested["TEMPLATE"] = stores.template()
        else:
            shutil.copy(stores.acts(), connection.creation._get_test_db_name())


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the file as it was laid; a database at a server is made anew."""
    return not stores.ADDRESS


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """Let the cast stand in the tests' database from the beginning."""
    strictness.watch_acts()
    with django_db_blocker.unblock():
        standing.begin()


@pytest.fixture(autouse=True)
def _full_buckets() -> None:
    """Let nobody wait for what the test before has asked."""
    limits.BUCKETS.forget()


@pytest.fixture
def world(db: None) -> World:
    """The fixed cast: two administrations, two facing crossings, one officer a post, one broker a firm."""
    return standing.cast()


@pytest.fixture
def real_world(transactional_db: None) -> World:
    """The same cast for tests with several connections, whose acts are committed for real."""
    return standing.cast()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data that lies beside the project; a test that reads it is skipped where it is absent."""
    folder = Path(os.environ.get("MABAR_SHARED", Path(__file__).parents[2] / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip("the real data (shared/data) does not lie beside this checkout")
    return folder
