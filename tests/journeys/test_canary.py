"""The canary: two people of whom every word is unique go through a gateway that is attacked, and whose neighbours and
own things fail. Whatever came out is looked through for them: they stand where they may be seen, and nowhere else."""

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import msgspec
import pytest

from tests.running.attacks import NAMED
from tests.running.besieging import Said
from tests.running.callers import ASKERS, shown_secrets
from tests.running.canary import ASKING, BIRDS, CALLER, OPEN, SECRET, SHUT, Bird, texts_of, today
from tests.running.hostile import TROUBLES
from tests.running.ruin import SPOILT, Ruin, ruin
from tests.running.siege import FAULTS, Siege, besiege
from tests.running.sniffing import disguises, folded, found_in

pytestmark = pytest.mark.conformance

FROM_SYSTEMS = [
    *"log metrics traces redis journal files arguments headers errors commands".split(),
    "commands to redis",
    "raw answers",
    "keys create",
    "keys list",
    "audit export",
]
FROM_A_DATABASE = "log journal files headers errors commands".split()
MAY_NAME_CALLERS = {"journal", "audit export", "keys list", "keys create"}
"""What is there to say who looked, and whose a key is."""
UNSHOWN = {"callid", "manager", "attached"}
"""Words on file that no field shows."""
STAFF = {"officer", "centre", "token", "relative", "late"}
UNPROVED = {"nobody", "a bad key"}


@pytest.fixture(scope="module")
async def siege(tmp_path_factory: pytest.TempPathFactory) -> Siege:
    return await besiege(tmp_path_factory.mktemp("siege"))


@pytest.fixture(scope="module")
async def ruined(tmp_path_factory: pytest.TempPathFactory) -> Ruin:
    return await ruin(tmp_path_factory.mktemp("ruin"))


def output(of: Siege | Ruin, kind: str) -> bytes:
    match kind:
        case "headers":
            return "\n".join(said.headers for said in of.gate.said).encode()
        case "errors":
            return "\n".join(said.complaints for said in of.gate.said).encode()
    return of.gate.out[kind]


def needles(of: Siege | Ruin, kind: str) -> list[str]:
    """What must not stand in an output: people, whoever asked, what they said, and every secret."""
    people = [text for bird in BIRDS for text in (bird.stem, *bird.numbers)]
    asking = [ASKING, SECRET, *shown_secrets(of.gate.callers)]
    callers = [] if kind in MAY_NAME_CALLERS else [CALLER]
    names = [] if kind == "errors" else [NAMED]
    return [*people, *asking, *callers, *names]


@pytest.mark.parametrize("kind", FROM_SYSTEMS)
async def test_nothing_of_anybody_comes_out_of_a_gateway_of_systems(kind: str, siege: Siege) -> None:
    """BR-GW-10."""
    assert output(siege, kind)
    assert found_in(output(siege, kind), needles(siege, kind)) == []


@pytest.mark.parametrize("kind", FROM_A_DATABASE)
async def test_nothing_of_anybody_comes_out_of_a_gateway_of_a_database(kind: str, ruined: Ruin) -> None:
    assert output(ruined, kind)
    assert found_in(output(ruined, kind), needles(ruined, kind)) == []


@pytest.mark.parametrize("kind", FROM_SYSTEMS)
async def test_one_that_is_planted_in_a_copy_is_found(kind: str, siege: Siege) -> None:
    """In part of what came out: a copy of all of it for each disguise would take a minute."""
    raw = output(siege, kind)
    before, after = raw[:3000], raw[-3000:]
    for needle in (SHUT.stem, SHUT.crn, SHUT.number(0), CALLER, SECRET):
        for how, planted in disguises(needle).items():
            found = found_in(before + b' "' + planted + b'" ' + after, [needle])
            assert {name for name, _ in found} == {needle}, (needle, how)


async def test_one_that_is_planted_amid_the_largest_output_is_found(siege: Siege) -> None:
    raw = output(siege, "traces")
    middle = len(raw) // 2
    assert found_in(raw[:middle] + SHUT.crn.lower().encode() + raw[middle:], [SHUT.crn]) == [
        (SHUT.crn, "as it is")
    ]


