"""The rows about the level of the cache that gateways share: it is away, slow, full, emptied, forged, or behind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.settings import Settings
from tests.chaos import cache_plots, fleet_plots
from tests.chaos.cache_plots import Plot
from tests.running.services import SHIPPED

CROWDED: Final = re.sub(
    "^mapping = .*$",
    rf"\g<0>\nguard = {{ in_flight = {cache_plots.IN_FLIGHT}, wait_seconds = 10 }}",
    SHIPPED.read_text("utf-8"),
    flags=re.MULTILINE,
)
"""Systems of which each is asked two things at once and no more."""


@dataclass(frozen=True)
class CachedRow:
    """A row. Nobody who asks notices any of them: every answer is complete, and there within `within` seconds.

    `plot` is what happens, `log` are the events that the log has when it is over, and no others, `healed` those that
    come when all is well again, `maybe` those that depend on what is under way just then; `moved` are metrics that
    grow, with their labels. Each system is asked `calls` times at most. `settings` are those of the gateways.
    """

    number: str
    says: str
    plot: Plot
    calls: int
    log: frozenset[str] = frozenset()
    healed: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    moved: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    within: float = 1.0
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """What the row is called where tests are listed."""
        return f"{self.number}-{self.says.replace(' ', '-')}"


AWAY: Final = frozenset({"cache.unavailable"})
BACK: Final = frozenset({"cache.available"})
SUPERSEDED: Final = frozenset({"cache.fill_superseded"})
GAP: Final = frozenset({"invalidation.gap"})
LOOKS: Final = {"source": "interactions", "level": "shared"}


def _away(number: str, says: str, plot: Plot, reason: str) -> CachedRow:
    moved = {
        "cache_errors_total": {"reason": reason},
        "cache_bypass": {},
        "cache_requests_total": {**LOOKS, "result": "bypass"},
    }
    return CachedRow(number, says, plot, calls=3, log=AWAY, healed=BACK, maybe=SUPERSEDED, moved=moved)


LOST: Final = (
    _away("F21", "killed", cache_plots.killed, "connection"),
    _away("F21", "refuses", cache_plots.turned(enabled=False), "connection"),
    _away("F21", "reset", cache_plots.wire("reset_peer", timeout=0), "connection"),
    _away("F21", "cut off", cache_plots.wire("limit_data", bytes=1), "connection"),
    _away("F21", "garbled", cache_plots.wire("corrupt", offset=0, xor=255), "other"),
    _away("F22", "frozen", cache_plots.frozen, "timeout"),
    _away("F22", "slow", cache_plots.wire("latency", latency=2000), "timeout"),
    _away("F22", "silent", cache_plots.wire("timeout", timeout=0), "timeout"),
    _away("F22", "a black hole", cache_plots.turned(blackhole=True), "timeout"),
    CachedRow(
        "F23",
        "full",
        cache_plots.full,
        calls=4,
        log=frozenset({"cache.write_refused"}),
        moved={
            "cache_write_errors_total": {"reason": "oom"},
            "cache_requests_total": {**LOOKS, "result": "hit"},
        },
    ),
    *(
        CachedRow(
            "F24",
            f"{says} before fifty",
            plot,
            calls=55,
            log=GAP | {"cache.cold"},
            maybe=AWAY | BACK,
            moved={"cache_requests_total": {**LOOKS, "result": "miss"}},
            within=2 * Settings.model_fields["deadline_staff"].default,
            settings={"text": CROWDED},
        )
        for says, plot in {
            "emptied": cache_plots.lost(cache_plots.flushed),
            "another server": cache_plots.lost(cache_plots.failed_over),
        }.items()
    ),
)

FORGED: Final = tuple(
    CachedRow(
        "F25",
        says,
        plot,
        calls=2,
        log=frozenset({"security.cache_mac" if reason == "mac" else "cache.schema_miss"}),
        moved={"cache_rejected_total": {"reason": reason}},
    )
    for says, (plot, reason) in {
        "garbage": (cache_plots.forged(cache_plots.garbage), "mac"),
        "a flipped bit of the text": (cache_plots.forged(cache_plots.flipped(-20)), "mac"),
        "a flipped bit of the time": (cache_plots.forged(cache_plots.flipped(3)), "mac"),
        "the entry of another": (cache_plots.forged(cache_plots.of_another), "mac"),
        "another shape": (cache_plots.forged(cache_plots.misshapen), "shape"),
    }.items()
)

BEHIND: Final = (
    *(
        CachedRow(
            "F26",
            f"an invalidation that was {says}",
            plot,
            calls=2,
            log=GAP,
            moved={"invalidation_gaps_total": {}},
        )
        for says, plot in {
            "trimmed": cache_plots.unheard(cache_plots.trimmed),
            "dropped": cache_plots.unheard(cache_plots.dropped),
            "told while nobody listened": cache_plots.unheard(cache_plots.cut_off),
        }.items()
    ),
    CachedRow(
        "F26",
        "an invalidation that is heard",
        cache_plots.heard,
        calls=2,
        moved={"invalidations_total": {"cause": "stream"}, "invalidation_lag_seconds_count": {}},
    ),
    CachedRow(
        "F27",
        "the same event again",
        cache_plots.told_again,
        calls=2,
        moved={"change_events_total": {"outcome": "replayed"}},
    ),
    CachedRow(
        "F27",
        "an ancient invalidation",
        cache_plots.ancient,
        calls=2,
        log=GAP,
        moved={"invalidation_gaps_total": {}},
    ),
    CachedRow(
        "F28",
        "invalidated while it is fetched",
        cache_plots.overtaken,
        calls=2,
        log=frozenset({"cache.fill_superseded"}),
        moved={"cache_fill_superseded_total": {}},
        within=2.0,
    ),
)

FLEET: Final = (
    CachedRow(
        "F29",
        "a herd of four processes",
        fleet_plots.herd,
        calls=3 + 4 * fleet_plots.TRIES,
        maybe=AWAY | BACK | frozenset({"singleflight.takeover"}),
        moved={"singleflight_shared_total": {"level": "shared"}},
        within=10.0,
    ),
    CachedRow(
        "F31",
        "who fetches dies",
        fleet_plots.widowed,
        calls=3,
        log=frozenset({"singleflight.takeover"}),
        moved={"source_requests_total": {"source": "interactions", "outcome": "ok"}},
        within=2.0,
    ),
    CachedRow(
        "F36",
        "a newer version with another schema",
        fleet_plots.newer_schema,
        calls=1 + 2 * fleet_plots.TRIES,
        moved={"cache_requests_total": {**LOOKS, "result": "hit"}},
    ),
    CachedRow(
        "F36",
        "a newer version with another record",
        fleet_plots.newer_record,
        calls=1 + 4 * fleet_plots.TRIES,
        moved={"cache_requests_total": {**LOOKS, "result": "miss"}},
    ),
)

ROWS: Final = (*LOST, *FORGED, *BEHIND, *FLEET)
