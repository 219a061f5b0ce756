"""Whatever happens to the supervisor, nothing that it started stays."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from comm_pipeline.embedded.processes import process_table
from comm_pipeline.embedded.supervisor import Supervisor
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure

SLEEP = ["sleep", "600"]
STUBBORN = ["sh", "-c", "trap '' TERM INT; echo ready; while :; do sleep 600; done"]
#: Starts one process in its own group and one in a session of its own, and tells both pids.
PARENT = """
import subprocess, time
inside = subprocess.Popen(["sleep", "600"])
outside = subprocess.Popen(["sleep", "600"], start_new_session=True)
print(inside.pid, outside.pid, flush=True)
time.sleep(600)
"""
#: As PARENT, but leaves them alone at once.
LEAVING_PARENT = PARENT.replace("time.sleep(600)", "")
#: A supervisor that somebody kills. Tells the pids of all it started, also by others.
SUPERVISOR = """
import signal, subprocess, sys, time
from pathlib import Path
from comm_pipeline.embedded.supervisor import Supervisor
from comm_pipeline.embedded.waiting import wait_until
# Whoever runs the tests may ignore them (nohup, background), and children inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
folder, parent = Path(sys.argv[1]), sys.argv[2]
adopted = subprocess.Popen(["sleep", "600"], start_new_session=True)
with Supervisor(stop_limit_seconds=2) as supervisor:
    supervisor.adopt("adopted", adopted.pid)
    child = supervisor.start("parent", [sys.executable, "-c", parent], {}, folder / "parent.log")
    stubborn = supervisor.start("sleep", ["sleep", "600"], {}, folder / "sleep.log")
    line = wait_until((folder / "parent.log").read_text, 10, "the parent")
    print(adopted.pid, child.pid, stubborn.pid, line, flush=True)
    time.sleep(600)
