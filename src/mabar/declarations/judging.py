"""Whether a record can be lodged: one law for the desk, the program and the file; pure."""

import json
from dataclasses import dataclass
from hashlib import sha256

from mabar.declarations import checks, rules, sad
from mabar.declarations.formats.findings import ERROR, Finding
from mabar.declarations.sad import Declaration
from mabar.declarations.summary import ItemLine, Summary, figures_of, lines_of, open_dates, summary_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A record that may be lodged: its sums, its text as it will be kept, and what the checks only remark."""

    record: Declaration
    regime: str
    flow: str
    summary: Summary
    lines: tuple[ItemLine, ...]
    text: str
    content_digest: str
    warnings: tuple[Finding, ...]


def judge(record: Declaration, *, today: str) -> Judged:
    """Judge a record on a day.

    Args:
        today: the day at the office, ISO text.

    Raises:
        NotAWholeDeclaration, RegimeNotStated, OpenDates, RefusedByChecks, FigureOutOfRange, NetAboveGross.
    """
    regime = checks.regime_of(record)
    rules.check_content(form=record.form, flow=record.flow, regime=regime, items=len(record.items))
    rules.check_open_dates([each.path for each in open_dates(record)])
    findings = checks.check(record, today=today)
    rules.check_findings([each.code for each in findings if each.severity == ERROR])
    summary, lines = summary_of(record), tuple(lines_of(record))
    rules.check_figures(figures_of(summary, lines), net_mass_g=summary.net_mass_g, gross_mass_g=summary.gross_mass_g)
    text, content_digest = text_and_digest(record)
    return Judged(record, str(regime), str(record.flow), summary, lines, text, content_digest, tuple(findings))


def text_and_digest(record: Declaration) -> tuple[str, str]:
    """Write the record as it is kept, and hash what it declares, apart from how its file wrote it."""
    values = sad.to_json(record)
    source = values.pop("source", None)
    content = _line(values)
    text = content if source is None else f'{content[:-1]},"source":{_line(source)}}}'
    return text, sha256(content.encode()).hexdigest()


_line = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
