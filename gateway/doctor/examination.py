"""The doctor: looks at everything that a gateway stands on, and says of each thing how it is and what mends it."""

import os
import resource
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import text

from gateway.audit.chain import BEGINNING, Chain, Damage, Walk
from gateway.audit.journal import AuditUnavailableError
from gateway.audit.journal_file import lines, tail
from gateway.audit.operators import operator_event
from gateway.doctor.callers import callers
from gateway.doctor.certificates import certificates
from gateway.doctor.documents import documents_of
from gateway.doctor.finding import Finding, Light, in_ms
from gateway.doctor.own import audit_in_sql, collector_at, keyring_of, redis_of, telephony_of
from gateway.joined import Gateway
from sources.asker import Asker, asked_by
from sources.assembly import Assembly
from sources.crn import Crn, check_letter
from sources.document import DocumentSource, ask_document
from sources.errors import Fault
from sources.http.reading import AnswerUnreadable, RecordsDropped
from sources.parts.customer import Identifier, IdentifierKind
from sources.search import Criteria, ask_finder
from sources.source import NothingKnown, Reading, Source, ask, ask_directory
from sources.sql import HEAD, for_reading, revision

NOBODY: Final = Crn(f"000999999{check_letter('000999999')}")
"""The number that is asked about when no other is given. It belongs to nobody."""

DOCTOR: Final = Asker("SERVICE", "doctor", "", "QUALITY_CHECK", "doctor")
"""In whose name a system is asked that has to be told one."""

LAST_EVENTS: Final = 1_000
"""How much of the audit journal is looked at: its end."""

SLOW: Final = 0.5
FILES: Final = 1024
_LITTLE, _MUCH = timedelta(seconds=2), timedelta(seconds=30)


_MENDS: Final[Mapping[str, str]] = {
    "refused": "Nobody listens at its address: start the system, or correct `address` in the sources file.",
    "connect": "Its address takes no connection: look at the network between here and there.",
    "address": "Its address cannot be used: correct `address` in the sources file.",
    "credentials": "It does not know us: renew its `token_file`, or give it the public key of its `signing_key_file`.",
    "caller": "It knows us, and does not let us see this: let it take the caller `doctor`, or look into its record.",
    "tls": "Its certificate is not good: ask whoever runs it to renew it, or trust whoever signed it.",
    "throttled": "It asks to be asked less: agree on a higher limit with whoever runs it.",
    "redirect": "It sends us elsewhere, and nothing of that is followed: correct `address` in the sources file.",
    "oversize": "Its answer is larger than `most_bytes`: ask it for less, or raise the limit in the sources file.",
    "shape": "Its answer is not what its mapping describes: `overview map try` shows where.",
    "record": "A record of its cannot be mapped: `overview map try` shows which field.",
    "database": "Look whether the database runs, and whether OVERVIEW_DATABASE_URL is right.",
}
_MENDS_BY_CODE: Final[Mapping[str, str]] = {
    "SOURCE_TIMEOUT": "It does not answer in its time: look at the system, or give it more `seconds`.",
    "SOURCE_UNAVAILABLE": "Look at the system itself: it could be reached and failed.",
    "SOURCE_BAD_DATA": "Its answer cannot be used: `overview map try` shows why.",
    "SOURCE_WRONG_SUBJECT": "It answers about others than it is asked about: stop using it, and tell whoever runs it.",
}


async def examine(gateway: Gateway, customer: Crn | None, heard: list[Struct]) -> AsyncIterator[Finding]:
    """Yield what is found. With a `customer`, mappings are checked on real answers; the look goes on record.

    `heard` is where the gateway's own events go.
    """
    yield Finding(
        "settings",
        Light.GREEN,
        f"profile {gateway.settings.profile.value}, sources {gateway.settings.sources}",
    )
    yield Finding("policy", Light.GREEN, f"edition {gateway.policy.edition}, zone {gateway.policy.zone}")
    async for finding in callers(gateway):
        yield finding
    yield keyring_of(gateway.keyring, gateway.clock().date())
    journal = _journal(gateway)
    yield journal
    if journal.light is Light.GREEN:
        yield _chain(gateway)
    async for finding in _database(gateway):
        yield finding
    yield await audit_in_sql(gateway)
    if gateway.redis is not None:
        yield await redis_of(gateway.redis)
    if gateway.calls.systems:
        yield await telephony_of(gateway)
    if customer is not None and journal.light is Light.GREEN:
        event = operator_event("check", "doctor", gateway.policy.edition)
        await gateway.journal.append([gateway.recorder.about(event, customer)])
    async for finding in _sources(gateway, customer if journal.light is Light.GREEN else None, heard):
        yield finding
    if gateway.settings.otlp_endpoint is not None:
        yield await collector_at(gateway.settings.otlp_endpoint)
    for finding in (*documents_of(gateway), *_clocks(gateway.assembly), *_limits()):
        yield finding


