"""The files that go with an answer: kept once among the node's files, carried in the message, checked on arrival."""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from mabar.assistance import rules
from mabar.assistance.models import AssistanceRequest, RequestAttachment
from mabar.base import files


@dataclass(frozen=True)
class Kept:
    """A file of a request: its name, its type, and the SHA-256 under which it lies."""

    name: str
    media_type: str
    sha256: str


def keep(request: AssistanceRequest, found: Iterable[tuple[str, str, bytes]], *, at: datetime) -> list[Kept]:
    """Keep files and attach them to a request; the same content twice is one."""
    kept = []
    for name, media_type, content in found:
        row = files.keep(content, media_type=media_type, at=at)
        RequestAttachment.objects.get_or_create(request=request, file=row, defaults={"name": name[:120]})
        kept.append(Kept(name[:120], media_type, row.sha256))
    return kept


def written(kept: Iterable[Kept]) -> tuple[Mapping[str, str], ...]:
    """Write files as an answer carries them."""
    return tuple(
        {
            "name": each.name,
            "media_type": each.media_type,
            "sha256": each.sha256,
            "content": base64.b64encode(files.read(each.sha256)).decode("ascii"),
        }
        for each in kept
    )


def read(told: Sequence[Mapping[str, str]]) -> list[tuple[str, str, bytes]]:
    """Read files out of an answer that came; what the terms kept back of them is not there.

    Raises:
        AttachmentUnfit: one is not what its hash says, too large, or of a kind that is not exchanged.
    """
    found: list[tuple[str, bytes]] = []
    for each in told:
        if not each.get("content"):
            continue
        try:
            content = base64.b64decode(each["content"], validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if sha256(content).hexdigest() != each.get("sha256"):
            content = b""
        found.append((str(each.get("name", ""))[:120], content))
    return rules.check_attachments(found)


def drop(request: AssistanceRequest) -> None:
    """Drop the files of a request for ever, but those that another request has too."""
    for attachment in request.attachments.select_related("file"):
        name, row = attachment.file.sha256, attachment.file
        attachment.delete()
        if not RequestAttachment.objects.filter(file=row).exists():
            files.drop(name)
