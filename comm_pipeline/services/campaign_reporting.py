"""The report for people: metrics of all campaigns, as a page and as a summary."""

from dataclasses import dataclass
from pathlib import Path

from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.services.engine import Engine

#: The page lists so many campaigns, those counted last first; all are in ``campaign_metrics``.
_CAMPAIGNS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where the page was written, and the summary in Markdown."""

    path: Path
    summary: str
    campaigns: int


async def write_report(engine: Engine) -> WrittenReport:
    """Write the page from the stored metrics, in place of the one before."""
    # pandas and Jinja frames are loaded with it, and only this use case needs them.
    from comm_pipeline.reporting.campaign_report import (  # noqa: PLC0415
        report_html,
        report_markdown,
    )

    documents = await engine.repositories.metrics.find_latest(_CAMPAIGNS_SHOWN)
    metrics = [CampaignMetrics.model_validate(document) for document in documents]
    templates_dir = engine.settings.templates
    path = engine.settings.home / "reports" / "campaign_report.html"
    page = report_html(metrics, engine.clock(), templates_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(page, encoding="utf-8")
    unfinished.replace(path)
    return WrittenReport(path.absolute(), report_markdown(metrics, templates_dir), len(metrics))
