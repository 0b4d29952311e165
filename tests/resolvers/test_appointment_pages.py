"""Pages of cards while appointments come due: nothing that stood on the list is lost, nothing stands on it twice."""

from datetime import timedelta
from typing import Any

import pytest

from sources.parts import ENTITLEMENT, INTERACTION, Entitlement
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus
from tests.people import Body, body_with, overview_of
from tests.records import CALL, OWNER, happened, history, sydney

NOW = sydney("2025-03-10T11:59")
CALLS = [happened(CALL, sydney(f"2025-03-10T{hour}:00"), id=hour, title=hour) for hour in ("10", "08")]


def met(at: str, status: AppointmentStatus) -> Appointment:
    return Appointment(f"P{at}", AppointmentProvider.SERV_AU, sydney(at), status)


async def page(body: Body, after: str | None) -> Any:
    await body.cache.invalidate(OWNER)
    return (await overview_of(body)).cards(None, None, 1, after)


@pytest.mark.parametrize("ahead", [AppointmentStatus.CANCELLED, AppointmentStatus.RESCHEDULED, None])
@pytest.mark.parametrize("then", [AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED])
async def test_an_appointment_that_comes_due_between_two_pages_takes_no_card_off_the_list(
    ahead: AppointmentStatus | None, then: AppointmentStatus
) -> None:
    """One at nine was attended, one at noon is to come; one of next week may be off already."""
    held = [met("2025-03-10T09:00", AppointmentStatus.ATTENDED)]
    held += [met("2025-03-17T09:00", ahead)] if ahead is not None else []
    due = met("2025-03-10T12:00", AppointmentStatus.BOOKED)
    body = body_with(
        {INTERACTION: history(*CALLS), ENTITLEMENT: Entitlement(OWNER, appointments=(*held, due))}, now=NOW
    )
    whole = [edge.node for edge in (await overview_of(body)).cards(None, None, 100, None).edges]
    found, after = [], None
    while True:
        one = await page(body, after)
        found += [edge.node for edge in one.edges]
        if not one.page_info.has_next_page:
            break
        after = one.page_info.end_cursor
        if found[-1].title == "10":
            body.clock.wait(timedelta(minutes=2).total_seconds())
            due = met("2025-03-10T12:00", then)
            body.tell(ENTITLEMENT, Entitlement(OWNER, appointments=(*held, due)))
    assert [card.id for card in found] == [card.id for card in whole]
