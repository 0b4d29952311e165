"""Alerts: the notices that hold today, in words and in order; of those about debts exactly one (BR-CO-42)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from math import inf
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from resolvers.alerts.notice import AlertKind, Matter, Notice, Span, moved
from resolvers.cards.activity import Desk, IconColour, Readings
from resolvers.medicare import without_numbers
from resolvers.policy import Labels

ORDER = {matter: number for number, matter in enumerate(Matter)}


class Alert(Struct, frozen=True):
    """One alert. `effective_date` is the day it is about, `expires_at` the midnight after the last day of its window;
    None where only a change of the record ends it. `pattern` names the label that was filled: it tells a claim on hold
    from another."""

    kind: Matter
    label: str
    colour: IconColour
    effective_date: date | None
    expires_at: datetime | None
    pattern: str


class Placed(Struct, frozen=True):
    """A notice, the kind that it belongs to, and the days on which it holds."""

    declared: AlertKind
    notice: Notice
    span: Span


def alerts(kinds: Iterable[AlertKind], readings: Readings, desk: Desk, today: date) -> tuple[Alert, ...]:
    """Return the alerts of a day: by kind, then the earliest first. What would read the same is told once."""
    policy = desk.policy.alerts
    placed = [
        Placed(declared, notice, declared.span(notice, policy.of(declared.kind.value)))
        for declared in kinds
        for notice in declared.build(readings, desk)
    ]
    rivals = [one for one in placed if one.declared.kind.value in policy.debts]
    others = [one for one in placed if one.declared.kind.value not in policy.debts and today in one.span]
    told = {_alert(one, desk, today) for one in (*others, *_foremost(rivals, policy.debts, today))}
    return tuple(sorted(told, key=_rank))


def _foremost(rivals: Sequence[Placed], precedence: Sequence[str], today: date) -> list[Placed]:
    """Return the one of several rivals that is told, if any: the first kind that holds, and of that kind what lies
    nearest to today. It ends where a kind that goes before it begins."""

    def rank(one: Placed) -> int:
        return precedence.index(one.declared.kind.value)

    def nearness(one: Placed) -> tuple[int, int, date]:
        day = one.notice.day or today
        return rank(one), abs((day - today).days), day

    holding = [one for one in rivals if today in one.span]
    if not holding:
        return []
    told = min(holding, key=nearness)
    overtaken = [
        moved(one.span.first, -1)
        for one in rivals
        if rank(one) < rank(told) and today < one.span.first <= one.span.last
    ]
    return [replace(told, span=replace(told.span, last=min([told.span.last, *overtaken])))]


def _alert(one: Placed, desk: Desk, today: date) -> Alert:
    return Alert(
        one.declared.kind,
        _label(one.declared.kind, one.notice, desk, today),
        one.declared.colour,
        one.notice.day,
        _midnight_after(one.span.last, desk.zone),
        one.notice.pattern or one.declared.kind.value,
    )


def _midnight_after(last: date, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(moved(last, 1), time.min, zone) if last < date.max else None


def _rank(alert: Alert) -> tuple[int, date, str, float]:
    """Return what alerts are compared by: the lower stands first."""
    expires = alert.expires_at.timestamp() if alert.expires_at is not None else inf
    return ORDER[alert.kind], alert.effective_date or date.min, alert.label, expires


def _label(kind: Matter, notice: Notice, desk: Desk, today: date) -> str:
    blanks = dict(notice.blanks)
    dated = notice.dated or notice.day
    if dated is not None:
        blanks["date"] = in_words(dated, today, desk.labels)
    if notice.at is not None:
        blanks["time"] = _time(notice.at.astimezone(desk.zone), desk.labels)
    told = desk.labels.alerts[notice.pattern or kind.value].format_map(blanks)
    return without_numbers(told, desk.labels.overview["medicare_number"])


def in_words(day: date, today: date, labels: Labels) -> str:
    """Return a day in words, with its year when it lies more than twelve months back (BR-CO-37)."""
    words = labels.calendar
    pattern = words["date_with_year" if day < _year_before(today) else "date"]
    return pattern.format(day=f"{day.day:02}", month=words[f"month_{day.month}"], year=f"{day.year:04}")


def _year_before(day: date) -> date:
    """Return the day twelve months before; for 29 February the 28th."""
    if day.year == date.min.year:
        return date.min
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _time(local: datetime, labels: Labels) -> str:
    words = labels.calendar
    half = words["morning" if local.hour < 12 else "afternoon"]
    return words["time"].format(hour=local.hour % 12 or 12, minute=f"{local.minute:02}", half=half)