"""


def are_gone(pids: list[int]) -> bool:
    return not process_table().keys() & set(pids)


def pids_told(log_file: Path) -> list[int]:
    text = wait_until(log_file.read_text, 10, f"a line in {log_file}")
    return [int(word) for word in text.split()]


@contextmanager
def a_supervisor_elsewhere(folder: Path, parent: str) -> Iterator[tuple[int, list[int]]]:
    """A supervisor in a process of its own: its pid, and the pids of all that it started."""
    command = [sys.executable, "-c", SUPERVISOR, str(folder), parent]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 5
        try:
            yield process.pid, pids
        finally:
            process.kill()  # whatever went wrong, the tests go on


def test_all_end_with_the_block_last_started_first(tmp_path: Path) -> None:
    tell = "trap 'echo {0} >> ended; exit' TERM; echo ready; while :; do sleep 0.01; done"
    with Supervisor() as supervisor:
        for name in ("first", "second"):
            command = ["sh", "-c", f"cd {tmp_path}; {tell.format(name)}"]
            supervisor.start(name, command, {}, tmp_path / f"{name}.log")
            wait_until((tmp_path / f"{name}.log").read_text, 10, name)
        pids = [child.pid for child in supervisor.members]
        supervisor.check()
    assert (tmp_path / "ended").read_text().split() == ["second", "first"]
    assert are_gone(pids)
    supervisor.stop()  # once more does no harm


def test_the_environment_is_inherited_and_added_to(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        command = ["sh", "-c", 'echo "$GREETING ${PATH:+inherited}"']
        child = supervisor.start(
            "echo", command, {"GREETING": "hello"}, tmp_path / "logs" / "a.log"
        )
        wait_until(lambda: not child.is_running, 10, "the end of echo")
        assert child.exit_status == 0
    assert (tmp_path / "logs" / "a.log").read_text() == "hello inherited\n"


def test_the_signal_is_chosen_per_child(tmp_path: Path) -> None:
    command = ["sh", "-c", "trap 'echo INT; exit' INT; echo ready; while :; do sleep 0.01; done"]
    with Supervisor() as supervisor:
        supervisor.start("a", command, {}, tmp_path / "a.log", stop_signal=signal.SIGINT)
        wait_until((tmp_path / "a.log").read_text, 10, "the child")
    assert (tmp_path / "a.log").read_text() == "ready\nINT\n"


def test_a_stubborn_child_is_killed(tmp_path: Path) -> None:
    with Supervisor(stop_limit_seconds=0.3) as supervisor:
        child = supervisor.start("stubborn", STUBBORN, {}, tmp_path / "a.log")
        wait_until((tmp_path / "a.log").read_text, 10, "the child")
    assert child.exit_status == -signal.SIGKILL
    assert are_gone([child.pid])


@pytest.mark.parametrize("parent", [PARENT, LEAVING_PARENT])
def test_grandchildren_end_too_also_in_their_own_session(tmp_path: Path, parent: str) -> None:
    with Supervisor() as supervisor:
        supervisor.start("parent", [sys.executable, "-c", parent], {}, tmp_path / "a.log")
        pids = pids_told(tmp_path / "a.log")
        assert not are_gone(pids)
    assert are_gone(pids)


def test_an_adopted_process_ends_too(tmp_path: Path) -> None:
    with subprocess.Popen(SLEEP, start_new_session=True) as process:
        with Supervisor() as supervisor:
            supervisor.adopt("sleep", process.pid)
            supervisor.check()
        assert process.wait() == -signal.SIGTERM


def test_an_adopted_process_that_dies_is_reported() -> None:
    with subprocess.Popen(SLEEP) as process, Supervisor() as supervisor:
        supervisor.adopt("mongod", process.pid)
        process.kill()
        wait_until(lambda: are_gone([process.pid]), 10, "the end of sleep")
        with pytest.raises(EnvironmentFailure, match=r"mongod .* has ended unexpectedly"):
            supervisor.check()


def test_a_child_that_dies_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        command = ["sh", "-c", "echo working; echo 'no more memory' >&2; exit 3"]
        child = supervisor.start("webserver", command, {}, tmp_path / "web.log")
        wait_until(lambda: not child.is_running, 10, "the end of the child")
        with pytest.raises(EnvironmentFailure) as caught:
            supervisor.check()
    for part in ("webserver", "exit status 3", str(tmp_path / "web.log"), "no more memory"):
        assert part in str(caught.value)


def test_a_command_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with (
        Supervisor() as supervisor,
        pytest.raises(EnvironmentFailure, match="Cannot start nothing"),
    ):
        supervisor.start("a", ["nothing-of-this-name"], {}, tmp_path / "a.log")


def test_a_child_does_not_inherit_an_ignored_interrupt(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Supervisor() as supervisor:
            child = supervisor.start("sleep", SLEEP, {}, tmp_path / "a.log", signal.SIGINT)
        assert child.exit_status == -signal.SIGINT
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_supervisor_without_its_watchdog_says_so(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        assert supervisor._watchdog is not None
        supervisor._watchdog._process.kill()
        supervisor._watchdog._process.wait()
        with pytest.raises(EnvironmentFailure, match="watchdog"):
            supervisor.check()
        with pytest.raises(EnvironmentFailure, match="watchdog"):
            supervisor.start("a", SLEEP, {}, tmp_path / "a.log")
        pids = [child.pid for child in supervisor.members]
    assert are_gone(pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("parent", [PARENT, LEAVING_PARENT])
def test_nothing_stays_when_the_supervisor_is_ended(
    tmp_path: Path, number: signal.Signals, parent: str
) -> None:
    with a_supervisor_elsewhere(tmp_path, parent) as (supervisor, pids):
        os.kill(supervisor, number)
        wait_until(lambda: are_gone([supervisor, *pids]), 20, "the end of all")


def test_a_stubborn_child_does_not_survive_its_killed_supervisor(
    tmp_path: Path,
) -> None:
    stubborn = f"""
import subprocess, time
process = subprocess.Popen({STUBBORN!r}, stdout=subprocess.PIPE)
process.stdout.readline()
print(process.pid, process.pid, flush=True)
time.sleep(600)
"""
    with a_supervisor_elsewhere(tmp_path, stubborn) as (supervisor, pids):
        os.kill(supervisor, signal.SIGKILL)
        wait_until(lambda: are_gone([supervisor, *pids]), 20, "the end of all")


def test_a_child_killed_together_with_its_supervisor_leaves_no_orphans(tmp_path: Path) -> None:
    with a_supervisor_elsewhere(tmp_path, PARENT) as (supervisor, pids):
        for pid in (pids[1], supervisor):  # as the kernel does when memory is short
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: are_gone([supervisor, *pids]), 20, "the end of all")