def _journal(gateway: Gateway) -> Finding:
    try:
        gateway.journal.check()
    except AuditUnavailableError:
        mend = "Make it writable for this user, or name another with OVERVIEW_AUDIT_FILE: without it nothing is shown."
        return Finding("audit journal", Light.RED, "it cannot be written", mend)
    return Finding("audit journal", Light.GREEN, "it can be written")


def _chain(gateway: Gateway) -> Finding:
    file, what = gateway.settings.journal, "audit chain"
    try:
        begin = tail(file, LAST_EVENTS)
        walk = Walk(Chain(gateway.keyring), None if begin else BEGINNING)
        flaws = list(walk.flaws(lines(file, begin)))
    except OSError:
        return Finding(what, Light.RED, "it cannot be read", "Make the audit journal readable for this user.")
    seen = f"the last {walk.events} events"
    if any(flaw.damage is not Damage.TORN for flaw in flaws):
        mend = "`overview audit verify` names every place. Keep the file as it is, and tell whoever answers for it."
        return Finding(what, Light.RED, f"it is broken within {seen}", mend)
    if walk.before and walk.begins is None:
        mend = "It begins with the next event after an update; if none was made, run `overview audit verify`."
        return Finding(what, Light.AMBER, f"none of {seen} is linked", mend)
    if flaws:
        mend = "If a process was killed or the machine stopped, that is why, and nothing was shown on that account."
        return Finding(what, Light.AMBER, f"a line is torn within {seen}", mend)
    return Finding(what, Light.GREEN, f"{seen} follow on one another")


async def _database(gateway: Gateway) -> AsyncIterator[Finding]:
    started = time.perf_counter()
    try:
        found = await revision(gateway.engine)
    except Fault:
        yield Finding("database", Light.RED, "it does not answer", _MENDS["database"])
        return
    seen = f"{gateway.engine.dialect.name}, answered in {in_ms(time.perf_counter() - started)}"
    if found != HEAD:
        yield Finding(
            "database",
            Light.RED,
            f"{seen}; its version is {found or 'none'}, not {HEAD}",
            "Run `overview migrate`.",
        )
        return
    yield Finding("database", Light.GREEN, f"{seen}, version {HEAD}")
    if gateway.engine.dialect.name == "postgresql":
        async with for_reading(gateway.engine).connect() as connection:
            theirs: Any = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
        yield _clock("database clock", theirs - datetime.now(UTC))


async def _sources(gateway: Gateway, customer: Crn | None, heard: list[Struct]) -> AsyncIterator[Finding]:
    for part, source in gateway.assembly.sources.items():
        heard.clear()
        started = time.perf_counter()
        asked = asked_by(source, DOCTOR)
        outcome = (await ask(asked, [customer or NOBODY], gateway.clock, _nothing))[customer or NOBODY]
        yield _source(
            f"{part} from {source.system}", source, outcome, time.perf_counter() - started, heard, customer
        )
    yield await _directory(gateway)
    if gateway.assembly.finder is not None:
        yield await _finder(gateway)
    if gateway.assembly.documents is not None:
        yield await _documents(gateway.assembly.documents, gateway)
    async for finding in certificates(gateway.assembly.upstreams):
        yield finding


