"""The servers that are measured: each a process on the core of servers, over the systems on the other one."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, Literal
from urllib.request import urlopen

import msgspec
from msgspec import Struct, field

from tests.bench.speed import gateways
from tests.bench.speed.machine import SERVERS, onto
from tests.bench.speed.rows import Sizes
from tests.clients import foreign, node
from tests.house.programs import answers, environment, free_port, running, wait_until
from tests.running.command import HOUSE

HERE: Final = Path(__file__).parent
PATIENCE: Final = 60.0


class Variant(Struct, frozen=True):
    """One of those that are compared. `keeps` is what Mercurius keeps; the rest says how the gateway is set up.

    `switch` is the setting by which it differs from others: where the gateway does not have it, there is no such one.
    """

    name: str
    peer: Literal["bare", "plain", "mercurius", "ours"] = "ours"
    keeps: Literal["nothing", "rows", "answers"] = "nothing"
    settings: Mapping[str, str] = field(default_factory=dict)
    native: bool = False
    apart: bool = False
    shared: bool = False
    by_id: bool = False
    service: bool = False
    switch: str | None = None

    @property
    def served_by(self) -> str:
        """What tells its server from others: those who differ in name alone, or in how they ask, share one."""
        rest = {"name": "", "by_id": False, "switch": None}
        return msgspec.json.encode(msgspec.structs.replace(self, **rest), order="sorted").decode()

    @property
    def possible(self) -> bool:
        """Whether there is the switch that makes it what it is."""
        return self.switch is None or self.switch in gateways.settings_known()


class Server(Struct, frozen=True):
    """A server that runs. `identity` is the header by which it knows who asks."""

    pid: int
    port: int
    identity: bytes = b""


class Systems(Struct, frozen=True):
    """The systems that run."""

    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def calls(self) -> int:
        """How often they were asked so far."""
        return sum(self._told("/counts").values())

    def take(self, least: int, most: int) -> None:
        """Have them take so many milliseconds."""
        self._told(f"/latency?ms={least},{most}")

    def _told(self, path: str) -> dict[str, int]:
        with urlopen(self.address + path, timeout=10) as answer:
            told: dict[str, int] = msgspec.json.decode(answer.read())
            return told


class Stage:
    """Everything that runs, begun when it is needed and ended at the end."""

    def __init__(self, folder: Path, stack: ExitStack, redis: str | None = None) -> None:
        self.folder = folder
        self._stack = stack
        self._redis = redis
        self._servers: dict[str, Server] = {}
        self._systems: dict[Sizes, Systems] = {}

    def systems(self, sizes: Sizes) -> Systems:
        """The systems whose customers have so many rows."""
        if sizes not in self._systems:
            port = free_port()
            words = map(str, msgspec.structs.astuple(sizes))
            command = [sys.executable, "-m", "tests.bench.speed.upstreams", str(port), *words]
            self._begun(f"systems-{port}", command, {"PYTHONPATH": str(HOUSE)}, port, "/counts")
            self._systems[sizes] = Systems(port)
        return self._systems[sizes]

    def server(
        self, variant: Variant, systems: Systems, finished: bytes = b"", *, anew: bool = False
    ) -> Server:
        """The server of a variant. `finished` is what the bare one sends; `anew`: one that nobody has asked yet."""
        key = f"{variant.served_by} {systems.port} {hash(finished)}"
        if anew or key not in self._servers:
            begin = {
                "bare": self._bare,
                "plain": self._plain,
                "mercurius": self._mercurius,
                "ours": self._ours,
            }
            self._servers[key] = begin[variant.peer](variant, systems, finished)
        return self._servers[key]

    def _bare(self, variant: Variant, systems: Systems, finished: bytes) -> Server:
        port = free_port()
        file = self.folder / f"finished-{port}"
        file.write_bytes(finished)
        command = [sys.executable, "-m", "tests.bench.speed.bare", str(port), str(file)]
        return self._measured("bare", command, {"PYTHONPATH": str(HOUSE)}, port)

    def _plain(self, variant: Variant, systems: Systems, finished: bytes) -> Server:
        port = free_port()
        program = str(foreign.environment("plain") / "bin/python")
        command = [program, "-I", str(HERE / "plain.py"), str(port), systems.address]
        return self._measured("plain", command, {}, port)

    def _mercurius(self, variant: Variant, systems: Systems, finished: bytes) -> Server:
        port = free_port()
        script = str(node.installed(HERE / "mercurius_js") / "server.mjs")
        command = [node.node(), script, str(port), systems.address, variant.keeps]
        return self._measured("mercurius", command, {"NODE_ENV": "production"}, port)

    def _ours(self, variant: Variant, systems: Systems, finished: bytes) -> Server:
        port = free_port()
        home = self.folder / f"ours-{port}"
        settings = gateways.settings_of(home, systems.address, native=variant.native) | dict(variant.settings)
        if variant.shared:
            assert self._redis is not None
            settings |= {"OVERVIEW_REDIS_URL": self._redis}
        command = gateways.command(port, apart=variant.apart)
        pid = self._measured("ours", command, settings, port).pid
        return Server(pid, port, gateways.identity(home, service=variant.service))

    def _measured(self, name: str, command: list[str], settings: Mapping[str, str], port: int) -> Server:
        pid = self._begun(f"{name}-{port}", onto(SERVERS, command), settings, port, "/health/ready")
        return Server(pid, port)

    def _begun(self, name: str, command: list[str], settings: Any, port: int, path: str) -> int:
        log = self.folder / f"{name}.log"
        process = self._stack.enter_context(running(command, environment(**settings), self.folder, log))
        wait_until(answers(f"http://127.0.0.1:{port}{path}"), process, log, PATIENCE)
        return process.pid


@contextmanager
def stage(folder: Path, redis: str | None = None) -> Iterator[Stage]:
    """What runs for as long as something is measured."""
    with ExitStack() as stack:
        yield Stage(folder, stack, redis)
