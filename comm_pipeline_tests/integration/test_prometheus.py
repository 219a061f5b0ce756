"""The metrics endpoint, asked as Prometheus asks it."""

import asyncio
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from comm_pipeline.cli.metrics import metrics_server
from comm_pipeline.embedded.ports import LOOPBACK, free_port
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings import Settings, load_settings
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import a_pipeline

CAMPAIGN = "campaign_request_1"
ADDRESS = "user_1@example.com"


def settings_for(uri: str, database: str, home: Path) -> Settings:
    return load_settings(
        {
            "MONGODB_URI": uri,
            "MONGODB_DATABASE": database,
            "COMM_PIPELINE_HOME": str(home),
            "METRICS_PORT": str(free_port()),
        }
    )


def scraped(settings: Settings) -> tuple[dict[tuple[str, ...], float], str]:
    """Return every sample by its name and the values of its labels, and the text."""
    with (
        metrics_server(settings, LOOPBACK) as port,
        urllib.request.urlopen(f"http://{LOOPBACK}:{port}/metrics") as answer,
    ):
        text = answer.read().decode()
    samples = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    return samples, text


async def run_a_campaign(uri: str, database: str) -> None:
    async with a_pipeline(uri, database) as pipeline:
        await pipeline.insert(a_batch_request())
        await pipeline.sweep()
        await pipeline.reply(CAMPAIGN, "user_1", "STOP")
        await pipeline.sweep(hours=1)
        await pipeline.insert(a_batch_request(_id="request_2"))
        await pipeline.repositories.alerts.raise_alert("a", f"about {ADDRESS}", pipeline.clock())
        await pipeline.engine.metrics.collect_all(10)


def test_it_tells_how_campaigns_stand_and_names_nobody(
    mongodb_uri: str, database_name: str, tmp_path: Path
) -> None:
    asyncio.run(run_a_campaign(mongodb_uri, database_name))
    samples, text = scraped(settings_for(mongodb_uri, database_name, tmp_path))
    assert samples[("comm_pipeline_up",)] == 1
    assert samples[("comm_pipeline_campaigns", "active")] == 1
    assert samples[("comm_pipeline_replies", "applied")] == 1
    assert samples[("comm_pipeline_requests_waiting",)] == 1
    assert samples[("comm_pipeline_operator_alerts",)] == 1
    assert samples[("comm_pipeline_escalations_open",)] == 0
    assert samples[("comm_pipeline_campaign_conversations", CAMPAIGN, "active")] == 2
    assert samples[("comm_pipeline_campaign_conversations", CAMPAIGN, "completed")] == 1
    assert samples[("comm_pipeline_campaign_messages", CAMPAIGN, "sent")] == 3
    assert ("comm_pipeline_campaign_metrics_age_seconds", CAMPAIGN) in samples
    assert "user_1" not in text


@pytest.mark.usefixtures("abandoned_sockets")
def test_a_database_that_does_not_answer_is_told(tmp_path: Path) -> None:
    uri = f"mongodb://{LOOPBACK}:{free_port()}/?serverSelectionTimeoutMS=50"
    samples, _ = scraped(settings_for(uri, "any", tmp_path))
    assert samples == {("comm_pipeline_up",): 0}


@pytest.mark.usefixtures("abandoned_sockets")
def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    settings = settings_for("mongodb://localhost:1", "any", tmp_path)
    with (
        metrics_server(settings, LOOPBACK),
        pytest.raises(EnvironmentFailure, match=f"METRICS_PORT={settings.metrics_port}"),
        metrics_server(settings, LOOPBACK),
    ):
        raise AssertionError("two listen on one port")
