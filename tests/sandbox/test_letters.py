"""Printed letters: real PDFs that say what their records say, that a reader aloud can follow, and nothing else."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from typing import Any

import httpx2
import msgspec
import pytest
from pypdf import PdfReader

from sandbox.crn import crn
from sandbox.letters import FOOTER, letter_of, printed
from sandbox.town import Town
from tests.house.programs import environment, free_port, wait_until
from tests.house.programs import running as program
from tests.sandbox.telling import ON
from tests.sandbox.test_commands import HOUSE

TOWN = Town(1, ON, 60)
MARIA = {"crn": "000000001T", "names": [{"kind": "LEGAL", "given": "Maria", "family": "Rossi"}]}
LETTER = {
    "crn": "000000001T",
    "channel": "LETTER_ONLINE",
    "issue_date": "2026-03-01",
    "title": "Your payment changed",
    "description": "Your new rate of payment and why it changed.",
    "due_by": "2026-03-15",
}


def read(pdf: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(BytesIO(pdf))
    return reader, "\n".join(page.extract_text() for page in reader.pages)


def post(town: Town = TOWN) -> Iterator[dict[str, Any]]:
    for part, record in town:
        if part == "correspondence" and "document" in record:
            yield msgspec.to_builtins(record)


def test_a_letter_says_what_its_record_says() -> None:
    reader, text = read(printed(letter_of(MARIA, LETTER)))
    for words in (
        "Agency for Invented People",
        "1 March 2026",
        "Dear Maria Rossi",
        "000000001T",
        LETTER["title"],
    ):
        assert words in text
    assert "Please answer by 15 March 2026." in text
    assert FOOTER in text
    assert reader.metadata is not None
    assert reader.metadata.title == "Your payment changed"


def test_a_letter_can_be_followed_by_a_reader_aloud() -> None:
    pdf = printed(letter_of(MARIA, LETTER | {"language": "vi"}))
    catalog: Any = read(pdf)[0].trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalog
    assert catalog["/Lang"] == "vi"
    assert b"pdfuaid:part" in catalog["/Metadata"].get_object().get_data()


def test_a_letter_in_another_language_has_no_english_around_it() -> None:
    told = {"language": "vi", "title": "Thư của bạn", "description": "Khoản thanh toán của bạn."}
    _, text = read(printed(letter_of(MARIA, LETTER | told)))
    assert "Thư của bạn" in text
    assert "Dear" not in text


@pytest.mark.parametrize(
    "text", ['#pagebreak() #read("/etc/passwd")', "= a *b* $x$ // @ref <l>", "\\u{41} \\ `x`"]
)
def test_what_a_record_says_stays_text(text: str) -> None:
    reader, said = read(printed(letter_of(MARIA, LETTER | {"title": text, "description": text})))
    assert len(reader.pages) == 1
    assert "root:" not in said
    assert said.count(text) == 2


def test_a_name_that_no_font_has_leaves_a_letter_all_the_same() -> None:
    names = [{"kind": "LEGAL", "given": "明", "family": "李"}]
    reader, text = read(printed(letter_of({"names": names}, LETTER)))
    assert (len(reader.pages), "Dear ? ?" in text) == (1, True)


def test_the_same_record_is_printed_with_the_same_words_at_any_time() -> None:
    assert read(printed(letter_of(MARIA, LETTER)))[1] == read(printed(letter_of(MARIA, LETTER)))[1]


@pytest.mark.parametrize("channel", ["LETTER_ONLINE", "LETTER_PAPER", "EMAIL", "SMS", "PUSH"])
def test_documents_of_the_town_have_as_many_pages_as_their_records_say(channel: str) -> None:
    told = [record for record in post() if record["channel"] == channel][:5]
    assert told
    for record in told:
        reader, text = read(printed(letter_of(None, record)))
        assert len(reader.pages) == record["document"]["pages"]
        assert record["title"] in text


def test_in_the_town_letters_emails_and_messages_have_documents_and_few_notifications() -> None:
    told = [msgspec.to_builtins(record) for part, record in TOWN if part == "correspondence"]
    sent = [record for record in told if record["direction"] == "OUTBOUND"]
    without = {record["channel"] for record in sent if "document" not in record}
    assert without == {"PUSH"}
    assert any("document" in record for record in sent if record["channel"] == "PUSH")


def test_one_life_is_told_as_in_the_town() -> None:
    """Of everybody: of those with stories, of those who live together, and of one whose letter is wrong."""
    together: dict[str, list[Any]] = {}
    for part, record in TOWN:
        together.setdefault(str(record["crn"]), []).append((part, record))
    assert len(together) == 60
    assert {number: list(TOWN.about(number)) for number in together} == together


@pytest.mark.parametrize("number", ["000000060N", "000000001X", "0", "", "x00000001T", crn(60)])
def test_of_a_number_that_nobody_here_has_nothing_is_told(number: str) -> None:
    assert list(TOWN.about(number)) == []


def test_the_document_service_runs_alone_and_where_its_port_is_taken_on_another(tmp_path: Any) -> None:
    command = [sys.executable, "-m", "sandbox", "documents", "--people", "60", "--on", ON.isoformat()]
    first, second = tmp_path / "first", tmp_path / "second"
    record = next(post())
    path = f"/people/{record['crn']}/documents/{record['document']['number']}"
    with program([*command, "--port", str(free_port())], environment(), HOUSE, first) as one:
        wait_until(lambda: "http" in first.read_text(), one, first)
        address = first.read_text().split()[1]
        port = address.rpartition(":")[2]
        with program([*command, "--port", port], environment(), HOUSE, second) as two:
            wait_until(lambda: "http" in second.read_text(), two, second)
            other = second.read_text().split()[1]
            assert other != address
            for base in (address, other):
                answer = httpx2.get(base + path)
                assert (answer.status_code, answer.headers["x-document-number"]) == (
                    200,
                    record["document"]["number"],
                )
                assert record["title"] in read(answer.content)[1]
                for nowhere in (
                    "/people/000000001T/documents/none",
                    "/people/x/documents/x",
                    "/",
                    "/people/../x",
                ):
                    assert httpx2.get(base + nowhere).status_code == 404
        one.terminate()
        assert one.wait(20) == 0


def test_a_town_can_be_told_where_nothing_can_be_printed(tmp_path: Any) -> None:
    """Without the sandbox's own extra, as in the image that fills a database."""
    script = (
        "import sys; sys.modules['typst'] = None; from sandbox.__main__ import main; "
        f"sys.exit(main(['town', '--people', '3', '--on', '{date(2026, 3, 1)}']))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=HOUSE, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b'{"part":"customer"')
