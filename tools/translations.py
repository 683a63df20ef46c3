"""The page words of each package and their catalogues: check, update, compile.

A page says its words in English; `locale/ar/LC_MESSAGES/django.po` and its French sister, in the package's folder, have
them in the other two languages.
"""

import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "mabar"
LANGUAGES = ("ar", "fr")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
Key = tuple[str, str | None]
"""An English word and its context, if it has one."""


def packages() -> list[str]:
    """List the packages that stand, from the ground up, as the layers contract draws them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    drawn = [re.findall(r"\w+", layer) for layer in contracts[0]["layers"]]
    return [name for layer in reversed(drawn) for name in layer if (SOURCE / name).is_dir()]


def used(package: str) -> Catalog:
    """Collect the words that the package's templates and Python say."""
    found = Catalog()
    for file in sorted((SOURCE / package).rglob("*")):
        if file.suffix in {".py", ".html", ".txt"} and "migrations" not in file.parts and "static" not in file.parts:
            for line, words, context in _words_of(file):
                found.add(words, context=context, locations=[(str(file.relative_to(ROOT)), line)])
    return found


def _words_of(file: Path) -> Iterator[tuple[int, str | tuple[str, ...], str | None]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        _settle()
        # what lies between the words of a template is no Python; its indentation must not be read as if it were
        text = "\n".join(line.strip() for line in templatize(text, origin=str(file)).splitlines())
    for line, words, _, context in extract("python", BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"}):
        yield line, words, context


def _settle() -> None:
    if not settings.configured:
        settings.configure()


def path_of(package: str, language: str) -> Path:
    """Where the catalogue of a package lies."""
    return SOURCE / package / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(package: str, language: str) -> Catalog:
    """Read a catalogue; an absent file is an empty one."""
    path = path_of(package, language)
    if not path.is_file():
        return Catalog(locale=language, header_comment="# Page words of Mabar.", project="Mabar")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def key_of(message: Message) -> Key:
    """Give the key of a message; a plural goes by its singular, as gettext has it."""
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def is_said(message: Message) -> bool:
    """Tell whether every form of the message has its translation."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def faults() -> list[str]:
    """List what is missing, left over or said in two ways, each as a sentence."""
    return [fault for language in LANGUAGES for fault in _faults_in(language)]


def _faults_in(language: str) -> Iterator[str]:
    said: dict[Key, tuple[str, object]] = {}
    above = {package: {key_of(m) for m in used(package) if m.id} for package in packages()}
    for number, package in enumerate(packages()):
        wanted_here_or_above = set().union(*(above[name] for name in packages()[number:]))
        for message in catalogue(package, language):
            if message.id:
                yield from _faults_of(message, package, language, said, wanted_here_or_above)
        for key in sorted(above[package] - set(said), key=str):
            yield f"{package}, {language}: no page word for {key[0]!r}"


def _faults_of(
    message: Message, package: str, language: str, said: dict[Key, tuple[str, object]], wanted: set[Key]
) -> Iterator[str]:
    key, where = key_of(message), f"{package}, {language}: {key_of(message)[0]!r}"
    if key not in wanted:
        yield f"{where} is said by no page"
    if not is_said(message):
        yield f"{where} has no translation"
    if _blanks(message.string) - _blanks(message.id):
        yield f"{where} fills blanks that the English has not"
    if isinstance(message.id, str) and _blanks(message.id) - _blanks(message.string):
        yield f"{where} leaves a blank of the English out"
    first = said.setdefault(key, (package, message.string))
    if first[1] != message.string:
        yield f"{where} is said otherwise in {first[0]}"


def _blanks(words: str | Sequence[str] | None) -> set[str]:
    forms = [words] if isinstance(words, str) else words or []
    return {blank for form in forms for blank in re.findall(r"%\(\w+\)[sd]|%[sd]", form)}


def update() -> None:
    """Add the words that no catalogue below has, drop those that nobody says any more; translations stay."""
    for language in LANGUAGES:
        known: set[Key] = set()
        above = {package: used(package) for package in packages()}
        for number, package in enumerate(packages()):
            wanted = {key_of(m) for name in packages()[number:] for m in above[name]}
            kept = catalogue(package, language)
            for message in [m for m in kept if m.id and key_of(m) not in wanted]:
                kept.delete(message.id, message.context)
            for message in above[package]:
                if message.id and key_of(message) not in known:
                    _take_in(kept, message)
            known |= {key_of(m) for m in kept if m.id}
            _write(kept, path_of(package, language))


def _take_in(kept: Catalog, message: Message) -> None:
    there = kept.get(message.id, message.context)
    kept.add(message.id, there.string if there else "", context=message.context)


def _write(kept: Catalog, path: Path) -> None:
    if len(kept) == 0:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, kept, width=120, sort_output=True, no_location=True, omit_header=False)


def compile_all() -> None:
    """Write each `django.mo` beside its `django.po`."""
    for path in sorted(SOURCE.rglob("*.po")):
        with path.open("rb") as stream, path.with_suffix(".mo").open("wb") as compiled:
            write_mo(compiled, read_po(stream))


def check() -> None:
    """Print every fault and leave with status 1 where there is one."""
    found = faults()
    print("\n".join(found) or "every page word stands in Arabic and in French")
    if found:
        sys.exit(1)


ACTS: dict[str, Callable[[], None]] = {"check": check, "update": update, "compile": compile_all}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ACTS:
        sys.exit(f"usage: translations.py {'|'.join(ACTS)}")
    ACTS[sys.argv[1]]()
