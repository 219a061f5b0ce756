"""``export`` and ``forget`` as people call them."""

import asyncio
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import cli
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import a_pipeline

ADDRESS = "user_1@example.com"
KEY = "a secret of at least thirty-two characters"


@pytest.fixture
def run(mongodb_uri: str, database_name: str, tmp_path: Path) -> Callable[..., Result]:
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path),
    }

    async def write() -> None:
        async with a_pipeline(mongodb_uri, database_name) as pipeline:
            await pipeline.insert(a_batch_request())
            await pipeline.sweep()

    asyncio.run(write())

    def invoke(*arguments: str, **more: str) -> Result:
        return CliRunner().invoke(cli, list(arguments), env=environment | more)

    return invoke


def test_forgetting_is_shown_before_it_is_done(run: Callable[..., Result]) -> None:
    shown = run("forget", ADDRESS, FORGET_KEY=KEY)
    assert shown.exit_code == 0, shown.output
    assert "Would suppress: 1 address" in shown.output
    assert "Would end: 1 open conversation" in shown.output
    assert "Would erase: 1 in outbound_messages" in shown.output
    assert "Nothing was changed" in shown.output
    held = json.loads(run("export", ADDRESS).output)["documents"]
    assert set(held) == {"agent_batch_requests", "conversation_states", "outbound_messages"}

    done = run("forget", ADDRESS, "--yes", FORGET_KEY=KEY)
    assert (done.exit_code, "Erased: 1 in outbound_messages" in done.output) == (0, True)
    again = run("forget", ADDRESS, "--yes", FORGET_KEY=KEY)
    assert (again.exit_code, "Nothing is held." in again.output) == (0, True)
    held = json.loads(run("export", ADDRESS, FORGET_KEY=KEY).output)["documents"]
    assert set(held) == {"suppressions"}


def test_forgetting_needs_a_key(run: Callable[..., Result]) -> None:
    refused = run("forget", ADDRESS, "--yes")
    assert refused.exit_code == 1
    assert "FORGET_KEY: is needed" in refused.output
    short = run("forget", ADDRESS, "--yes", FORGET_KEY="too short")
    assert short.exit_code == 1
    assert "at least 32 characters" in short.output
    assert "too short" not in short.output


def test_an_export_is_for_its_owner_alone(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    assert run("export", ADDRESS, "--output", str(path)).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))["address"] == ADDRESS


def test_what_is_no_address_is_refused(run: Callable[..., Result]) -> None:
    refused = run("export", "nobody")
    assert (refused.exit_code, "ADDRESS: must be a mail address" in refused.output) == (1, True)
