"""The measures in words: what each is called, how its value reads, what to do when it is not as it should be."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from mabar.base.health import Measure
from mabar.base.templatetags.mabar import duration_words, number
from mabar.lib import numbers_text

Words = str | Promise

SPACE = _("Make room on the disk: move backups and old exports away.")
READERS = _("Look for a process that reads without end, then stop and start the node.")
WORKER = _("Start the node again; the worker's reason stands in the log.")
CLOCK = _("Connect the machine to a time source, or set its clock by hand each day.")
LINE = _("Look at the board of lines; without a line, carry a stick: mabar exchange export.")
BACKUP = _("Take a backup to another machine: mabar backup FILE.")

# name of the measure: its words, and what to do
SAID: dict[str, tuple[Words, Words]] = {
    "disk_free": (_("Free room on the disk"), SPACE),
    "database_default": (_("Database of acts"), SPACE),
    "database_passing": (_("Database of passing things"), SPACE),
    "wal_default": (_("Write-ahead log of acts"), READERS),
    "wal_passing": (_("Write-ahead log of passing things"), READERS),
    "worker_age": (_("Last sign of the worker"), WORKER),
    "lines_unsealed": (_("Lines that wait for the seal"), WORKER),
    "sealer_lag": (_("Age of the oldest line without a seal"), WORKER),
    "triggers_missing": (
        _("Guards of the journal that are missing"),
        _("Stop the node, run mabar migrate, verify the journal."),
    ),
    "search_lines_behind": (_("Lines that search has not read"), WORKER),
    "search_lag": (_("Age of the oldest of them"), WORKER),
    "messages_unopened": (_("Messages not opened"), WORKER),
    "messages_waiting": (_("Age of the oldest message not opened"), WORKER),
    "exchange_backlog_age": (_("Age of the oldest message that a partner has not stored"), LINE),
    "exchange_backlog": (_("Messages that a partner has not stored"), LINE),
    "exchange_receipts_missing": (_("Receipts that have not come"), LINE),
    "exchange_line_carries": (_("Line to the partner carries"), LINE),
    "exchange_clock_offset": (_("Clock of the partner against ours"), CLOCK),
    "exchange_streams_closed": (
        _("Closed streams"),
        _("Download the proof on the board of lines and call the partner."),
    ),
    "exchange_descriptor_left": (
        _("Descriptor of the partner still good for"),
        _("Ask the partner for its next descriptor."),
    ),
    "clock_synchronised": (_("Clock kept by a time source"), CLOCK),
    "clock_error": (_("Largest error of the clock"), CLOCK),
    "clock_apart_from_database": (_("Clock against that of the database"), CLOCK),
    "certificate_left": (_("Certificate still good for"), _("Renew the certificate: mabar renew.")),
    "backup_age": (_("Age of the last backup"), BACKUP),
    "recovery_key_made": (_("Recovery key made"), _("Make it, and keep its private half off this machine.")),
}


@dataclass(frozen=True)
class Row:
    """One measure as the page shows it."""

    word: Words
    value: SafeString | str
    state: str
    remedy: Words
    of: tuple[str, ...] = ()


def rows(measures: Iterable[Measure]) -> list[Row]:
    """Put measures into words; one that nobody has named is shown by its name."""
    return [_row(measure) for measure in measures]


def _row(measure: Measure) -> Row:
    word, remedy = SAID.get(measure.name, (measure.name, ""))
    value = "–" if measure.value is None else _VALUES[measure.unit](measure.value)
    return Row(word, value, measure.state, remedy, tuple(label for _name, label in measure.labels))


def _bytes(value: float) -> SafeString:
    is_large = value >= 1e9
    figure = Decimal(f"{value / (1e9 if is_large else 1e6):.1f}")
    language = (get_language() or "ar")[:2]
    return format_html(
        "<bdi>{}\u00a0{}</bdi>", numbers_text.number(figure, language), gettext("GB") if is_large else gettext("MB")
    )


_VALUES: dict[str, Callable[[float], SafeString | str]] = {
    "bytes": _bytes,
    "seconds": lambda value: duration_words(timedelta(seconds=max(int(value), 0))),
    "count": lambda value: number(int(value)),
    "fact": lambda value: gettext("yes") if value else gettext("no"),
}
