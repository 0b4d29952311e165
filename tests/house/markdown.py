"""The pages: every relative link leads to a file of the tree."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import place_of, project_files

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)|^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)


def links_lead_to_files(root: Path) -> list[str]:
    return [
        f"{place_of(page, root)} links to {target}, which is not there"
        for page in project_files(root)
        if page.suffix == ".md"
        for target in _relative_links(page.read_text("utf-8"))
        if not _destination(page, target, root).exists()
    ]


def _relative_links(text: str) -> Iterator[str]:
    for match in LINK.finditer(CODE.sub("", FENCE.sub("", text))):
        target = match[1] or match[2]
        if not ELSEWHERE.match(target):
            yield target


def _destination(page: Path, target: str, root: Path) -> Path:
    path = target.partition("#")[0]
    return root / path.lstrip("/") if path.startswith("/") else page.parent / path


RULES = (links_lead_to_files,)
