"""The papers of a pass that were made and kept; each is named, so that none outlives its holder."""

from datetime import datetime
from hashlib import sha256

from django.db import transaction

from mabar.base import files
from mabar.base.rules import NoSuchRecord
from mabar.vehicles.models import PassPaper, VehiclePass


def keep(key: str, content: bytes, *, media_type: str, at: datetime) -> str:
    """Keep a paper of a pass; give the SHA-256 under which it lies.

    It is named before its bytes are on the disk: a power cut between the two leaves a name without a file, never a
    file that the erasure of the holder would not find.

    Raises:
        NoSuchRecord: the holder was erased while the paper was made.
    """
    name = sha256(content).hexdigest()
    with transaction.atomic():
        _hold(key)
        PassPaper.objects.get_or_create(vehicle_pass_id=key, sha256=name)
    with transaction.atomic():
        _hold(key)
        files.keep(content, media_type=media_type, at=at)
    return name


def _hold(key: str) -> None:
    # the pass is locked: its holder is erased before this, and the paper refused, or after it, and the paper dropped
    stay = VehiclePass.objects.select_for_update().get(key=key)
    if stay.holder_erased_at is not None:
        raise NoSuchRecord(key=key)


def drop(key: str) -> None:
    """Drop every paper of a pass; the number of the pass stands on each, so no other record has the same content."""
    papers = PassPaper.objects.filter(vehicle_pass=key)
    for paper in papers:
        files.drop(paper.sha256)
    papers.delete()
