"""Profile indicators: what an officer sees beside the customer's name in an overview (BR-CO-50)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from resolvers.caller import Presentation
from resolvers.cards.activity import Desk, IconColour
from resolvers.medicare import without_numbers
from sources.parts import Customer
from sources.parts.customer import (
    AccountState,
    Indicator,
    IndicatorKind,
    NomineeType,
    RepresentativeKind,
)

ACCOUNTS: Final = (IndicatorKind.VOICEPRINT, IndicatorKind.ONLINE_ACCOUNT, IndicatorKind.MOBILE_APP)
_NOT_SAID: Final = frozenset({"en", "eng", "english", "und", ""})


class ProfileIndicator(Struct, frozen=True):
    """One thing beside the customer's name. `hover_text` is what is read when the pointer rests on it.

    `state`, `last_login` and `lock_reason` are told of means of access only.
    """

    kind: IndicatorKind
    hover_text: str | None = None
    state: AccountState | None = None
    last_login: datetime | None = None
    lock_reason: str | None = None
    colour: IconColour | None = None


def profile_indicators(
    record: Customer, desk: Desk, today: date, presentation: Presentation
) -> tuple[ProfileIndicator, ...]:
    """Return what stands beside the customer's name, one of a kind at most, in the order of the kinds.

    A kind that the gateway does not know is not among them: it stands in the customer's profile.
    """
    told: Iterable[ProfileIndicator | None] = (
        _remote(record, desk),
        _language(record, desk),
        _nominee(record, desk, today),
        *(_account(record, kind, desk, presentation) for kind in ACCOUNTS),
    )
    return tuple(_without_medicare(one, desk) for one in told if one is not None)


def _without_medicare(told: ProfileIndicator, desk: Desk) -> ProfileIndicator:
    mark = desk.labels.overview["medicare_number"]
    texts = {"hover_text": told.hover_text, "lock_reason": told.lock_reason}
    return replace(told, **{name: text and without_numbers(text, mark) for name, text in texts.items()})


def _marked(record: Customer, kind: IndicatorKind) -> list[Indicator]:
    return [one for one in record.indicators if one.kind is kind]


def _remote(record: Customer, desk: Desk) -> ProfileIndicator | None:
    marked, lives = _marked(record, IndicatorKind.REMOTE), next(iter(record.homes), None)
    if not marked:
        return None
    place = marked[0].detail
    if place is None and lives is not None:
        pattern = desk.labels.indicators["place"]
        place = pattern.format(town=lives.locality, state=lives.state or "").strip()
    return ProfileIndicator(IndicatorKind.REMOTE, place)


def _language(record: Customer, desk: Desk) -> ProfileIndicator | None:
    """Return the language that the record marks or prefers, whichever is not English."""
    marked = [one.detail for one in _marked(record, IndicatorKind.LANGUAGE) if one.detail is not None]
    spoken = (one for one in (*marked, record.preferences.language) if _is_told(one))
    said = next(spoken, None)
    return None if said is None else ProfileIndicator(IndicatorKind.LANGUAGE, _name_of(said, desk))


def _is_told(language: str) -> bool:
    return language.strip().replace("_", "-").partition("-")[0].casefold() not in _NOT_SAID


def _name_of(language: str, desk: Desk) -> str:
    """Return the name of a language that is told by its tag; one that is told by its name keeps it."""
    tag = language.strip().replace("_", "-")
    names = desk.labels.languages
    return names.get(tag) or names.get(tag.partition("-")[0].casefold()) or tag


def _nominee(record: Customer, desk: Desk, today: date) -> ProfileIndicator | None:
    """Return what the record marks and what nominees of today receive, each type once."""
    marked = _marked(record, IndicatorKind.NOMINEE)
    acting = [
        one
        for one in record.representatives
        if one.kind is RepresentativeKind.NOMINEE
        and (one.since is None or one.since <= today)
        and (one.until is None or today <= one.until)
    ]
    if not marked and not acting:
        return None
    told = [*(one.detail for one in marked), *(one.nominee_type for one in acting)]
    types = [_nominee_type(one, desk) for one in told if one not in {None, NomineeType.OTHER}]
    return ProfileIndicator(IndicatorKind.NOMINEE, ", ".join(dict.fromkeys(types)) or None)


def _nominee_type(told: str | None, desk: Desk) -> str:
    """Return the name of a type that is told by its code; one that is told in words keeps them."""
    known = NomineeType.__members__.get(told or "")
    return desk.labels.indicators[known.value] if known is not None else told or ""


def _account(
    record: Customer, kind: IndicatorKind, desk: Desk, presentation: Presentation
) -> ProfileIndicator | None:
    """Return the state of a means of access; of several, a locked one, then the one that was used last."""
    marked = _marked(record, kind)
    if not marked:
        return None
    shown = max(marked, key=_weight)
    locked = shown.state is AccountState.LOCKED
    amber = locked and presentation is Presentation.SMART_CENTRE
    return ProfileIndicator(
        kind=kind,
        hover_text=_hover(shown, desk),
        state=shown.state,
        last_login=shown.last_login,
        lock_reason=shown.lock_reason if locked else None,
        colour=IconColour.AMBER if amber else None,
    )


def _weight(account: Indicator) -> tuple[bool, bool, float]:
    used = account.last_login
    return account.state is AccountState.LOCKED, used is not None, used.timestamp() if used else 0.0


def _hover(account: Indicator, desk: Desk) -> str:
    """Return the state, why it is locked, and when it was last used: of a locked account only for a voiceprint."""
    words = desk.labels.indicators
    locked = account.state is AccountState.LOCKED
    text = words[(account.state or AccountState.OTHER).value]
    if locked and account.lock_reason is not None:
        text = words["with_reason"].format(state=text, reason=account.lock_reason)
    if account.last_login is not None and (not locked or account.kind is IndicatorKind.VOICEPRINT):
        text = words["with_login"].format(state=text, day=_day(account.last_login, desk))
    return text


def _day(at: datetime, desk: Desk) -> str:
    day = desk.day(at)
    words = desk.labels.calendar
    month = words[f"month_{day.month}"]
    return words["date_with_year"].format(day=f"{day.day:02}", month=month, year=f"{day.year:04}")
