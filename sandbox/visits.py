"""Visits to a service centre, in its own time."""

from typing import Final

from sandbox.interaction import interaction, officer
from sandbox.life import Entry, Life

CONTACT_TYPES: Final = (
    "Lodge documents",
    "Progress of claim",
    "Payment enquiry",
    "Proof of identity",
    "Update circumstances",
    "Reporting help",
    "Rent certificate",
    "Self-service support",
)


def visit(
    life: Life,
    back: int,
    contact_type: str | None = None,
    queue: str | None = None,
    second: int | None = None,
    **more: object,
) -> Entry:
    """Tell a visit to the centre of the person's town."""
    place = life.person.place
    at = life.office(back, second)
    seconds = life.between(480, 3300)
    return interaction(
        life,
        "SERVICE_CENTRE_VISIT",
        "FACE_TO_FACE",
        "INBOUND",
        at,
        place.centre,
        "NOT_APPLICABLE",
        "front-of-house",
        min(seconds, 900) if at.date() >= life.calendar.on else seconds,
        location={"name": place.centre, "zone": place.zone.key},
        queue=queue or life.person.circumstance.queue,
        contact_type=contact_type or life.pick(CONTACT_TYPES),
        officer=officer(life),
        department="Service Centre",
        **more,
    )