async def test_the_journal_names_a_caller_as_the_one_who_looked_and_nowhere_else(siege: Siege) -> None:
    events = [json.loads(line) for line in output(siege, "journal").splitlines()]
    assert {event["actor"]["id"] for event in events} >= {f"{CALLER}token", f"{CALLER}key", "officer-ra-1"}
    rest = json.dumps([{**event, "actor": None} for event in events]).encode()
    assert found_in(rest, [CALLER]) == []


async def test_no_address_of_a_document_stands_anywhere_but_in_the_answer_that_made_it(siege: Siege) -> None:
    tokens = [address.rpartition("/")[2] for address in siege.gate.addresses.values()]
    assert tokens
    for kind in (*FROM_SYSTEMS, "headers"):
        assert [token for token in tokens if token.encode() in output(siege, kind)] == [], kind


# The people were really there.


def on_file(bird: Bird) -> set[str]:
    """Every word and number of a person's that some field shows."""
    texts = set(texts_of(msgspec.to_builtins(bird.records(today()))))
    unique = {folded(text) for text in texts if bird.stem in text or bird.lead in text}
    return unique - {folded(bird.word(name)) for name in UNSHOWN}


def shown(of: Siege | Ruin, callers: Collection[str], of_whom: Collection[str]) -> set[str]:
    """What of some words stood in answers to some callers."""
    told = folded("\n".join(said.values for said in of.gate.said if said.caller in callers))
    return {word for word in of_whom if folded(word) in told}


@pytest.mark.parametrize("bird", BIRDS, ids=lambda bird: bird.stem)
async def test_whoever_may_see_them_saw_everything(bird: Bird, siege: Siege, ruined: Ruin) -> None:
    for each in (siege, ruined):
        assert shown(each, {"restricted"}, on_file(bird)) == on_file(bird)


async def test_what_was_asked_reached_the_systems(siege: Siege) -> None:
    asked = [SHUT.crn, SHUT.number(1), SHUT.word("family"), SHUT.mail, f"{SECRET}token"]
    assert {name for name, _ in found_in(siege.held.heard, asked)} == set(asked)


def said_to(siege: Siege, *callers: str) -> list[Said]:
    return [said for said in siege.gate.said if said.caller in callers]


async def test_officers_who_may_not_see_somebody_saw_the_number_that_they_are_referred_with(
    siege: Siege,
) -> None:
    forbidden = on_file(SHUT) - {folded(SHUT.crn)}
    assert shown(siege, STAFF, forbidden) == set()
    assert shown(siege, {"officer"}, on_file(OPEN)) == on_file(OPEN)


async def test_officers_saw_nothing_of_somebody_close(siege: Siege) -> None:
    assert said_to(siege, "relative")
    assert shown(siege, {"relative"}, on_file(OPEN)) == set()


async def test_letters_were_opened_by_those_who_may_and_by_nobody_else(siege: Siege) -> None:
    made = siege.gate.addresses.keys()
    assert ("restricted", SHUT.stem) in made
    assert {caller for caller, whose in made if whose == SHUT.stem} == {"restricted"}
    assert {"officer", "restricted"} <= {caller for caller, whose in made if whose == OPEN.stem}
    got = {said.caller for said in siege.gate.said if said.document == "document True"}
    assert got == {caller for caller, _ in made}
    assert {code for said in siege.gate.said if said.document == "document False" for code in said.codes} >= {
        "NOT_FOUND",
        "UNAUTHENTICATED",
        "SOURCE_UNAVAILABLE",
    }


@pytest.mark.parametrize("caller", ["partner", "dashboard", "key"])
async def test_others_saw_nothing_of_a_restricted_record(caller: str, siege: Siege) -> None:
    assert said_to(siege, caller)
    assert shown(siege, {caller}, [SHUT.stem, *SHUT.numbers]) == set()


