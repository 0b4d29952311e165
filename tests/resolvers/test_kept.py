"""What is written down for other processes reads as what it was, part by part, and its shape tells what it is."""

from datetime import UTC, datetime

import pytest

from resolvers.kept import Codec
from sources.parts import PARTS, Part
from sources.parts.history import History
from sources.source import NothingKnown, Reading
from tests.sources.specimens import NOW, crn, record

AT = datetime(2025, 3, 10, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_a_reading_is_read_as_it_was(part: Part[object]) -> None:
    told = record(part, crn(1))
    reading = Reading(History(crn(1), (told,), AT) if part.history else told, NOW, (), "ledger")
    codec = Codec()
    assert codec.decode(part.name, codec.encode(part.name, reading)) == reading


def test_nothing_known_is_read_as_nothing_known() -> None:
    codec = Codec()
    assert codec.decode("debt", codec.encode("debt", NothingKnown(AT))) == NothingKnown(AT)


@pytest.mark.parametrize("text", [b"", b"x", b"r", b"r\x90", b"n\x90", b"r\xc1", b"\x80"])
def test_what_is_no_outcome_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Codec().decode("debt", text)


def test_every_part_has_a_shape_of_its_own() -> None:
    shapes = Codec().shapes
    assert shapes.keys() == {part.name for part in PARTS}
    assert len(set(shapes.values())) == len(PARTS)
    assert Codec().shapes == shapes
