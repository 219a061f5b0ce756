"""The page of a simulation: one HTML file that needs no other and asks no server for anything.

The words and the layout stand in ``templates/reports/``. Texts come from requests and templates, so
every value is escaped, and the page's policy lets only its own script run.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.reporting.campaign_report import format_duration, format_share
from comm_pipeline.reporting.simulation_data import SimulationData

_PAGE: Final = "simulation.html.j2"
_SCRIPT: Final = "simulation_search.js"


def simulation_page(
    data: SimulationData, sample: Sequence[Mapping[str, Any]], templates_dir: Path
) -> str:
    """Return the page; ``sample`` are conversations with ``messages`` and ``decisions``.

    Raises EnvironmentFailure if ``templates_dir`` has no templates for it.
    """
    folder = templates_dir / "reports"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": lambda value: f"{value:,}",
        "percent": format_share,
        "duration": format_duration,
        "instant": _instant,
        "words": lambda name: str(name).replace("_", " "),
        "ceiling": round_ceiling,
    }
    try:
        script = (folder / _SCRIPT).read_text(encoding="utf-8")
        template = environment.get_template(_PAGE)
    except (OSError, TemplateNotFound):
        raise EnvironmentFailure(
            f"{folder} lacks {_PAGE} or {_SCRIPT}: "
            "point the templates directory at this repository's templates/"
        ) from None
    return template.render(
        data=data, sample=sample, script=script, script_digest=_digest(script), span=_span(data)
    )


def round_ceiling(value: float) -> int:
    """Return the next number at or above ``value`` that reads well on an axis: 1, 2 or 5 times 10ⁿ.

    At least 1.
    """
    size = 1
    while True:
        for step in (1, 2, 5):
            if value <= step * size:
                return step * size
        size *= 10


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %b %Y, %H:%M}"


def _digest(script: str) -> str:
    """Return what a content security policy calls the script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _span(data: SimulationData) -> float:
    """Return the seconds from the start to the end of the last conversation, or of the time."""
    end: datetime = data.ending.last_conversation_at or data.ending.at
    return (end - data.setup.starts_at).total_seconds()
