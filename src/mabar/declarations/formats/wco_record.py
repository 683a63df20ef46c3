"""The values of a WCO message put together as a declaration, and what they show without saying it."""

import re
from collections.abc import Mapping
from typing import Any

from mabar.declarations import sad
from mabar.declarations.formats import asycuda_profiles
from mabar.declarations.formats.findings import Finding
from mabar.declarations.sad_parts import Amount

FORMAT = "wco"
_STEP = re.compile(r"[^.\[\]]+")
_ITEM = re.compile(r"items\[([0-9]+)\]\.(.+)", re.ASCII)
_FLOWS = {"IM": "import", "EX": "export"}
# A type that says neither: the first digit of the procedure says whether the goods go out or come in.
_OUTWARD = frozenset("123")
_TYPE_OF_FLOW = {"import": "IM", "export": "EX"}


def record(
    values: Mapping[str, Any],
    verbatim: Mapping[str, str],
    kept: Mapping[str, str],
    *,
    form: str,
    claimed_state: str | None,
    dialect: Mapping[str, Any],
) -> sad.Declaration:
    """Put values by their paths together."""
    whole: dict[str, Any] = {"record": sad.VERSION}
    for path, value in values.items():
        said = {"minor": value.minor, "currency": value.currency} if isinstance(value, Amount) else value
        _put(whole, _STEP.findall(path), said)
    for path, text in verbatim.items():
        _put_verbatim(whole, path, text)
    _derive(whole, form=form, claimed_state=claimed_state)
    whole["kept"] = [{"path": path, "text": text} for path, text in kept.items()]
    whole["source"] = {"format": FORMAT, "dialect": dict(dialect)}
    return sad.from_json(_listed(whole))


def _put(whole: dict[str, Any], steps: list[str], value: Any) -> None:
    """Put a value at the end of a path; a list is a mapping by places until all is put."""
    for step in steps[:-1]:
        whole = whole.setdefault(step, {})
    whole[steps[-1]] = value


def _put_verbatim(whole: dict[str, Any], path: str, text: str) -> None:
    in_item = _ITEM.fullmatch(path)
    part = whole
    if in_item:
        part, path = whole.setdefault("items", {}).setdefault(in_item[1], {}), in_item[2]
    part.setdefault("verbatim", {})[path] = text


_TEXTS = ("verbatim", "dialect")


def _listed(part: Any) -> Any:
    """Make lists of what has places; a place left empty before the last holds an empty part."""
    if not isinstance(part, dict):
        return part
    if part and all(name.isdecimal() for name in part):
        return [_listed(part.get(str(place), {})) for place in range(max(map(int, part)) + 1)]
    return {name: value if name in _TEXTS else _listed(value) for name, value in part.items()}


def _derive(whole: dict[str, Any], *, form: str, claimed_state: str | None) -> None:
    """Add what follows from the values: flow, regime, general procedure, the currency of the invoice."""
    whole["form"], whole["claimed_state"] = form, claimed_state
    items = whole.get("items", {})
    procedure = (items.get("0", {}).get("procedure_code") or "")[:1]
    if form == "declaration":
        whole["flow"] = flow = _flow(whole.get("type_code") or "", procedure)
        whole["general_procedure_code"] = procedure or None
        whole["regime"] = asycuda_profiles.regime(_TYPE_OF_FLOW.get(flow or ""), procedure)
    invoice = whole.get("valuation", {}).get("invoice", {})
    if invoice.get("foreign"):
        invoice["currency"] = invoice["foreign"]["currency"]


def _flow(type_code: str, procedure: str) -> str | None:
    if type_code in _FLOWS or not procedure:
        return _FLOWS.get(type_code)
    return "export" if procedure in _OUTWARD else "import"


def findings(declaration: sad.Declaration) -> list[Finding]:
    """Tell what the record as a whole shows: that it has no items, that values are kept."""
    found = []
    if declaration.form == "declaration" and not declaration.items:
        found.append(Finding("F-0132"))
    if declaration.kept:
        found.append(Finding("F-0120", path=declaration.kept[0].path, details={"count": len(declaration.kept)}))
    return found
