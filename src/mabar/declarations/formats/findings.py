"""A finding: something that a reader saw in a source and that a person should know; reading went on."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from mabar.lib import words

ERROR, WARNING, NOTE = "error", "warning", "note"

# What a finding means for the declarant.  An error stops lodging; a warning is shown; a note explains what was read.
SEVERITIES: Mapping[str, str] = {
    "F-0101": ERROR,
    "F-0102": ERROR,
    "F-0103": ERROR,
    "F-0104": ERROR,
    "F-0105": ERROR,
    "F-0106": NOTE,
    "F-0107": ERROR,
    "F-0108": ERROR,
    "F-0109": ERROR,
    "F-0110": WARNING,
    "F-0111": NOTE,
    "F-0112": NOTE,
    "F-0120": NOTE,
    "F-0130": WARNING,
    "F-0131": WARNING,
    "F-0132": WARNING,
    "F-0140": ERROR,
    "F-0160": WARNING,
    "F-0201": NOTE,
    "F-0202": WARNING,
    "F-0203": WARNING,
    "F-0301": WARNING,
    "F-0302": WARNING,
    "F-0303": ERROR,
    "F-0304": ERROR,
    "F-0305": ERROR,
    "F-0306": ERROR,
    "F-0307": WARNING,
    "F-0308": WARNING,
    "F-0309": ERROR,
    "F-0310": WARNING,
    "F-0311": WARNING,
    "F-0312": ERROR,
    "F-0313": ERROR,
    "F-0314": NOTE,
    "F-0315": WARNING,
    "F-0316": WARNING,
    "F-0318": ERROR,
    "F-0319": ERROR,
    "F-0320": NOTE,
    "F-0321": WARNING,
    **{f"F-05{number:02}": WARNING for number in range(1, 20)},
}


@dataclass(frozen=True)
class Finding:
    """What was found, where, and the text that was found there.

    `path` is the element (or the cell) in the source, `line` its line (or row), `record_field` the field of the record.
    """

    code: str
    path: str = ""
    line: int | None = None
    value: str = ""
    record_field: str = ""
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """Whether it stops lodging (error), is shown (warning), or explains (note)."""
        return SEVERITIES[self.code]

    def sentence(self, language: str) -> words.Sentence:
        """Say what was found and what to do, in `language` (ar, fr, en)."""
        shown = {"path": self.path, "line": self.line, "value": self.value, "field": self.record_field, **self.details}
        return words.sentence("declarations", self.code, language, shown)

    def to_json(self) -> dict[str, object]:
        """Give the finding as JSON values."""
        return {**asdict(self), "severity": self.severity}
