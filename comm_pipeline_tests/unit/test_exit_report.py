"""Exit statuses and last log lines as a person reads them."""

from pathlib import Path

import pytest

from comm_pipeline.embedded.exit_report import TAIL_BYTES, describe_exit_status, last_lines


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (0, "exit status 0"),
        (3, "exit status 3"),
        (-9, "signal SIGKILL"),
        (-99, "signal 99"),
        (None, "an unknown exit status"),
    ],
)
def test_a_status_in_words(status: int | None, words: str) -> None:
    assert describe_exit_status(status) == words


def test_only_the_last_lines_of_a_large_log_are_read(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("".join(f"line {number}\n" for number in range(TAIL_BYTES)))
    assert last_lines(log, 2) == [f"line {TAIL_BYTES - 2}", f"line {TAIL_BYTES - 1}"]


def test_a_missing_log_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path / "none.log") == []


def test_colours_of_a_log_are_left_out(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("\x1b[32m2026-03-02 09:00:00 +0000\x1b[0m - dagster - \x1b[1;31mERROR\x1b[0m\n")
    assert last_lines(log) == ["2026-03-02 09:00:00 +0000 - dagster - ERROR"]
