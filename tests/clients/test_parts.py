"""Answers in parts: what other people's clients make of them, and that every worked example comes to the same."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import graphql
import pytest

from tests.clients.asking import plain, possible_types
from tests.clients.conftest import MARIA, RHEA, Served
from tests.clients.node import script
from tests.clients.test_examples import EXAMPLES, VARIABLES
from tests.running.parts import NUMBERED, OF_2022, joined, read, without_directives

pytestmark = pytest.mark.conformance

PICTURE = """query Picture($crn: CRN!) { customer(crn: $crn) {
  id
  profile { names { family given } }
  ... @defer(label: "owed") { debts { outstanding { amount } } }
  ... @defer(label: "seen") { overview { completeness cards(first: 20) { edges { node { id title } } } } }
} }"""
LIST = """query Several($crns: [CRN!]!) { customers(crns: $crns) @stream(initialCount: 1) {
  id crn profile { names { family } }
} }"""
DOCUMENTS: dict[str, dict[str, Any]] = {
    "picture": {"document": PICTURE, "variables": {"crn": MARIA}},
    "restricted": {"document": PICTURE, "variables": {"crn": RHEA}},
    "list": {"document": LIST, "variables": {"crns": [MARIA, "000000002K", MARIA]}},
}
WAYS = ("apollo2022", "apolloNumbered", "urql")


class Deferring(graphql.Visitor):
    """Defers every fragment where it stands, and every selection beneath a field of the root."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.kind: str | None = None

    def enter_operation_definition(self, node: graphql.OperationDefinitionNode, *_: Any) -> None:
        self.kind = node.operation.value

    def leave_inline_fragment(self, node: graphql.InlineFragmentNode, *_: Any) -> Any:
        return replace(node, directives=(*(node.directives or ()), self._defer()))

    def leave_fragment_spread(self, node: graphql.FragmentSpreadNode, *_: Any) -> Any:
        return replace(node, directives=(*(node.directives or ()), self._defer()))

    def leave_field(self, node: graphql.FieldNode, _key: Any, _parent: Any, _path: Any, above: Any) -> Any:
        if (
            len(above) == 4 and node.selection_set is not None
        ):  # beneath definitions, operation, selection set
            later = graphql.InlineFragmentNode(
                selection_set=node.selection_set, directives=(self._defer(),), type_condition=None
            )
            return replace(node, selection_set=graphql.SelectionSetNode(selections=(later,)))
        return None

    def _defer(self) -> graphql.DirectiveNode:
        self.count += 1
        label = graphql.ArgumentNode(
            name=graphql.NameNode(value="label"), value=graphql.StringValueNode(value=f"d{self.count}")
        )
        return graphql.DirectiveNode(name=graphql.NameNode(value="defer"), arguments=(label,))


@pytest.fixture(scope="module")
def found(gateway: Served) -> dict[str, Any]:
    told = {**gateway.told(), "documents": DOCUMENTS, "possibleTypes": possible_types(gateway)}
    ran: dict[str, Any] = script("parts", **told)
    return ran


@pytest.mark.parametrize("name", ["picture", "list"])
@pytest.mark.parametrize("way", WAYS)
def test_a_client_ends_with_what_a_whole_answer_tells(
    way: str, name: str, gateway: Served, found: dict[str, Any]
) -> None:
    told = DOCUMENTS[name]
    whole = gateway.ask(without_directives(told["document"]), **told["variables"])["data"]
    assert plain(found[way][name]["last"]) == plain(whole)
    assert plain(found[way][name]["first"]) != plain(whole)
    assert found[way][name]["codes"] == []


@pytest.mark.parametrize("way", WAYS)
def test_a_client_is_told_of_what_is_refused_in_a_part(
    way: str, gateway: Served, found: dict[str, Any]
) -> None:
    told = DOCUMENTS["restricted"]
    whole = gateway.ask(without_directives(told["document"]), **told["variables"])
    codes = sorted(error["extensions"]["code"] for error in whole["errors"])
    assert "RESTRICTED_RECORD" in codes
    assert sorted(found[way]["restricted"]["codes"]) == codes


def test_each_client_is_given_the_form_that_it_asks_for(found: dict[str, Any]) -> None:
    given = {way: {kind.rpartition("; ")[2] for kind in found[way]["types"]} for way in WAYS}
    assert given == {
        "apollo2022": {"deferSpec=20220824"},
        "apolloNumbered": {"incrementalSpec=v0.2"},
        "urql": {"deferSpec=20220824"},
    }


@pytest.mark.parametrize("accept", [NUMBERED, OF_2022], ids=["numbered", "2022"])
@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_a_worked_example_with_every_fragment_deferred_comes_to_the_same(
    example: Path, accept: str, gateway: Served
) -> None:
    text = example.read_text("utf-8")
    persona = "restricted" if "overview token restricted" in text else "officer"
    deferring, variables = Deferring(), VARIABLES.get(example.stem, {})
    document = graphql.print_ast(graphql.visit(graphql.parse(text), deferring))
    if deferring.kind != "query":
        pytest.skip("whatever changes something, or is followed, is told whole")
    assert deferring.count
    whole, bodies = (
        gateway.ask(text, persona, **variables),
        parts(gateway, document, persona, accept, variables),
    )
    assert len(bodies) > 1, bodies
    assert told(joined(bodies)) == told(whole["data"])
    assert sorted(codes(bodies)) == sorted(codes([whole]))


def parts(
    gateway: Served, document: str, persona: str, accept: str, variables: dict[str, Any]
) -> list[dict[str, Any]]:
    body = json.dumps({"query": document, "variables": variables}).encode()
    request = Request(gateway.address, body, {"content-type": "application/json", "accept": accept})
    request.add_header("authorization", f"Bearer {gateway.tokens[persona]}")
    with urlopen(request, timeout=60) as answer:
        whole: bytes = answer.read()
        if not answer.headers["content-type"].startswith("multipart/mixed"):
            return [json.loads(whole)]
    return read(whole)


def codes(bodies: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The errors of all parts: where, and which."""
    pieces = [
        piece for body in bodies for piece in (body, *body.get("incremental", ()), *body.get("completed", ()))
    ]
    return [
        (str(one["path"]), one["extensions"]["code"]) for each in pieces for one in each.get("errors", ())
    ]


def told(value: Any) -> Any:
    """An answer without what differs each time: the order of names, what is sealed anew, and what is the moment."""
    if isinstance(value, dict):
        return {name: told(one) for name, one in value.items() if name.lower() not in SEALED}
    return [told(one) for one in value] if isinstance(value, list) else value


SEALED = {"cursor", "endcursor", "startcursor", "generatedat", "freshuntil", "asof", "ageseconds", "stale"}
