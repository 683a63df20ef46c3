"""The crash points that the code of the exchange names, so that a run can tell which of them it never saw."""

import ast
from functools import cache
from pathlib import Path

EXCHANGE = Path(__file__).resolve().parents[1]


@cache
def named() -> tuple[str, ...]:
    """List every name that the exchange gives to `crash_points.reached`, as its files stand."""
    found = set()
    for path in EXCHANGE.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "crash_points.reached":
                found |= {each.value for each in call.args if isinstance(each, ast.Constant)}
    return tuple(sorted(str(name) for name in found))
