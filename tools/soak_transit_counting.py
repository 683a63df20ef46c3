"""What must hold at the end of a simulated year of transit, counted in the nodes' own tables."""

from collections import Counter
from collections.abc import Iterator, Mapping

from django.db.models import Count, Sum

from mabar.base.models import JournalFacts, JournalLine, Timer
from mabar.exchange.models import Received
from mabar.site.at_node import Desk
from mabar.transit import ledger, rules
from mabar.transit.models import Draw, Guarantee, Movement, Tranche
from mabar.transit.rules import guarantees

OF_DRAW = {"discharged": "freed", "recovery": "claimed"}
Shown = dict[str, dict[str, object]]


def wrong(desks: Mapping[str, Desk], counts: Counter[str]) -> list[str]:
    """List what is wrong, each with the node and the record, and add what was counted to `counts`."""
    found, shown, draws = [], dict[str, Shown](), dict[str, dict[str, str]]()
    for code, desk in desks.items():
        with desk.open():
            found += [f"{code}: {each}" for each in (*_timers(counts), *_ledgers(), *_movements(counts), *_refused())]
            shown[code] = _shown()
            draws[code] = dict(Draw.objects.filter(node="").values_list("movement", "state"))
    found += _differing(shown, counts)
    for code, desk in desks.items():
        with desk.open():
            found += [f"{code}: {each}" for each in _tranches(desks, code, draws)]
    return found


def _timers(counts: Counter[str]) -> Iterator[str]:
    """Each timer has fired or was ended, and has fired once, with both instants in the journal."""
    running = Timer.objects.filter(verb__startswith="transit.", ended_at=None, fired_at=None)
    yield from (f"{each} runs on" for each in running.exclude(verb=ledger.EXPIRE))
    fired = Timer.objects.filter(verb__startswith="transit.").exclude(fired_at=None)
    counts["timers fired"] += fired.count()
    counts["timers ended by an act"] += Timer.objects.filter(verb__startswith="transit.").exclude(ended_at=None).count()
    lines = JournalLine.objects.filter(verb__in=fired.values("verb"))
    told: Counter[tuple[str, str, object]] = Counter((line.verb, line.subject, line.at) for line in lines)
    facts = dict(JournalFacts.objects.filter(line__in=lines).values_list("line_id", "body"))
    due = {(line.verb, line.subject): facts[line.pk] for line in lines}
    for timer in fired:
        if told[timer.verb, timer.subject, timer.fired_at] != 1:
            yield f"{timer} fired at {timer.fired_at} and has {told[timer.verb, timer.subject, timer.fired_at]} lines"
        elif timer.due_at.isoformat() not in due[timer.verb, timer.subject]:
            yield f"{timer} does not tell when it was due"
    if sum(told.values()) != fired.count():
        yield f"{sum(told.values())} lines of the clock for {fired.count()} timers that fired"


def _ledgers() -> Iterator[str]:
    """What is left is the sum of the entries; what is left, lent and drawn is the amount, or what was lent here."""
    for guarantee in Guarantee.objects.annotate(total=Sum("entries__amount_minor")):
        if guarantee.left_minor != (guarantee.total or 0):
            yield f"{guarantee}: {guarantee.left_minor} is left, the entries make {guarantee.total}"
        own = guarantee.draws.filter(node="", state__in=guarantees.TAKEN)
        drawn = own.aggregate(total=Sum("amount_minor"))["total"] or 0
        if ledger.is_kept_here(guarantee):
            lent = sum(each.lent_minor - each.returned_minor for each in guarantee.tranches.all())
            whole = guarantee.amount_minor
        else:
            lent, whole = 0, guarantee.lent_minor - guarantee.returned_minor
        if guarantee.left_minor + lent + drawn != whole:
            yield f"{guarantee}: {guarantee.left_minor} + {lent} + {drawn} is not {whole}"


def _tranches(desks: Mapping[str, Desk], code: str, draws: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """What a home knows of its tranches is what the nodes that hold them show; and so with each draw on them."""
    for tranche in Tranche.objects.select_related("guarantee"):
        known = (tranche.lent_minor, tranche.returned_minor, tranche.used_minor)
        with desks[tranche.node].open():
            copy = Guarantee.objects.filter(key=tranche.guarantee_id).first()
            if copy is None:
                yield f"{tranche} never came"
                continue
            used = copy.lent_minor - copy.returned_minor - copy.left_minor
            there = (copy.lent_minor, copy.returned_minor, used)
        if known != there:
            yield f"{tranche}: {known} at home, {there} there"
    heard = Draw.objects.exclude(node="").values_list("node", "movement", "state")
    for node, movement, state in heard:
        if draws[node].get(movement) != state:
            yield f"draw of {movement}: {state} at {code}, {draws[node].get(movement)} at {node}"


def _movements(counts: Counter[str]) -> Iterator[str]:
    """Each movement of this node is ended, and what it drew is as its end wants it."""
    states = dict(Draw.objects.filter(node="").values_list("movement", "state"))
    for movement in Movement.objects.filter(home=ledger.own_node()):
        counts[f"ended: {movement.state}"] += 1
        if movement.state not in (*rules.ENDED, "enquiry"):
            yield f"{movement} is still {movement.state}"
        if states.get(movement.key, "") != OF_DRAW.get(movement.state, ""):
            yield f"{movement} is {movement.state} and its draw is {states.get(movement.key)}"


def _refused() -> Iterator[str]:
    """No node has refused or held what another told."""
    said = Received.objects.filter(kind__startswith="transit.").exclude(said="accepted")
    for each in said.values("kind", "said", "code").annotate(count=Count("pk")):
        yield f"{each['count']} of {each['kind']} were {each['said'] or 'not opened'} {each['code']}"


def _shown() -> Shown:
    names = ("state", "home_state", "home_version", "arrived_at", "arrived_office", "outcome", "ended_at", "limit_at")
    return {each["number"]: each for each in Movement.objects.exclude(number="").values("number", *names)}


def _differing(shown: Mapping[str, Shown], counts: Counter[str]) -> Iterator[str]:
    """A movement shows the same on every node that knows it."""
    numbers = {number for rows in shown.values() for number in rows}
    for number in sorted(numbers):
        rows = [rows[number] for rows in shown.values() if number in rows]
        counts["copies compared"] += len(rows) - 1
        if any(row != rows[0] for row in rows):
            yield f"{number}: {rows}"
