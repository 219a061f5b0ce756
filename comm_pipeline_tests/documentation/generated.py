"""The parts of pages that are generated, between a pair of markers."""

from collections.abc import Mapping
from pathlib import Path

from comm_pipeline.domain.state_diagrams import states_markdown
from comm_pipeline_tests.documentation.field_tables import field_tables

ROOT = Path(__file__).parents[2]

#: The generated parts of each page, by the name in their markers.
GENERATED: Mapping[Path, Mapping[str, str]] = {
    ROOT / "README.md": {"states": states_markdown()},
    ROOT / "docs" / "templates.md": field_tables(),
}


def refreshed(page: str, parts: Mapping[str, str]) -> str:
    """Return a page with its generated parts written anew. Raises ValueError for a lost marker."""
    for name, text in parts.items():
        begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
        if page.count(begin) != 1 or page.count(end) != 1:
            raise ValueError(f"{begin} and {end} must stand once each")
        above, rest = page.split(begin)
        _, below = rest.split(end)
        page = f"{above}{begin}\n{text}\n{end}{below}"
    return page
