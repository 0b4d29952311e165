"""`overview errors`: the page about every error code, made from the one table."""

import click

from schema import PROBLEMS
from schema.problems import Problem, ProblemClass

HEAD = """# Error codes

Made by `overview errors` from `schema/problems.py`; `make sdl` writes it anew.

Every error has this form:

```json
{
  "message": "The source did not answer in time.",
  "path": ["customer", "debts"],
  "extensions": {
    "code": "SOURCE_TIMEOUT", "class": "SOURCE", "retryable": true, "source": "debts", "reference": "…"
  }
}
```

`class` says whose turn it is, `retryable` whether the same request may succeed later, `source` which system
failed, and `reference` is the number of the request to quote. The HTTP status is that of a request of which nothing
was executed; an answer that has data is 200, with its errors beside the data.
"""


@click.command("errors")
def errors() -> None:
    """Print the page about every error code."""
    click.echo(page(), nl=False)


def page() -> str:
    """Return the page: one table for each class of codes, in the order of the table in the code."""
    parts = [HEAD]
    for kind in ProblemClass:
        rows = [_row(problem) for problem in PROBLEMS.values() if problem.kind is kind]
        table = ["| code | HTTP | again? | message |", "|---|---|---|---|", *rows]
        parts.append(
            f"## {kind.value}: {kind.doc[0].lower()}{kind.doc[1:].rstrip('.')}\n\n" + "\n".join(table) + "\n"
        )
    return "\n".join(parts)


def _row(problem: Problem) -> str:
    again = "yes" if problem.retryable else "no"
    return f"| `{problem.code}` | {problem.status} | {again} | {problem.text} |"
