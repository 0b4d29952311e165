"""Letters have titles that tell their content (BR-CO-19): the policy that ships names those of the town's templates."""

from datetime import date
from pathlib import Path

import pytest

from sandbox import templates
from sandbox.templates import Template
from tests.people import POLICY
from tests.running import serving
from tests.running.people import ANNE, letter, person, there

TOWNS = {one.code: one.title for one in vars(templates).values() if isinstance(one, Template)}
CARDS = "query($crn: CRN!) { customer(crn: $crn) { overview { cards { edges { node { title count } } } } } }"
DAY = date(2025, 3, 9)


def test_every_template_that_the_policy_names_is_one_that_is_sent() -> None:
    """BR-CO-19."""
    assert POLICY.templates
    assert POLICY.templates.keys() <= TOWNS.keys()
    assert all(POLICY.templates[code].strip() for code in POLICY.templates)


@pytest.mark.parametrize("code", sorted(TOWNS))
def test_no_two_templates_of_one_channel_have_one_title(code: str) -> None:
    """BR-CO-19: an officer tells two letters apart without opening them."""
    titles = {each: POLICY.templates.get(each, title) for each, title in TOWNS.items() if each[0] == code[0]}
    assert [each for each, title in titles.items() if title == titles[code]] == [code]


async def test_a_letter_has_the_title_of_its_template_and_its_own_where_the_policy_names_none(
    tmp_path: Path,
) -> None:
    """BR-CO-19: and letters of one template are one activity, whatever their source calls them."""
    told = [
        letter(ANNE, "a", DAY, there(2025, 3, 9, 8), template="L5010", title="Q888 v2"),
        letter(ANNE, "b", DAY, there(2025, 3, 9, 9), template="L5010", title="Q888 v3"),
        letter(ANNE, "c", DAY, there(2025, 3, 9, 7), template="L9999", title="As its source calls it"),
    ]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        edges = (await gate.ask(CARDS, crn=ANNE)).data["customer"]["overview"]["cards"]["edges"]
        assert [(edge["node"]["title"], edge["node"]["count"]) for edge in edges] == [
            ("Money owed: account payable notice", 2),
            ("As its source calls it", 1),
        ]
