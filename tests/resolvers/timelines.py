"""Timelines as requests of a caller get them, page by page."""

from datetime import date, timedelta
from typing import Any

from resolvers.caller import Caller
from resolvers.timeline import TIMELINE_PARTS, Asked, Entry, Timeline, timeline
from sources.crn import Crn
from sources.parts import (
    CORRESPONDENCE,
    DEBT,
    ENTITLEMENT,
    INTERACTION,
    OWNERSHIP,
    Entitlement,
)
from sources.parts.entitlement import (
    Appointment,
    AppointmentProvider,
    AppointmentStatus,
    Benefit,
    BenefitStatus,
    Claim,
    ClaimPart,
    ClaimStatus,
    Report,
)
from sources.parts.history import History
from sources.parts.ownership import Lock, Transfer, TransferMethod
from tests.people import NOW, OFFICER, Body, body_with, picture_of
from tests.records import (
    CALL,
    ONLINE,
    OWNER,
    SMS,
    debt,
    happened,
    history,
    letter_of,
    owned,
    sydney,
    written,
)

PATH = ("customer", "timeline")
DAY = timedelta(days=1)


async def page_of(
    body: Body,
    asked: Asked | None = None,
    first: int = 20,
    after: str | None = None,
    caller: Caller = OFFICER,
    owner: Crn = OWNER,
) -> Timeline:
    """One page, as one request of a caller gets it."""
    page, _ = await answer_of(body, asked, first, after, caller, owner)
    return page


async def answer_of(
    body: Body,
    asked: Asked | None = None,
    first: int = 20,
    after: str | None = None,
    caller: Caller = OFFICER,
    owner: Crn = OWNER,
) -> tuple[Timeline, list[str]]:
    """One page, and the codes of what failed beneath it."""
    seen = await picture_of(body, TIMELINE_PARTS, caller, owner)
    page = await timeline(seen, asked or Asked(), first, after, PATH)
    assert all(failure.path == PATH for failure in seen.scope.failures)
    return page, [failure.fault.code for failure in seen.scope.failures]


async def walked(body: Body, asked: Asked | None = None, first: int = 20) -> list[Entry]:
    """All entries of a list; each page a request of its own, asked for twice."""
    found: list[Entry] = []
    after = None
    for _ in range(500):
        page = await page_of(body, asked, first, after)
        assert page == await page_of(body, asked, first, after)
        assert len(page.edges) <= first
        assert [entry for day in page.days for entry in day.entries] == [edge.node for edge in page.edges]
        found += [edge.node for edge in page.edges]
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor
        assert after is not None
    raise AssertionError("it has no end")


def titles(page: Timeline) -> list[str]:
    return [edge.node.title for edge in page.edges]


def histories(records: list[Any]) -> dict[Any, History[Any]]:
    """The records by the part that tells them."""
    parts = {"Interaction": INTERACTION, "Correspondence": CORRESPONDENCE, "Debt": DEBT}
    told: dict[Any, list[Any]] = {}
    for one in records:
        told.setdefault(parts[type(one).__name__], []).append(one)
    return {part: history(*items) for part, items in told.items()}


def state(page: Timeline, source: str) -> Any:
    """The customer's own section of a part."""
    (found,) = [one for one in page.sections if one.source == source and one.person is None]
    return found


CLAIMS = Entitlement(
    OWNER,
    claims=(Claim("C1", date(2025, 1, 2), (ClaimPart("JSP", ClaimStatus.REJECTED, date(2025, 1, 20)),)),),
    benefits=(Benefit("AGE", BenefitStatus.SUSPENDED, date(2025, 2, 1), "NRT"),),
    reports=(Report(date(2025, 2, 10), sydney("2025-02-10T08:00")), Report(date(2025, 2, 24))),
    appointments=(
        Appointment("A1", AppointmentProvider.PROVIDER, sydney("2025-02-20T09:00"), AppointmentStatus.MISSED),
    ),
)


def whole() -> Body:
    """Somebody of whom every source knows something."""
    return body_with(
        {
            INTERACTION: history(
                happened(CALL, NOW - DAY, officer="ABC123", department="Families"),
                happened(ONLINE, NOW - 2 * DAY, title="Report income"),
            ),
            CORRESPONDENCE: history(written(SMS, NOW - 3 * DAY), letter_of("2025-03-01")),
            DEBT: history(debt("10", NOW - 30 * DAY)),
            OWNERSHIP: owned(
                past_locks=(Lock("K1", "Families", NOW - 40 * DAY, officer="ABC123"),),
                transfers=(Transfer("T1", "Families", "Debts", TransferMethod.BY_AGREEMENT, NOW - 41 * DAY),),
            ),
            ENTITLEMENT: CLAIMS,
        }
    )
