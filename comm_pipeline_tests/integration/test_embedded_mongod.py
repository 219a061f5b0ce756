"""The embedded mongod: found, kept apart, kept alive, and gone when it should be."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from comm_pipeline.embedded import mongod_binary, mongod_launch
from comm_pipeline.embedded.mongod import running_mongod_uri, start_mongod
from comm_pipeline.embedded.mongod_state import MongodFiles
from comm_pipeline.embedded.ports import LOOPBACK, free_port
from comm_pipeline.embedded.processes import process_table
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure


def insert(uri: str, document: dict[str, Any]) -> None:
    with MongoClient[dict[str, Any]](uri) as client:
        client["kept"]["things"].insert_one(document)


def stored_ids(uri: str) -> list[Any]:
    with MongoClient[dict[str, Any]](uri) as client:
        return [thing["_id"] for thing in client["kept"]["things"].find().sort("_id")]


def test_other_processes_find_it_and_it_leaves_nothing_behind(tmp_path: Path) -> None:
    assert running_mongod_uri(tmp_path) is None
    with start_mongod(tmp_path) as mongod:
        code = (
            "import sys, pathlib; from comm_pipeline.embedded.mongod import running_mongod_uri; "
            "print(running_mongod_uri(pathlib.Path(sys.argv[1])))"
        )
        found = subprocess.check_output([sys.executable, "-c", code, str(tmp_path)], text=True)
        assert found.strip() == mongod.uri
    assert mongod.pid not in process_table()
    assert running_mongod_uri(tmp_path) is None
    mongod.stop()  # once more does no harm


def test_a_second_start_finds_the_first_and_does_not_stop_it(tmp_path: Path) -> None:
    with start_mongod(tmp_path) as first:
        with start_mongod(tmp_path) as second:
            assert (first.owned, second.owned) == (True, False)
            assert (second.pid, second.port, second.uri) == (first.pid, first.port, first.uri)
        assert running_mongod_uri(tmp_path) == first.uri


def test_of_two_simultaneous_starts_one_owns_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as threads:
        handles = list(threads.map(start_mongod, [tmp_path, tmp_path]))
    assert sorted(handle.owned for handle in handles) == [False, True]
    assert handles[0].uri == handles[1].uri
    for handle in handles:
        handle.stop()


def test_data_survive_a_restart_on_another_port(tmp_path: Path) -> None:
    with start_mongod(tmp_path) as first:
        insert(first.uri, {"_id": 1})
    with socket.socket() as holder:
        holder.bind((LOOPBACK, first.port))  # so that the port must change
        with start_mongod(tmp_path) as second:
            assert second.port != first.port
            insert(second.uri, {"_id": 2})
            assert stored_ids(second.uri) == [1, 2]


def test_after_a_crash_it_comes_back_on_the_same_port(tmp_path: Path) -> None:
    with start_mongod(tmp_path) as first:
        insert(first.uri, {"_id": 1})
        os.kill(first.pid, signal.SIGKILL)
        wait_until(lambda: first.pid not in process_table(), 10, "the end of mongod")
        assert running_mongod_uri(tmp_path) is None
        with start_mongod(tmp_path) as second:
            first.stop()  # must not take away the note about its successor
            assert running_mongod_uri(tmp_path) == second.uri
            assert second.port == first.port
            assert stored_ids(second.uri) == [1]


def test_it_supports_transactions_and_listens_on_loopback_only(mongodb_uri: str) -> None:
    with MongoClient[dict[str, Any]](mongodb_uri) as client, client.start_session() as session:
        session.with_transaction(lambda s: client["kept"]["once"].insert_one({}, session=s))
        client.drop_database("kept")
        options = client.admin.command("getCmdLineOpts")["parsed"]
    assert options["net"]["bindIp"] == LOOPBACK


def test_a_port_that_is_taken_meanwhile_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    with socket.create_server((LOOPBACK, 0)) as other:
        ports = iter([other.getsockname()[1], free_port()])
        monkeypatch.setattr(mongod_launch, "free_port", lambda: next(ports))
        with start_mongod(tmp_path, on_started=told.append) as mongod:
            assert mongod.port != other.getsockname()[1]
    assert len(told) == 2
    assert told[-1] == mongod.pid


def test_a_locked_data_directory_names_the_holder(tmp_path: Path) -> None:
    with start_mongod(tmp_path) as mongod:
        note = MongodFiles(tmp_path).state
        text = note.read_text()
        note.unlink()  # as if it had been started by hand
        with pytest.raises(EnvironmentFailure, match=rf"another mongod \(pid {mongod.pid}\)"):
            start_mongod(tmp_path)
        note.write_text(text)


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "mongodb").write_text("a file where the directory should be")
    with pytest.raises(EnvironmentFailure, match="choose another directory"):
        start_mongod(tmp_path)


def test_a_program_that_dies_is_told_and_leaves_no_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "mongod"
    broken.write_text(
        "#!/bin/sh\necho 'mongod: error while loading shared libraries: libcurl.so.4: cannot open "
        "shared object file: No such file or directory' >&2; exit 127\n"
    )
    broken.chmod(0o755)
    monkeypatch.setattr(mongod_launch, "find_mongod_binary", lambda: broken)
    with pytest.raises(EnvironmentFailure, match="apt-get install libcurl4"):
        start_mongod(tmp_path / "home")
    broken.chmod(0o644)
    with pytest.raises(EnvironmentFailure, match=f"Cannot run {broken}"):
        start_mongod(tmp_path / "home")


def test_without_a_wheel_the_path_is_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongod_binary, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EnvironmentFailure, match="MONGODB_URI"):
        mongod_binary.find_mongod_binary()
    (tmp_path / "mongod").touch(0o755)
    assert mongod_binary.find_mongod_binary() == tmp_path / "mongod"
