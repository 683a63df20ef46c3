"""The link by which a driver follows his truck without an account: its token, its end, and what he is to have ready."""

import re
from base64 import b32encode
from datetime import datetime, timedelta
from hashlib import sha256

from mabar.crossings.rules.refusals import NothingToFollow, OutOfTurn
from mabar.crossings.rules.road import LIVE

# How long a link goes on after the truck's way through the crossing has ended, so that its end can still be read.
LINK_OUTLIVES = timedelta(hours=24)
SHOWN_OF_A_PLATE = 4

_TOKEN = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")  # 128 bits as `base.keys` writes them
_MISREAD = str.maketrans("ILO", "110")


def read_token(text: str) -> str | None:
    """Give a token as it was made, from a link or as a person copies it from paper; None where it is none."""
    token = text.strip().upper().translate(_MISREAD)
    return token if _TOKEN.fullmatch(token) else None


def digest_of(token: str) -> str:
    """Give what is kept of a token: its SHA-256, from which nobody finds the token."""
    return sha256(token.encode()).hexdigest()


def page_name(digest: str) -> str:
    """Name the status page of a link outside the node: 160 bits that only follow from what the node keeps of the link.

    It is another hash than the one that is kept, so that a list of the files outside tells nothing about the tokens.
    """
    return b32encode(sha256(b"mabar status page of " + bytes.fromhex(digest)).digest()[:20]).decode().lower()


def check_giveable(state: str) -> None:
    """Refuse a link for a truck whose way through the crossing has ended.

    Raises:
        OutOfTurn.
    """
    if state not in LIVE:
        raise OutOfTurn(verb="give_follow_link", state=state)


def link_ends_at(state: str, ended_at: datetime | None) -> datetime | None:
    """Give the instant at which a link ends by itself; None while the truck is announced or at the crossing.

    Args:
        ended_at: when the truck left, was turned back, or its announcement was withdrawn or lapsed.
    """
    return None if state in LIVE or ended_at is None else ended_at + LINK_OUTLIVES


def check_followed(state: str, *, ended_at: datetime | None, at: datetime) -> None:
    """Refuse a link whose time is over, in the words for a link that never was.

    Raises:
        NothingToFollow.
    """
    ends_at = link_ends_at(state, ended_at)
    if state not in LIVE and (ends_at is None or at >= ends_at):
        raise NothingToFollow()


def short_plate(plate: str) -> str:
    """Give the last four letters and figures of a plate, at most half of them: enough to know one's own truck."""
    signs = "".join(sign for sign in plate if sign.isalnum())
    return signs[-min(SHOWN_OF_A_PLATE, max(len(signs) // 2, 1)) :]


def to_prepare(state: str, *, has_declaration: bool, has_seals: bool) -> tuple[str, ...]:
    """Name, by kind only, what the driver is to have ready before the gate; nothing more once he has shown it there."""
    if state not in ("announced", "queued"):
        return ()
    papers = ("declaration" if has_declaration else "declaration_missing", "waybill", "truck_papers", "driver_papers")
    return (*papers, "seals") if has_seals else papers
