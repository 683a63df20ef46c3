"""Every refusal of the pure helpers speaks three languages, with the same facts in each."""

import re

import pytest

from mabar.lib import decimals, identifiers, money
from mabar.lib.refusals import Refusal
from mabar.lib.words import LANGUAGES, sentence, table

RAISED = sorted(
    {
        name
        for module in (decimals, identifiers, money)
        for name, thing in vars(module).items()
        if isinstance(thing, type) and issubclass(thing, Refusal) and thing is not Refusal
    }
)


@pytest.mark.parametrize("code", RAISED)
def test_a_refusal_names_the_same_facts_in_every_language(code):
    said = table("lib", "refusals")[code]
    facts = [set(re.findall(r"{(\w+)}", said[language]["what"])) for language in LANGUAGES]
    assert facts[0] == facts[1] == facts[2] != set()
    assert all(said[language]["remedy"].endswith(".") for language in LANGUAGES)


def test_no_sentence_is_left_without_its_refusal():
    assert sorted(table("lib", "refusals")) == RAISED


def test_a_refusal_speaks_with_its_facts_isolated_and_its_code():
    refusal = identifiers.NotATariffCode(given="84")
    assert refusal.code == "NotATariffCode"
    assert refusal.sentence("ar").what == "\u206884\u2069 ليس رمزاً في النظام المنسق."
    assert refusal.sentence("fr").remedy == "Saisir 6, 8 ou 10 chiffres."
    assert str(refusal).endswith("Type 6, 8 or 10 digits. [NotATariffCode]")


def test_a_fact_that_was_left_out_reads_as_a_dash():
    assert sentence("lib", "NotATariffCode", "en", {}).what == "– is not a code of the Harmonized System."
