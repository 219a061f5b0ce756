"""``dev`` says what hinders it before it starts anything."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from comm_pipeline.cli.main import cli
from comm_pipeline.embedded.ports import LOOPBACK, free_port

Command = Callable[..., Result]


@pytest.fixture
def dev(tmp_path: Path) -> Command:
    def command(*arguments: str, **environment: str) -> Result:
        home = {"COMM_PIPELINE_HOME": str(tmp_path)}
        return CliRunner().invoke(cli, ["dev", *arguments], env=home | environment)

    return command


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server((LOOPBACK, 0)) as server:
        yield server.getsockname()[1]


def refusal(result: Result, home: Path) -> str:
    """What was said, by a command that has started nothing."""
    assert result.exit_code == 1
    assert result.stdout == ""
    assert [path.name for path in home.iterdir()] == ["dev.lock"]
    return result.stderr


def test_a_taken_port_of_the_webserver(dev: Command, taken_port: int, tmp_path: Path) -> None:
    said = refusal(dev("--port", str(taken_port)), tmp_path)
    assert said == f"Error: port {taken_port} is taken; choose another with --port\n"


def test_a_demo_on_a_taken_port_leaves_the_last_one_as_it_is(
    taken_port: int, tmp_path: Path
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "made_by_demo.txt").touch()
    (tmp_path / "demo" / "report.html").touch()
    arguments = ["demo", "--port", str(taken_port)]
    result = CliRunner().invoke(cli, arguments, env={"COMM_PIPELINE_HOME": str(tmp_path)})
    assert f"port {taken_port} is taken; choose another with --port" in result.stderr
    assert (tmp_path / "demo" / "report.html").exists()


def test_a_taken_port_of_the_metrics(dev: Command, taken_port: int, tmp_path: Path) -> None:
    said = refusal(dev(ENABLE_METRICS="true", METRICS_PORT=str(taken_port)), tmp_path)
    assert said == f"Error: port {taken_port} is taken; set METRICS_PORT to another one\n"


def test_one_port_for_both(dev: Command, tmp_path: Path) -> None:
    port = str(free_port())
    said = refusal(dev("--port", port, ENABLE_METRICS="true", METRICS_PORT=port), tmp_path)
    assert said == f"Error: port {port} is METRICS_PORT; choose another with --port\n"


def test_a_home_that_cannot_be_made(dev: Command) -> None:
    result = dev(COMM_PIPELINE_HOME="/proc/nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: /proc/nowhere cannot be used (")
