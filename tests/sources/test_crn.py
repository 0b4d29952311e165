"""Customer reference numbers: what is taken, what is refused, and that a refusal repeats nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.crn import (
    CHECK_LETTER_MISMATCH,
    CHECK_LETTERS,
    BadCrn,
    Crn,
    CrnScheme,
    Opaque,
    ServicesAustralia,
    check_letter,
)

VALID = (
    "123456789T 204914971X 305112746V 400000007K 510203040K 612345670V 700800900A 801234567S 907654321C "
    "555087275H 000000000X 000000001T"
).split()
WRONG_LETTER = "123456789A 123456789X 222333444L 111222333C 999999999A".split()
WRITTEN = ["123456789t", "123 456 789 T", "123-456-789-T", " 123456789T ", "1-2-3 4 5 6789t", "--123456789T"]
BAD = {
    "empty": "",
    "only blanks": "   ",
    "only hyphens": "---",
    "no letter": "123456789",
    "eleven characters": "123456789TT",
    "nine characters": "12345678T",
    "a letter that is never used": "123456789D",
    "a letter first": "T123456789",
    "full-width digits": "１２３４５６７８９T",
    "Arabic digits": "١٢٣٤٥٦٧٨٩T",
    "a full-width letter": "123456789Ｔ",
    "a letter that upper case turns into two": "12345678ß",
    "a dotless i": "123456789ı",
    "a long s": "123456789ſ",
    "a Kelvin sign": "123456789\u212a",
    "NUL inside": "12345\x006789T",
    "NUL at the end": "123456789T\x00",
    "a line break": "123456789T\n",
    "a tab": "123456789\tT",
    "a no-break space": "123\u00a0456789T",
    "an en dash": "123\u2013456789T",
    "half a character": "123456789\ud800",
    "very long": "123456789T" * 100_000,
    "long blanks": "123456789T" + " " * 60,
    "a statement": "1' OR '1'='1",
    "a star": "*********T",
}
SCHEMES: list[CrnScheme] = [ServicesAustralia(), ServicesAustralia(strict=True), Opaque()]


@pytest.mark.parametrize("text", VALID)
def test_a_number_with_its_letter_is_taken_without_a_warning(text: str) -> None:
    scheme = ServicesAustralia(strict=True)
    assert scheme.parse(text) == text
    assert scheme.warning(Crn(text)) is None
    assert check_letter(text[:9]) == text[9]


@pytest.mark.parametrize("text", WRONG_LETTER)
def test_a_number_with_a_wrong_letter_is_taken_with_a_warning(text: str) -> None:
    scheme = ServicesAustralia()
    assert scheme.warning(scheme.parse(text)) == CHECK_LETTER_MISMATCH


@pytest.mark.parametrize("text", WRONG_LETTER)
def test_a_strict_body_refuses_a_wrong_letter(text: str) -> None:
    with pytest.raises(BadCrn) as caught:
        ServicesAustralia(strict=True).parse(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_blanks_hyphens_and_small_letters_are_the_same_number(scheme: CrnScheme, text: str) -> None:
    assert scheme.parse(text) == "123456789T"


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_what_is_no_number_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadCrn) as caught:
        ServicesAustralia().parse(text)
    assert str(caught.value) == "A CRN is nine digits and one of the letters ABCHJKLSTVX."
    assert (caught.value.code, caught.value.__cause__) == ("BAD_USER_INPUT", None)


REFUSALS = {
    "A CRN is nine digits and one of the letters ABCHJKLSTVX.",
    "A customer reference is 6 to 20 letters and digits.",
    "The check letter of this CRN does not belong to its digits.",
}


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[0-9]{9}[A-Z]", fullmatch=True))
def test_any_text_is_a_number_or_refused_with_the_same_words(text: str) -> None:
    said = set()
    for scheme in SCHEMES:
        try:
            crn = scheme.parse(text)
        except BadCrn as refused:
            said.add(str(refused))
        else:
            assert crn.isascii()
            assert crn.isalnum()
            assert scheme.parse(crn) == crn
    assert said <= REFUSALS


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 8), st.integers(1, 9))
def test_a_wrong_digit_is_always_noticed(digits: str, place: int, more: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + more) % 10) + digits[place + 1 :]
    assert check_letter(wrong) != check_letter(digits)


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.integers(0, 7))
def test_two_neighbours_that_changed_places_are_always_noticed(digits: str, place: int) -> None:
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert (check_letter(swapped) == check_letter(digits)) is (swapped == digits)


def test_the_letters_are_eleven_and_each_is_used() -> None:
    assert {check_letter(f"{number:09d}") for number in range(100)} == set(CHECK_LETTERS)
    assert len(set(CHECK_LETTERS)) == 11


@pytest.mark.parametrize("text", ["ABC123", "abc-123", "123456", "A" * 20, "9000 1234"])
def test_a_reference_of_six_to_twenty_letters_and_digits_is_taken(text: str) -> None:
    scheme = Opaque()
    crn = scheme.parse(text)
    assert crn == text.replace("-", "").replace(" ", "").upper()
    assert scheme.warning(crn) is None


@pytest.mark.parametrize(
    "text", ["", "ABC12", "A" * 21, "ÄBC123", "ABC_123", "ABC\x00123", "１２３４５６", "A" * 65]
)
def test_another_reference_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(BadCrn) as caught:
        Opaque().parse(text)
    assert str(caught.value) == "A customer reference is 6 to 20 letters and digits."


@pytest.mark.parametrize("scheme", [ServicesAustralia(refuse_invented=True), Opaque(refuse_invented=True)])
@pytest.mark.parametrize("text", ["000000000X", "000 999 999K", "000123456h"])
def test_a_number_of_an_invented_person_is_refused_where_people_are_real(
    scheme: CrnScheme, text: str
) -> None:
    with pytest.raises(BadCrn, match="belong to invented people"):
        scheme.parse(text)
    assert scheme.parse("123456789T") == "123456789T"
    assert scheme.parse("001000000" + check_letter("001000000"))


def test_the_schemes_have_the_names_of_the_policy() -> None:
    assert [scheme.name for scheme in SCHEMES] == ["services-australia", "services-australia", "opaque"]
