"""What stands beside a customer's name (BR-CO-50): only what is on record, and what is read when one looks closer."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from resolvers.caller import Presentation
from resolvers.cards.activity import IconColour
from resolvers.indicator import ProfileIndicator
from sources.errors import SourceUnavailable
from sources.parts import CUSTOMER, RESTRICTION, Restriction
from sources.parts.customer import (
    AccountState,
    Address,
    AddressKind,
    Indicator,
    IndicatorKind,
    NomineeType,
    Preferences,
    Representative,
    RepresentativeKind,
)
from tests.people import OFFICER, PARTNER, body_with, overview_of
from tests.records import OWNER, customer

Kind = IndicatorKind
HOME = Address(AddressKind.RESIDENTIAL, ("1 Road",), "Nhulunbuy", "NT", "0880")
LOGIN = datetime(2025, 2, 11, 13, 30, tzinfo=UTC)  # half past midnight of the 12th in Sydney


async def beside(caller: Any = OFFICER, presentation: Presentation | None = None, **told: Any) -> Any:
    body = body_with({CUSTOMER: customer(OWNER, **told)})
    return (await overview_of(body, caller=caller, presentation=presentation)).profile_indicators


async def only(**told: Any) -> ProfileIndicator:
    (one,) = await beside(**told)
    shown: ProfileIndicator = one
    return shown


def marked(kind: Kind, **told: Any) -> tuple[Indicator, ...]:
    return (Indicator(kind, **told),)


def nominee(kind: NomineeType | None, **told: Any) -> Representative:
    return Representative(RepresentativeKind.NOMINEE, "Judith", nominee_type=kind, **told)


async def test_a_customer_of_whom_nothing_is_marked_has_no_indicator() -> None:
    """BR-CO-50."""
    assert await beside(addresses=(HOME,)) == ()


async def test_remote_stands_only_where_the_record_says_so_and_tells_town_and_state() -> None:
    """BR-CO-50."""
    assert (await only(indicators=marked(Kind.REMOTE, detail="Gove, NT"))).hover_text == "Gove, NT"
    shown = await only(indicators=marked(Kind.REMOTE), addresses=(HOME,))
    assert (shown.kind, shown.hover_text) == (Kind.REMOTE, "Nhulunbuy NT")
    assert (await only(indicators=marked(Kind.REMOTE))).hover_text is None


async def test_the_town_of_somebody_whose_address_a_caller_may_not_see_is_not_told() -> None:
    blind = OFFICER.scopes - {"contact:read"}
    caller = type(OFFICER)(OFFICER.kind, OFFICER.id, OFFICER.organisation, scopes=blind)
    (shown,) = await beside(caller, indicators=marked(Kind.REMOTE), addresses=(HOME,))
    assert shown.hover_text is None


@pytest.mark.parametrize("tag", ["en", "en-AU", "EN", "eng", "English", "und", ""])
async def test_english_is_no_language_to_be_told(tag: str) -> None:
    """BR-CO-50."""
    assert await beside(preferences=Preferences(tag), indicators=marked(Kind.LANGUAGE, detail=tag)) == ()


@pytest.mark.parametrize(
    ("preferred", "mark", "name"),
    [
        ("vi", None, "Vietnamese"),
        ("zh-HK", None, "Cantonese"),
        ("pt_BR", None, "Portuguese"),
        ("qaa", None, "qaa"),
        ("en", "Vietnamese", "Vietnamese"),
        ("vi", "English", "Vietnamese"),
        ("en", "ar", "Arabic"),
        ("vi", "Kurdish (Kurmanji)", "Kurdish (Kurmanji)"),
    ],
)
async def test_another_language_is_told_by_its_name_in_english(
    preferred: str, mark: str | None, name: str
) -> None:
    """BR-CO-50."""
    marks = marked(Kind.LANGUAGE, detail=mark) if mark is not None else ()
    shown = await only(preferences=Preferences(preferred), indicators=marks)
    assert (shown.kind, shown.hover_text) == (Kind.LANGUAGE, name)


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"indicators": marked(Kind.NOMINEE, detail="PAYMENT")}, "Payment nominee"),
        ({"indicators": marked(Kind.NOMINEE, detail="By court order")}, "By court order"),
        ({"indicators": marked(Kind.NOMINEE, detail="day")}, "day"),
        ({"indicators": marked(Kind.NOMINEE)}, None),
        ({"indicators": marked(Kind.NOMINEE, detail="OTHER")}, None),
        ({"representatives": (nominee(NomineeType.CORRESPONDENCE),)}, "Correspondence nominee"),
        ({"representatives": (nominee(None),)}, None),
        (
            {"representatives": (nominee(NomineeType.PAYMENT), nominee(NomineeType.CORRESPONDENCE))},
            "Payment nominee, Correspondence nominee",
        ),
        (
            {
                "indicators": marked(Kind.NOMINEE, detail="PAYMENT"),
                "representatives": (nominee(NomineeType.PAYMENT),),
            },
            "Payment nominee",
        ),
    ],
)
async def test_whoever_is_or_has_a_nominee_is_marked_with_the_type(
    told: dict[str, Any], text: str | None
) -> None:
    """BR-CO-50."""
    shown = await only(**told)
    assert (shown.kind, shown.hover_text) == (Kind.NOMINEE, text)


@pytest.mark.parametrize(
    ("since", "until", "there"),
    [
        (date(2025, 3, 10), date(2025, 3, 10), True),
        (date(2025, 3, 11), None, False),
        (None, date(2025, 3, 9), False),
    ],
)
async def test_a_nominee_counts_on_the_days_on_which_it_holds(
    since: date | None, until: date | None, there: bool
) -> None:
    acting = nominee(NomineeType.PAYMENT, since=since, until=until)
    assert bool(await beside(representatives=(acting,))) == there


async def test_other_representatives_are_no_nominees() -> None:
    others = [kind for kind in RepresentativeKind if kind is not RepresentativeKind.NOMINEE]
    assert await beside(representatives=tuple(Representative(kind, "Somebody") for kind in others)) == ()


ACTIVE = {"state": AccountState.ACTIVE, "last_login": LOGIN}
LOCKED = {"state": AccountState.LOCKED, "last_login": LOGIN, "lock_reason": "Lost phone"}


@pytest.mark.parametrize(
    ("kind", "told", "text"),
    [
        (Kind.ONLINE_ACCOUNT, ACTIVE, "Active, last log-on 12 Feb 2025"),
        (Kind.MOBILE_APP, ACTIVE, "Active, last log-on 12 Feb 2025"),
        (Kind.VOICEPRINT, ACTIVE, "Active, last log-on 12 Feb 2025"),
        (Kind.ONLINE_ACCOUNT, LOCKED, "Locked: Lost phone"),
        (Kind.MOBILE_APP, LOCKED, "Locked: Lost phone"),
        (Kind.VOICEPRINT, LOCKED, "Locked: Lost phone, last log-on 12 Feb 2025"),
        (Kind.VOICEPRINT, {"state": AccountState.LOCKED}, "Locked"),
        (Kind.ONLINE_ACCOUNT, {"state": AccountState.ACTIVE}, "Active"),
        (Kind.ONLINE_ACCOUNT, {}, "State not known"),
        (Kind.MOBILE_APP, {"state": AccountState.OTHER}, "State not known"),
    ],
)
async def test_a_means_of_access_is_active_or_locked_and_says_when_it_was_used(
    kind: Kind, told: dict[str, Any], text: str
) -> None:
    """BR-CO-50; the day of the last log-on is the local one."""
    shown = await only(indicators=marked(kind, **told))
    assert (shown.kind, shown.hover_text) == (kind, text)
    assert (shown.state, shown.last_login) == (told.get("state"), told.get("last_login"))
    assert shown.lock_reason == told.get("lock_reason")


async def test_what_is_locked_is_amber_in_the_smart_centre_only() -> None:
    """BR-CO-50."""
    marks = marked(Kind.ONLINE_ACCOUNT, **LOCKED) + marked(Kind.MOBILE_APP, **ACTIVE)
    smart = await beside(indicators=marks)
    centre = await beside(presentation=Presentation.SERVICE_CENTRE, indicators=marks)
    assert [one.colour for one in smart] == [IconColour.AMBER, None]
    assert [one.colour for one in centre] == [None, None]
    assert [one.hover_text for one in smart] == [one.hover_text for one in centre]


async def test_indicators_stand_in_one_order_and_once_a_kind() -> None:
    kinds = [kind for kind in Kind if kind is not Kind.OTHER]
    marks = [Indicator(kind, state=AccountState.ACTIVE, detail="PAYMENT") for kind in reversed(Kind)]
    shown = await beside(indicators=(*marks, Indicator(Kind.MOBILE_APP, state=AccountState.LOCKED)))
    assert [one.kind for one in shown] == kinds
    assert shown[-1].state is AccountState.LOCKED  # of two it is the one that an officer has to know of


async def test_a_partner_sees_them_as_far_as_the_record_is_shown() -> None:
    (shown,) = await beside(PARTNER, indicators=marked(Kind.VOICEPRINT, **ACTIVE))
    assert shown.state is AccountState.ACTIVE


async def test_a_record_that_cannot_be_read_has_none_and_says_why() -> None:
    body = body_with({})
    body.tell(CUSTOMER, SourceUnavailable("told"))
    made = await overview_of(body)
    with pytest.raises(SourceUnavailable):
        _ = made.profile_indicators


async def test_a_restricted_record_shows_none() -> None:
    """BR-CO-52."""
    marks = marked(Kind.REMOTE, detail="Gove, NT")
    body = body_with({CUSTOMER: customer(OWNER, indicators=marks), RESTRICTION: Restriction(OWNER, True)})
    assert (await overview_of(body)).profile_indicators == ()
