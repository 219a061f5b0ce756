"""What the pages name: files, links, commands, targets, settings and examples."""

import re
from collections.abc import Iterator
from pathlib import Path

from comm_pipeline_tests.documentation.generated import ROOT

PAGES = (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md")

_CODE = re.compile(r"`([^`\n]+)`")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
#: Files and folders of the repository; what a run makes begins with .comm_pipeline or .venv.
_PATH = re.compile(
    r"(?:comm_pipeline|comm_pipeline_tests|docs|templates|\.ci)/[\w./*-]*"
    r"|[\w.-]+\.(?:toml|yaml|md)|Makefile|constraints\.txt"
)
_SETTING = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


def text_of(page: Path) -> str:
    """Return a page as it is written."""
    return page.read_text(encoding="utf-8")


def code_of(page: Path) -> Iterator[str]:
    """Yield everything on a page that is marked as code: spans, and the lines of blocks."""
    text = text_of(page)
    for block in _BLOCK.finditer(text):
        yield from block[2].splitlines()
    yield from (span[1] for span in _CODE.finditer(_BLOCK.sub("", text)))


def paths_in(page: Path) -> set[str]:
    """Return the repository's files and folders that a page names, without line numbers."""
    spans = (span[1] for span in _CODE.finditer(_BLOCK.sub("", text_of(page))))
    return {span for span in spans if _PATH.fullmatch(span)}


def links_in(page: Path) -> set[str]:
    """Return the targets of a page's links that stay in the repository."""
    found = (link[1] for link in _LINK.finditer(_BLOCK.sub("", text_of(page))))
    return {link for link in found if "://" not in link}


def anchors_of(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = (heading[1] for heading in _HEADING.finditer(_BLOCK.sub("", text_of(page))))
    return {_anchor(heading) for heading in headings}


def words_after(command: str, page: Path) -> set[str]:
    """Return the words that follow a command where a line or span of code begins with it.

    Assignments of variables may stand before it.
    """
    pattern = re.compile(rf"\s*(?:[A-Z_]+=\S+ )*{re.escape(command)} ([a-z][a-z-]*)")
    return {found[1] for code in code_of(page) if (found := pattern.match(code))}


def settings_in(page: Path) -> set[str]:
    """Return what a page marks as code and writes as an environment variable."""
    spans = (span[1] for span in _CODE.finditer(_BLOCK.sub("", text_of(page))))
    return {span for span in spans if _SETTING.fullmatch(span)}


def blocks_of(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    return [block[2] for block in _BLOCK.finditer(text_of(page)) if block[1] == language]


def _anchor(heading: str) -> str:
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return plain.strip().replace(" ", "-")
