"""What the command line asks of Dagster: over GraphQL while it runs, its storage before."""

import json
import urllib.request
from pathlib import Path
from typing import Any

from comm_pipeline.errors import EnvironmentFailure

_TIMEOUT_SECONDS = 10

_LOCATION = """
query Location {
  workspaceOrError {
    ... on Workspace { locationEntries { name loadStatus
      locationOrLoadError { __typename ... on PythonError { message } } } }
    ... on PythonError { message }
  }
  instance { daemonHealth { allDaemonStatuses { healthy required } } }
}
"""

_LAUNCH = """
mutation Launch($location: String!, $job: String!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: $location, repositoryName: "__repository__", pipelineName: $job
    },
    runConfigData: {}
  }) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
    ... on InvalidSubsetError { message }
    ... on PipelineNotFoundError { message }
  }
}
"""


def end_orphaned_runs(dagster_home: Path) -> list[str]:
    """End the runs that a crash has left behind; only while neither daemon nor code server runs."""
    # Dagster takes half a second to load, which no other command needs to pay for.
    from dagster import DagsterInstance  # noqa: PLC0415

    from comm_pipeline.orchestration.orphans import (  # noqa: PLC0415
        end_orphaned_runs as end_runs,
    )

    with DagsterInstance.from_config(str(dagster_home)) as instance:
        return end_runs(instance)


def is_ready(url: str, location: str) -> bool:
    """Return whether the webserver answers and has loaded our code.

    Raises EnvironmentFailure if our code cannot be loaded.
    """
    try:
        found = query(url, _LOCATION)
    except OSError:
        return False
    for entry in found["workspaceOrError"].get("locationEntries", []):
        loaded = entry["locationOrLoadError"] or {}
        if loaded.get("__typename") == "PythonError":
            raise EnvironmentFailure(f"Dagster cannot load our code: {loaded['message']}")
        if entry["name"] == location and entry["loadStatus"] == "LOADED":
            return _daemons_are_healthy(found)
    return False


def launch_job(url: str, location: str, job_name: str) -> str:
    """Start a job without partition and config; return the id of its run.

    Raises EnvironmentFailure if Dagster does not start it.
    """
    answer = query(url, _LAUNCH, location=location, job=job_name)["launchRun"]
    if answer["__typename"] != "LaunchRunSuccess":
        raise EnvironmentFailure(f"Dagster did not start {job_name}: {answer.get('message')}")
    return str(answer["run"]["runId"])


def query(url: str, text: str, **variables: Any) -> dict[str, Any]:
    """Ask the webserver at ``url``. Raises OSError if it does not answer."""
    body = json.dumps({"query": text, "variables": variables}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{url}/graphql", body, headers)  # noqa: S310 - our own URL
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as response:  # noqa: S310 - as above
        answer = json.load(response)
    if answer.get("errors"):
        raise EnvironmentFailure(f"Dagster refuses a query: {answer['errors']}")
    return dict(answer["data"])


def _daemons_are_healthy(found: dict[str, Any]) -> bool:
    statuses = found["instance"]["daemonHealth"]["allDaemonStatuses"]
    return all(status["healthy"] for status in statuses if status["required"])
