"""What holds for the cards of any life: nothing lost, nothing twice, nothing by accident of order."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.cards.activity import Kind
from resolvers.cards.card import ROLLED_UP
from resolvers.policy import OnlineCards
from tests.people import ruled
from tests.resolvers.deck import activities, cards
from tests.resolvers.lives import lives

POLICIES = st.sampled_from([ruled(online=how) for how in OnlineCards])
quick = settings(max_examples=60, deadline=None)


@quick
@given(lives(), POLICIES)
def test_the_counts_of_the_cards_add_up_to_what_happened(records: list[Any], policy: Any) -> None:
    made, happened = cards(*records, policy=policy), activities(*records, policy=policy)
    assert sum(card.count for card in made) == len(happened) == len(records)
    counted = [one.id for card in made for one in card.activities]
    assert sorted(counted) == sorted(one.id for one in happened)
    assert all(card.count == len(card.activities) for card in made)


@quick
@given(lives(), st.randoms(), POLICIES)
def test_the_order_of_the_records_changes_nothing(records: list[Any], random: Any, policy: Any) -> None:
    shuffled = random.sample(records, len(records))
    assert cards(*records, policy=policy) == cards(*shuffled, policy=policy)


@quick
@given(lives(), POLICIES)
def test_a_card_counts_one_activity_of_one_kind_on_one_day(records: list[Any], policy: Any) -> None:
    made = cards(*records, policy=policy)
    assert len({card.id for card in made}) == len(made)
    for card in made:
        assert {(one.kind, one.day) for one in card.activities} == {(card.kind, card.date)}
        by_day = policy.cards.online is OnlineCards.BY_DAY and card.kind in ROLLED_UP
        assert by_day or len({one.key for one in card.activities}) == 1


@quick
@given(lives(), POLICIES)
def test_cards_and_what_they_count_stand_newest_first(records: list[Any], policy: Any) -> None:
    made = cards(*records, policy=policy)
    assert [card.place.rank for card in made] == sorted(card.place.rank for card in made)
    pinned = [card.pinned for card in made]
    assert pinned == sorted(pinned, reverse=True)
    for several in (True, False):
        days = [card.date for card in made if card.pinned is several]
        assert days == sorted(days, reverse=True)
    for card in made:
        assert card.latest_at == card.activities[0].at == max(one.at for one in card.activities)


@quick
@given(lives())
def test_only_updated_numbers_are_pinned(records: list[Any]) -> None:
    assert all(card.pinned == (card.kind is Kind.UPDATE_PHONE_NUMBER) for card in cards(*records))


@quick
@given(lives())
def test_by_day_a_days_transactions_are_one_card_for_each_kind(records: list[Any]) -> None:
    made = cards(*records, policy=ruled(online=OnlineCards.BY_DAY))
    rolled = [(card.kind, card.date) for card in made if card.kind in ROLLED_UP]
    assert len(set(rolled)) == len(rolled)
