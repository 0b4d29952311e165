"""How texts are folded, and by which terms a customer is found."""

import re
import unicodedata
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from sources.parts import Customer
from sources.parts.customer import ContactKind, ContactPoint, Name, NameKind
from sources.search import Criteria
from sources.sql.folding import chunks, folded, forms, identifier, sound, telephone
from sources.sql.matching import Either, Every, Expression, Level, Term, expression
from sources.sql.queries import WRITERS, written
from sources.sql.terms import search_row
from tests.sources.specimens import crn
from tests.sources.sql.seekers import PEOPLE, named, reached


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("José Núñez", "jose nunez"),
        ("Łukasz Đorđe Ørsted", "lukasz dorde orsted"),
        ("Straße Æsir Œuvre Þór Ísland", "strasse aesir oeuvre thor island"),
        ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
        ("ﬁne ℌ Ｆｕｌｌ", "fine h full"),
        ("Nguyễn Thị Hồng", "nguyen thi hong"),
        ("Ἀθηνᾶ", "αθηνα"),
        ("٠١٢", "012"),
        ("李小龍", "李小龍"),
    ],
)
def test_marks_and_cases_are_folded_away(text: str, plain: str) -> None:
    assert folded(text) == plain
    assert folded(unicodedata.normalize("NFD", text)) == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O'Brien", {"o", "brien", "obrien"}),
        ("O’Brien", {"o", "brien", "obrien"}),
        ("Smith-Jones", {"smith", "jones", "smithjones"}),
        ("van der Berg", {"van", "der", "berg", "vanderberg"}),
        ("3/12", {"3", "12", "312"}),
        ("-- ' --", set()),
        ("a--b", {"a", "b", "ab"}),
    ],
)
def test_joined_and_split_forms_are_both_words(text: str, words: set[str]) -> None:
    assert set(forms(text)) == words


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0491 570 006", "0491570006"),
        ("+61 491 570 006", "0491570006"),
        ("0061 491 570 006", "0491570006"),
        ("+61 (0)2 5550 1234", "0255501234"),
        ("(02) 5550-1234", "0255501234"),
        ("61491570006", "0491570006"),
        ("+44 20 7946 0000", "442079460000"),
        ("0044 20 7946 0000", "442079460000"),
        ("0061", "0061"),
        ("13 24 68", "132468"),
        ("no number", ""),
    ],
)
def test_telephone_numbers_are_written_as_they_are_dialled_here(text: str, number: str) -> None:
    assert telephone(text) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [("smith", "smyth"), ("catherine", "katherine"), ("stephen", "steven"), ("phillip", "filip")],
)
def test_what_sounds_alike_has_one_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other) != ""


def test_letters_that_are_not_latin_and_single_ones_have_no_sound() -> None:
    assert [sound(word) for word in ("李小龍", "x", "12", "", "нет")] == [""] * 5


def terms(customer: Customer) -> set[str]:
    row = search_row(customer)
    assert row is not None
    return set(row[3].split(" "))


def test_a_customer_is_found_by_these_terms() -> None:
    assert terms(PEOPLE[0]) == set(
        f"i{crn(1).lower()} i471122 icit000021 fo fbrien fobrien sbrn sobrn ganne gmarie gannemarie tan tmr tanmr "
        "b19890312 p0491570006 r6000751940 eanneobrienxexamplecom eanne eo ebrien ex eanneobrienx aunit a3 a12 "
        "astation astreet aparramatta answ a2150".split()
    )


def test_a_name_that_is_protected_has_letters_of_its_own() -> None:
    hidden = Name(NameKind.ALIAS, "Hart", "Robin", protected=True)
    found = terms(Customer(crn(1), names=(hidden,)))
    assert found == {f"i{crn(1).lower()}", "uhart", "xhrt", "vrobin", "yrbn"}
    assert search_row(Customer(crn(1), names=(hidden,)))[1] == ""  # type: ignore[index]


