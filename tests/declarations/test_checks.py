"""What the checks say of a declaration: each code once, and silence on a sound one."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.declarations import checks, checks_codes, checks_parts, sad
from mabar.declarations.sad_parts import (
    Amount,
    AttachedDocument,
    Charge,
    Container,
    Country,
    DeliveryTerms,
    Means,
    Office,
    Packages,
    Party,
    Transit,
    Transport,
    Valuation,
)
from mabar.lib import words

Change = Callable[[sad.Declaration], sad.Declaration]

EUR, DZD = 100, 100


def an_item(**fields: Any) -> sad.Item:
    """Oil filters from Germany, four cartons."""
    return replace(
        sad.Item(
            commodity_code="84212300",
            description="Oil filters for truck engines",
            origin_country="DE",
            procedure_code="4000",
            packages=Packages(count=4, kind_code="CT"),
            gross_mass_g=12_500,
            net_mass_g=11_000,
            price=Amount(1_000 * EUR, "EUR"),
            invoice=Charge(foreign=Amount(1_000 * EUR, "EUR"), currency="EUR", rate="145.1"),
            total_cif=Amount(145_100 * DZD, "DZD"),
        ),
        **fields,
    )


def a_declaration(count: int = 3, **fields: Any) -> sad.Declaration:
    """A sound import whose header is the sum of its items."""
    sound = sad.Declaration(
        flow="import",
        regime="import",
        type_code="IM",
        general_procedure_code="4",
        office=Office("DZDEB"),
        declarant=Party("10001", "Transit Exemple"),
        consignee=Party("20002", "Importation Exemple"),
        destination_country=Country("DZ"),
        export_country=Country("LY"),
        declared_on="2026-03-02",
        item_count=count,
        package_count=4 * count,
        transport=Transport(border=Means("99417-322-33", "DZ", "3"), delivery_terms=DeliveryTerms("CIF", "Debdeb")),
        valuation=Valuation(
            gross_mass_g=12_500 * count,
            total_cif=Amount(145_100 * DZD * count, "DZD"),
            invoice=Charge(foreign=Amount(1_000 * EUR * count, "EUR"), currency="EUR", rate="145.1"),
        ),
        items=(an_item(),) * count,
        containers=(Container(item_number=1, identity="CSQU3054383"),),
    )
    return replace(sound, **fields)


def header(**fields: Any) -> Change:
    return lambda declaration: replace(declaration, **fields)


def second_item(**fields: Any) -> Change:
    def change(declaration: sad.Declaration) -> sad.Declaration:
        first, second, *rest = declaration.items
        return replace(declaration, items=(first, replace(second, **fields), *rest))

    return change


def valuation(**fields: Any) -> Change:
    return lambda declaration: replace(declaration, valuation=replace(declaration.valuation, **fields))


def invoiced(minor: int, currency: str | None = "EUR") -> Change:
    return valuation(invoice=Charge(foreign=Amount(minor, currency), currency=currency))


def containers(*rows: tuple[int, str]) -> Change:
    return header(containers=tuple(Container(item_number=item, identity=identity) for item, identity in rows))


def below_zero_packages(declaration: sad.Declaration) -> sad.Declaration:
    return second_item(packages=Packages(-1, "CT"))(replace(declaration, package_count=None))


NO_INVOICE = Charge()
CASES: list[tuple[str, Change, str]] = [
    ("G-0110", second_item(commodity_code="8421.23"), "items[1].commodity_code"),
    ("G-0110", second_item(commodity_code="٨٤٢١٢٣"), "items[1].commodity_code"),
    ("G-0110", second_item(commodity_code="8421"), "items[1].commodity_code"),
    ("G-0112", second_item(commodity_code="84212400"), "items[1].commodity_code"),
    ("G-0113", second_item(commodity_code="84212400", description="مصافي زيت"), "items[1].commodity_code"),
    ("G-0120", second_item(origin_country="ZZ"), "items[1].origin_country"),
    ("G-0120", header(export_country=Country("DZA")), "export_country.code"),
    ("G-0120", header(transport=Transport(border=Means("X 1", "QX", "3"))), "transport.border.nationality"),
    ("G-0121", second_item(price=Amount(100_000, "DIN")), "items[1].price.currency"),
    ("G-0121", valuation(insurance=Charge(currency="EURO")), "valuation.insurance.currency"),
    ("G-0122", second_item(origin_country="EU"), "items[1].origin_country"),
    ("G-0130", second_item(delivery_terms=DeliveryTerms("CNF")), "items[1].delivery_terms.code"),
    ("G-0130", header(transport=Transport(delivery_terms=DeliveryTerms("QQQ"))), "transport.delivery_terms.code"),
    ("G-0131", header(transport=Transport(inland_mode="77")), "transport.inland_mode"),
    ("G-0132", second_item(packages=Packages(count=4, kind_code="QQQ")), "items[1].packages.kind_code"),
    ("G-0134", second_item(procedure_code="40"), "items[1].procedure_code"),
    ("G-0134", second_item(procedure_code="0400"), "items[1].procedure_code"),
    ("G-0135", second_item(procedure_code="7000"), "items[1].procedure_code"),
    ("G-0201", containers((1, "TRUCK 12")), "containers[0].identity"),
    ("G-0202", containers((1, "CSQU3054384")), "containers[0].identity"),
    ("G-0203", containers((1, "CSQU3054383"), (2, "CSQU3054383"), (1, "CSQU3054383")), "containers[2].identity"),
    ("G-0204", header(manifest_reference="2026\u202e/17"), "manifest_reference"),
    ("G-0204", containers((1, "CSQU\u200f3054383")), "containers[0].identity"),
    (
        "G-0204",
        second_item(documents=(AttachedDocument("380", reference="F\u20661"),)),
        "items[1].documents[0].reference",
    ),
    ("G-0204", header(manifest_reference=None, verbatim={"manifest_reference": "12\u200e34"}), "manifest_reference"),
    ("G-0302", below_zero_packages, "items[1].packages.count"),
    ("G-0312", second_item(net_mass_g=12_501), "items[1].net_mass_g"),
    ("G-0313", valuation(gross_mass_g=37_516), "valuation.gross_mass_g"),
    ("G-0313", valuation(gross_mass_g=37_484), "valuation.gross_mass_g"),
    ("G-0400", header(form="fragment"), "form"),
    ("G-0400", header(form="template", items=()), "form"),
    ("G-0401", header(office=Office()), "office.code"),
    ("G-0402", header(regime=None, general_procedure_code=None), "regime"),
    ("G-0403", header(consignee=Party()), "consignee.name"),
    ("G-0405", header(declarant=Party()), "declarant.name"),
    ("G-0406", header(items=(), item_count=None, package_count=None, valuation=Valuation()), "items"),
    ("G-0411", second_item(commodity_code=None), "items[1].commodity_code"),
    ("G-0412", second_item(description=None), "items[1].description"),
    ("G-0413", second_item(origin_country=None), "items[1].origin_country"),
    ("G-0414", second_item(packages=Packages(kind_code="CT")), "items[1].packages.count"),
    ("G-0415", second_item(gross_mass_g=None), "items[1].gross_mass_g"),
    ("G-0416", second_item(price=None, invoice=NO_INVOICE), "items[1].price"),
    ("G-0417", second_item(price=Amount(100_000), invoice=NO_INVOICE), "items[1].price.currency"),
    ("G-0501", second_item(statistical_value=Amount(-5, "DZD")), "items[1].statistical_value"),
    ("G-0501", valuation(deduction=Charge(foreign=Amount(-1, "EUR"))), "valuation.deduction.foreign"),
    ("G-0510", invoiced(300_004), "valuation.invoice.foreign"),
    ("G-0510", invoiced(299_996), "valuation.invoice.foreign"),
    ("G-0510", valuation(invoice=Charge(), invoice_total=Amount(1, "EUR")), "valuation.invoice_total"),
    ("G-0511", invoiced(600_000), "valuation.invoice.foreign"),
    ("G-0512", valuation(total_cif=Amount(435_300 * DZD + 601, "DZD")), "valuation.total_cif"),
    ("G-0512", valuation(total_cif=Amount(435_300 * DZD - 601, "DZD")), "valuation.total_cif"),
    ("G-0513", header(package_count=13), "package_count"),
    ("G-0514", header(item_count=4), "item_count"),
    ("G-0601", header(declared_on=None, verbatim={"declared_on": "4/5/26"}), "declared_on"),
    (
        "G-0601",
        second_item(documents=(AttachedDocument("380"),), verbatim={"documents[0].on": "04/05/2026"}),
        "items[1].documents[0].on",
    ),
    ("G-0602", header(declared_on=None, verbatim={"declared_on": "31/31/26"}), "declared_on"),
    ("G-0603", second_item(adjustment_rate=None, verbatim={"adjustment_rate": "one"}), "items[1].adjustment_rate"),
    ("G-0604", header(declared_on="2026-03-04"), "declared_on"),
]
EXPORT = header(
    regime="export",
    general_procedure_code="1",
    exporter=Party(name="Export Exemple"),
    items=(an_item(procedure_code="1000"),) * 3,
)
TRANSIT = header(
    regime="transit",
    general_procedure_code="8",
    transit=Transit(principal=Party("7"), destination_office="LYGHD"),
    items=(an_item(procedure_code="8000"),) * 3,
)
AFTER: list[tuple[str, Change, Change, str]] = [
    ("G-0404", EXPORT, header(exporter=Party()), "exporter.name"),
    ("G-0408", EXPORT, header(destination_country=Country()), "destination_country.code"),
    ("G-0409", TRANSIT, header(transit=Transit(destination_office="LYGHD")), "transit.principal.name"),
    ("G-0410", TRANSIT, header(transit=Transit(principal=Party("7"))), "transit.destination_office"),
]
TODAY = "2026-03-03"


def codes(findings: list[checks_parts.CheckFinding]) -> list[str]:
    return [finding.code for finding in findings]


@pytest.mark.parametrize("change", [header(), EXPORT, TRANSIT], ids=["import", "export", "transit"])
def test_a_sound_declaration_raises_nothing(change: Change) -> None:
    assert checks.check(change(a_declaration()), today=TODAY) == []


@pytest.mark.parametrize(("code", "change", "field"), CASES, ids=[f"{code}-{field}" for code, _, field in CASES])
def test_one_fault_gives_one_finding_at_its_field(code: str, change: Change, field: str) -> None:
    found = checks.check(change(a_declaration()), today=TODAY)
    assert [(each.code, each.record_field) for each in found] == [(code, field)]
    assert checks.stops_lodging(found) is (code not in checks_parts.WARNINGS)


@pytest.mark.parametrize(("code", "regime", "change", "field"), AFTER, ids=[code for code, *_ in AFTER])
def test_each_regime_asks_for_its_own_fields(code: str, regime: Change, change: Change, field: str) -> None:
    found = checks.check(change(regime(a_declaration())))
    assert [(each.code, each.record_field) for each in found] == [(code, field)]


def test_negative_masses_and_too_much_net_are_told_of_the_whole_too() -> None:
    negative = second_item(gross_mass_g=-1)(a_declaration())
    assert set(codes(checks.check(negative))) == {"G-0301", "G-0312", "G-0313"}
    heavy = replace(a_declaration(1), items=(an_item(gross_mass_g=None, net_mass_g=12_506),))
    assert codes(checks.check_content(heavy)) == ["G-0311"]


OF_THE_FORM = "G-065"  # what a box of the form could not read; checks.py never says it
FROM_ACROSS = {"G-0801", "G-0802", "G-0803"}  # what a draft has inherited from across: tests of the advance
ALL_CODES = {code for code, *_ in CASES} | {code for code, *_ in AFTER} | {"G-0301", "G-0311", "G-0701"} | FROM_ACROSS


def test_every_code_has_a_case_and_its_sentences_in_three_languages() -> None:
    table = words.table("declarations", "findings").items()
    told = {code: said for code, said in table if code.startswith("G-") and not code.startswith(OF_THE_FORM)}
    assert set(told) == ALL_CODES
    assert checks_parts.WARNINGS <= ALL_CODES
    for code, said in told.items():
        places = {language: set(re.findall(r"\{(\w+)\}", said[language]["what"])) for language in words.LANGUAGES}
        assert places["ar"] == places["fr"] == places["en"], code
        assert all(said[language]["remedy"].strip() for language in words.LANGUAGES)


@pytest.mark.parametrize(("code", "change", "field"), CASES, ids=[f"{code}-{field}" for code, _, field in CASES])
def test_a_finding_fills_every_place_of_its_sentence(code: str, change: Change, field: str) -> None:
    for found in checks.check(change(a_declaration()), today=TODAY):
        for language in words.LANGUAGES:
            said = found.sentence(language)
            assert "–" not in said.what
            assert "\u2068\u2069" not in said.what


def test_the_nearest_code_and_both_readings_are_named() -> None:
    (wrong,) = checks.check(second_item(commodity_code="84212400")(a_declaration()))
    assert wrong.sentence("en").what == (
        "Item \u20682\u2069: code \u20688421.24.00\u2069 does not exist in HS 2022. "
        "Nearest to the description: \u20688421.23\u2069."
    )
    (open_day,) = checks.check(header(declared_on=None, verbatim={"declared_on": "4/5/26"})(a_declaration()))
    assert (open_day.details["first"], open_day.details["second"]) == ("2026-04-05", "2026-05-04")


@pytest.mark.parametrize(
    ("language", "net", "gross"),
    [
        ("ar", "1\u202f510,000", "1\u202f466,000"),
        ("fr", "1\u202f510,000", "1\u202f466,000"),
        ("en", "1\u202f510.000", "1\u202f466.000"),
    ],
)
def test_figures_are_written_as_the_reader_writes_them(language: str, net: str, gross: str) -> None:
    heavy = second_item(net_mass_g=1_510_000, gross_mass_g=1_466_000)(a_declaration(valuation=Valuation()))
    (found,) = checks.check(heavy)
    assert net in found.sentence(language).what
    assert gross in found.sentence(language).what
    assert found.details["net"] == "1510.000"
    (negative,) = checks.check(second_item(statistical_value=Amount(-1_250_500, "LYD"))(a_declaration()))
    assert "\u22121\u202f250" in negative.sentence(language).what
    assert negative.value == "-1250.500 LYD"


def test_a_figure_that_is_none_is_shown_as_it_is() -> None:
    assert "?" in checks_parts.found("G-0514", "item_count", "?", sum="?", header=3).sentence("fr").what


TOLERATED: list[tuple[str, Change]] = [
    ("masses rounded to 10 g an item", valuation(gross_mass_g=37_515)),
    ("invoice rounded once an item", invoiced(300_003)),
    ("CIF six units off", valuation(total_cif=Amount(435_300 * DZD + 600, "DZD"))),
    ("one item without a mass in a draft", lambda d: second_item(gross_mass_g=None, net_mass_g=None)(d)),
    ("invoice in another currency than the header", invoiced(5, "USD")),
    ("a header without sums", header(valuation=Valuation(), item_count=None, package_count=None)),
    ("bulk without a count", lambda d: header(package_count=None)(second_item(packages=Packages(kind_code="VR"))(d))),
    ("no date written as zeros", header(declared_on=None, verbatim={"declared_on": "0/0/00"})),
    ("a value shown otherwise than it was written", second_item(verbatim={"gross_mass_g": "12.50", "price": "1000.0"})),
    ("one container for two items", containers((1, "CSQU3054383"), (2, "CSQU3054383"))),
    ("a container row without a number", header(containers=(Container(item_number=1),))),
    ("a national mode of transport", header(transport=Transport(inland_mode="31"))),
    ("today itself", header(declared_on=TODAY)),
    ("a procedure that the list does not have, of the same regime", second_item(procedure_code="4099")),
    ("ten digits of tariff", second_item(commodity_code="8421230010")),
]


@pytest.mark.parametrize(("what", "change"), TOLERATED, ids=[what for what, _ in TOLERATED])
def test_what_real_files_do_is_tolerated(what: str, change: Change) -> None:
    assert checks.check_content(change(a_declaration()), today=TODAY) == []


def test_the_cif_tolerance_grows_with_the_items() -> None:
    many = a_declaration(8)
    off = replace(many.valuation, total_cif=Amount(8 * 145_100 * DZD + 800, "DZD"))
    assert checks.check(replace(many, valuation=off)) == []


def test_a_draft_is_not_blamed_for_what_is_still_missing() -> None:
    draft = sad.Declaration(items=(sad.Item(description="Dates"),))
    assert checks.check_content(draft) == []
    assert checks.stops_lodging(checks.check(draft))


def test_an_empty_declaration_names_all_that_is_missing() -> None:
    assert codes(checks.check(sad.Declaration())) == ["G-0402", "G-0401", "G-0405", "G-0406"]


def test_the_regime_follows_from_the_procedure_where_the_record_does_not_say_it() -> None:
    assert checks.regime_of(a_declaration(regime=None)) == "import"
    assert checks.regime_of(a_declaration(regime=None, general_procedure_code="8")) == "transit"
    assert checks.regime_of(a_declaration(regime="export")) == "export"


def test_without_a_day_no_date_is_in_the_future() -> None:
    assert checks.check(header(declared_on="2999-01-01")(a_declaration())) == []


def test_two_thousand_items_are_checked_and_more_than_ten_thousand_are_refused() -> None:
    assert checks.check(a_declaration(2_000), today=TODAY) == []
    too_many = checks.check_content(a_declaration(checks.ITEMS_AT_MOST + 1))
    assert codes(too_many) == ["G-0701"]
    assert checks.stops_lodging(too_many)


def test_a_file_that_is_wrong_throughout_gets_few_proposals_and_all_its_findings() -> None:
    wrong = replace(a_declaration(200), items=(an_item(commodity_code="84212400"),) * 200)
    found = codes(checks.check(wrong))
    assert found.count("G-0112") == checks_codes.PROPOSALS_AT_MOST
    assert found.count("G-0113") == 200 - checks_codes.PROPOSALS_AT_MOST


@given(st.lists(st.integers(min_value=1, max_value=10**9), min_size=1, max_size=20), st.integers(-3, 3))
def test_items_that_sum_to_the_header_are_never_blamed(masses: list[int], rounding: int) -> None:
    items = tuple(an_item(gross_mass_g=mass, net_mass_g=mass) for mass in masses)
    whole = replace(
        a_declaration(len(masses)),
        items=items,
        valuation=Valuation(gross_mass_g=sum(masses) + rounding),
    )
    assert checks.check(whole) == []


@given(st.text(max_size=12))
def test_any_text_as_a_code_gives_findings_and_no_fault(text: str) -> None:
    odd = second_item(
        commodity_code=text,
        origin_country=text,
        procedure_code=text,
        packages=Packages(1, text),
        verbatim={"free_text_1": text},
    )(containers((1, text))(a_declaration()))
    for found in checks.check(odd):
        assert found.sentence("ar").what
