"""``comm-pipeline simulate``, against a real MongoDB."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient

from comm_pipeline.cli.simulate import simulate
from comm_pipeline.errors import InvalidInputError
from comm_pipeline.simulation.private_database import PREFIX
from comm_pipeline_tests.simulation_builders import DEFAULT_BEHAVIOUR, a_request

Command = Callable[..., Result]
START = ("--start", "2026-03-02T09:00:00Z")


@pytest.fixture
def run(
    mongodb_uri: str, database_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Command:
    environment = {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "COMM_PIPELINE_HOME": str(tmp_path / "home"),
    }
    monkeypatch.chdir(tmp_path)
    (tmp_path / "spring.json").write_text(json.dumps(a_request(6)))

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(simulate, ["spring.json", *arguments], env=environment)

    return command


def test_it_writes_page_and_data_and_tells_the_main_things(run: Command, tmp_path: Path) -> None:
    result = run(*START, "--recipients", "12")
    assert result.exit_code == 0, result.output
    written = {path.name for path in (tmp_path / "simulation_spring").iterdir()}
    assert written == {"index.html", "data.json", "messages.jsonl", "decisions.jsonl"}
    words = " ".join(result.stdout.split())
    assert "Simulation of 12 recipients: Spring campaign" in words
    assert "No forecast" in words
    assert "simulation_spring/index.html" in words


def test_json_is_all_that_stands_on_standard_output(run: Command, tmp_path: Path) -> None:
    result = run(*START, "--json", "--seed", "x")
    data = json.loads(result.stdout)
    assert (data["setup"]["seed"], data["setup"]["recipients"]) == ("x", 6)
    assert data["ending"]["is_complete"]
    assert not (tmp_path / "simulation_spring").exists()


def test_with_json_the_files_are_written_where_out_says(run: Command, tmp_path: Path) -> None:
    result = run(*START, "--json", "--out", "deep/folder", "--until", "2026-03-05T09:00:00Z")
    assert json.loads(result.stdout) == json.loads((tmp_path / "deep/folder/data.json").read_text())
    assert json.loads(result.stdout)["ending"]["at"] == "2026-03-05T09:00:00Z"


def test_time_begins_when_the_request_says_so(run: Command, tmp_path: Path) -> None:
    ahead = datetime(datetime.now(UTC).year + 1, 5, 4, 7, tzinfo=UTC)
    request = a_request(1, scheduled_at=ahead.isoformat())
    (tmp_path / "spring.json").write_text(json.dumps(request))
    data = json.loads(run("--json").stdout)
    assert datetime.fromisoformat(data["setup"]["starts_at"]) == ahead
    assert data["days"][0]["day"] == f"{ahead:%Y-%m-%d}"


@pytest.mark.parametrize("value", ["soon", "2026-03-02", "2026-03-02T09:00:00"])
def test_an_instant_needs_its_time_zone(run: Command, value: str) -> None:
    result = run("--until", value)
    assert result.exit_code == 2
    assert "2026-01-31T09:00:00Z" in result.stderr


def test_a_behaviour_of_ones_own(run: Command, tmp_path: Path) -> None:
    behaviour = json.loads(DEFAULT_BEHAVIOUR.read_text())
    behaviour["default"] |= {"answer_rate": 0, "opt_out_rate": 0, "out_of_office_rate": 0}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(behaviour))
    data = json.loads(run(*START, "--json", "--behaviour", str(path)).stdout)
    assert data["totals"]["replies"] == 0
    assert data["setup"]["behaviour"]["default"]["answer_rate"] == 0

    path.write_text(json.dumps(behaviour | {"bounce_rate": 7}))
    result = run("--behaviour", str(path))
    assert isinstance(result.exception, InvalidInputError)
    assert "bounce_rate" in str(result.exception)


def test_ctrl_c_leaves_no_database(
    run: Command, mongodb_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        assert databases(mongodb_uri)
        raise KeyboardInterrupt

    before = databases(mongodb_uri)
    monkeypatch.setattr("comm_pipeline.cli.simulate_screen.SimulationBar.show", interrupt)
    result = run(*START)
    assert result.exit_code == 130
    assert "Ended by Ctrl-C" in result.stderr
    assert databases(mongodb_uri) == before


def databases(uri: str) -> set[str]:
    with MongoClient[dict[str, Any]](uri) as client:
        return {name for name in client.list_database_names() if name.startswith(PREFIX)}
