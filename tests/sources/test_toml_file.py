"""Files in TOML: whatever is wrong with one is said with the line on which it stands."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from sources.toml_file import BadFileError, Place, TomlFile, meant

TEXT = """# a file
zone = "UTC"

[systems.crm]   # a system
address = "https://crm.example"
allow = [
  "a",
]
'odd key' = 1
"a.b" = 2
inner.deep.er = 3

[[systems.crm.lists]]
each = "one"

[[systems.crm.lists]]
each = "two"
[systems.crm.lists.kind]
value = "x"

[parts]
customer = { systems = ["crm"], rule = "first" }
text = \"\"\"
not = a key
\"\"\"
"""

PLACES: list[tuple[Place, int | None]] = [
    (("zone",), 2),
    (("systems", "crm"), 4),
    (("systems",), 4),
    (("systems", "crm", "address"), 5),
    (("systems", "crm", "allow", 0), 6),
    (("systems", "crm", "odd key"), 9),
    (("systems", "crm", "a.b"), 10),
    (("systems", "crm", "inner"), 11),
    (("systems", "crm", "inner", "deep", "er"), 11),
    (("systems", "crm", "lists"), 13),
    (("systems", "crm", "lists", 0, "each"), 14),
    (("systems", "crm", "lists", 1), 16),
    (("systems", "crm", "lists", 1, "each"), 17),
    (("systems", "crm", "lists", 1, "kind", "value"), 19),
    (("systems", "crm", "nothing", "of", "this"), 4),
    (("parts", "customer", "rule"), 22),
    (("nowhere",), None),
    ((), None),
]


def file_of(tmp_path: Path, text: str = TEXT) -> TomlFile:
    path = tmp_path / "some.toml"
    path.write_text(text, "utf-8")
    return TomlFile(path)


@pytest.mark.parametrize(("place", "line"), PLACES)
def test_a_key_is_found_on_its_line_or_on_that_of_its_table(
    tmp_path: Path, place: Place, line: int | None
) -> None:
    assert file_of(tmp_path).line(place) == line


def test_a_complaint_names_the_file_the_line_and_the_key(tmp_path: Path) -> None:
    file = file_of(tmp_path)
    for place, said in (
        (("systems", "crm", "lists", 1, "each"), "some.toml:17: systems.crm.lists.each: no"),
        (("nowhere",), "some.toml: nowhere: no"),
        ((), "some.toml: no"),
    ):
        with pytest.raises(BadFileError) as raised:
            file.refuse(place, "no")
        assert str(raised.value).removeprefix(f"{tmp_path}/") == said


class Inner(Struct, forbid_unknown_fields=True):
    value: int
    names: list[str] = msgspec.field(default_factory=list)


class Outer(Struct, forbid_unknown_fields=True):
    one: Inner | None = None
    many: dict[str, Inner] = msgspec.field(default_factory=dict)
    some: list[Inner] = msgspec.field(default_factory=list)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[t]\none = { value = 1 }", None),
        ("[t]\n\nonne = 1", "3: t.onne: there is no such key; did you mean `one`?"),
        ("[t]\nqqq = 1", "2: t.qqq: there is no such key; there are many, one, some"),
        ("[t.one]\nvalue = 1\nnane = []", "3: t.one.nane: there is no such key; did you mean `names`?"),
        ("[t.one]\nvalue = 'x'", "2: t.one.value: Expected `int`, got `str`"),
        ("[t.one]\nvalue = 1\nnames = ['a', 2]", "3: t.one.names: Expected `str`, got `int`"),
        (
            "[[t.some]]\nvalue = 1\n[[t.some]]\nvalu = 2",
            "4: t.some.valu: there is no such key; did you mean `value`?",
        ),
        ("[t]\nmany.a.value = 1\nmany.b.value = []", "2: t.many.value: Expected `int`, got `array`"),
        ("[t.one]", "1: t.one: Object missing required field `value`"),
        ("t = 3", "1: t: Expected `object`, got `int`"),
    ],
)
def test_a_value_of_another_shape_is_said_where_it_stands(
    tmp_path: Path, text: str, said: str | None
) -> None:
    file = file_of(tmp_path, text)
    if said is None:
        assert file.shaped(("t",), file.tables["t"], Outer).one == Inner(1)
        return
    with pytest.raises(BadFileError) as raised:
        file.shaped(("t",), file.tables["t"], Outer)
    assert str(raised.value).removeprefix(f"{file.path}:") == said
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nb = \n", ":2: Invalid value"),
        ("a = 1\na = 2\n", ":2: Cannot overwrite a value"),
        ("[a]\n[a]", ":2: Cannot declare ('a',) twice"),
        ("a = 'x", ': Expected "\'" (at end of document)'),
    ],
)
def test_what_is_no_toml_is_said_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadFileError) as raised:
        file_of(tmp_path, text)
    assert str(raised.value).removeprefix(str(tmp_path / "some.toml")) == said


@pytest.mark.parametrize(
    ("name", "known", "said"),
    [
        ("custmer", ("customer", "debt"), "; did you mean `customer`?"),
        ("zzz", ("customer", "debt"), "; there are customer, debt"),
        ("zzz", (), ""),
    ],
)
def test_what_was_meant_is_guessed_or_all_is_named(name: str, known: tuple[str, ...], said: str) -> None:
    assert meant(name, known) == said


keys = st.text(st.sampled_from("ab.c \"'=[]#-1"), max_size=5).map(
    lambda key: '"' + key.replace('"', "") + '"'
)
lines = st.one_of(
    st.builds("{} = {}".format, keys, st.sampled_from(["1", "[]", "{}", "'''x'''", '"]"', "{ a = 1 }"])),
    st.builds("[{}]".format, st.lists(keys, min_size=1, max_size=2).map(".".join)),
    st.builds("[[{}]]".format, keys),
    st.text(max_size=5),
)


@given(st.lists(lines, max_size=6).map("\n".join))
def test_any_text_is_a_file_or_refused(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_text(text, "utf-8")
    try:
        file = TomlFile(path)
    except BadFileError:
        return
    known: Any = list(file.tables)
    assert all(
        file.line((key,)) is None or 1 <= (file.line((key,)) or 0) <= text.count("\n") + 1 for key in known
    )
