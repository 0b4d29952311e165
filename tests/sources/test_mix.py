"""The sources file: every mistake is said with its line, what ships can be read, and what it says is put together."""

from pathlib import Path

import pytest

from sources.guard import Terms
from sources.merged import Rule
from sources.mix import HttpSystem, Mixed, OwnDatabase, read_mix
from sources.parts import PARTS
from sources.toml_file import BadFileError

CRM = """
[customer.get]
path = "/people/{crn}"
[customer.record]
crn = "id"
title = "title"

[restriction.get]
path = "/people/{crn}"
[restriction.record]
crn = "id"
restricted = "locked"

[interaction]
record = "ours"
[interaction.get]
path = "/calls/{crn}"

[identifiers]
path = "/numbers/{value}"
kinds = { CAN = "c" }
crns = "[].id"
"""
WHOLE = """[systems.own]
database = true

[systems.crm]
address = "https://crm.example/api"
mapping = "crm.toml"
token_file = "token"
seconds = 0.6
retention_days = 120
most_bytes = 8_000_000
# what it may do

[parts]
customer = "crm"
restriction = { systems = ["crm", "own"], rule = "strictest" }
interaction = { systems = ["crm", "own"], rule = "union" }
correspondence = "own"
debt = "own"
ownership = "own"
entitlement = "own"

identifiers = ["crm", "own"]
search = "own"
"""
MISTAKES = [
    ("[systems.own]", "[system.own]", 1, "system: there is no such table; did you mean `systems`"),
    ("[systems.own]", "[systems.own", 1, "Expected"),
    ("database = true", "databse = true", 2, "databse: there is no such key; did you mean `database`"),
    ("database = true", 'database = true\naddress = "https://a.example"', 1, "no address, no mapping"),
    ("database = true", "", 1, "an address and a mapping are needed, or database = true"),
    ("https://crm.example/api", "http://crm.example/api", 5, "use https://"),
    ("https://crm.example/api", "crm.example", 5, "must begin with https://"),
    ("https://crm.example/api", "https://me:secret@crm.example", 5, "no user"),
    ('mapping = "crm.toml"', "", 4, "an address and a mapping are needed"),
    ('mapping = "crm.toml"', "mapping = 3", 6, "Expected `str | null`, got `int`"),
    ('mapping = "crm.toml"', 'mapping = "none.toml"', 0, "none.toml: No such file"),
    (
        'mapping = "crm.toml"',
        'mapping = "broken.toml"',
        0,
        "broken.toml:2: customer.get.path: nothing fills {x}",
    ),
    ('token_file = "token"', 'token_file = "none"', 7, "this file cannot be read"),
    ('token_file = "token"', 'token_file = "empty"', 7, "this file holds no token"),
    ('token_file = "token"', 'token_file = "odd"', 7, "this file cannot be read"),
    ('token_file = "token"', 'token_file = "two"', 7, "this file holds no token"),
    ("seconds = 0.6", "seconds = 0", 8, "a number above nothing"),
    ("seconds = 0.6", "seconds = nan", 8, "a number above nothing"),
    ("seconds = 0.6", "seconds = inf", 8, "a number above nothing"),
    ("seconds = 0.6", 'seconds = "1"', 8, "Expected `float | null`"),
    ("retention_days = 120", "retention_days = -1", 9, "a number above nothing"),
    ("most_bytes = 8_000_000", "most_bytes = 0", 10, "a number above nothing"),
    ("[systems.crm]", "[systems.'crm+']", 4, "a system's name is letters"),
    ("database = true", 'database = true\ntoken_file = "token"', 1, "no token file"),
    ("# what it may do", "[systems.crm.guard]\nin_flght = 3", 12, "no such key; did you mean `in_flight`"),
    ("# what it may do", "[systems.crm.guard]\nin_flight = 0", 12, "in_flight: 1 or more is needed here"),
    ("# what it may do", "[systems.crm.guard]\nwait_seconds = -1", 12, "a number from 0 on"),
    ("# what it may do", "[systems.crm.guard]\nopen_seconds = inf", 12, "a number above nothing"),
    ("# what it may do", "[systems.crm.guard]\nfailing_share = 1.5", 12, "a share above 0 and up to 1"),
    ("# what it may do", "[systems.crm.guard]\nattempts = 4", 12, "a number from 1 to 3"),
    ("# what it may do", '[systems.crm.guard]\nhedge = "yes"', 12, "Expected `bool`, got `str`"),
    ("# what it may do", "guard = 3", 11, "Expected `object`, got `int`"),
    ("[parts]", "[part]", 13, "part: there is no such table; did you mean `parts`"),
    ('customer = "crm"', 'custmer = "crm"', 14, "custmer: there is no such part; did you mean `customer`"),
    ('customer = "crm"', "", 13, "nobody tells customer: name a system for each"),
    ('customer = "crm"', 'customer = "cmr"', 14, "there is no system cmr; did you mean `crm`"),
    ('customer = "crm"', 'customer = ["crm"]', 14, "Expected `object`, got `array`"),
    (
        'customer = "crm"',
        'customer = { systems = ["crm"], rule = "first" }',
        14,
        "a rule is for several systems",
    ),
    ('customer = "crm"', 'customer = { systems = ["crm", "own"] }', 14, "missing required field `rule`"),
    (
        'customer = "crm"',
        'customer = { systems = ["crm", "own"], rule = "union" }',
        14,
        "not merged by union; there are first",
    ),
    (
        '["crm", "own"], rule = "strictest"',
        '["crm", "own"], rule = "first"',
        15,
        "not merged by first; there are strictest",
    ),
    (
        '["crm", "own"], rule = "union"',
        '["crm", "own"], rule = "unoin"',
        16,
        "not merged by unoin; did you mean `union`",
    ),
    ('["crm", "own"], rule = "union"', '["crm", "crm"], rule = "union"', 16, "stands there twice"),
    (
        '["crm", "own"], rule = "union"',
        '["crm", "won"], rule = "union"',
        16,
        "no system won; did you mean `own`",
    ),
    (
        '["crm", "own"], rule = "union"',
        '["crm", "own"], ruel = "union"',
        16,
        "ruel: there is no such key; did you mean `rule`",
    ),
    ('debt = "own"', 'debt = { systems = ["own", "crm"], rule = "first" }', 18, "not merged by first"),
    ('search = "own"', 'search = "own"\nrest = []', 24, "one system tells the rest"),
    ('debt = "own"', 'debt = "crm"', 18, "the mapping of crm says nothing of debt"),
    (
        'debt = "own"',
        'debt = { systems = ["own", "crm"], rule = "union" }',
        18,
        "the mapping of crm says nothing of debt",
    ),
    ('identifiers = ["crm", "own"]', "identifiers = 3", 22, "the name of a system is needed"),
    ('identifiers = ["crm", "own"]', 'identifiers = ["crm", "crm"]', 22, "stands there twice"),
    ('search = "own"', 'search = "crm"', 23, "the mapping of crm says nothing of search"),
    ('search = "own"', 'search = ["crm", "own"]', 23, "one system can be searched"),
    ('search = "own"', 'documents = ["crm", "own"]', 23, "one system has the documents"),
    ('search = "own"', 'documents = "own"', 23, "the gateway's own database has no documents"),
    ('search = "own"', 'documents = "crm"', 23, "the mapping of crm says nothing of documents"),
    ('search = "own"', 'document = "crm"', 23, "there is no such part; did you mean `documents`"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("crm.toml", CRM),
        ("token", "secret\n"),
        ("empty", " \n"),
        ("two", "a\nb"),
        ("odd", "sécret"),
    ):
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "broken.toml").write_text(
        '[customer.get]\npath = "/{x}"\n[customer.record]\ncrn = "a"\n', "utf-8"
    )
    return tmp_path


