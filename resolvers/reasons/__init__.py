"""Likely reasons: why a customer is probably in touch now, and what that rests on."""

from resolvers.reasons.likely import likely_reasons
from resolvers.reasons.reason import ContactReason, Evidence, EvidenceKind, LikelyReason
from resolvers.reasons.sign import Sign

__all__ = ["ContactReason", "Evidence", "EvidenceKind", "LikelyReason", "Sign", "likely_reasons"]
