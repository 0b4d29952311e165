"""Every attack of the table, against gateways that run."""

import pytest

from tests.attacks import (
    agreements,
    bodies,
    browsing,
    conflicts,
    cost,
    documents,
    followed,
    glass,
    journal,
    keys,
    live,
    requests,
    restricted,
    scopes,
    sealed,
    tokens,
    transport,
)
from tests.attacks.attack import Attack
from tests.attacks.stage import Stage
from tests.attacks.trial import tried

TABLES = (
    *(tokens, keys, scopes, agreements, conflicts, restricted, browsing, glass, sealed, requests, journal),
    *(transport, bodies, cost, documents, live, followed),
)
TABLE = [attack for table in TABLES for attack in table.ATTACKS]


@pytest.mark.parametrize("attack", TABLE, ids=lambda attack: attack.name)
async def test_an_attack_comes_to_what_its_line_says(attack: Attack, stage: Stage) -> None:
    await tried(attack, stage)


def test_no_two_attacks_have_one_name() -> None:
    assert len({attack.name for attack in TABLE}) == len(TABLE)
