"""What is measured when somebody asks: how much is under way, how old keys are, how late the event loop is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from gateway.build import SCHEMA, VERSION
from gateway.joined import Gateway
from sources.guard import State

STATES: Final = (State.CLOSED, State.HALF_OPEN, State.OPEN)


class Standing(Collector):
    """Tells how a gateway stands at this moment."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def collect(self) -> Iterator[Metric]:
        """Yield what is measured."""
        yield from self._guards()
        yield self._certificates()
        ages = GaugeMetricFamily("jwks_age_seconds", "How old an issuer's keys are", labels=["issuer"])
        for keys in self._gateway.authenticator.keys:
            if keys.age is not None:
                ages.add_metric([keys.issuer], keys.age.total_seconds())
        yield ages
        worst = self._gateway.watchdog.worst
        yield GaugeMetricFamily("loop_lag_seconds", "How late the event loop was lately", worst)
        clocks = GaugeMetricFamily(
            "clock_offset_seconds", "How far another clock is ahead of ours", labels=["against"]
        )
        for name, seconds in self._gateway.clocks.offsets():
            clocks.add_metric([name], seconds)
        yield clocks
        build = GaugeMetricFamily("build_info", "What runs", labels=["version", "schema_hash"])
        build.add_metric((VERSION, SCHEMA), 1)
        yield build

    def _certificates(self) -> Metric:
        expiry = GaugeMetricFamily(
            "tls_expiry_seconds", "How long the certificate of a system is good", labels=["source"]
        )
        now = datetime.now(UTC)  # by the clock that connections go by, too
        for name, upstream in self._gateway.assembly.upstreams.items():
            if upstream.certificate.ends is not None:
                expiry.add_metric([name], (upstream.certificate.ends - now).total_seconds())
        return expiry

    def _guards(self) -> Iterator[Metric]:
        inflight = GaugeMetricFamily("source_inflight", "Calls under way", labels=["source"])
        waiting = GaugeMetricFamily("source_waiting", "Calls that wait for a place", labels=["source"])
        breakers = GaugeMetricFamily("breaker_state", "0 closed, 1 half open, 2 open", labels=["source"])
        for name, guard in self._gateway.assembly.guards.items():
            inflight.add_metric([name], guard.in_flight)
            waiting.add_metric([name], guard.waiting)
            breakers.add_metric([name], STATES.index(guard.state))
        yield from (inflight, waiting, breakers)
