"""Print the state machines of the rules into `docs/states.md`, so that the picture is never older than the table."""

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from mabar.lib import words

PAGE = Path(__file__).resolve().parent.parent / "docs" / "states.md"
# Each record with the package whose word it is, and the rules that hold its table.
MACHINES = {
    "passage": ("crossings", "mabar.crossings.rules"),
    "diversion": ("crossings", "mabar.crossings.rules.diverting"),
    "diverted_truck": ("crossings", "mabar.crossings.rules.diverted"),
    "transshipment": ("crossings", "mabar.crossings.rules.transshipping"),
    "two_sided_tally": ("crossings", "mabar.crossings.rules.two_sided"),
    "declaration": ("declarations", "mabar.declarations.rules"),
    "operator": ("declarations", "mabar.declarations.rules.operators"),
    "pass": ("vehicles", "mabar.vehicles.rules"),
    "proof": ("origin", "mabar.origin.rules"),
    "presentation": ("origin", "mabar.origin.rules.presenting"),
    "verification": ("origin", "mabar.origin.rules.verifying"),
    "request": ("assistance", "mabar.assistance.rules"),
    "query": ("assistance", "mabar.assistance.rules.asking"),
    "movement": ("transit", "mabar.transit.rules"),
    "draw": ("transit", "mabar.transit.rules.guarantees"),
}
HEAD = """# States

Printed from the tables in `rules` by `make diagrams`; `make check` refuses a page that is older than its table.
A state that is only worked out from others (a held truck, a queried declaration) stands in no table.
"""
Table = Mapping[tuple[str, str], str]


def page() -> str:
    """Write the whole page."""
    return "\n".join([HEAD, *(text for record in MACHINES for text in _machine(record))])


def _machine(record: str) -> Iterator[str]:
    package, module = MACHINES[record]
    rules = importlib.import_module(module)
    title = record.replace("_", " ").capitalize()
    yield f"## {title} (`{package}`)\n"
    yield "```mermaid\nstateDiagram-v2"
    yield from _arrows(rules.TRANSITIONS)
    yield "```\n"
    yield "| state | العربية | français | English | acts that lead on | acts that leave it there |"
    yield "|---|---|---|---|---|---|"
    for state in rules.STATES:
        yield _row(package, record, state, rules.TRANSITIONS, getattr(rules, "BESIDE", {}))
    yield ""


def _arrows(table: Table) -> Iterator[str]:
    together: dict[tuple[str, str], list[str]] = {}
    for (before, act), after in table.items():
        if before != after:
            together.setdefault((before or "[*]", after), []).append(act)
    if not any(before == "[*]" for before, _ in together):
        yield f"    [*] --> {next(iter(together))[0]}"
    leaving = {before for before, _ in together}
    for (before, after), acts in together.items():
        yield f"    {before} --> {after} : {', '.join(acts)}"
    for last in dict.fromkeys(after for _, after in together if after not in leaving):
        yield f"    {last} --> [*]"


def _row(package: str, record: str, state: str, table: Table, beside: Mapping[str, tuple[str, ...]]) -> str:
    said = [words.word(package, f"state.{record}.{state}", language) for language in words.LANGUAGES]
    leading = [act for (before, act), after in table.items() if before == state != after]
    staying = [act for (before, act), after in table.items() if before == state == after]
    staying += [act for act, states in beside.items() if state in states]
    cells = [f"`{state}`", *said, ", ".join(f"`{act}`" for act in leading), ", ".join(f"`{act}`" for act in staying)]
    return f"| {' | '.join(cells)} |"


def main(arguments: list[str]) -> int:
    """Write the page, or with --check only say whether it is current."""
    if arguments == ["--check"]:
        is_current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
        print("docs/states.md is current" if is_current else "docs/states.md is older than the rules: make diagrams")
        return int(not is_current)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
