"""What the clients are made to ask, and the types that an abstract one can be."""

from typing import Any, Final

from tests.clients.conftest import MARIA, RHEA, Served

QUERY: Final = """
query Picture($crn: CRN!) {
  customer(crn: $crn) {
    id
    crn
    profile { names { family given } }
    overview {
      completeness
      cards(first: 20) { edges { node { ...Shown } } pageInfo { hasNextPage endCursor } }
    }
  }
}
fragment Shown on Card {
  __typename
  id
  title
  date
  count
  ... on TelephonyCard { outcome }
  ... on CorrespondenceCard { document { id } }
}
"""
SHORT: Final = "query Short($crn: CRN!) { customer(crn: $crn) { id crn } }"
LETTERS: Final = """
query Letters($crn: CRN!, $first: Int!, $after: String) {
  customer(crn: $crn) {
    id
    correspondence(first: $first, after: $after) {
      edges { cursor node { id title } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""
FOLLOW: Final = """
subscription Follow($crn: CRN!) { customerChanged(crn: $crn) { id crn profile { names { family } } } }
"""
COMMAND: Final = "mutation Purge($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"


def told(gateway: Served) -> dict[str, Any]:
    """What a client's script is told."""
    return {
        **gateway.told(),
        "purger": gateway.tokens["restricted"],
        "crn": MARIA,
        "restricted": RHEA,
        "query": QUERY,
        "short": SHORT,
        "letters": LETTERS,
        "command": COMMAND,
        "follow": FOLLOW,
    }


def possible_types(gateway: Served) -> dict[str, list[str]]:
    """Which types an interface or a union can be, as a client's cache wants to know it."""
    found = gateway.ask("{ __schema { types { name possibleTypes { name } } } }")["data"]["__schema"]["types"]
    return {
        one["name"]: [kind["name"] for kind in one["possibleTypes"]] for one in found if one["possibleTypes"]
    }


def plain(value: Any) -> Any:
    """What a client has told, without the names of types that it asked for by itself, and without how complete it was:
    what is COMPLETE is STALE some seconds later."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if name not in {"__typename", "completeness"}}
    return [plain(one) for one in value] if isinstance(value, list) else value
