"""The same Arabic word is found however it is written and whatever is joined to it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mabar.lib import arabic

letters = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىـ\u064b\u064e\u0651 ،٣5aé", max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("إلغاء", "الغا"),
        ("آلة", "اله"),
        ("شاحنة", "شاحنه"),
        ("مصطفى", "مصطفي"),
        ("مُصَدِّر", "مصدر"),
        ("تصـــريح", "تصريح"),
        ("مسؤول", "مسوول"),
        ("٢٠٢٦", "2026"),
        ("۲۰۲۶", "2026"),
        ("Douane d'Illizi", "douane d'illizi"),
        ("DÉCLARATION", "declaration"),
        ("ﻻ", "لا"),
        ("\u200fمعبر\u200e", "معبر"),
        ("ڤانيليا", "فانيليا"),
        ("cœur", "coeur"),
    ],
)
def test_two_spellings_fold_to_one(one, other):
    assert arabic.fold(one) == arabic.fold(other) == other


@given(st.text() | letters)
def test_folding_twice_is_folding_once(text):
    once = arabic.fold(text)
    assert arabic.fold(once) == once


@given(letters)
def test_a_folded_text_has_no_sign_that_hides(text):
    assert not {unicodedata.category(c) for c in arabic.fold(text)} & {"Mn", "Cf"}
    assert not set(arabic.fold(text)) & set("أإآةىءـ٣")


@given(st.text() | letters)
def test_each_word_knows_its_place_in_the_original(text):
    end = 0
    for word in arabic.words(text):
        assert end <= word.start < word.end <= len(text)
        assert "".join(c for c in arabic.fold(text[word.start : word.end]) if c.isalnum()) == word.text
        end = word.end


@given(letters)
def test_words_of_a_folded_text_are_the_words_of_the_text(text):
    assert [word.text for word in arabic.words(arabic.fold(text))] == [word.text for word in arabic.words(text)]


def test_words_are_cut_at_marks_and_not_at_vowel_signs():
    found = arabic.words("دَخَلَت الشاحنةُ، ثم (خرجت).")
    assert [(w.text, w.start) for w in found] == [("دخلت", 0), ("الشاحنه", 8), ("ثم", 18), ("خرجت", 22)]


@pytest.mark.parametrize(
    ("apart", "joined"),
    [("عبد المجيد", "عبدالمجيد"), ("نور الدين", "نورالدين"), ("عبد الله", "عبدالله"), ("صلاح الدين", "صلاحالدين")],
)
def test_names_of_two_parts_are_one_word(apart, joined):
    assert [word.text for word in arabic.words(apart)] == [joined]
    assert [word.text for word in arabic.words(arabic.fold(joined))] == [joined]


@pytest.mark.parametrize("text", ["عبد ال", "عبد", "رجال الدين", "عبد كريم"])
def test_other_pairs_stay_two_words(text):
    assert len(arabic.words(text)) == len(text.split())


FORMS = {
    "شاحنة": "الشاحنة شاحنات بالشاحنات وشاحنة للشاحنة شاحنتين شاحنتان شاحنتهم شاحناتها بشاحنة",
    "بضاعة": "البضائع بضائعهم وللبضائع وبضائع بالبضاعة بضاعتين",
    "وثيقة": "الوثيقة بالوثائق ووثائق وثائقه وثيقتها",
    "لجنة": "للجنة اللجان لجان واللجنة لجنتين",
    "التزام": "الالتزام التزامات بالالتزامات التزاماتها",
    "جمرك": "الجمارك الجمركية جمركي بالجمارك",
    "ليبيا": "الليبية الليبيين لليبيا ليبي",
    "شرطة": "الشرطة شرطي بالشرطة شرطيين",
    "قانون": "القوانين القانونية قانوني",
    "تصريح": "تصاريح التصاريح تصريحين تصريحه بالتصريح",
    "دواء": "الأدوية أدوية دوائي",
    "déclaration": "declarations Déclarations",
    "تهريب": "والتهريب للتهريب",
}


@pytest.mark.parametrize(("word", "form"), [(word, form) for word, forms in FORMS.items() for form in forms.split()])
def test_an_inflection_has_the_stem_of_its_word(word, form):
    assert arabic.stem(arabic.fold(form)) == arabic.stem(arabic.fold(word))


@pytest.mark.parametrize(
    ("one", "other"),
    [("شرط", "شرطة"), ("تمر", "تمرين"), ("مركب", "مركبة"), ("عمل", "عملية"), ("رسم", "رسمي"), ("شاحن", "شاحنة"),
     ("وثيقة", "ثقة"), ("بلد", "بلدية")],
)  # fmt: skip
def test_words_that_look_alike_have_two_stems(one, other):
    assert arabic.stem(arabic.fold(one)) != arabic.stem(arabic.fold(other))
    assert not arabic.is_inflection(arabic.fold(other), arabic.stem(arabic.fold(one)))


LISTED = sorted({arabic.fold(row["plural"]) for row in arabic._rows("plurals.csv")})


# Written alike in fact: والديون is "and the debts", or والد with an ending; بقري is of cattle, or "in villages".
HOMOGRAPHS = {("وال", "ديون"), ("ب", "قري")}


@pytest.mark.parametrize("joined", ["ال", "وال", "بال", "و", "ب"])
def test_what_is_joined_before_a_listed_word_changes_nothing(joined):
    plurals = [plural for plural in LISTED if len(plural) >= 3 and (joined, plural) not in HOMOGRAPHS]
    assert [plural for plural in plurals if arabic.stem(joined + plural) != arabic.stem(plural)] == []


def test_stems_of_listed_words_are_fixed():
    assert all(arabic.stem(arabic.stem(word)) == arabic.stem(word) for word in LISTED)


def test_a_plural_is_listed_once():
    plurals = [row["plural"] for row in arabic._rows("plurals.csv")]
    assert len(plurals) == len(set(plurals)) >= 120


@pytest.mark.parametrize(
    ("word", "stem", "is_form"),
    [
        ("حجزت", "حجز", True),
        ("ستحجز", "حجز", True),
        ("محجوز", "حجز", False),
        ("استمرار", "تمر", False),
        ("سايقو", "سايق", True),
        ("بغدامس", "غدامس", True),
        ("شي", "شي", False),
        ("معبر", "حجز", False),
    ],
)
def test_a_short_stem_counts_only_between_letters_of_inflection(word, stem, is_form):
    assert arabic.is_inflection(word, stem) is is_form


def test_trigrams():
    assert arabic.trigrams("معبر") == {"معب", "عبر"}
    assert arabic.trigrams("مع") == frozenset()
