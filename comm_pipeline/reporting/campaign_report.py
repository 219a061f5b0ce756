"""The report that marketers read, as HTML in one file and as Markdown for an asset's metadata.

The words and the layout stand in ``templates/reports/``; names come from batch requests, so every
value is escaped.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound

from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.errors import EnvironmentFailure

#: Campaigns in the overview table of the Markdown report; the HTML report has them all.
_MARKDOWN_ROWS: Final = 50
#: What Markdown or HTML would take for markup; an underscore only where it could open emphasis.
_MARKUP: Final = re.compile(r"[\\`*\[\]<>#|~&!]|(?<!\w)_|_(?!\w)")
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def report_markdown(metrics: Sequence[CampaignMetrics], templates_dir: Path) -> str:
    """Return the report in Markdown: a funnel for one campaign, an overview for several.

    Raises EnvironmentFailure if ``templates_dir`` has no report templates.
    """
    template = _load(templates_dir, "campaign_report.md.j2")
    shown, rest = metrics[:_MARKDOWN_ROWS], max(0, len(metrics) - _MARKDOWN_ROWS)
    return template.render(campaigns=shown, rest=rest).strip() + "\n"


def report_html(
    metrics: Sequence[CampaignMetrics], generated_at: datetime, templates_dir: Path
) -> str:
    """Return the report as one HTML document that needs no other file and runs no script.

    Raises EnvironmentFailure if ``templates_dir`` has no report templates.
    """
    template = _load(templates_dir, "campaign_report.html.j2")
    return template.render(campaigns=metrics, generated_at=generated_at)


def format_share(share: float) -> str:
    """Return a share in whole percent; a small one is not shown as none."""
    return "<1%" if 0 < share < 0.005 else f"{share:.0%}"


def format_duration(seconds: float) -> str:
    """Return a duration in its two largest units, e.g. ``2 d 4 h``; ``-`` for none."""
    if seconds <= 0:
        return "-"
    left = max(1, round(seconds))
    parts: list[str] = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append(f"{count} {unit}" if count else "")
        if len(parts) == 2:
            break
    return " ".join(part for part in parts if part)


def escape_markdown(value: object) -> str:
    """Return text in one line that Markdown and HTML show as it is, in a table cell too."""
    line = " ".join(str(value).split())
    return _MARKUP.sub(r"\\\g<0>", line[:119] + "…" if len(line) > 120 else line)


def _load(templates_dir: Path, name: str) -> Template:
    folder = templates_dir / "reports"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=name.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": lambda value: f"{value:,}",
        "percent": format_share,
        "duration": format_duration,
        "instant": lambda at: f"{at.astimezone(UTC):%-d %B %Y, %H:%M} UTC",
        "words": lambda name: str(name).replace("_", " "),
        "md": escape_markdown,
    }
    try:
        return environment.get_template(name)
    except TemplateNotFound:
        raise EnvironmentFailure(
            f"{folder / name} is not there: "
            "point the templates directory at this repository's templates/"
        ) from None
