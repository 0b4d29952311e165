"""The sources of a gateway, put together as its mix says."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.asker import Asker, Personal
from sources.crn import Crn
from sources.errors import Fault
from sources.guard import Guard
from sources.http.certificate import Certificate
from sources.http.client import CONNECTIONS, MOST_BYTES, Client, Headers
from sources.http.credentials import Credentials
from sources.http.directory import HttpDirectory
from sources.http.document import HttpDocuments
from sources.http.finder import HttpFinder
from sources.http.signing import Signer
from sources.http.source import HttpSource
from sources.http.token import Token
from sources.http.upstream import Upstream
from sources.merged import Merged
from sources.mix import HttpSystem, Mix, OwnDatabase
from sources.parts import PARTS, Part
from sources.parts.customer import Identifier
from sources.search import Finder
from sources.source import Clock, Directory, Observer, Source, ask_directory
from sources.sql import SqlDirectory, SqlFinder, SqlSource
from sources.window import Window


class DocumentLimits(Struct, frozen=True):
    """How long a document may take and how large it may be, where the file says nothing of its system."""

    seconds: float = 5.0
    most_bytes: int = 20 * 1024 * 1024


class Surroundings(Struct, frozen=True):
    """What every source needs. `seconds` is the time limit of a system whose file names none; `headers` are what every
    call over HTTP carries beside what it asks."""

    engine: AsyncEngine
    clock: Clock
    observe: Observer
    seconds: float
    window: Window
    headers: Headers = dict
    documents: DocumentLimits = DocumentLimits()


class Assembly(Struct, frozen=True):
    """The sources by part, who resolves numbers, who can search, who has documents; by name the systems asked over
    HTTP, and what stands around each system."""

    sources: Mapping[str, Source[Any]]
    directory: Directory
    finder: Finder | None
    upstreams: Mapping[str, Upstream]
    guards: Mapping[str, Guard]
    documents: HttpDocuments | None = None

    async def close(self) -> None:
        """Let go of the connections to systems asked over HTTP."""
        for upstream in self.upstreams.values():
            await upstream.close()
        if self.documents is not None:
            await self.documents.close()


class Directories:
    """Several directories as one: a number that leads to different people in two systems leads to neither."""

    def __init__(self, directories: Sequence[Directory], observe: Observer) -> None:
        self.system: Final = "+".join(one.system for one in directories) or "nobody"
        self.time_limit: Final = 2 * max((one.time_limit for one in directories), default=1.0)
        self._directories: Final = tuple(directories)
        self._observe: Final = observe

    async def resolve(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Crn]:
        """Return the customer behind each number; raise the `Fault` of a directory that cannot be asked."""
        told = await asyncio.gather(
            *(ask_directory(one, identifiers, self._observe) for one in self._directories)
        )
        claims: dict[Identifier, set[Crn]] = {}
        for found in told:
            if isinstance(found, Fault):
                raise found
            for identifier, crn in found.items():
                claims.setdefault(identifier, set()).add(crn)
        return {one: next(iter(crns)) for one, crns in claims.items() if len(crns) == 1}


def assemble(mix: Mix, around: Surroundings) -> Assembly:
    """Return the sources of a mix. Nothing is connected to yet."""
    guards = {name: _guard(name, system, around) for name, system in mix.systems.items()}
    upstreams = {
        name: Upstream(_client(name, system, around), around.observe, guards[name])
        for name, system in mix.systems.items()
        if isinstance(system, HttpSystem)
    }
    making = _Making(mix, around, upstreams, guards)
    directories = [making.directory(name) for name in mix.identifiers]
    return Assembly(
        sources={part.name: making.of(part) for part in PARTS},
        directory=directories[0] if len(directories) == 1 else Directories(directories, around.observe),
        finder=making.finder(mix.search) if mix.search is not None else None,
        upstreams=upstreams,
        guards=guards,
        documents=making.documents(mix.documents) if mix.documents is not None else None,
    )


def _guard(name: str, system: HttpSystem | OwnDatabase, around: Surroundings) -> Guard:
    seconds = system.seconds or around.seconds
    terms = system.guard if isinstance(system, HttpSystem) else system.guard.for_database(seconds)
    return Guard(name, seconds, terms, around.observe)


def _client(
    name: str, system: HttpSystem, around: Surroundings, certificate: Certificate | None = None
) -> Client:
    seconds = system.seconds or around.seconds
    return Client(
        name,
        system.address,
        seconds,
        system.most_bytes or MOST_BYTES,
        _credentials(name, system, around),
        observe=around.observe,
        more=around.headers,
        connections=max(CONNECTIONS, system.guard.in_flight),
        certificate=certificate,
    )


def _credentials(name: str, system: HttpSystem, around: Surroundings) -> Credentials:
    signing = system.signing
    signer = Signer(name, signing.key, signing.file, around.clock) if signing is not None else None
    return Credentials(name, Token(system.token, system.token_file), signer)


class _Making:
    def __init__(
        self,
        mix: Mix,
        around: Surroundings,
        upstreams: Mapping[str, Upstream],
        guards: Mapping[str, Guard],
    ) -> None:
        self._mix = mix
        self._guards = guards
        self._around = around
        self._upstreams = upstreams

    def of(self, part: Part[Any]) -> Source[Any]:
        systems = [self._mix.systems[name] for name in self._mix.parts[part.name].systems]
        if any(isinstance(system, HttpSystem) and system.signing is not None for system in systems):
            return Personal(lambda asker: self._merged(part, asker))
        return self._merged(part)

    def _merged(self, part: Part[Any], asker: Asker | None = None) -> Source[Any]:
        mixed = self._mix.parts[part.name]
        sources = [self._source(part, name, asker) for name in mixed.systems]
        if mixed.rule is None:
            return sources[0]
        return Merged(sources, mixed.rule, self._around.clock, self._around.observe)

    def directory(self, name: str) -> Directory:
        system, around = self._mix.systems[name], self._around
        if isinstance(system, HttpSystem) and system.mapping.identifiers is not None:
            return HttpDirectory(system.mapping.identifiers, self._upstreams[name])
        return SqlDirectory(around.engine, name, system.seconds or around.seconds, self._guards[name])

    def finder(self, name: str) -> Finder:
        system, around = self._mix.systems[name], self._around
        if isinstance(system, HttpSystem) and system.mapping.search is not None:
            return HttpFinder(system.mapping.search, self._upstreams[name])
        return SqlFinder(around.engine, name, system.seconds or around.seconds, self._guards[name])

    def documents(self, name: str) -> HttpDocuments | None:
        system, limits = self._mix.systems[name], self._around.documents
        if not isinstance(system, HttpSystem) or system.mapping.document is None:
            return None
        timed = replace(
            system,
            seconds=system.seconds or limits.seconds,
            most_bytes=system.most_bytes or limits.most_bytes,
        )
        # a way of its own: who waits for a large document keeps nobody waiting who asks the same system for a record
        return HttpDocuments(
            system.mapping.document,
            _client(name, timed, self._around, self._upstreams[name].certificate),
            self._upstreams[name],
            timed.most_bytes or limits.most_bytes,
            system.retention_days,
        )

    def _source(self, part: Part[Any], name: str, asker: Asker | None) -> Source[Any]:
        system, around = self._mix.systems[name], self._around
        if isinstance(system, HttpSystem):
            return HttpSource(
                system.mapping.parts[part.name],
                self._upstreams[name],
                around.clock,
                around.observe,
                around.window,
                system.retention_days,
                asker if system.signing is not None else None,
            )
        return SqlSource(
            part,
            around.engine,
            around.clock,
            around.observe,
            name,
            system.seconds or around.seconds,
            around.window,
            system.retention_days,
            self._guards[name],
        )
