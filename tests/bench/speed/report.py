"""What was measured, as a table: medians of the turns, and ratios within one run."""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.bench.speed.machine import described
from tests.bench.speed.scenarios import Scenario
from tests.bench.speed.turns import Turn, middle

HEADS: Final = tuple(
    "scenario | who | requests/s | a core's | of Mercurius | of bare | p50 ms | p99 ms | CPU ms"
    " | calls | peak MiB | kB | ±".split(" | ")
)


def reference(turns: Mapping[str, list[Turn]], name: str) -> float | None:
    """Return what a core of a peer does, None where it takes no part."""
    found = next((told for who, told in turns.items() if who.startswith(name)), None)
    return middle(found).turn.of_a_core if found else None


def ratio(of_a_core: float, of_other: float | None) -> str:
    return f"{of_a_core / of_other:.2f}" if of_other else ""


def lines(scenario: Scenario, turns: Mapping[str, list[Turn]]) -> Iterator[tuple[str, ...]]:
    """Yield the lines of a scenario."""
    mercurius, bare = reference(turns, "Mercurius"), reference(turns, "bare")
    for name, told in turns.items():
        found = middle(told)
        turn = found.turn
        yield (
            scenario.name,
            name,
            f"{turn.rate:,.0f}",
            f"{turn.of_a_core:,.0f}",
            ratio(turn.of_a_core, mercurius),
            ratio(turn.of_a_core, bare),
            f"{turn.middle:.1f}",
            f"{turn.worst:.1f}",
            f"{turn.cpu:.3f}",
            f"{turn.calls:.2f}",
            f"{turn.peak:.0f}",
            f"{turn.size / 1000:.1f}",
            f"{found.spread:.0%}",
        )


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]], names: int = 2) -> str:
    """Return a table in Markdown. The first columns hold `names`, the others numbers."""
    widths = [max(len(row[place]) for row in (heads, *rows)) for place in range(len(heads))]

    def line(cells: tuple[str, ...]) -> str:
        padded = [
            cell.ljust(width) if place < names else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return f"| {' | '.join(padded)} |"

    rule = ["-" * (w + 2) if place < names else "-" * (w + 1) + ":" for place, w in enumerate(widths)]
    return "\n".join([line(heads), f"|{'|'.join(rule)}|", *map(line, rows)])


def whole(tables: list[str], how: str) -> str:
    """Return tables with what they were measured on, and how."""
    return "\n\n".join([described(), f"`{how}`", *tables]) + "\n"
