"""What a caller may write for a CRN, and that what is none is refused without being repeated."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sources.crn import Crn
from tests.running import Gate, codes, serving
from tests.running.people import ANNE, person

BY_VARIABLE = "query($crn: CRN!) { customer(crn: $crn) { id crn crnWarning } }"
SEVERAL = "query($crn: CRN!) { customers(crns: [$crn]) { id } }"
BY_ANY = "query($crn: CRN!) { customerBy(identifier: {crn: $crn}) { crn } }"
MISTYPED = Crn(ANNE[:9] + ("A" if ANNE[9] != "A" else "B"))
COUNCIL = '[crn]\nscheme = "opaque"\n'
STRICT = "[crn]\nstrict = true\n"


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("crn"), person(ANNE), person(MISTYPED)) as serves:
        yield serves


WRITTEN = {
    "as it is": ANNE,
    "lower case": ANNE.lower(),
    "in groups": f"{ANNE[:3]} {ANNE[3:6]} {ANNE[6:]}",
    "with hyphens": f"{ANNE[:3]}-{ANNE[3:6]}-{ANNE[6:9]}-{ANNE[9].lower()}",
    "with blanks around it": f"  {ANNE} ",
}


@pytest.mark.parametrize("how", WRITTEN)
async def test_a_crn_may_be_written(how: str, gate: Gate) -> None:
    text = WRITTEN[how]
    for document in (BY_VARIABLE, BY_ANY):
        (shown,) = (await gate.ask(document, crn=text)).data.values()
        assert shown["crn"] == ANNE
    literal = f"{{ customer(crn: {quoted(text)}) {{ crn }} customers(crns: [{quoted(text)}]) {{ crn }} }}"
    assert (await gate.ask(literal)).data == {"customer": {"crn": ANNE}, "customers": [{"crn": ANNE}]}


def quoted(text: str) -> str:
    return msgspec.json.encode(text).decode()


BAD: dict[str, Any] = {
    "empty": "",
    "blank": "   ",
    "too short": "91827364X",
    "too long": "9182736450X",
    "a wrong letter": "918273645Z",
    "letters among the digits": "9182A3645X",
    "no letter": "9182736455",
    "a letter too many": "918273645XX",
    "full-width digits": "９１８２７３６４５X",
    "other digits": "٩١٨٢٧٣٦٤٥X",
    "a number": 9182736455,
    "a fraction": 91827.36455,
    "a truth": True,
    "null": None,
    "a NUL": "9182736\x0045X",
    "a line break": "918273645X\n",
    "10 kB": "918273645X" * 1024,
    "a list": ["918273645X", "918273646X"],
    "an object": {"crn": "918273645X"},
    "half a character": "9182736\\ud83945X",
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.parametrize("document", [BY_VARIABLE, SEVERAL, BY_ANY])
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_what_is_no_crn_is_refused_and_not_repeated(
    kind: str, document: str, accept: str, gate: Gate
) -> None:
    answer = await gate.ask(document, headers={"accept": accept}, crn=BAD[kind])
    assert answer.refusal == "BAD_USER_INPUT"
    assert answer.status == (200 if accept == "application/json" else 400)
    assert "9182" not in answer.worded
    assert "９" not in answer.worded
    assert len(answer.text) < 600


LITERALS = [
    '""',
    '"918273645Z"',
    "9182736455",
    "91827.36455",
    "true",
    "null",
    "X918273645",
    '["918273645X", "1"]',
    '{crn: "918273645X"}',
    '"""918273645Z"""',
    '"9182\\u00003645X"',
]


@pytest.mark.parametrize("literal", LITERALS)
@pytest.mark.parametrize(
    "document",
    [
        "{{ customer(crn: {}) {{ id }} }}",
        "{{ customers(crns: [{}]) {{ id }} }}",
        "{{ customerBy(identifier: {{crn: {}}}) {{ id }} }}",
    ],
)
async def test_a_literal_that_is_no_crn_is_refused_and_not_repeated(
    literal: str, document: str, gate: Gate
) -> None:
    answer = await gate.ask(document.format(literal))
    assert "BAD_USER_INPUT" in codes(answer)
    assert "data" not in answer.body
    assert "9182" not in answer.worded


async def test_a_wrong_check_letter_is_a_warning(gate: Gate) -> None:
    shown = (await gate.ask(BY_VARIABLE, crn=MISTYPED)).data["customer"]
    assert (shown["crn"], shown["crnWarning"]) == (MISTYPED, "CHECK_LETTER_MISMATCH")
    assert (await gate.ask(BY_VARIABLE, crn=ANNE)).data["customer"]["crnWarning"] is None


async def test_a_wrong_check_letter_is_an_error_where_the_policy_is_strict(tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE), person(MISTYPED), policy=STRICT) as strict:
        answer = await strict.ask(BY_VARIABLE, crn=MISTYPED)
        assert answer.refusal == "BAD_USER_INPUT"
        assert MISTYPED[:9] not in answer.text
        assert (await strict.ask(BY_VARIABLE, crn=ANNE)).data["customer"]["crnWarning"] is None


async def test_a_council_has_references_of_its_own(tmp_path: Path) -> None:
    citizen, longest = Crn("GB12AB"), Crn("A1" * 10)
    async with serving(tmp_path, person(citizen), person(longest), policy=COUNCIL) as council:
        for text in ("GB12AB", "gb-12 ab"):
            shown = (await council.ask(BY_VARIABLE, crn=text)).data["customer"]
            assert (shown["crn"], shown["crnWarning"]) == (citizen, None)
        assert (await council.ask(BY_VARIABLE, crn=longest)).data["customer"]["crn"] == longest
        for bad in ("GB12A", "A1" * 10 + "B", "GB12AÉ", "GB_12AB", "ＧＢ１２ＡＢ", "", None, 123456):
            answer = await council.ask(BY_VARIABLE, crn=bad)
            assert answer.refusal == "BAD_USER_INPUT"
            assert not bad or str(bad) not in answer.text


async def test_a_list_may_name_a_customer_twice_and_keeps_its_order(gate: Gate) -> None:
    document = "query($crns: [CRN!]!) { customers(crns: $crns) { crn } }"
    asked = [MISTYPED, ANNE.lower(), "000099999" + "A", ANNE]
    shown = (await gate.ask(document, crns=asked)).data["customers"]
    assert [one and one["crn"] for one in shown] == [MISTYPED, ANNE, None, ANNE]
    assert (await gate.ask(document, crns=[])).data["customers"] == []
