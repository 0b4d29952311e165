"""How the databases go about a search: by the index of words, in few statements, whatever the text holds."""

import re
from collections.abc import Iterator
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.search import Criteria
from sources.sql import SqlFinder, load
from tests.sources.specimens import crn, lines
from tests.sources.sql.seekers import PEOPLE, at_home, crowd, find, named, reached
from tests.sources.sql.statements import overheard

HOSTILE = [
    "'",
    '"',
    "smith' OR '1'='1",
    'smith" OR "a',
    'smith" *) OR terms : ("a',
    "'fsmith':* | 'a':*",
    "fsmith & !gjohn",
    "smith:*",
    "smith*",
    "*",
    "NOT smith",
    "smith AND NEAR(a b, 2)",
    "^smith",
    "{terms} : smith",
    "-smith",
    "smith\\",
    "\\'; DROP TABLE search; --",
    "smith\0",
    "\0",
    "%",
    "a_b%c",
    "($1) :match1 ?",
    "ﬁ ﷺ 𝔘𝔫𝔦 İ ı ſ ß ΐ",
    "\u202eevil\u202c",
    "١٢٣٤",
    "1 2 3 4 5 6 7 8",
    "(((((((((((",
    "+",
    "@",
    "a@",
    "31/02/2020",
    "0000-00-00",
    "99/99/9999",
    "x" * 5000,
    " ".join("abcdefgh"),
]


def everything(text: str) -> Iterator[Criteria]:
    for field in ("quick", "name", "family", "given", "phone", "email", "address", "identifier"):
        yield Criteria(**{field: text})  # type: ignore[arg-type]


async def test_no_text_is_more_than_a_text(engine: AsyncEngine) -> None:
    """The answer to whoever writes in a query language is that nobody has that name."""
    await load(engine, lines([*PEOPLE, *crowd(100, 5)]))
    finder = SqlFinder(engine)
    for text in HOSTILE:
        for wanted in everything(text):
            found = {one.crn for one in (await finder.find(wanted, 50, None)).found}
            assert not found & {crn(number) for number in range(100, 105)}, text
    assert (await find(engine, quick="crowd")).found


async def test_what_is_typed_is_bound_and_stands_in_no_statement(engine: AsyncEngine) -> None:
    texts: set[str] = set()
    for text in ("smith", "o'brien", "smith' OR 1=1 --", 'x" OR "y'):
        with overheard(engine) as sent:
            await find(engine, quick=text)
        texts |= {statement for statement, _ in sent}
    assert len(texts) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=some.builds(
        Criteria,
        **dict.fromkeys(
            ("quick", "name", "family", "phone", "email", "address", "identifier"),
            some.none() | some.text(max_size=40) | some.text("0129+-()/. @'oß", max_size=20),
        ),
    )
)
async def test_any_text_at_all_is_answered(wanted: Criteria, sqlite_engine: AsyncEngine) -> None:
    found = await SqlFinder(sqlite_engine).find(wanted, 5, None)
    assert len(found.found) <= 5


async def plan(engine: AsyncEngine, wanted: Criteria) -> list[str]:
    """How the statements of a search would be answered, each as one text."""
    with overheard(engine) as sent:
        await SqlFinder(engine).find(wanted, 20, None)
    explain = "EXPLAIN QUERY PLAN" if engine.dialect.name == "sqlite" else "EXPLAIN (ANALYZE, TIMING OFF)"
    told = []
    async with engine.connect() as connection:
        for statement, values in sent:
            steps = (await connection.exec_driver_sql(f"{explain} {statement}", values)).all()
            told.append("\n".join(str(step[-1]) for step in steps))
    return told


async def test_among_many_people_a_search_goes_by_its_indexes(engine: AsyncEngine) -> None:
    """Whether or not the database knows the table yet: right after an import it knows nothing."""
    born, home = date(1980, 5, 5), at_home("12 Station Street")
    people = (
        named(
            n,
            f"Rare{n:05d}",
            "Given",
            date_of_birth=born,
            addresses=home,
            contact_points=reached(f"04{n:08d}"),
        )
        for n in range(8000)
    )
    await load(engine, lines(people))
    await by_index(engine)
    if engine.dialect.name == "postgresql":
        async with engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
        await by_index(engine)


async def by_index(engine: AsyncEngine) -> None:
    for wanted in (
        Criteria(quick="rare00007"),
        Criteria(quick=crn(7)),
        Criteria(family="rare00007", address="station"),
        Criteria(phone="0400000007"),
    ):
        words, alike = await plan(engine, wanted)
        for told in (words, alike):
            scanned = re.findall(r"SCAN search$|SCAN identifier$|Seq Scan on \w+", told, re.MULTILINE)
            assert scanned == [], told
        assert "search_words" in words
        assert "search_alike" in alike


async def test_a_search_that_finds_nobody_twice_is_one_statement(engine: AsyncEngine) -> None:
    await load(engine, lines(PEOPLE[:4]))
    for text, statements in (("zzyzx", 1), ("riverbend", 1), ("anne", 2)):
        with overheard(engine) as sent:
            await find(engine, quick=text)
        assert len(sent) == statements, text
    with overheard(engine) as sent:
        await find(engine, quick="?!")
    assert sent == []
