"""What lodging costs: its processor time against bare inserts of the same rows, and declarations a second by file."""

import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

COUNT, ITEMS, ROUNDS = 1000, 5, 3
SINGLY, SINGLE_ROUNDS = 100, 5
COST_LIMIT, RATE_LIMIT = 3.0, 300.0


def cpu_s() -> float:
    """Give the processor time of this process and its children so far."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def measured(act: Callable[[], object]) -> tuple[float, float]:
    """Run an act and give its processor time and its wall time."""
    cpu, wall = cpu_s(), time.perf_counter()
    act()
    return cpu_s() - cpu, time.perf_counter() - wall


def main() -> None:
    """Print the two figures, each against its limit; exit 1 when one is missed."""
    with tempfile.TemporaryDirectory(prefix="mabar-bench-") as folder:
        _found(Path(folder))
        figures = _measure(Path(folder))
    cost = figures["lodge_cpu_s"] / figures["bare_cpu_s"]
    one = figures["one_cpu_s"] / figures["bare_one_cpu_s"]
    print(f"lodging by file, cpu against bare inserts of the same rows: {cost:.2f}x (limit {COST_LIMIT}x)")
    print(f"lodging one by one, cpu against bare inserts of the same rows: {one:.2f}x (limit {COST_LIMIT}x)")
    print(f"lodging {COUNT} declarations of {ITEMS} items by file: {figures['rate']:.0f}/s (limit {RATE_LIMIT:.0f}/s)")
    print(json.dumps(figures), file=sys.stderr)
    sys.exit(0 if max(cost, one) <= COST_LIMIT and figures["rate"] >= RATE_LIMIT else 1)


def _found(folder: Path) -> None:
    """Make a node with a broker at Debdeb."""
    from mabar.base import node_keys

    node_keys.make(folder)
    (folder / "keys" / "secret.key").write_text("for a measurement only\n" * 3, encoding="ascii")
    told = 'code = "dz.debdeb"\nhost = "localhost"\nport = 8080\nhas_tls = false\nis_demo = true\n'
    (folder / "node.toml").write_text(told, encoding="utf-8")
    os.environ |= {"MABAR_NODE": str(folder), "DJANGO_SETTINGS_MODULE": "mabar.site.settings"}
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _people()


def _people() -> None:
    from mabar.base.models import Actor, Administration, Firm, Mandate, Place, Post

    names = {"name_ar": "الدبداب", "name_fr": "Debdeb", "name_en": "Debdeb"}
    Administration.objects.create(code="dz", **names)
    place = Place.objects.create(
        code="dz.debdeb", administration_id="dz", kind="crossing", zone="Africa/Algiers", **names
    )
    firm = Firm.objects.create(code="OASIS", name="Oasis Brokers", kind="broker")
    actor = Actor.objects.create(key="broker", kind=Actor.DECLARANT, name="Oasis", firm=firm, place=place, password="!")
    post = Post.objects.create(agency=None, function="declarant")
    Mandate.objects.create(actor=actor, post=post, from_on=date(2026, 1, 1))


def _measure(folder: Path) -> dict[str, float]:
    from mabar.base.models import Actor

    broker = Actor.objects.get(key="broker")
    costs, bares, walls = [], [], []
    for number in range(ROUNDS):
        file = folder / f"{number}.jsonl"
        file.write_text("\n".join(_records(number, COUNT)), encoding="utf-8")
        cpu, wall = measured(lambda file=file: _lodge(broker, file))
        costs.append(cpu)
        walls.append(wall)
        bares.append(measured(_insert_again(f"W{number}"))[0])
        _empty()
    one, bare_one = _measure_one_by_one(broker)
    return {
        "lodge_cpu_s": min(costs),
        "bare_cpu_s": min(bares),
        "one_cpu_s": one,
        "bare_one_cpu_s": bare_one,
        "rate": COUNT / min(walls),
    }


def _records(seed: int, count: int) -> list[str]:
    from mabar.declarations import sad
    from mabar.site import generator

    drawn = generator.declarations(seed, count, place="dz.debdeb", day=date(2026, 11, 22), items=ITEMS)
    return [sad.dumps(record) for record in drawn]


def _lodge(broker: object, file: Path) -> None:
    from mabar.declarations import commands, intake

    at = datetime.now(UTC)
    entries = intake.entries_of(file.read_bytes(), name=file.name, at=at)
    outcomes = list(commands.lodge_many(broker, entries, place="dz.debdeb", at=at))
    refused = [outcome.refusal for outcome in outcomes if outcome.refusal]
    if refused or len(outcomes) != COUNT:
        raise SystemExit(f"{len(refused)} of {len(outcomes)} were refused: {refused[:1]}")


def _tables() -> list[type]:
    from mabar.base.models import JournalFacts, JournalLine, JournalPending
    from mabar.declarations.models import Declaration, Item, LaneDraw, Version

    return [Declaration, Item, Version, LaneDraw, JournalLine, JournalFacts, JournalPending]


def _insert_again(prefix: str) -> Callable[[], None]:
    """Take what lodging left out of every table, and give the act that inserts the same rows bare, a hundred at a time.

    Each table is inserted as the ORM inserts rows best, in bulk, without a rule, a check or a read.
    """
    from django.db import transaction

    kept = {table: _rows_in_order(table) for table in _tables()}
    _empty()

    def act() -> None:
        size = {table: len(rows) * 100 // COUNT for table, rows in kept.items()}
        for batch in range(COUNT // 100):
            with transaction.atomic():
                for table, rows in kept.items():
                    table.objects.bulk_create(rows[batch * size[table] : (batch + 1) * size[table]])

    return act


def _rows_in_order(table: type) -> list[object]:
    """Give the rows in the order in which they were lodged: keys of one instant have none."""
    return list(table.objects.order_by("number" if table.__name__ == "Declaration" else "pk"))


def _measure_one_by_one(broker: object) -> tuple[float, float]:
    """Lodge one by one, as a desk does, and insert the same rows bare, each declaration in its own transaction.

    Both are the best of as many rounds, taken in turn, so that what else the machine does weighs on neither.
    """
    costs, bares = [], []
    for number in range(SINGLE_ROUNDS):
        costs.append(measured(_lodge_one_by_one(broker, number))[0])
        bares.append(measured(_insert_one_by_one(SINGLY))[0])
        _empty()
    return min(costs), min(bares)


def _lodge_one_by_one(broker: object, number: int) -> Callable[[], None]:
    from mabar.base.keys import new_key
    from mabar.declarations import commands, sad

    records = [sad.loads(line) for line in _records(1000 + number, SINGLY)]
    at = datetime.now(UTC)

    def act() -> None:
        for record in records:
            commands.lodge(broker, new_key(at), record=record, place="dz.debdeb", seed="s", at=at)

    return act


def _insert_one_by_one(count: int) -> Callable[[], None]:
    from django.db import transaction

    kept = {table: _rows_in_order(table) for table in _tables()}
    _empty()

    def act() -> None:
        for number in range(count):
            with transaction.atomic():
                for rows in kept.values():
                    each = len(rows) // count
                    for row in rows[number * each : (number + 1) * each]:
                        row.save(force_insert=True)

    return act


def _empty() -> None:
    from django.db import connection

    from mabar.base import triggers

    triggers.drop(connection)
    for table in reversed(_tables()):
        table.objects.all()._raw_delete("default")
    triggers.make(connection)


if __name__ == "__main__":
    main()
