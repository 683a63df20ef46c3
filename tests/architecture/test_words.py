"""Everything that a person reads stands in Arabic, French and English."""

import importlib
import re
from collections.abc import Iterator, Mapping
from gettext import c2py
from string import Formatter
from typing import Any

import pytest
from django.template.base import Lexer, TokenType

from mabar.base import rules
from mabar.lib import words
from mabar.lib.words import LANGUAGES
from tests.architecture.code import ROOT, SOURCE, assert_none, packages, templates
from tools import state_diagrams, translations

COUNTRIES = ("dz", "ly", "tn")
SENTENCES = ("refusals", "findings")
WORDS = ("words", "wire")
# Bare letters that a page may hold: they are the same in every language.
SAME_EVERYWHERE = {"kg", "PDF", "XML", "XLSX", "CSV", "JSON", "QR", "TOTP", "×"}


def test_every_page_word_stands_in_arabic_and_in_french() -> None:
    assert_none(translations.faults(), why="make translations adds and drops entries; the words are yours to find")


@pytest.mark.parametrize("package", [p for p in packages() if translations.path_of(p, "ar").is_file()])
def test_arabic_counts_nouns_in_the_order_of_its_entries(package: str) -> None:
    form = c2py(translations.catalogue(package, "ar").plural_expr)
    assert [form(n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 102)] == [0, 1, 2, 3, 3, 4, 4, 5, 5]


def _tables() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for package in packages():
        for name in (*SENTENCES, *WORDS):
            if (SOURCE / package / "data" / f"{name}.yaml").is_file():
                yield f"{package}/{name}.yaml", words.table(package, name)


SENTENCE_FILES = tuple(f"{name}.yaml" for name in SENTENCES)
TABLES = [pytest.param(table, id=name) for name, table in _tables()]
SENTENCE_TABLES = [pytest.param(table, id=name) for name, table in _tables() if name.endswith(SENTENCE_FILES)]


@pytest.mark.parametrize("table", TABLES)
def test_every_entry_has_the_three_languages_and_no_other(table: Mapping[str, Any]) -> None:
    assert_none(f"{key}: {', '.join(said)}" for key, said in table.items() if set(said) != set(LANGUAGES))


@pytest.mark.parametrize("table", SENTENCE_TABLES)
def test_every_sentence_says_what_happened_and_what_to_do(table: Mapping[str, Any]) -> None:
    assert_none(
        f"{code}, {language}"
        for code, said in table.items()
        for language, parts in said.items()
        if set(parts) != {"what", "remedy"} or not all(str(part).strip() for part in parts.values())
    )


@pytest.mark.parametrize("table", SENTENCE_TABLES)
def test_every_language_tells_the_same_details(table: Mapping[str, Any]) -> None:
    told = {code: _details(said) for code, said in table.items()}
    assert_none(
        f"{code}: " + "; ".join(f"{language} {sorted(names)}" for language, names in by_language.items())
        for code, by_language in told.items()
        if len({frozenset(names) for names in by_language.values()}) > 1
    )


def _details(said: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    return {
        language: {name for part in parts.values() for _, name, _, _ in Formatter().parse(part) if name}
        for language, parts in said.items()
    }


@pytest.mark.parametrize("table", TABLES)
def test_arabic_is_written_in_arabic_and_no_sentence_is_a_copy_of_another_language(table: Mapping[str, Any]) -> None:
    assert_none(
        f"{key}: {text}"
        for key, said in table.items()
        for text in _texts(said.get("ar", ""))
        if re.search(r"[A-Za-z]{2}", _without_names(text)) and not re.search(r"[\u0600-\u06ff]", text)
    )


def _texts(said: Any) -> list[str]:
    return [str(part) for part in said.values()] if isinstance(said, dict) else [str(said)]


def _without_names(text: str) -> str:
    return re.sub(r"\{[^}]*\}|\b[A-Z0-9][A-Z0-9/.:-]+\b", "", text)


def _bare_words(text: str) -> str:
    """Give what a template says without asking for a translation: text between tags, and attributes that are read."""
    parts = []
    for token in Lexer(_without_comments(text)).tokenize():
        if token.token_type == TokenType.TEXT:
            parts.append(token.contents)
        else:
            parts.append(_shadow(token.contents.split(maxsplit=1)[0] if token.contents else ""))
    return _visible(_without_translated("".join(parts)))


def _without_comments(text: str) -> str:
    text = re.sub(r"\{%\s*block \w*class\s*%\}.*?endblock\s*%\}", "", text)  # a class is a name in the style sheets
    return re.sub(r"\{%\s*comment.*?endcomment\s*%\}", "", text, flags=re.DOTALL)


def _shadow(tag: str) -> str:
    return {
        "blocktranslate": "\u0001",
        "blocktrans": "\u0001",
        "endblocktranslate": "\u0002",
        "endblocktrans": "\u0002",
    }.get(tag, "\u0003")


def _without_translated(text: str) -> str:
    return re.sub("\u0001[^\u0002]*\u0002", "\u0003", text)


def _visible(text: str) -> str:
    text = re.sub(
        r"<(script|style|code|kbd|bdi)\b.*?</\1>|<!--.*?-->|<![^>]*>", " ", text, flags=re.DOTALL | re.IGNORECASE
    )
    read = re.findall(r"\b(?:title|placeholder|alt|aria-label|data-label)=\"([^\"]*)\"", text)
    # an attribute that a template puts into its parent's tag stands outside of any tag here
    return " ".join([re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"", " ", text), *read])


@pytest.mark.parametrize("template", [pytest.param(each, id=str(each.relative_to(SOURCE))) for each in templates()])
def test_a_page_says_nothing_untranslated(template: Any) -> None:
    said = re.sub(r"&\w+;|\b(?:[A-Z][a-z]+){2,}\b", " ", _bare_words(template.read_text(encoding="utf-8")))  # codes
    assert_none(word for word in re.findall(r"[^\W\d_]{2,}", said) if word not in SAME_EVERYWHERE)


def test_the_glossary_has_each_row_in_three_languages_and_a_name_in_code() -> None:
    rows = [
        line
        for line in (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows if not set(row) <= set("|-: ")]
    assert len(cells) > 40
    assert_none(str(row) for row in cells if len(row) < 4 or not all(row[:4]))


# States that no table holds, because they are worked out from the record: an open hold, an open query.
DERIVED_STATES = {"state.passage.held", "state.declaration.queried"}


@pytest.mark.parametrize("record", state_diagrams.MACHINES)
def test_every_state_has_its_word_and_every_word_its_state(record: str) -> None:
    package, module = state_diagrams.MACHINES[record]
    states = importlib.import_module(module).STATES
    wanted = {f"state.{record}.{state}" for state in states}
    said = {key for key in words.table(package, "words") if key.startswith(f"state.{record}.")}
    plain = {key for key in said if key.rpartition(".")[2] not in COUNTRIES}
    assert_none(f"no word for {key}" for key in wanted - said)
    assert_none(f"a word without its state: {key}" for key in plain - wanted - DERIVED_STATES)


def test_every_verb_of_the_posts_has_its_word() -> None:
    verbs = {verb for held in rules.posts().values() for verb in held}
    assert_none(
        f"verb.{verb}"
        for verb in verbs
        if f"verb.{verb}" not in words.table(verb.split(".")[0], "words") and ".read" not in verb
    )


def test_every_function_has_its_word() -> None:
    said = words.table("base", "words")
    assert_none(f"post.{function}" for function in rules.posts() if f"post.{function}" not in said)
