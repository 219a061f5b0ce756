"""Metrics as Dagster shows them: tables, and numbers that it plots over time."""

from collections.abc import Callable
from typing import Any

from dagster import MetadataValue, TableColumn, TableRecord, TableSchema

from comm_pipeline.domain.metrics import CampaignMetrics
from comm_pipeline.services.metrics_collector import CollectionReport

#: Rows that the page of a materialization takes; all are in ``campaign_metrics``.
_ROWS_SHOWN = 100
_TYPES = {"i": "int", "f": "float", "u": "int", "b": "bool"}


def metrics_metadata(
    collected: CollectionReport, shown: Callable[[str], str] = lambda text: text
) -> dict[str, Any]:
    """Return the metadata of ``campaign_metrics``: totals, overview and funnel tables."""
    # pandas takes half a second to load, which every other run would pay for.
    from comm_pipeline.reporting.metrics_frame import (  # noqa: PLC0415
        funnel_frame,
        overview_frame,
    )

    metrics = collected.metrics
    return {
        "dagster/row_count": len(metrics),
        "campaigns_unchanged": collected.unchanged,
        "campaigns_failed": len(collected.failures),
        **_totals(metrics),
        "overview": _table(overview_frame(metrics)),
        "funnel": _table(funnel_frame(metrics)),
        "failures": {key: shown(why) for key, why in collected.failures.items()} or "none",
    }


def _totals(metrics: list[CampaignMetrics]) -> dict[str, int]:
    return {
        "recipients": sum(one.total_recipients for one in metrics),
        "active_conversations": sum(one.active_conversations for one in metrics),
        "completed_conversations": sum(one.completed_conversations for one in metrics),
        "failed_conversations": sum(one.failed_conversations for one in metrics),
        "messages_sent": sum(one.message_metrics.total_sent for one in metrics),
        "messages_received": sum(one.message_metrics.total_received for one in metrics),
    }


def _table(frame: Any) -> Any:
    """Return a data frame as a table; Dagster refuses one without rows."""
    if frame.empty:
        return "none"
    shown = frame.head(_ROWS_SHOWN)
    columns = [
        TableColumn(str(name), _TYPES.get(dtype.kind, "string"))
        for name, dtype in shown.dtypes.items()
    ]
    records = [
        TableRecord({str(key): _cell(value) for key, value in row.items()})
        for row in shown.to_dict("records")
    ]
    return MetadataValue.table(records, TableSchema(columns=columns))


def _cell(value: Any) -> Any:
    """Return a value that a table takes: pandas has types of its own, and NaN is no number."""
    plain = value.item() if hasattr(value, "item") else value
    if plain is None or plain != plain:  # noqa: PLR0124 - only NaN differs from itself
        return None
    return plain if isinstance(plain, str | int | float | bool) else str(plain)
