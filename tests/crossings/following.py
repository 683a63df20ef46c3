"""A driver for the tests: a link of a truck, and how its page is asked for."""

import re
from typing import Any

from mabar.base import keys
from mabar.crossings import commands, queries, rules
from tests.crossings.yard import NOON
from tests.world import World


def give(world: World, key: str, **facts: Any) -> str:
    """Give the driver of a truck a link, and keep its token, as he does."""
    token = keys.new_token()
    actor = facts.pop("actor", world.officers["gate_officer"])
    commands.give_follow_link(actor, key, token=token, **{"at": NOON, **facts})
    return token


def told(token: str, at: Any = NOON) -> queries.Followed:
    """Ask what the holder of a token may know."""
    return queries.followed_by(rules.digest_of(token), at)


def words_of(html: str) -> str:
    """Give what a reader sees of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())
