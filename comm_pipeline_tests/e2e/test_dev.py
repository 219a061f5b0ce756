"""The whole system with Dagster's daemon and webserver, used as its users do."""

import json
import os
import signal
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline_tests.e2e.dev_system import DevSystem, dev_system, processes_of
from comm_pipeline_tests.e2e.slow_mail_server import slow_mail_server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

GOLDEN = Path(__file__).parents[1] / "golden" / "templates"
SALES = json.loads((GOLDEN / "sales_campaign_template_001.json").read_text())

RUNS = """
query Runs { runsOrError { ... on Runs { results { status jobName
  tags { key value } assetMaterializations { assetKey { path } partition } } } } }
"""
ASSETS = """
query Assets { assetNodes {
  assetKey { path } dependencyKeys { path } description kinds
  owners { ... on TeamAssetOwner { team } }
  assetMaterializations(limit: 20) { partition metadataEntries { label
    ... on IntMetadataEntry { intValue } ... on TextMetadataEntry { text } } } } }
"""
BACKFILL = """
mutation Backfill($partitions: [String!]!) {
  launchPartitionBackfill(backfillParams: {
    partitionNames: $partitions,
    assetSelection: [
      {path: ["campaign"]}, {path: ["conversation_states"]}, {path: ["outbound_messages"]}
    ]
  }) { __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } }
}
"""
BACKFILL_STATUS = """
query Status($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status } } }
"""


def a_request(request_id: str, count: int) -> dict[str, Any]:
    return {
        "_id": request_id,
        "name": "Q4 Enterprise Software Campaign",
        "servicetype": "communication",
        "status": "new",
        "created_by": "agent",
        "created_at": datetime.now(UTC),
        "template": SALES,
        "recipients": [
            {
                "id": f"user_{number}",
                "contact_info": {
                    "email": f"user_{number}@{request_id}.example",
                    "first_name": f"User {number}",
                    "company_name": "Initech",
                },
            }
            for number in range(count)
        ],
        "context_data": {
            "company.product_name": "CloudScale Analytics",
            "company.value_proposition": "improved data analytics performance",
        },
    }


def insert(system: DevSystem, request: dict[str, Any]) -> None:
    with system.database() as database:
        database["agent_batch_requests"].insert_one(request)


def nodes(system: DevSystem) -> dict[str, dict[str, Any]]:
    return {node["assetKey"]["path"][0]: node for node in system.query(ASSETS)["assetNodes"]}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevSystem]:
    with dev_system(tmp_path_factory.mktemp("dev"), CAMPAIGN_STAGE_DELAY_FACTOR="0.5") as started:
        insert(started, a_request("first", 5))
        started.wait(lambda: len(started.recipients_of_mails()) == 5, "five mails")
        yield started


def test_a_request_of_another_client_becomes_mail_and_a_partition(system: DevSystem) -> None:
    def runs() -> list[dict[str, Any]]:
        found = system.query(RUNS)["runsOrError"]["results"]
        return [run for run in found if run["jobName"] == "start_campaign_job"]

    system.wait(lambda: runs()[0]["status"] == "SUCCESS", "the run's success")
    materialized = {
        (event["assetKey"]["path"][0], event["partition"])
        for event in runs()[0]["assetMaterializations"]
    }
    assert materialized == {
        (asset, "campaign_first")
        for asset in ("campaign", "conversation_states", "outbound_messages")
    }
    with system.database() as database:
        request = database["agent_batch_requests"].find_one({"_id": "first"})
    assert request is not None
    assert (request["status"], request["campaign_id"]) == ("completed", "campaign_first")


def test_the_assets_say_what_they_did(system: DevSystem) -> None:
    """A sweep may deliver while the run that starts the campaign is between two of its steps."""
    events = nodes(system)["outbound_messages"]["assetMaterializations"]
    said = [
        {entry["label"]: entry.get("intValue") for entry in event["metadataEntries"]}
        for event in events
    ]
    assert {event["partition"] for event in events} == {"campaign_first"}
    assert sum(entries.get("messages_sent") or 0 for entries in said) == 5
    assert any({"next_due_at", "duration_seconds", "status"} <= entries.keys() for entries in said)


def test_another_terminal_explains_what_this_system_does_next(system: DevSystem) -> None:
    now, of_one = datetime.now(UTC), {"campaign_id": "campaign_first", "user_id": "user_0"}

    def follow_up_at() -> datetime | None:
        with system.database() as database:
            found = database["conversation_states"].find_one(of_one)
        due = found and found["next_action_at"]
        return due if due and due > now else None

    due: datetime = system.wait(follow_up_at, "the follow-up to be planned")
    # 48 hours by the template; the system runs at half of it.
    assert timedelta(hours=23) < due - now < timedelta(hours=24)
    said = json.loads(system.command("explain", "campaign_first", "user_0", "--json"))
    assert (said["next"]["rule"], said["next"]["at"]) == ("follow_up", due.isoformat())


