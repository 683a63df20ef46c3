"""Files: one content is kept once, found damaged when it is, and never promised before it lies on the disk."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction

from mabar.base import files
from mabar.base.models import StoredFile
from mabar.base.rules import FileTooLarge, NoSuchRecord
from tests.world import NOON

PAPER = "فاتورة 2026".encode()
NAME = sha256(PAPER).hexdigest()


@pytest.fixture(autouse=True)
def bare_disk() -> Iterator[None]:
    """Begin and end without the paper."""
    files.path_of(NAME).unlink(missing_ok=True)
    yield
    files.path_of(NAME).unlink(missing_ok=True)


def keep(content: bytes = PAPER, **more: int) -> StoredFile:
    return files.keep(content, media_type="text/plain", at=NOON, **more)


def test_a_file_is_kept_under_the_hash_of_its_content_and_read_back(db):
    row = keep()
    assert (row.sha256, row.bytes, row.media_type, row.first_kept_at) == (NAME, len(PAPER), "text/plain", NOON)
    assert files.path_of(NAME) == Path(settings.NODE.folder) / "files" / NAME[:2] / NAME[2:4] / NAME
    assert files.read(NAME) == PAPER
    assert [path.name for path in files.path_of(NAME).parent.iterdir()] == [NAME]


def test_the_same_content_is_kept_once(db):
    first = keep()
    written_at = files.path_of(NAME).stat().st_mtime_ns
    again = files.keep(PAPER, media_type="application/pdf", at=NOON.replace(hour=12))
    assert again == first
    assert (again.media_type, again.first_kept_at) == ("text/plain", NOON)
    assert StoredFile.objects.count() == 1
    assert files.path_of(NAME).stat().st_mtime_ns == written_at


def test_a_file_at_the_limit_is_kept_and_one_byte_more_is_refused_with_both_sizes(db):
    keep(limit_bytes=len(PAPER))
    with pytest.raises(FileTooLarge) as refused:
        keep(b"x" * 3_000_001, limit_bytes=3_000_000)
    assert refused.value.details == {"size_mb": 3, "limit_mb": 3}
    assert StoredFile.objects.count() == 1
    assert not files.path_of(sha256(b"x" * 3_000_001).hexdigest()).exists()


def test_twenty_megabytes_are_taken_unless_the_door_says_otherwise(db):
    with pytest.raises(FileTooLarge):
        keep(bytes(20 * 1024 * 1024 + 1))


def test_a_damaged_file_is_found_when_it_is_read(db):
    keep()
    files.path_of(NAME).write_bytes(PAPER[:-1] + b"7")
    with pytest.raises(ValueError, match=f"{NAME} is damaged"):
        files.read(NAME)


def test_a_file_that_is_not_there_is_said_so(db):
    with pytest.raises(NoSuchRecord) as refused:
        files.read(NAME)
    assert refused.value.details == {"key": NAME}


def test_a_power_cut_between_file_and_row_leaves_a_file_that_harms_nobody(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        files.keep(PAPER, media_type=None, at=NOON)  # the row cannot be written, as in a power cut
    assert not StoredFile.objects.exists()
    assert files.read(NAME) == PAPER
    assert keep().sha256 == NAME
    assert StoredFile.objects.count() == 1


def test_a_disk_that_cannot_take_the_file_leaves_no_row(db):
    folder = files.path_of(NAME).parent
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        folder.rmdir()
    folder.write_bytes(b"")  # where a folder should be
    try:
        with pytest.raises(FileExistsError):
            keep()
    finally:
        folder.unlink()
    assert not StoredFile.objects.exists()


def test_a_dropped_file_is_gone_once_the_act_around_it_stands(db, django_capture_on_commit_callbacks):
    keep()
    with django_capture_on_commit_callbacks() as afterwards:
        files.drop(NAME)
        files.drop("0" * 64)
    assert files.read(NAME) == PAPER, "an act that falls leaves the file"
    for step in afterwards:
        step()
    assert not files.path_of(NAME).exists()
    assert not StoredFile.objects.exists()
