"""The door for the queue: files that a broker sent and that are too many to be read while he waits."""

from datetime import UTC, datetime

from django_tasks import task

from mabar.declarations import uploads


@task()
def read_files(key: str) -> int:
    """Read the files of a batch; give how many."""
    return uploads.read_waiting(key, at=datetime.now(UTC))
