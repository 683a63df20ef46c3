"""Contacts with one partner at the same moment: who writes down a greeting stops nobody who commits beside it."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import OperationalError

from mabar.exchange import keeping, taking_in
from mabar.exchange.models import Partner, Stream
from tests.world import NOON

PARTNER = "ly.ghadames"


def committed_beside(lines: list[str]) -> None:
    """Commit, on a connection of its own, what refers to the partner and to its streams."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '1s'")
        for urgency in (2, 3):
            with transaction.atomic():
                row = keeping.present(PARTNER, is_outward=True, urgency=urgency)
                row.save()
                row.save()  # a row written twice has its foreign key checked at the commit
        lines.append("committed")
    except OperationalError as fault:
        lines.append(str(fault))
    finally:
        connection.close()


@pytest.mark.postgresql  # SQLite has one writer at a time
def test_a_commit_beside_a_greeting_does_not_wait_for_it(transactional_db: None) -> None:
    Partner.objects.create(code=PARTNER, since_at=NOON - timedelta(days=1))
    Stream.objects.bulk_create(Stream(partner_id=PARTNER, is_outward=True, urgency=urgency) for urgency in (2, 3))
    lines: list[str] = []
    with transaction.atomic():
        assert taking_in._LOCKED.first(PARTNER) is not None
        beside = threading.Thread(target=committed_beside, args=(lines,))
        beside.start()
        beside.join()
    assert lines == ["committed"]
