"""What a declaration of 100 items owes by a tariff of 20,000 rates: processor time against its limit; goods by word.

The tariff is loaded into a node, and its rates are read from there, as an assessment does.  The first search builds the
index of names; it is printed beside the later ones.
"""

import random
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal

from bench import nodes
from mabar.declarations import goods_names, reference
from mabar.duties.rules import VALUE, Claim, Form, Item, Levy, Rate, RoundedAt, Rounding, Tariff, assess

RATES, ITEMS, RUNS, LIMIT_MS, SEED = 20_000, 100, 30, 20.0, 22
DAY, START = date(2026, 11, 22), date(2026, 1, 1)
WORDS = ("ciment", "الإسمنت", "dates", "huile d'olive", "قطع غيار", "refrigerators")


def main() -> None:
    """Print the cost of an assessment against its limit, and of a search; exit 1 when the limit is missed."""
    drawn = random.Random(SEED)
    tariff, items = _tariff(drawn), _items(drawn)
    spent_ms = sorted(_ms(lambda: assess(items, tariff, DAY, decimals=2)) for _ in range(RUNS))
    stored_ms = sorted(_from_a_node(tariff, items))
    median = stored_ms[RUNS // 2]
    print(f"{ITEMS} items by {len(tariff.rates)} rates, {len(tariff.levies)} levies, processor time (p50):")
    print(f"  worked out {spent_ms[RUNS // 2]:.1f} ms; with the rates read from the node's store {median:.1f} ms")
    print(f"{median / LIMIT_MS:.2f} of the limit of {LIMIT_MS:.0f} ms")
    first = _ms(lambda: goods_names.find(WORDS[0]))
    later = sorted(_ms(lambda word=word: goods_names.find(word)) for word in WORDS * 20)
    print(f"goods by word: the first search {first:.0f} ms, later ones {later[len(later) // 2]:.1f} ms (p50)")
    sys.exit(0 if median <= LIMIT_MS else 1)


def _from_a_node(tariff: Tariff, items: list[Item]) -> list[float]:
    """Load the tariff into a node, and time its rates being read and the assessment, again and again."""
    with nodes.made():
        from mabar.base import actors
        from mabar.base.keys import new_key
        from mabar.duties import commands, formats, queries
        from mabar.duties.loading import Offer

        at = datetime.now(UTC)
        changes = formats.changes((), tariff.rates)
        made = Offer("dz", "drawn", "DZD", True, tariff.levies, {}, tariff.rates, (), 0, changes)
        began = time.perf_counter()
        commands.load_tariff(actors.node(), new_key(at), offer=made, place=nodes.PLACE, at=at)
        print(f"{len(tariff.rates)} rates loaded into a node in {time.perf_counter() - began:.1f} s")
        table = queries.in_use("dz")

        def once() -> None:
            rates = queries.rates_for(table.key, {item.claim.code for item in items})
            assess(items, table.tariff(rates), DAY, decimals=2)

        once()
        return [_ms(once) for _ in range(RUNS)]


def _ms(act: object) -> float:
    began = time.process_time()
    act()
    return (time.process_time() - began) * 1000


def _tariff(drawn: random.Random) -> Tariff:
    """Draw a tariff of eight digits: two shares with preferences and some rates by the kilogram, and a tax on top."""
    duty, fee, vat = (
        _levy(code, *base) for code, *base in (("DD", VALUE), ("FEE", VALUE), ("VAT", VALUE, "DD", "FEE"))
    )
    codes = drawn.sample([f"{code}{place:02d}" for code in reference.all_subheadings() for place in (0, 10, 90)], 9_000)
    rates = [_rate("VAT", "", "19"), _rate("FEE", "", "2")]
    for code in codes:
        rates.append(_rate("DD", code, str(drawn.choice((0, 5, 15, 30, 60)))))
        rates.append(Rate("DD", code, Form.EXEMPT, START, "agreement", origins="TN", preference="PAFTA", proof="861"))
    for code in codes[: RATES - len(rates)]:
        weighed = {"percent": Decimal(10), "amount": Decimal("1.25"), "unit": "KGM"}
        rates.append(Rate("FEE", code, Form.COMPOUND, START, "law", **weighed))
    return Tariff("drawn", "DZD", (duty, fee, vat), tuple(rates))


def _levy(code: str, *base: str) -> Levy:
    return Levy(code, code, code, code, base, RoundedAt.TOTAL, Rounding.HALF_UP, 1, "law")


def _rate(levy: str, prefix: str, percent: str) -> Rate:
    return Rate(levy, prefix, Form.PERCENT, START, "law", percent=Decimal(percent))


def _items(drawn: random.Random) -> list[Item]:
    codes = reference.all_subheadings()
    claims = (Claim(f"{drawn.choice(codes)}00", "TN", "PAFTA", "4000", frozenset({"861"})) for _ in range(ITEMS))
    quantities = {"KGM": Decimal("1500.5")}
    return [Item(number, claim, drawn.randrange(10**9), quantities) for number, claim in enumerate(claims, start=1)]


if __name__ == "__main__":
    main()
