"""What requests are judged and worded by: policy, labels and agreements, which can be read anew while they come."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from gateway.agreements import read_agreements
from gateway.policy_file import labels, policy
from gateway.settings import Settings
from resolvers.agreement import Agreement
from resolvers.policy import Labels, Policy


class Rules(Struct, frozen=True):
    """The rules as they were read together."""

    policy: Policy
    labels: Labels
    agreements: Mapping[str, Agreement]


def read_rules(settings: Settings) -> Rules:
    """Return the rules as their files have them now; raise `BadPolicyError`, `BadFileError`."""
    return Rules(
        policy(settings.policy_file),
        labels(settings.labels_file),
        read_agreements(settings.agreements_file, shipped=not settings.production),
    )


class Ruling:
    """The rules that hold now. A request that has begun keeps those that it began with."""

    def __init__(self, rules: Rules) -> None:
        self._first: Final = rules
        self.now = rules

    def change(self, rules: Rules) -> list[str]:
        """Let other rules hold from now on; return which tables of the policy stay as they were at the start.

        What a customer's number is and how much is read of a history was built into the schema and the sources.
        """
        first, told = self._first.policy, rules.policy
        self.now = replace(rules, policy=replace(told, crn=first.crn, reading=first.reading))
        return [name for name in ("crn", "reading") if getattr(told, name) != getattr(first, name)]
