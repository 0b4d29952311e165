"""The rows about a system that answers, and answers wrong."""

from typing import Final

from tests.chaos.faults import sim, wire
from tests.chaos.row import Row
from tests.chaos.stage import DORA
from tests.running.people import ANNE, BORIS

BOTH: Final = (ANNE, BORIS)
HTTP_ERROR: Final = frozenset({"source.http_error"})
UNREADABLE: Final = frozenset({"source.unreadable", "source.bad_data"})
STRANGER: Final = frozenset({"security.wrong_subject", "source.wrong_subject"})

STATUSES: Final = (
    *(
        Row(
            "F06",
            f"says {status}",
            (sim("status", status=status),),
            "UNAVAILABLE",
            log=HTTP_ERROR,
            outcome="http_error",
        )
        for status in (500, 502, 503, 504)
    ),
    Row(
        "F06",
        "says 503 and when to come back",
        (sim("status", status=503, retry_after=7),),
        "UNAVAILABLE",
        log=HTTP_ERROR | {"source.breaker"},
        outcome="http_error",
        retry_after=7,
    ),
    Row(
        "F06",
        "says 502 now and then",
        (sim("status", status=502, probability=0.3, seed=3),),
        "?",
        questions=10,
        moved={"retries_total": {"source": "interactions", "reason": "502"}},
    ),
    Row(
        "F06",
        "says 502 until nothing more may be asked again",
        (sim("status", status=502),),
        "UNAVAILABLE",
        questions=5,
        calls=1.2,  # one second attempt for all of them
        log=HTTP_ERROR,
        outcome="http_error",
        guards={"interactions": "retries_a_second = 1\nretry_share = 0"},
        moved={"retry_budget_exhausted_total": {"source": "interactions"}},
    ),
    Row(
        "F07",
        "says that it is asked too much and when to come back",
        (sim("status", status=429, retry_after=1, times=1),),
        moved={"retries_total": {"source": "interactions", "reason": "429"}},
        places=16,
    ),
    Row(
        "F07",
        "says that it is asked too much and to come back too late",
        (sim("status", status=429, retry_after=60),),
        "UNAVAILABLE",
        questions=5,
        retry_after=60,
        log=frozenset({"source.throttled"}),
        outcome="throttled",
        calls=1,
        places=16,
    ),
    Row(
        "F07",
        "says that it is asked too much and when to come back and says it again",
        (sim("status", status=429, retry_after=1),),
        "UNAVAILABLE",
        retry_after=1,
        log=frozenset({"source.throttled"}),
        outcome="throttled",
        places=8,  # halved twice, as there was a second between
    ),
    *(
        Row(
            "F08",
            f"says {status}",
            (sim("status", status=status),),
            "UNAVAILABLE",
            log=frozenset({"source.auth_failed"}),
            outcome="auth_failed",
        )
        for status in (401, 403)
    ),
    Row(
        "F09",
        "says 404 where that is no answer",
        (sim("status", status=404),),
        "UNAVAILABLE",
        log=HTTP_ERROR,
        outcome="http_error",
    ),
    Row(
        "F09",
        "knows nobody of this number",
        (),
        "NOT_FOUND",
        struck=("ownership",),
        people=(DORA,),
        unknown=("ownership",),
        calls=1,
    ),
    Row(
        "F13",
        "refuses what is asked about several together",
        (sim("status", status=500, match="lookup"),),
        "OK",
        struck=("customer",),
        people=BOTH,
        log=frozenset({"source.batch_failed"}),
        calls=3,
    ),
    Row(
        "F13",
        "refuses several together and each alone",
        (sim("status", status=500),),
        "UNAVAILABLE",
        struck=("debt",),
        people=BOTH,
        log=frozenset({"source.batch_failed", "source.http_error"}),
        outcome="http_error",
        calls=3,
    ),
)

UNUSABLE: Final = (
    *(
        Row("F10", f"sends {words}", faults, "BAD_DATA", log=UNREADABLE, outcome="bad_data")
        for words, faults in {
            "bytes that mean nothing": (sim("garbled"),),
            "a page to sign in": (sim("html"),),
            "half of a text": (sim("half"),),
            "a byte that is no text": (wire("corrupt", offset=250, xor=128),),
        }.items()
    ),
    Row("F10", "sends in small pieces", (wire("slicer", average_size=16, size_variation=8, delay=100),)),
    Row(
        "F14",
        "sends too much",
        (sim("oversize", megabytes=17),),
        "BAD_DATA",
        log=frozenset({"source.oversize"}),
        outcome="oversize",
        calls=1,
    ),
    Row(
        "F14",
        "sends what unpacks to too much",
        (sim("gzip_bomb", megabytes=64),),
        "BAD_DATA",
        log=frozenset({"source.oversize"}),
        outcome="oversize",
        calls=1,
    ),
    Row(
        "F16",
        "ends too soon without having said its length",
        (sim("truncated", how="close"),),
        "BAD_DATA",
        log=UNREADABLE,
        outcome="bad_data",
    ),
    Row(
        "F16",
        "ends too soon between pieces",
        (sim("truncated", how="chunked"),),
        "UNAVAILABLE",
        log=frozenset({"source.reset"}),
        outcome="reset",
        calls=3,
    ),
)

STRANGERS: Final = (
    *(
        Row(
            "F11",
            f"answers about somebody else of {part}",
            (sim("wrong_subject"),),
            "BAD_DATA",
            "SOURCE_WRONG_SUBJECT",
            log=STRANGER,
            outcome="wrong_subject",
            struck=(part,),
            people=people,
            moved={"wrong_subject_total": {}},
        )
        for part, people in {
            "interaction": BOTH,
            "customer": (ANNE,),
            "debt": BOTH,
            "ownership": (ANNE,),
        }.items()
    ),
    Row(
        "F12",
        "leaves one of two out",
        (sim("dropped"),),
        ("UNAVAILABLE", "OK"),
        people=BOTH,
        struck=("customer",),
        log=frozenset({"source.partial_batch"}),
        outcome="partial_batch",
    ),
    Row(
        "F12",
        "answers about two in another order",
        (sim("reordered", seed=5),),
        people=BOTH,
        struck=("customer", "interaction", "debt"),
    ),
    Row(
        "F12",
        "says everything twice",
        (sim("doubled"),),
        people=BOTH,
        struck=("customer", "interaction", "debt"),
    ),
)

ROWS: Final = (*STATUSES, *UNUSABLE, *STRANGERS)