def test_another_number_of_somebody_has_no_row() -> None:
    assert search_row(Customer(crn(2), canonical_crn=crn(1))) is None


def test_of_an_endless_record_the_beginning_counts() -> None:
    """An index holds no entry of any length."""
    names = tuple(
        Name(NameKind.ALIAS, f"{n} {'x' * 5000}{n}", " ".join(map(str, range(500)))) for n in range(900)
    )
    row = search_row(named(1, " ".join(f"{n}{'z' * 99}" for n in range(99)), date_of_birth=date(1980, 1, 1)))
    assert row is not None
    assert max(map(len, row)) == len(row[3])
    assert [len(row[1]), len(row[2])] == [60, 171]
    assert len(terms(Customer(crn(1), names=names))) == 2000


def test_a_way_to_be_reached_of_a_kind_that_nobody_knows_counts_as_what_it_looks_like() -> None:
    other = tuple(ContactPoint(ContactKind.OTHER, value) for value in ("0491570006", "a@b.example", "pigeon"))
    assert terms(Customer(crn(1), contact_points=other)) >= {"p0491570006", "eabexample"}
    assert terms(Customer(crn(1), contact_points=reached("---"))) == {f"i{crn(1).lower()}"}


def every_term(found: Expression) -> list[Term]:
    if isinstance(found, Term):
        return [found]
    assert isinstance(found, Every | Either)
    assert found.parts
    return [term for part in found.parts for term in every_term(part)]


WRITTEN = {
    "sqlite": (re.compile(r'"([^"]*)"(?: \*)?'), re.compile(r"(?: AND | OR |[()])*")),
    "postgresql": (re.compile(r"'([^']*)'(?::\*)?"), re.compile(r"(?: & | \| |[()])*")),
}
ANYTHING = some.text() | some.text("'\"\\:*&|!()-^{} ab12", max_size=30)


@given(ANYTHING)
@example("ſ ΐ ﬃ ŉ İ")
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(ANYTHING)
def test_words_are_letters_and_digits_whatever_the_text(text: str) -> None:
    for word in (*forms(text), *(piece for pieces in chunks(text) for piece in pieces)):
        assert word.isalnum()
    assert identifier(text).isalnum() or not identifier(text)
    assert not telephone(text).strip("0123456789")


@given(
    some.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("quick", "name", "family", "email", "address", "phone", "identifier"), ANYTHING
        ),
    ),
    some.sampled_from(Level),
)
def test_a_query_holds_letters_digits_and_its_own_signs(fields: dict[str, Any], level: Level) -> None:
    found = expression(Criteria(**fields), level)
    if found is None:
        return
    terms = [term.text for term in every_term(found)]
    assert all(term.isalnum() for term in terms)
    for name, (term, signs) in WRITTEN.items():
        query = written(found, None, WRITERS[name])
        assert term.findall(query) == terms
        assert signs.fullmatch(term.sub("", query)), query


@given(
    some.builds(
        named, some.just(1), ANYTHING, some.none() | ANYTHING, contact_points=some.builds(reached, ANYTHING)
    )
)
def test_every_customer_has_terms_that_can_be_parted_again(customer: Customer) -> None:
    row = search_row(customer)
    assert row is not None
    assert all(term.isalnum() and 2 <= len(term) <= 42 for term in row[3].split(" "))
    assert len(row[1]) <= 60


@given(some.text(min_size=1, max_size=30), some.sampled_from(Level))
def test_whoever_has_a_name_is_found_by_it(name: str, level: Level) -> None:
    found = expression(Criteria(family=name), level)
    if found is not None:
        held = terms(named(1, name))
        assert holds(found, held)


def holds(found: Expression, held: set[str]) -> bool:
    if isinstance(found, Term):
        return found.text in held or (found.prefix and any(term.startswith(found.text) for term in held))
    return (all if isinstance(found, Every) else any)(holds(part, held) for part in found.parts)
