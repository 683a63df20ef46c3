"""How often somebody may ask: buckets that fill again with time, kept in the memory of the one process that serves."""

import math
from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Lock

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from mabar.base.rules import TooManyRequests

SITE_OF_IPV6 = 64  # a house has a whole network of these; each address of it would be a new stranger
MOST = 20_000  # who asks from many addresses pushes out first who has asked longest ago, whose bucket is fullest


@dataclass(frozen=True)
class Bucket:
    """How many requests are taken at once after a rest, and how many a second without end."""

    burst: float
    per_second: float


@dataclass
class Buckets:
    """What is left in each bucket and since when, the one asked longest ago first.

    In memory, because a look at a public page would else be a write; a node that starts again begins with full ones.
    """

    most: int = MOST
    _left: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _turn: Lock = field(default_factory=Lock)

    def spend(self, name: str, bucket: Bucket, now: float) -> None:
        """Take one request out of the bucket `name`.

        Raises:
            TooManyRequests: the bucket is empty; with the seconds after which it holds one again.
        """
        with self._turn:
            left, seen = self._left.get(name) or (bucket.burst, now)
            left = min(bucket.burst, left + max(now - seen, 0.0) * bucket.per_second)
            is_empty = left < 1
            self._left[name] = (left if is_empty else left - 1, now)
            self._left.move_to_end(name)
            if len(self._left) > self.most:
                self._left.popitem(last=False)
        if is_empty:
            raise TooManyRequests(seconds=math.ceil((1 - left) / bucket.per_second))

    def forget(self) -> None:
        """Fill every bucket."""
        with self._turn:
            self._left.clear()


BUCKETS = Buckets()
spend = BUCKETS.spend


def asker(request: HttpRequest) -> str:
    """Name where a request comes from by a keyed hash, so that no list of addresses is kept."""
    return salted_hmac(
        "mabar.limits", _site(str(request.META.get("REMOTE_ADDR") or "")), algorithm="sha256"
    ).hexdigest()


def _site(told: str) -> str:
    try:
        address = ip_address(told)
    except ValueError:
        return told
    return str(ip_network((address, SITE_OF_IPV6), strict=False)) if isinstance(address, IPv6Address) else told
