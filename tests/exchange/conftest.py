"""What the tests of the exchange's desks may ask for."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from mabar.exchange import agreeing, trusting
from tests.exchange.partner import Across
from tests.world import World


@pytest.fixture
def across(world: World, tmp_path: Path) -> Iterator[Across]:
    """Ghadames as a partner, with trust on both sides and an empty line."""
    forget()
    made = Across(tmp_path / "ghadames")
    made.greet()
    yield made
    made.close()
    shutil.rmtree(Path(settings.NODE.folder) / "marks", ignore_errors=True)
    shutil.rmtree(Path(settings.NODE.folder) / "keys" / "exchange", ignore_errors=True)
    forget()


def forget() -> None:
    """Forget the books that were made of another test's tables."""
    trusting._books.clear()
    agreeing._books.clear()
