"""Each line says, in three languages, what was taken of what, by which law, and how it was rounded."""

import re

import pytest

from mabar.duties import explaining
from mabar.duties.rules import Form, RoundedAt, assess
from mabar.lib import words
from mabar.lib.words import LANGUAGES
from tests.duties.samples import DAY, DUTY, VAT, item, levy, rate, tariff

FORMS = [form for form in Form if form not in (Form.EXEMPT, Form.FIXED)]


def explained(found, number=0, language="en", of=None):
    line = assess([of or item()], found, DAY, decimals=2).lines[number]
    told = explaining.explain(line, currency="DZD", language=language)
    return explaining.Explained(
        *(plain(part) for part in (told.levy, told.base, told.reckoning)), tuple(map(plain, told.reasons))
    )


def plain(text):
    return re.sub("[\u2068\u2069]", "", text).replace("\u202f", " ").replace("\u00a0", " ")


def test_a_share_of_value_and_duty_shows_both_and_their_sum() -> None:
    told = explained(tariff(rate("DD", percent="30"), rate("VAT", percent="19")), number=1)
    assert told.base == "customs value 10 000.00 DZD + DD 3 000.00 DZD = 13 000.00 DZD"
    assert told.reckoning == "19 % of 13 000.00 DZD = 2 470.00 DZD"
    assert told.reasons == (
        "Basis: law 1.",
        "For all goods.",
        "In force since 2026-01-01.",
        "Rounded once, over the sum of the items.",
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (Form.PERCENT, "50 % of 10 000.00 DZD = 5 000.00 DZD"),
        (Form.PER_UNIT, "1.25 DZD for each kilogram × 1 500.5 = 1 875.625 DZD"),
        (Form.COMPOUND, "50 % of 10 000.00 DZD, and 1.25 DZD for each kilogram × 1 500.5 = 6 875.625 DZD"),
        (Form.GREATER, "the greater of 50 % of 10 000.00 DZD and 1.25 DZD for each kilogram × 1 500.5 = 5 000.00 DZD"),
        (Form.LESSER, "the lesser of 50 % of 10 000.00 DZD and 1.25 DZD for each kilogram × 1 500.5 = 1 875.625 DZD"),
        (Form.FIXED, "a fixed amount of 1.25 DZD = 1.25 DZD"),
        (Form.EXEMPT, "exempt"),
    ],
)
def test_each_form_of_rate_says_its_way(form, said) -> None:
    has = {Form.PERCENT: ("50", ""), Form.PER_UNIT: ("", "1.25"), Form.FIXED: ("", "1.25"), Form.EXEMPT: ("", "")}
    percent, amount = has.get(form, ("50", "1.25"))
    found = rate("DD", percent=percent, amount=amount, form=form, unit="KGM" if form in FORMS[1:] else "")
    assert explained(tariff(found, levies=[DUTY])).reckoning == said


def test_a_claim_its_goods_and_its_procedure_are_named() -> None:
    found = rate("DD", "2523", "5", preference="PAFTA", proof="861", procedure="40")
    told = explained(tariff(found, levies=[DUTY]), of=item(preference="PAFTA", papers=frozenset({"861"})))
    assert told.reasons[1:4] == (
        "For goods whose code begins with 2523.",
        "Preference PAFTA is claimed and proved.",
        "For procedure 40.",
    )
    told = explained(tariff(found, rate("DD", percent="30"), levies=[DUTY]), of=item(preference="PAFTA"))
    assert "Preference PAFTA is claimed without its proof 861; the rate is the one without it." in told.reasons


def test_where_the_tariff_says_nothing_the_line_says_so() -> None:
    told = explained(tariff(levies=[levy("X", rounded_at=RoundedAt.ITEM)]))
    assert told.reckoning.startswith("The tariff says nothing")
    assert told.reasons == ("Rounded for each item.",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_stands_in_each_language_with_the_same_figures(language) -> None:
    for key, said in words.table("duties", "explanations").items():
        assert set(said) == set(LANGUAGES), key
        names = [sorted(re.findall(r"\{(\w+)\}", said[each])) for each in ("en", language)]
        assert names[0] == names[1], key
    assert explained(tariff(rate("DD", percent="30"), levies=[DUTY, VAT]), language=language).levy == DUTY.name(
        language
    )