def test_the_lineage_leads_from_requests_to_the_report(system: DevSystem) -> None:
    found = nodes(system)
    upstream = {
        name: {key["path"][0] for key in node["dependencyKeys"]} for name, node in found.items()
    }
    assert upstream == {
        "agent_batch_requests": set(),
        "campaign": {"agent_batch_requests"},
        "inbound_messages": set(),
        "conversation_states": {"campaign", "inbound_messages"},
        "outbound_messages": {"conversation_states"},
        "campaign_metrics": {"conversation_states", "outbound_messages", "inbound_messages"},
        "campaign_report": {"campaign_metrics"},
    }
    assert all(node["description"] and node["owners"] and node["kinds"] for node in found.values())


def test_a_backfill_of_all_partitions_sends_nothing_again(system: DevSystem) -> None:
    before = system.recipients_of_mails()
    launched = system.query(BACKFILL, partitions=["campaign_first"])["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched

    def status() -> str:
        found = system.query(BACKFILL_STATUS, id=launched["backfillId"])
        return str(found["partitionBackfillOrError"]["status"])

    system.wait(lambda: status() in {"COMPLETED_SUCCESS", "COMPLETED"}, "the backfill", 150)
    assert system.recipients_of_mails() == before


def test_a_system_that_loses_its_webserver_says_so_and_ends(system: DevSystem) -> None:
    """The last of those that share a system."""
    loses(system, "webserver", ["dagster_webserver"])


def test_a_system_that_loses_daemon_or_code_server_goes_on_where_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with slow_mail_server(quick=100) as mails:
        with dev_system(home, **mails.settings()) as system:
            insert(system, a_request("large", 500))
            system.wait(lambda: len(mails.accepted) >= 100, "the first 100 mails")
            loses(system, "daemon", ["dagster._daemon", "run"])
        assert processes_of(home) == []
        assert len(mails.accepted) < 400

        mails.quick = len(mails.accepted) + 50
        with dev_system(home, **mails.settings()) as again:
            again.wait(lambda: len(mails.accepted) >= mails.quick, "50 mails more")
            loses(again, "code_server", ["dagster", "api", "grpc"])
        assert processes_of(home) == []
        assert len(mails.accepted) < 500
        mails.is_slow = False

        with dev_system(home, **mails.settings()) as third, third.database() as database:
            ledger = database["outbound_messages"]
            third.wait(
                lambda: ledger.count_documents({"status": "sent"}) == 500, "the ledger to settle"
            )
    counts = Counter(mails.recipients())
    assert len(counts) == 500
    assert max(counts.values()) == 1


def loses(system: DevSystem, name: str, words: list[str]) -> None:
    """Kill a process of the system, which must end the others and say why."""
    os.kill(system.pid_of(words), signal.SIGKILL)
    assert system.process.wait(60) == 1
    assert f"{name} (pid" in system.log.read_text()
    assert not (system.home / "dev.json").exists()


def test_a_killed_run_is_noticed_and_its_work_is_taken_up(tmp_path: Path) -> None:
    with slow_mail_server(quick=100) as mails:
        with dev_system(tmp_path / "home", **mails.settings()) as system:
            insert(system, a_request("large", 500))
            system.wait(lambda: len(mails.accepted) >= 100, "the first 100 mails")
            # Another run may be just ending beside the one that delivers: all of them die.
            for pid in system.pids_of(["multiprocessing.spawn", "spawn_main"]):
                os.kill(pid, signal.SIGKILL)
            mails.is_slow = False
            with system.database() as database:
                ledger = database["outbound_messages"]
                settled = {"status": {"$in": ["sent", "unknown"]}}
                system.wait(lambda: ledger.count_documents(settled) == 500, "the ledger", 150)
                unknown = ledger.count_documents({"status": "unknown"})
                alerts, of_a_run = database["operator_alerts"], {"_id": {"$regex": "^run:"}}
                system.wait(lambda: alerts.find_one(of_a_run), "the alert of the failed run")
        recipients = mails.recipients()
    assert max(Counter(recipients).values()) == 1
    # Those that were being offered when the run was killed: nobody knows, and nobody guesses.
    assert 500 - unknown <= len(recipients) <= 500
    assert 0 < unknown <= 30


def test_nothing_outlives_a_system_that_is_killed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with dev_system(home) as system:
        assert len(processes_of(home)) >= 6
        os.killpg(system.process.pid, signal.SIGKILL)
        system.process.wait(10)
        wait_until(lambda: not processes_of(home), 60, "every process to end")
