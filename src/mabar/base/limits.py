"""How often somebody may ask: buckets that fill again with time, kept among the passing things."""

import math
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from mabar.base.rules import TooManyRequests

SITE_OF_IPV6 = 64  # a house has a whole network of these; each address of it would be a new stranger


@dataclass(frozen=True)
class Bucket:
    """How many requests are taken at once after a rest, and how many a second without end."""

    burst: float
    per_second: float


def spend(name: str, bucket: Bucket, now: float) -> None:
    """Take one request out of the bucket `name`.  Two in the same instant may count as one; that is harmless.

    Raises:
        TooManyRequests: the bucket is empty; with the seconds after which it holds one again.
    """
    left, seen = cache.get(name) or (bucket.burst, now)
    left = min(bucket.burst, left + max(now - seen, 0.0) * bucket.per_second)
    if left < 1:
        raise TooManyRequests(seconds=math.ceil((1 - left) / bucket.per_second))
    cache.set(name, (left - 1, now), timeout=int(bucket.burst / bucket.per_second) + 60)


def asker(request: HttpRequest) -> str:
    """Name where a request comes from by a keyed hash, so that no list of addresses lies in the store."""
    return salted_hmac(
        "mabar.limits", _site(str(request.META.get("REMOTE_ADDR") or "")), algorithm="sha256"
    ).hexdigest()


def _site(told: str) -> str:
    try:
        address = ip_address(told)
    except ValueError:
        return told
    return str(ip_network((address, SITE_OF_IPV6), strict=False)) if isinstance(address, IPv6Address) else told
