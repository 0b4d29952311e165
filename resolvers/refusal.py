"""A refusal: something a caller asked for that is not given, and why, as a code."""


class Refusal(Exception):
    """Not given. `code` stands in the one table of codes, `schema/problems.py`, which words it.

    `detail` replaces the table's words where there is more to say; it never holds anything that the caller sent.
    """

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


def bad_input(detail: str) -> Refusal:
    """Return the refusal of an argument that cannot be used."""
    return Refusal("BAD_USER_INPUT", detail)
