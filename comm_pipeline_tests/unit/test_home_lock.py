"""One system in a home, and what is said about a home that cannot be used."""

import errno
import fcntl
from pathlib import Path
from threading import Timer
from typing import NoReturn

import pytest

from comm_pipeline.cli.home_lock import LOCK_FILE, is_running_in, only_one
from comm_pipeline.errors import EnvironmentFailure


def test_only_one_system_runs_in_a_home(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    assert not is_running_in(home)
    with only_one(home):
        assert is_running_in(home)
        with pytest.raises(EnvironmentFailure, match="already running in"), only_one(home):
            pass
    assert not is_running_in(home)


def test_whoever_just_looks_keeps_no_system_from_starting(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).touch()
    with (tmp_path / LOCK_FILE).open("rb") as look:
        fcntl.flock(look, fcntl.LOCK_SH)
        assert not is_running_in(tmp_path)
        Timer(0.02, fcntl.flock, (look, fcntl.LOCK_UN)).start()
        with only_one(tmp_path):
            assert is_running_in(tmp_path)


def test_a_home_that_cannot_be_made_is_named_with_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    with pytest.raises(EnvironmentFailure) as caught, only_one(home):
        pass
    assert str(caught.value).startswith(
        f"{home} cannot be used (Not a directory): make it writable"
    )
    assert "COMM_PIPELINE_HOME" in str(caught.value)


def test_a_lock_that_cannot_be_opened_is_named_and_no_running_system(tmp_path: Path) -> None:
    (tmp_path / LOCK_FILE).mkdir()
    said = r"cannot be used \(Is a directory\)"
    with pytest.raises(EnvironmentFailure, match=said), only_one(tmp_path):
        pass
    assert not is_running_in(tmp_path)


def test_a_disk_without_locks_is_no_running_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_locks(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, "No locks available")

    (tmp_path / LOCK_FILE).touch()
    monkeypatch.setattr(fcntl, "flock", no_locks)
    assert not is_running_in(tmp_path)
    said = "No locks available.*on a disk of this machine"
    with pytest.raises(EnvironmentFailure, match=said), only_one(tmp_path):
        pass