def _source(
    what: str, source: Source[Any], outcome: Any, seconds: float, heard: list[Struct], customer: Crn | None
) -> Finding:
    if isinstance(outcome, Fault):
        return _failed(what, outcome, _where(heard))
    if isinstance(outcome, Reading) and outcome.gaps:
        return _failed(what, outcome.gaps[0], _where(heard))
    seen = f"answered in {in_ms(seconds)} of {in_ms(source.time_limit)}"
    if seconds > SLOW * source.time_limit:
        return Finding(
            what, Light.AMBER, seen, "It takes more than half its time: it will time out under load."
        )
    if customer is not None and isinstance(outcome, NothingKnown):
        return Finding(what, Light.GREEN, f"{seen}; it knows nothing of this customer")
    checked = "its mapping fits the customer's records" if customer is not None else "no record was asked for"
    return Finding(what, Light.GREEN, f"{seen}; {checked}")


async def _directory(gateway: Gateway) -> Finding:
    directory = gateway.assembly.directory
    asked = [
        Identifier(kind, "000000000") for kind in IdentifierKind
    ]  # a directory may know numbers of any one kind
    started = time.perf_counter()
    found = await ask_directory(directory, asked, _nothing)
    what = f"numbers from {directory.system}"
    if isinstance(found, Fault):
        return _failed(what, found, "")
    return Finding(what, Light.GREEN, f"answered in {in_ms(time.perf_counter() - started)}")


async def _finder(gateway: Gateway) -> Finding:
    finder: Any = gateway.assembly.finder
    started = time.perf_counter()
    found = await ask_finder(finder, Criteria(quick="health check", protected_names=True), 1, None, _nothing)
    what = f"search in {finder.system}"
    if isinstance(found, Fault):
        return _failed(what, found, "")
    return Finding(what, Light.GREEN, f"answered in {in_ms(time.perf_counter() - started)}")


async def _documents(source: DocumentSource, gateway: Gateway) -> Finding:
    """Ask for a document that nobody has. Without its source nothing is missing but documents: amber, not red."""
    started = time.perf_counter()
    outcome = await ask_document(source, NOBODY, "none", _nothing)
    what = f"documents from {source.system}"
    if isinstance(outcome, Fault):
        failed = _failed(what, outcome, "")
        mend = f"{failed.mend} Meanwhile no document can be opened, and everything else works."
        return Finding(what, Light.AMBER, failed.seen, mend)
    if outcome is not None:
        await outcome.close()
    return Finding(what, Light.GREEN, f"answered in {in_ms(time.perf_counter() - started)}")


def _failed(what: str, fault: Fault, where: str) -> Finding:
    reason = f" ({fault.reason})" if fault.reason else ""
    seen = f"{fault.code}{reason}{f' at {where}' if where else ''}"
    return Finding(what, Light.RED, seen, _MENDS.get(fault.reason) or _MENDS_BY_CODE[fault.code])


def _where(heard: list[Struct]) -> str:
    """Return where an answer departs from its mapping: a path of ours."""
    places = [one.where for one in heard if isinstance(one, AnswerUnreadable)]
    places += [f"{one.path} ({one.reason})" for one in heard if isinstance(one, RecordsDropped)]
    return ", ".join(dict.fromkeys(places))


def _clocks(assembly: Assembly) -> Iterator[Finding]:
    for name, upstream in assembly.upstreams.items():
        if upstream.ahead is not None:
            yield _clock(f"clock of {name}", upstream.ahead)


def _clock(what: str, ahead: timedelta) -> Finding:
    off = abs(ahead)
    seen = f"{off.total_seconds():.1f} s {'ahead of' if ahead > timedelta(0) else 'behind'} ours"
    if off <= _LITTLE:
        return Finding(what, Light.GREEN, seen)
    light = Light.AMBER if off <= _MUCH else Light.RED
    return Finding(what, light, seen, "Set the clocks of both machines by one time service.")


def _limits() -> Iterator[Finding]:
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    enough = files >= FILES or files == resource.RLIM_INFINITY
    mend = "" if enough else f"Raise the limit of open files to {FILES} or more (ulimit -n)."
    yield Finding("open files", Light.GREEN if enough else Light.AMBER, f"{files} at most", mend)
    yield Finding("processors", Light.GREEN, f"{len(os.sched_getaffinity(0))}")


def _nothing(_: Struct) -> None:
    """Observe nothing: the doctor says itself what it saw."""
