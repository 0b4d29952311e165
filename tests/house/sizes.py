"""How long a file and a function may be."""

from pathlib import Path

from tests.house.tree import OURS, functions, modules, place_of, project_files

FILE = 300
FUNCTION = 40
CODE = {".py", ".sh", ".ts", ".tsx", ".css"}


def files_stay_under_300_lines(root: Path) -> list[str]:
    return [
        f"{place_of(path, root)} has {count} lines"
        for package in OURS
        for path in project_files(root / package)
        if path.suffix in CODE and (count := len(path.read_text("utf-8").splitlines())) >= FILE
    ]


def functions_stay_under_40_lines(root: Path) -> list[str]:
    return [
        f"{module.at(function)} {function.name}() has {count} lines"
        for module in modules(root)
        for function in functions(module)
        if (count := (function.end_lineno or 0) - function.lineno + 1) >= FUNCTION
    ]


RULES = (files_stay_under_300_lines, functions_stay_under_40_lines)
