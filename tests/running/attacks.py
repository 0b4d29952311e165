"""What is asked of the gateway: everything there is about people, in every place of a request, right and wrong."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.running.canary import ASKING, BIRDS, OPEN, SHUT, Bird

NAMED = "Namedzqv"
"""How the names begin that a document makes up."""
REF = "source { system nativeId }"
CARD = f"title description {REF} activities {{ edges {{ node {{ id title description {REF} }} }} }}"
PERSON = f"""fragment Person on Customer {{ id crn identifiers {{ kind value }}
  profile {{ names {{ family given protected }} title gender dateOfBirth maritalStatus contactPoints {{ value }}
    addresses {{ lines locality invalidReason }} representatives {{ name }} preferences {{ specialContact }}
    indicators {{ detail lockReason }} sensitiveIndicators {{ kind }} }}
  interactions {{ edges {{ node {{ id title summary activity statusRaw officer department serviceArea contactType
    queue queuePosition avoidableReason receiptNumber {REF} }} }} }}
  correspondence {{ edges {{ node {{ id title description template recipientMasked {REF} }} }} }}
  debts {{ totalDebt {{ amount }} debts {{ id benefitType reason total {{ amount }} arrangements {{ id }} {REF} }} }}
  ownership {{ lock {{ id businessArea officer reason }} cases {{ number careSummary }}
    issues {{ id type businessArea }} transfers {{ id fromArea toArea reason decidedBy }} {REF} }}
  entitlements {{ claims {{ id parts {{ benefitType }} }} appointments {{ id reason location }} }}
  overview {{ completeness cards(first: 50) {{ edges {{ node {{ {CARD} }} }} }} }} }}"""
ONE = "query($crn: CRN!) { customer(crn: $crn) { ...Person } } " + PERSON
BOTH = "query($crns: [CRN!]!) { customers(crns: $crns) { ...Person } } " + PERSON
BY = "query($by: CustomerIdentifier!) { customerBy(identifier: $by) { ...Person } } " + PERSON
QUICK = (
    """query($words: String) { searchCustomers(quick: $words) { edges { node { ...Person } } } } """ + PERSON
)
ADVANCED = (
    """query($words: CustomerSearch) { searchCustomers(advanced: $words) {
    edges { node { ...Person } } } } """
    + PERSON
)
NODE = "query($id: ID!) { node(id: $id) { id ... on Customer { ...Person } } } " + PERSON
SOME = """query($crns: [CRN!]!) { customers(crns: $crns) { crn profile { names { family } }
    interactions { edges { node { title } } } correspondence { edges { node { title } } } debts { truncated }
    ownership { cases { number } } entitlements { issuesOnFile } overview { completeness } } }"""
FIND = """query($can: String, $words: String) { customerBy(identifier: { can: $can }) { crn }
    searchCustomers(quick: $words) { edges { node { crn } } } }"""
LETTERS = """query($crn: CRN!) { customer(crn: $crn) { overview { cards(kinds: [EMAIL]) { edges { node {
    readState } } } } correspondence { edges { node { document { id fallback } } } } } }"""
WHO = "{ viewer { id kind organisation roles scopes } sources { part system health lastCode } }"
GLASS = """mutation($input: BreakGlassInput!) { breakGlass(input: $input) {
    __typename ... on GlassBroken { grantId until } ... on RuleViolation { code message } } }"""


def questions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every root field, with what it takes in variables."""
    yield WHO, {}
    yield BOTH, {"crns": [bird.crn for bird in BIRDS]}
    for bird in BIRDS:
        yield ONE, {"crn": bird.crn}
        yield ONE, {"crn": f"{bird.crn[:3]} {bird.crn[3:6]}-{bird.crn[6:].lower()}"}
        yield from ((BY, {"by": {"crn" if bird.crn == one else kind: one}}) for kind, one in _numbers(bird))
        yield from ((QUICK, {"words": words}) for words in _words(bird))
        yield ADVANCED, {"words": {"familyName": bird.word("family"), "givenName": bird.word("gïven")}}
        yield ADVANCED, {"words": {"telephone": bird.number(0), "email": bird.mail}}
        yield ADVANCED, {"words": {"address": bird.word("street"), "identifier": bird.number(1)}}
        yield NODE, {"id": bird.crn}
        yield NODE, {"id": bird.word("family")}
        yield GLASS, {"input": glass(bird)}
        yield from _wrong(bird)


def _numbers(bird: Bird) -> Iterator[tuple[str, str]]:
    yield from {"crn": bird.crn, "can": bird.number(1), "csrn": bird.number(2)}.items()
    yield from {"citizenId": bird.number(3), "alias": bird.word("alias")}.items()


def _words(bird: Bird) -> Iterator[str]:
    yield from (
        bird.word("family"),
        bird.word("protected"),
        bird.number(0),
        bird.mail,
        bird.crn,
        bird.number(1),
    )


def glass(bird: Bird) -> dict[str, Any]:
    """Why somebody has to be opened."""
    reason = f"{ASKING}reason: {bird.crn} {bird.word('family')} called"
    return {
        "crn": bird.crn,
        "reason": reason,
        "interactionId": f"{ASKING}interaction",
        "idempotencyKey": f"{ASKING}key{bird.stem}0123456789",
    }


