"""The documents that are asked: ROWS shows five parts as they are, OVERVIEW is our cards over the same records."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from gateway.trusted.manifest import Entry, hash_of, written

FIELDS: Final = """crn recordType
    profile { title gender dateOfBirth maritalStatus names { family given } contactPoints { kind value } }
    interactions(first: 40) { edges { node {
        id startedAt kind channel direction title outcome officer summary } } }
    correspondence(first: 25) { edges { node {
        id issueDate createdAt channel direction title status template description } } }
    debts { debts { id benefitType reason status registeredAt total { amount currency } } }
    ownership { lock { id businessArea officer lockedAt reason } }"""
ROWS: Final = f"query Rows($crn: CRN!) {{ customer(crn: $crn) {{ {FIELDS} }} }}"
BATCH: Final = f"query Batch($crns: [CRN!]!) {{ customers(crns: $crns) {{ {FIELDS} }} }}"
SMALL: Final = """query Small($crn: CRN!) { customer(crn: $crn) {
    crn profile { title gender dateOfBirth maritalStatus } } }"""
OVERVIEW: Final = """query Overview($crn: CRN!) { customer(crn: $crn) { overview { completeness restricted
    sections { source status } alerts { kind label } likelyReasons { reason }
    cards(first: 50) { totalCount edges { node { id kind group title description date latestAt count channel direction
        outcome colour pinned recency { label } } } } } } }"""
LARGE: Final = """query Large($crns: [CRN!]!) { customers(crns: $crns) { timeline(first: 100) { edges { node {
    id kind at day title channel direction outcome officer } } } } }"""
ALL: Final = (ROWS, BATCH, SMALL, OVERVIEW, LARGE)


def asked(document: str, **variables: Any) -> bytes:
    """Return the body of a request with the text of a document."""
    return msgspec.json.encode({"query": document, "variables": variables})


def asked_by_id(document: str, **variables: Any) -> bytes:
    """Return the body of a request that names a registered document."""
    return msgspec.json.encode({"documentId": hash_of(document), "variables": variables})


def manifest(documents: Iterable[str] = ALL) -> bytes:
    """Return the manifest that registers documents."""
    return written(Entry(document) for document in documents)
