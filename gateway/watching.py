"""What is looked at now and then while a process serves: its event loop, memory, files and clocks."""

from gateway.clocks import Clocks
from gateway.overload.files import Files
from gateway.overload.memory import MEBIBYTE, Memory
from gateway.overload.watchdog import Lateness, Watchdog
from gateway.settings import Settings
from sources.source import Observer


def memory_of(settings: Settings, observe: Observer) -> Memory:
    """Return what watches the memory that the process takes."""
    return Memory(settings.memory_mebibytes * MEBIBYTE, observe)


def watchdog_of(settings: Settings, memory: Memory, clocks: Clocks, observe: Observer) -> Watchdog:
    """Return what watches a process as the settings say."""
    lateness = Lateness(settings.loop_ready_seconds, settings.loop_live_seconds)
    return Watchdog(lateness, observe, (memory.look, Files(observe).look, clocks.look))
