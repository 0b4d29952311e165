"""Keys: one for each thing that is kept, and nobody to be recognised by them."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from cache import Keys
from sources.crn import ServicesAustralia
from tests.records import crn

WORDS = st.text("abcdefgh-", min_size=1, max_size=6)
PLACES = st.tuples(WORDS, WORDS, WORDS, WORDS, st.integers(0, 999_999))


def key(place: tuple[str, str, str, str, int], secret: bytes = b"secret") -> str:
    environment, shape, part, system, number = place
    keys = Keys(secret, environment, shape)
    return keys.entry(part, system, keys.person(crn(number)))


@given(PLACES, PLACES)
def test_two_things_never_share_a_key(
    one: tuple[str, str, str, str, int], two: tuple[str, str, str, str, int]
) -> None:
    assert (key(one) == key(two)) == (one == two)


def test_a_key_differs_by_environment_shape_part_system_and_person() -> None:
    places = list(product(("live", "test"), ("1", "2"), ("debt", "customer"), ("sap", "sql"), (1, 2)))
    assert len({key(place) for place in places}) == len(places)


def test_the_same_number_written_in_other_ways_has_the_same_key() -> None:
    scheme, keys = ServicesAustralia(), Keys(b"secret", "test", "1")
    written = [
        crn(204_123),
        crn(204_123).lower(),
        f"{crn(204_123)[:3]} {crn(204_123)[3:6]}-{crn(204_123)[6:]}",
    ]
    assert len({keys.person(scheme.parse(text)) for text in written}) == 1


@given(st.integers(0, 999_999))
def test_no_part_of_a_number_stands_in_its_key(number: int) -> None:
    """BR-GW-10."""
    made = key(("live", "1", "debt", "sap", number))
    assert crn(number) not in made
    assert crn(number)[:9] not in made


def test_a_person_is_the_hash_tag_of_every_one_of_their_keys() -> None:
    keys = Keys(b"secret", "live", "1")
    person = keys.person(crn(1))
    assert len(person) == 32
    assert set(person) <= set("0123456789abcdef")
    assert keys.entry("debt", "sap", person) == f"co:live:1:debt:sap:{{{person}}}"


def test_another_secret_makes_other_keys() -> None:
    place = ("live", "1", "debt", "sap", 1)
    assert key(place, b"secret") != key(place, b"another")


NAMES = st.lists(st.text(max_size=8), min_size=3, max_size=3)


@given(NAMES, NAMES)
def test_two_callers_never_share_a_tag_and_none_is_to_be_recognised(one: list[str], two: list[str]) -> None:
    keys = Keys(b"secret", "test", "1")
    tags = [keys.caller(*names) for names in (one, two)]
    assert (tags[0] == tags[1]) == (one == two)
    assert Keys(b"another", "test", "1").caller(*one) != tags[0]
    assert set(keys.window(tags[0], 1)) <= set("{}:0123456789abcdef")


def test_a_window_has_a_key_of_its_own() -> None:
    keys = Keys(b"secret", "live", "1")
    assert keys.windows == "co:live:1:rate"
    assert len({keys.window(tag, number) for tag in ("ab", "ac") for number in (1, 2, 12)}) == 6


GROUPS = st.lists(st.text(max_size=6), min_size=1, max_size=3).map(tuple)


@given(GROUPS, GROUPS, st.integers(0, 3), st.integers(0, 3))
def test_what_is_one_groups_own_has_a_key_of_its_own(
    one: tuple[str, ...], other: tuple[str, ...], first: int, second: int
) -> None:
    keys = Keys(b"secret", "test", "1")
    places = [
        keys.place("debt", "sap", crn(number), group) for number, group in ((first, one), (second, other))
    ]
    assert (places[0].key == places[1].key) == (first == second and one == other)
    shared = keys.place("debt", "sap", crn(first))
    assert places[0].key.rpartition(":")[0] == shared.key, "on the same slot of a cluster"
    assert places[0].person == shared.person, "and with the same numbers"
    owners = [place.key.rpartition(":")[2] for place in places]
    assert (owners[0] == owners[1]) == (places[0] == places[1]), (
        "nobody can tell whose entries are one caller's"
    )
    assert set(owners[0]) <= set("0123456789abcdef")
    assert len(owners[0]) == 32
