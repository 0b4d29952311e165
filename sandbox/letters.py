"""Letters, e-mails and messages as their customers saw them: a page of a PDF, tagged, made by an invented agency.

Without the sandbox's own extra (`typst`) a town can be told, but no letter printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final
from unicodedata import normalize

try:
    import typst
except ModuleNotFoundError:
    typst = None  # type: ignore[assignment]

AGENCY: Final = "Agency for Invented People"
FOOTER: Final = "Printed by the sandbox of the customer overview gateway. Nobody named here exists."
PDF: Final = "application/pdf"
_PAPER: Final = Path(str(resources.files("sandbox"))) / "paper"
_WAYS: Final = {
    "LETTER_ONLINE": "Online inbox",
    "LETTER_PAPER": "By post",
    "EMAIL": "E-mail",
    "SMS": "Text message",
    "PUSH": "Notification of the app",
}
_REPLIES: Final = {
    "LETTER_ONLINE": "Sign in to your online account to answer this letter.",
    "LETTER_PAPER": "Call us or visit a service centre if you have a question about this letter.",
    "EMAIL": "Please do not reply to this e-mail. Sign in to your online account to read more.",
    "SMS": "Do not reply to this message.",
}


class NoPrinterError(RuntimeError):
    """What prints letters is not installed."""


@dataclass(frozen=True)
class Letter:
    """What stands on the page. `head` and `body` have a line for each line or paragraph."""

    title: str
    head: str
    body: str
    closing: str
    lang: str
    issued: date


def letter_of(customer: Mapping[str, Any] | None, record: Mapping[str, Any]) -> Letter:
    """Return the letter or message of a record, to the customer as the customer's record tells of them."""
    channel, language = str(record["channel"]), str(record.get("language") or "en")
    issued = date.fromisoformat(str(record["issue_date"])[:10])
    english = language.partition("-")[0].lower() == "en"
    name = _name(customer)
    due = record.get("due_by")
    body = [f"Dear {name}," if name else "Hello,"] if english else []
    body += [str(record[key]) for key in ("description",) if record.get(key)]
    body += [f"Please answer by {_day(date.fromisoformat(str(due)[:10]))}."] if due and english else []
    body += [_REPLIES[channel]] if english and channel in _REPLIES else []
    head = [_WAYS.get(channel, "Message"), _day(issued), name, *_home(customer, channel)]
    head += [f"Reference {record['crn']}"]
    return Letter(
        title=str(record["title"]),
        head="\n".join(line for line in head if line),
        body="\n".join(body) or str(record["title"]),
        closing=f"Yours sincerely, {AGENCY}" if english and channel.startswith("LETTER") else AGENCY,
        lang=language.partition("-")[0].lower(),
        issued=issued,
    )


def printed(letter: Letter) -> bytes:
    """Return a letter as a PDF that a reader aloud can follow (PDF/UA-1); raise `NoPrinterError`."""
    if typst is None:
        raise NoPrinterError("typst is not installed: pip install typst, or run `make run`")
    inputs = {
        "title": letter.title,
        "head": letter.head,
        "body": letter.body,
        "closing": letter.closing,
        "agency": AGENCY,
        "footer": FOOTER,
        "lang": letter.lang,
    }
    made = datetime.combine(letter.issued, datetime.min.time(), UTC)
    try:
        return _compiled(inputs, made)
    except typst.TypstError:  # no font at hand has its letters: better a plain name than none
        return _compiled({name: _plain(text) for name, text in inputs.items()}, made)


def _compiled(inputs: dict[str, str], made: datetime) -> bytes:
    compiler = typst.Compiler(
        _PAPER / "letter.typ",
        root=_PAPER,
        font_paths=typst.Fonts(include_system_fonts=False),
        sys_inputs=inputs,
    )
    pdf = compiler.compile(format="pdf", pdf_standards="ua-1", timestamp=made)
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one file")
    return pdf


def _plain(text: str) -> str:
    return normalize("NFKD", text).encode("ascii", "replace").decode()


def _name(customer: Mapping[str, Any] | None) -> str:
    names = (customer or {}).get("names") or [{}]
    legal = next((one for one in names if one.get("kind") == "LEGAL"), names[0])
    return " ".join(str(legal[part]) for part in ("given", "family") if legal.get(part))


def _home(customer: Mapping[str, Any] | None, channel: str) -> list[str]:
    if channel != "LETTER_PAPER":
        return []
    for one in (customer or {}).get("addresses") or ():
        place = " ".join(str(one[part]) for part in ("locality", "state", "postcode") if one.get(part))
        return [*map(str, one.get("lines") or ()), place]
    return []


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
