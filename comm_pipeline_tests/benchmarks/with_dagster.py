"""Speed with the real daemon: how long a request takes to become mail, and 500 at once.

``python -m comm_pipeline_tests.benchmarks.with_dagster [--requests 20] [--campaigns 500]``
"""

import json
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comm_pipeline_tests.e2e.dev_system import DevSystem, dev_system

_ACCEPTED = {"$in": ["sent", "delivered"]}
_RUNS = """
query Runs { runsOrError(limit: 1000) { ... on Runs { results { jobName status } } } }
"""
_TEMPLATE = {
    "_id": "benchmark",
    "name": "Benchmark",
    "type": "sales",
    "stages": {
        "awareness": {
            "messages": [
                {
                    "subject": "Hello",
                    "template": "Hi {{ recipient.first_name }}, hello from the benchmark.",
                    "timing": {"delay_hours": 0, "max_follow_ups": 1, "follow_up_delay_hours": 48},
                }
            ],
            "progression_rules": {"response_required": True, "max_stage_duration_hours": 168},
        }
    },
}


def a_request(name: str, recipients: int) -> dict[str, Any]:
    return {
        "_id": name,
        "name": f"Benchmark {name}",
        "servicetype": "communication",
        "status": "new",
        "created_at": datetime.now(UTC),
        "template": _TEMPLATE,
        "recipients": [
            {
                "id": f"user_{number}",
                "contact_info": {
                    "email": f"user_{number}@{name}.example",
                    "first_name": "Ann",
                },
            }
            for number in range(recipients)
        ],
    }


def latencies(system: DevSystem, requests: int) -> list[float]:
    """Insert requests one after the other; return the seconds until each first accepted mail."""
    found = []
    with system.database() as database:
        for number in range(requests):
            name = f"latency-{number}"
            started = time.monotonic()
            database["agent_batch_requests"].insert_one(a_request(name, 1))
            query = {"campaign_id": f"campaign_{name}", "status": _ACCEPTED}
            system.wait(lambda q=query: database["outbound_messages"].find_one(q), "the mail")
            found.append(time.monotonic() - started)
    return found


def flood(system: DevSystem, campaigns: int, recipients: int) -> dict[str, Any]:
    """Insert many requests at once; return how long until every first mail was accepted."""
    with system.database() as database:
        before = len(_runs(system))
        started = time.monotonic()
        database["agent_batch_requests"].insert_many(
            [a_request(f"flood-{number}", recipients) for number in range(campaigns)]
        )
        total = campaigns * recipients
        query = {"campaign_id": {"$regex": "^campaign_flood-"}, "status": _ACCEPTED}
        ledger = database["outbound_messages"]
        system.wait(lambda: ledger.count_documents(query) == total, "all first mails", 600)
        seconds = time.monotonic() - started
    return {"seconds": seconds, "mails": total, "runs": len(_runs(system)) - before}


def _runs(system: DevSystem) -> list[dict[str, Any]]:
    return list(system.query(_RUNS)["runsOrError"]["results"])


@click.command()
@click.option("--requests", default=20, show_default=True)
@click.option("--campaigns", default=500, show_default=True)
@click.option("--recipients", default=10, show_default=True)
@click.option("--json", "json_file", type=click.Path(path_type=Path))
def main(requests: int, campaigns: int, recipients: int, json_file: Path | None) -> None:
    """Measure with the real daemon, code server and mail catcher."""
    with (
        tempfile.TemporaryDirectory() as folder,
        dev_system(Path(folder) / "home") as system,
    ):
        seconds = sorted(latencies(system, requests))
        flooded = flood(system, campaigns, recipients)
    result = {
        "latency_median_seconds": statistics.median(seconds),
        "latency_p95_seconds": seconds[max(0, int(len(seconds) * 0.95 + 0.5) - 1)],
        "latencies_seconds": seconds,
        "flood": flooded,
    }
    click.echo(json.dumps(result, indent=2))
    if json_file is not None:
        json_file.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
