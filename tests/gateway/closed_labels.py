"""The values that each label may have where the systems are the database and that of documents, the issuer `staff`."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from cache.bypass import CONNECTION, TIMEOUT
from cache.bypass import OTHER as AWAY
from cache.envelope import Rejected
from cache.events import PROCESS, SHARED
from gateway.clocks import SHARED as SHARED_CLOCK
from gateway.edge.answered import Outcome
from gateway.edge.events import OUTCOMES
from gateway.edge.sockets import PROTOCOLS, Why
from gateway.edge.telephony import Heard
from gateway.edge.timing import METHODS
from gateway.engine.answering import Reuse
from gateway.overload.admission import Class, Reason
from gateway.reload.events import Result as Reload
from gateway.telemetry.events import FAILURES
from gateway.telemetry.metrics import ACTIONS, ADHOC, OTHER, REASONS, RULES
from gateway.trusted.events import Result
from resolvers.access import Verdict
from resolvers.caller import CallerKind
from resolvers.completeness import Completeness
from resolvers.outdated import Cause
from schema import PROBLEMS
from sources.guard import State

SCHEMA = sha256((Path(__file__).parents[2] / "schema/schema.graphql").read_bytes()).hexdigest()[:12]
STATUSES = {str(problem.status) for problem in PROBLEMS.values()} | {"200", "499", "502"}
ROUTES = {
    "/graphql",
    "/graphql/partner",
    "/explorer/{file}",
    "/documents/{token}",
    "/health/live",
    "/health/ready",
    OTHER,
}
CLOSED: Mapping[str, Mapping[str, frozenset[str] | set[str]]] = {
    "http_requests": {
        "route": ROUTES,
        "method": METHODS | {OTHER},
        "code": STATUSES,
    },
    "http_request_seconds": {"route": ROUTES},
    "graphql_operations": {"operation": {ADHOC}, "outcome": {one.value for one in Outcome}},
    "documents": {"outcome": {code.lower() for code in PROBLEMS} | {"ok", "left", OTHER}},
    "rate_limited": {"client_class": {"staff", "partner", "service", "unproved"}},
    "telephony_messages": {"outcome": {one.value for one in Heard}},
    "shed": {
        "class": {one.value for one in Class},
        "reason": {one.value for one in Reason},
    },
    "ws_connections": {"protocol": set(PROTOCOLS)},
    "ws_rejected": {"why": {one.value for one in Why}},
    "change_events": {"outcome": set(OUTCOMES)},
    "invalidations": {"cause": {one.value for one in Cause}},
    "graphql_rejected": {"code": PROBLEMS.keys() | {OTHER}},
    "graphql_answers": {"outcome": {one.value for one in Reuse}},
    "graphql_pieces": {"outcome": {Reuse.HIT.value, Reuse.MISS.value}},
    "graphql_cost": {"operation": {ADHOC}},
    "graphql_answer_objects": {"operation": {ADHOC}},
    "trusted_documents": {"result": {one.value for one in Result}},
    "config_reload": {"result": {one.value for one in Reload}},
    "trusted_manifests": {"result": {"loaded", "rejected"}},
    "trusted_documents_left_out": {"code": set(PROBLEMS)},
    "graphql_excess": {
        "code": set("BAD_REQUEST QUERY_TOO_LARGE QUERY_TOO_DEEP QUERY_TOO_COMPLEX QUERY_TOO_COSTLY".split())
    },
    "inflight": {"class": {kind.value.lower() for kind in CallerKind}},
    "overview_completeness": {"state": {one.value.lower() for one in Completeness}},
    "source_requests": {
        "source": {"sql", "documents"},
        "outcome": {one.removeprefix("source.") for one in FAILURES} | {"ok"},
    },
    "source_seconds": {"source": {"sql", "documents"}},
    "source_inflight": {"source": {"sql", "documents"}},
    "source_waiting": {"source": {"sql", "documents"}},
    "breaker_state": {"source": {"sql", "documents"}},
    "breaker_transitions": {
        "source": {"sql", "documents"},
        "to": {one.value for one in State},
    },
    "breaker_rejected": {"source": {"sql", "documents"}},
    "bulkhead_rejected": {"source": {"sql", "documents"}},
    "source_batch_keys": {"source": {"sql", "documents"}},
    "source_batch_wait_seconds": {"source": {"sql", "documents"}},
    "retries": {"source": {"sql", "documents"}, "reason": REASONS | {OTHER}},
    "retry_budget_exhausted": {"source": {"sql", "documents"}},
    "hedges": {"source": {"sql", "documents"}, "result": {"won", "lost"}},
    "cache_requests": {
        "source": {"sql", "documents"},
        "level": {PROCESS, SHARED},
        "result": {"hit", "stale", "miss", "bypass"},
    },
    "cache_served_stale": {"source": {"sql", "documents"}},
    "singleflight_shared": {"level": {PROCESS, SHARED}},
    "cache_rejected": {"reason": {one.value for one in Rejected}},
    "cache_write_errors": {"reason": {"oom", "read_only", "refused"}},
    "cache_errors": {"reason": {TIMEOUT, CONNECTION, AWAY}},
    "authz_decisions": {"rule": RULES | {OTHER}, "result": {one.value.lower() for one in Verdict}},
    "clock_offset_seconds": {"against": {"documents", SHARED_CLOCK}},
    "audit_events": {"action": ACTIONS | {OTHER}},
    "tls_expiry_seconds": {"source": {"sql", "documents"}},
    "jwks_age_seconds": {"issuer": {"staff"}},
    "build_info": {"version": {"0.1.0"}, "schema_hash": {SCHEMA}},
}
