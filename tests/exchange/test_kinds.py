"""Kinds of message: a name with its package and version, one class, and those who open it."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from mabar.exchange import kinds
from tests.exchange.news import FirmHeard, NobodyListens, write_down


@pytest.mark.parametrize("name", ["firm-heard/1", "tests.firm-heard", ".firm-heard/1", "", "/1"])
def test_a_kind_says_its_package_and_its_version(name):
    @dataclass(frozen=True)
    class Nameless:
        KIND: ClassVar[str] = name

    with pytest.raises(ValueError, match=r"is not package\.name/version"):
        kinds.register(Nameless, write_down)
    assert not kinds.is_known(name)


def test_a_published_name_never_stands_for_a_second_class():
    @dataclass(frozen=True)
    class Impostor:
        KIND: ClassVar[str] = FirmHeard.KIND

    with pytest.raises(ValueError, match="stands for two classes"):
        kinds.register(Impostor, write_down)
    assert kinds.of(FirmHeard.KIND)[0] is FirmHeard


def test_an_opener_named_twice_opens_once():
    kinds.register(FirmHeard, write_down)
    assert kinds.of(FirmHeard.KIND) == (FirmHeard, [write_down])


def test_a_kind_that_nobody_registered_is_not_known():
    assert not kinds.is_known(NobodyListens.KIND)
    with pytest.raises(KeyError):
        kinds.of(NobodyListens.KIND)
