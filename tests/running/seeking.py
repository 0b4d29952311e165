"""Looking for people through a gateway."""

from typing import Any

from tests.running.answers import Answer
from tests.running.serving import Gate

PAGE = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
SEARCH = f"""query($quick: String, $advanced: CustomerSearch, $first: Int! = 20, $after: String) {{
    searchCustomers(quick: $quick, advanced: $advanced, first: $first, after: $after) {{
        edges {{ cursor node {{ id crn profile {{ names {{ family given }} }} }} possibleDuplicates }} {PAGE} }} }}"""


async def searched(gate: Gate, quick: str | None = None, persona: str = "officer", **more: Any) -> Answer:
    variables = more if quick is None else {"quick": quick, **more}
    return await gate.ask(SEARCH, persona, **variables)


async def crns_found(
    gate: Gate, quick: str | None = None, persona: str = "officer", **more: Any
) -> list[str]:
    """Whom one page holds."""
    edges = (await searched(gate, quick, persona, **more)).data["searchCustomers"]["edges"]
    return [edge["node"]["crn"] for edge in edges]


async def every_page(gate: Gate, quick: str, first: int, persona: str = "officer") -> list[Answer]:
    """The answers of a search, page by page until the end."""
    answers, after = [], None
    while True:
        answers.append(await searched(gate, quick, persona, first=first, after=after))
        info = answers[-1].data["searchCustomers"]["pageInfo"]
        if not info["hasNextPage"]:
            return answers
        assert info["endCursor"] != after
        after = info["endCursor"]
