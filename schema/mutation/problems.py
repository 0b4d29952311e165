"""What keeps a command from being carried out."""

import strawberry

from resolvers.commands import problems
from schema.problems import PROBLEMS
from schema.shown import shows, told


@shows(problems.RuleViolation)
class RuleViolation:
    """A rule forbids it; nothing was changed."""

    code: str = told("Which rule: one of the error codes.")

    @strawberry.field(description="What a person reads.")
    def message(self) -> str:
        """Return the words of the code."""
        problem: problems.RuleViolation = self  # type: ignore[assignment]
        return problem.detail or PROBLEMS[problem.code].text
