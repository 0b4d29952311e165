"""The alert that issues are on file, while there are any (BR-CO-41)."""

from collections.abc import Iterable

from resolvers.alerts.notice import AlertKind, Matter, Notice, always
from resolvers.cards.activity import Desk, IconColour, Readings
from sources.parts import ENTITLEMENT


def _on_file(readings: Readings, _: Desk) -> Iterable[Notice]:
    held = readings.of(ENTITLEMENT)
    if held is not None and held.issues_on_file:
        yield Notice()


ISSUE_ALERTS = (AlertKind(Matter.ISSUES_ON_FILE, (ENTITLEMENT,), always, _on_file, IconColour.AMBER),)
