"""Lines across the top (BR-CO-51, BR-CO-52): that there is something to know, never what, and for how long."""

from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from resolvers.banner import BannerKind
from resolvers.caller import Presentation
from resolvers.policy import SpecialBanner
from sources.errors import SourceUnavailable
from sources.parts import CUSTOMER, RESTRICTION, Restriction
from sources.parts.customer import Address, AddressKind
from tests.people import NOW, OFFICER, PARTNER, POLICY, body_with, overview_of
from tests.records import OWNER, customer, sydney

SMART, CENTRE = Presentation.SMART_CENTRE, Presentation.SERVICE_CENTRE
FLOOD = SpecialBanner("Flood", date(2025, 3, 8), date(2025, 3, 12), "https://my.gov.au/flood")
HOME = Address(AddressKind.RESIDENTIAL, ("1 Road",), "Lismore", "NSW", "2480")


async def over(
    *special: SpecialBanner,
    now: datetime = NOW,
    caller: Any = OFFICER,
    presentation: Presentation = SMART,
    restriction: Restriction | None = None,
    **told: Any,
) -> Any:
    policy = msgspec.structs.replace(POLICY, banners=special)
    records = {CUSTOMER: customer(OWNER, **told)}
    body = body_with(records | ({RESTRICTION: restriction} if restriction else {}), now, policy)
    return (await overview_of(body, caller=caller, presentation=presentation)).banners


async def kinds(*special: SpecialBanner, **told: Any) -> list[str]:
    return [one.kind.value for one in await over(*special, **told)]


async def test_a_customer_of_whom_nothing_is_to_be_known_has_no_banner() -> None:
    assert await over() == ()


async def test_notes_to_be_read_and_a_plan_are_told_of_and_not_told() -> None:
    """BR-CO-51."""
    notes, plan = await over(display_on_access=True, managed_service_plan=True)
    assert (notes.kind, plan.kind) == (BannerKind.DISPLAY_ON_ACCESS, BannerKind.MANAGED_SERVICE_PLAN)
    for one in (notes, plan):
        assert one.text
        assert (one.link, one.valid_from, one.valid_to) == (None, None, None)


async def test_banners_stand_in_one_order_and_special_ones_in_that_of_the_policy() -> None:
    """BR-CO-51."""
    later = msgspec.structs.replace(FLOOD, text="A later one", first=date(2025, 3, 10))
    shown = await over(later, FLOOD, display_on_access=True, managed_service_plan=True)
    assert [one.kind.value for one in shown] == [
        "DISPLAY_ON_ACCESS",
        "MANAGED_SERVICE_PLAN",
        "SPECIAL",
        "SPECIAL",
    ]
    assert [one.text for one in shown[2:]] == ["A later one", "Flood"]


async def test_a_service_centre_shows_no_plan_and_everything_else() -> None:
    told = {"display_on_access": True, "managed_service_plan": True, "presentation": CENTRE}
    assert await kinds(FLOOD, **told) == ["DISPLAY_ON_ACCESS", "SPECIAL"]


@pytest.mark.parametrize(
    ("moment", "there"),
    [
        ("2025-03-07T23:59:59", False),
        ("2025-03-08T00:00", True),
        ("2025-03-12T23:59:59", True),
        ("2025-03-13T00:00", False),
    ],
)
async def test_a_special_banner_stands_on_both_its_days_and_between(moment: str, there: bool) -> None:
    """BR-CO-51; days are those of the policy's zone, eleven hours before those of UTC."""
    assert bool(await over(FLOOD, now=sydney(moment))) == there


async def test_a_special_banner_says_its_days_and_where_to_read_more() -> None:
    """BR-CO-51."""
    (shown,) = await over(FLOOD)
    assert (shown.text, shown.link) == ("Flood", "https://my.gov.au/flood")
    assert (shown.valid_from, shown.valid_to) == (date(2025, 3, 8), date(2025, 3, 12))


async def test_an_overview_is_fresh_until_the_day_on_which_a_banner_goes() -> None:
    policy = msgspec.structs.replace(POLICY, banners=(FLOOD,))
    body = body_with({}, sydney("2025-03-12T23:59:59"), policy)
    assert (await overview_of(body)).fresh_until == sydney("2025-03-13T00:00")


@pytest.mark.parametrize(
    ("place", "there"),
    [
        ({"states": ("nsw",)}, True),
        ({"states": ("QLD",)}, False),
        ({"postcodes": ("247", "248")}, True),
        ({"postcodes": ("249",)}, False),
        ({"states": ("QLD",), "postcodes": ("2480",)}, True),
        ({"postcodes": ("24801",)}, False),
    ],
)
async def test_a_special_banner_may_be_for_those_who_live_in_a_place(
    place: dict[str, Any], there: bool
) -> None:
    """BR-CO-51."""
    assert bool(await over(msgspec.structs.replace(FLOOD, **place), addresses=(HOME,))) == there


@pytest.mark.parametrize(
    "addresses",
    [
        (),
        (msgspec.structs.replace(HOME, kind=AddressKind.POSTAL),),
        (msgspec.structs.replace(HOME, invalid=True),),
        (msgspec.structs.replace(HOME, state=None, postcode=None),),
    ],
)
async def test_whoever_lives_nowhere_known_is_not_in_the_place(addresses: Any) -> None:
    here = msgspec.structs.replace(FLOOD, states=("NSW",), postcodes=("2",))
    assert await over(here, addresses=addresses) == ()


async def test_where_a_customer_lives_is_not_told_by_a_banner_to_whom_it_is_withheld() -> None:
    blind = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"contact:read"})
    here = msgspec.structs.replace(FLOOD, states=("NSW",))
    assert [one.text for one in await over(here, FLOOD, caller=blind, addresses=(HOME,))] == ["Flood"]


async def test_banners_are_for_officers() -> None:
    assert await over(FLOOD, caller=PARTNER, display_on_access=True, managed_service_plan=True) == ()


async def test_banners_that_cannot_be_known_are_not_taken_for_none() -> None:
    """Nobody deals with a customer as if there were no note to be read."""
    body = body_with({})
    body.tell(CUSTOMER, SourceUnavailable("told"))
    made = await overview_of(body)
    with pytest.raises(SourceUnavailable):
        _ = made.banners


@pytest.mark.parametrize("presentation", Presentation)
@pytest.mark.parametrize("officer", ["officer-1", "chief"])
async def test_a_restricted_record_has_its_banner_and_no_other(
    officer: str, presentation: Presentation
) -> None:
    """BR-CO-52, in both presentations, for officers who may open the record and for others."""
    caller = msgspec.structs.replace(OFFICER, id=officer)
    (shown,) = await over(
        FLOOD,
        caller=caller,
        presentation=presentation,
        restriction=Restriction(OWNER, True, manager="chief"),
        display_on_access=True,
        managed_service_plan=True,
    )
    assert shown.kind is BannerKind.RESTRICTED_ACCESS