async def test_partners_saw_of_an_open_record_what_partners_may(siege: Siege) -> None:
    seen = shown(siege, {"partner"}, on_file(OPEN))
    assert folded(OPEN.word("family")) in seen
    hidden = ("protected", "hidden", "warning", "owner", "why", "reason", "benefit", "desk")
    assert seen.isdisjoint({folded(OPEN.crn), *(folded(OPEN.word(name)) for name in hidden)})


async def test_whoever_was_not_let_in_saw_nothing_at_all(siege: Siege) -> None:
    outside = siege.gate.callers.keys() - {*ASKERS, "late"} | {"nobody"}
    assert {said.caller for said in siege.gate.said} >= outside
    assert shown(siege, outside, [*(bird.stem for bird in BIRDS), OPEN.crn, SHUT.crn, CALLER]) == set()


# The faults were really there.


@pytest.mark.parametrize("what", [*TROUBLES, *FAULTS])
async def test_each_fault_of_a_system_is_in_the_log_by_its_name(what: str, siege: Siege) -> None:
    named = {**TROUBLES, **FAULTS}[what][1]
    assert siege.seen[what] & (named or {"request"}), siege.seen[what]


HAPPENED: Mapping[str, set[str]] = {
    "swapped": {"security.wrong_subject"},
    "down": {"source.unavailable"},
    "Valkey is gone": {"rate.store_failed"},
    "the journal is gone": {"AUDIT_UNAVAILABLE"},
    "the collector refuses": {"telemetry.export_failed"},
    "it is stopped": {"SOURCE_TIMEOUT", "ACCESS_CHECK_UNAVAILABLE"},
}
AT_THE_DOOR = (
    "auth.refused auth.jwks_missing security.break_glass security.conflict_of_interest library"
    " gateway.unforeseen source.wrong_subject"
).split()


@pytest.mark.parametrize("what", HAPPENED)
async def test_each_failure_of_the_gateways_own_happened(what: str, siege: Siege) -> None:
    assert HAPPENED[what] & siege.seen[what]


@pytest.mark.parametrize("event", AT_THE_DOOR)
async def test_each_thing_that_callers_can_bring_about_was_logged(event: str, siege: Siege) -> None:
    assert event in {line["event"] for line in log_of(siege)}


@pytest.mark.parametrize("what", SPOILT)
async def test_each_spoilt_record_was_noticed(what: str, ruined: Ruin) -> None:
    assert "source.bad_data" in ruined.seen[what]


async def test_each_misfortune_of_the_database_happened(ruined: Ruin) -> None:
    assert "security.break_glass" in ruined.seen["the database is locked"]
    assert "source.unavailable" in ruined.seen["the database is none"]
    assert len(ruined.seen["odd lines"]) > 4
    assert "RATE_LIMITED" in {code for said in ruined.gate.said for code in said.codes}


async def test_every_refusal_that_a_caller_can_earn_was_earned(siege: Siege) -> None:
    codes = {code for said in siege.gate.said for code in said.codes}
    assert codes >= set(
        "BAD_USER_INPUT BAD_REQUEST BATCHING_DISABLED GRAPHQL_PARSE_FAILED GRAPHQL_VALIDATION_FAILED INTERNAL"
        " UNSUPPORTED_MEDIA_TYPE NOT_ACCEPTABLE REASON_REQUIRED UNAUTHENTICATED FORBIDDEN FORBIDDEN_FIELD"
        " RESTRICTED_RECORD CONFLICT_OF_INTEREST TOO_MANY_CUSTOMERS SOURCE_TIMEOUT SOURCE_UNAVAILABLE"
        " REQUEST_TOO_LARGE QUERY_TOO_LARGE SOURCE_BAD_DATA SOURCE_WRONG_SUBJECT"
        " ACCESS_CHECK_UNAVAILABLE AUDIT_UNAVAILABLE".split()
    )


def log_of(siege: Siege) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in output(siege, "log").splitlines() if line.startswith(b"{"))


async def test_every_line_of_both_logs_is_json_or_says_where_it_is_served(siege: Siege, ruined: Ruin) -> None:
    for each in (siege, ruined):
        for line in output(each, "log").splitlines():
            assert line.startswith((b"Serving on http://127", b"Metrics on http://127")) or json.loads(line)
