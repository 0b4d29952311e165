"""Why whoever asked was not let in: a closed set of reasons, for the operator alone. The caller is told none."""

from msgspec import Struct

from sources.words import Word


class Reason(Word):
    """What was wrong with what a caller showed."""

    NONE = "none", "Nothing was shown."
    AMBIGUOUS = "ambiguous", "More than one token or key was shown: which one counts would be a guess."
    MALFORMED = "malformed", "It is no token and no key, or too long to be one."
    CHECKSUM = "checksum", "A key was mistyped or cut short."
    UNKNOWN_ISSUER = "unknown-issuer", "No issuer of ours gave it out."
    ALGORITHM = "algorithm", "Its issuer does not sign in this way."
    FORBIDDEN_HEADER = "forbidden-header", "Its header brings a key, leads to one, or changes how it is read."
    TYPE = "type", "It is another type of token than its issuer's access tokens are."
    AUDIENCE = "audience", "It is for somebody else."
    EXPIRED = "expired", "It has ended."
    NOT_YET = "not-yet", "It is not good yet."
    TOO_LONG = "too-long", "It is good for longer than a token may be."
    ID_TOKEN = "id-token", "It says who logged in, and not what may be done."
    UNKNOWN_KEY = "unknown-key", "Its issuer publishes no such key, or not any longer."
    SIGNATURE = "signature", "Its issuer did not sign it."
    CLAIMS = "claims", "Its claims do not say what they have to say."
    REVOKED = "revoked", "The key was taken back."
    NETWORK = "network", "The key is not good from that address."
    UNKNOWN_API_KEY = "unknown-api-key", "There is no key of this id, or it has another secret."


class CredentialRefused(Struct, frozen=True):
    """Somebody was not let in. `issuer` is the issuer's name in our file, empty where it is not known whose it is.

    `passed_over` is how many more there were of the kind that were not told.
    """

    issuer: str
    reason: Reason
    passed_over: int = 0


class BadCredentialError(ValueError):
    """A token or key is not good. The caller is not told why."""

    def __init__(self, reason: Reason, issuer: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.issuer = issuer