def _wrong(bird: Bird) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Values of wrong types, and inputs that are none."""
    for crn in (
        bird.mail,
        bird.crn[:9],
        [bird.crn, bird.crn],
        {bird.crn: bird.mail},
        f"{bird.crn}\x00",
        bird.crn * 9,
    ):
        yield ONE, {"crn": crn}
    yield BY, {"by": {"can": bird.number(1), "csrn": bird.number(2)}}
    yield BY, {"by": {"alias": f"{bird.word('alias')}\x00"}}
    yield BY, {"by": {bird.crn: bird.crn}}
    yield QUICK, {"words": {bird.crn: bird.mail}}
    yield QUICK, {"words": f"{bird.word('family')} " * 400}
    yield ADVANCED, {"words": {"dateOfBirth": bird.number(0)}}
    yield ADVANCED, {"words": {bird.word("field"): bird.number(0)}}
    yield GLASS, {"input": glass(bird) | {"reason": bird.mail, "minutes": bird.crn}}
    yield GLASS, {"input": glass(bird) | {"reason": bird.mail}}
    yield GLASS, {"input": glass(bird) | {"interactionId": f"{bird.mail} {bird.crn}"}}


def named(word: str) -> str:
    """A name in a document: names that are none come back to whoever made them up, numbers in them do not."""
    return f"{NAMED}{word}"


def documents(bird: Bird) -> Iterator[str]:
    """The same in the document itself: as texts, names, comments, and in wrong places."""
    crn, word = bird.crn, bird.word
    yield f'query {named("operation")} {{ n{crn}: customer(crn: "{crn}") {{ {named("alias")}: id }} }} # {bird.mail}'
    yield f'{{ customerBy(identifier: {{can: "{bird.number(1)}"}}) {{ id }} }} # {word("comment")} {crn}'
    yield f'{{ searchCustomers(quick: """{word("family")} {crn}""") {{ edges {{ cursor }} }} }}'
    yield f'{{ node(id: "{crn} {bird.mail}") {{ id }} }}'
    yield f"{{ customer(crn: {crn}) {{ id }} }}"
    yield f"{{ customer(crn: {crn[:9]}) {{ id }} }}"
    yield f'{{ customer(crn: "{crn}") {{ {named("field")} n{crn} }} }}'
    yield f'{{ customer(crn: "{crn}", {named("argument")}: "{crn}") {{ id }} }}'
    yield f'{{ customer "{crn} {bird.mail}'
    yield f"query {named('one')} {{ viewer {{ id }} }} query {named('two')} {{ viewer {{ id }} }}"
    yield f'{{ customer(crn: "{crn}") {{ interactions(after: "{crn}", first: {crn[:9]}) {{ edges {{ cursor }} }} }} }}'
    yield f"query(${named('variable')}: {named('Type')}) {{ viewer {{ id @{named('directive')} }} }}"
    yield f'{{ customer(crn: "{crn}") {{ ...{named("fragment")} }} }}'
    yield "{ a" * 900 + word("deep") + " }" * 900
    yield f"{{ viewer {{ {' '.join([word('long')] * 2500)} }} }}"


def headers() -> Iterator[Mapping[str, str]]:
    """Headers that say what nobody asked for."""
    for bird in BIRDS:
        told = f"{bird.crn} {bird.word('header')} {ASKING}header"
        yield {"x-access-reason": told}
        yield {"x-access-reason": "AGREEMENT"}  # which no officer can have
        yield {
            "x-access-reason": "CUSTOMER_CONTACT",
            "x-interaction-id": told,
            "user-agent": told,
            "cookie": told,
        }
        yield {"x-request-id": told, "traceparent": told, "tracestate": f"a={told}", "baggage": f"crn={told}"}
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        yield {"traceparent": trace, "tracestate": f"crn={bird.crn}", "baggage": f"crn={bird.crn}"}
        yield {"accept": told}
        yield {"content-type": f"application/{told}"}
        yield {"content-type": f"application/json; charset={bird.crn}"}
        yield {"x-forwarded-for": told, "forwarded": told, "origin": f"http://{bird.crn}", "referer": told}
        yield {bird.crn: told, bird.word("name"): told}
        yield {"authorization": f"Bearer {told}"}
        yield {"authorization": f"Basic {told}", "x-api-key": told}


def bodies() -> Iterator[bytes]:
    """Bodies that are no request."""
    for bird in BIRDS:
        told = f"{bird.crn} {bird.mail} {bird.word('body')}"
        for body in (told, [told], {"query": [told]}, {"query": told, "variables": told}, {told: told}):
            yield json.dumps(body).encode()
        yield json.dumps({"query": ONE, "variables": {"crn": bird.crn}}).encode()[:-3]
        yield json.dumps({"query": WHO, "operationName": told, "extensions": {told: told}}).encode()
        yield b'{"query": "\xff' + told.encode()
        yield json.dumps({"query": told * 9000}).encode()
        yield b'{"query": "{ viewer { id } }", "variables": {"a": ' + b"[" * 5000 + told.encode()


def heads() -> Iterator[bytes]:
    """Requests with something of somebody in the first lines; the last ones are no HTTP."""
    for bird in (OPEN, SHUT):
        told = f"{bird.crn}-{bird.word('head')}-{ASKING}head"
        for first in (
            f"GET /customers/{told} HTTP/1.1",
            f"GET /graphql?crn={told} HTTP/1.1",
            f"{told} / HTTP/1.1",
        ):
            yield f"{first}\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode()
        yield f"GET /health/live HTTP/1.1\r\nhost: {told}\r\nconnection: close\r\n\r\n".encode()
        yield f"POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: {told}\r\n\r\n".encode()
        yield f"POST /graphql HTTP/1.1\r\n{told}\r\n\r\n".encode()
        yield f"{told}\r\n\r\n".encode()
        yield f"GET / HTTP/1.1\r\nhost: a\r\nupgrade: {told}\r\nconnection: upgrade\r\n\r\n".encode()
        yield b"\x16\x03\x01" + told.encode()