def written(folder: Path, text: str) -> str:
    (folder / "sources.toml").write_text(text, "utf-8")
    return str(folder / "sources.toml")


@pytest.mark.parametrize(("right", "wrong", "line", "words"), MISTAKES)
def test_a_mistake_is_said_with_its_line(folder: Path, right: str, wrong: str, line: int, words: str) -> None:
    assert right in WHOLE
    file = written(folder, WHOLE.replace(right, wrong, 1))
    with pytest.raises(BadFileError) as raised:
        read_mix(file)
    said = str(raised.value)
    assert words in said
    assert said.startswith(f"{file}:{line}: ") or line == 0
    assert "secret" not in said.removeprefix(str(folder)).replace("no token", "")


@pytest.mark.parametrize("name", ["embeded", "nowhere.toml", ""])
def test_a_file_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(BadFileError):
        read_mix(name)


def test_a_whole_file_is_read(folder: Path) -> None:
    mix = read_mix(written(folder, WHOLE))
    crm = mix.systems["crm"]
    assert isinstance(crm, HttpSystem)
    assert (crm.token, crm.seconds, crm.retention_days, crm.most_bytes) == ("secret", 0.6, 120, 8_000_000)
    assert set(crm.mapping.parts) == {"customer", "restriction", "interaction"}
    assert mix.systems["own"] == OwnDatabase()
    assert mix.parts["interaction"] == Mixed(("crm", "own"), Rule.UNION)
    assert (mix.parts["debt"], mix.identifiers, mix.search) == (Mixed(("own",)), ("crm", "own"), "own")


def test_what_a_guard_goes_by_is_read_and_the_rest_is_usual(folder: Path) -> None:
    told = WHOLE.replace("# what it may do", "[systems.crm.guard]\nin_flight = 4\nhedge = true")
    mix = read_mix(written(folder, told))
    assert mix.systems["crm"].guard == Terms(in_flight=4, hedge=True)
    assert mix.systems["own"].guard == Terms()


def test_nobody_has_to_look_up_numbers_or_search(folder: Path) -> None:
    without = "\n".join(line for line in WHOLE.splitlines() if not line.startswith(("identifiers", "search")))
    mix = read_mix(written(folder, without))
    assert (mix.identifiers, mix.search) == ((), None)


@pytest.mark.parametrize(("name", "systems"), [("embedded", 2), ("services", 8)])
def test_what_ships_can_be_read(name: str, systems: int) -> None:
    mix = read_mix(name)
    assert len(mix.systems) == systems
    assert set(mix.parts) == {part.name for part in PARTS}
    assert (bool(mix.identifiers), mix.search is None, mix.documents) == (True, False, "documents")
