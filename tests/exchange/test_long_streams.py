"""What a contact or an opening asks costs the same of a stream of a million messages as of a short one."""

import pytest
from django.db import connection

from mabar.exchange import judging


@pytest.mark.sqlite
def test_what_is_held_is_found_without_reading_what_was_accepted(db):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {judging._HELD}", ("ly.ghadames",))
        steps = [row[3] for row in cursor.fetchall()]
    assert "SEARCH exchange_received USING INDEX received_and_not_accepted (said=?)" in steps
