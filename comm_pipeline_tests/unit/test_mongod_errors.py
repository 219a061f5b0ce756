"""What mongod, the loader and the kernel say when it does not start, and what we say then."""

from pathlib import Path
from typing import Any

import pytest

from comm_pipeline.embedded.mongod_errors import MongodFailure, explain_mongod_failure


def a_failure(**overrides: Any) -> MongodFailure:
    values: dict[str, Any] = {
        "exit_status": 100,
        "stderr": "",
        "log_text": "",
        "data_dir": Path("/home/ada/.comm_pipeline/mongodb/data"),
        "log_file": Path("/home/ada/.comm_pipeline/mongodb/mongod.log"),
    }
    return MongodFailure(**(values | overrides))


def a_log_line(severity: str, message: str, error: str) -> str:
    return (
        '{"t":{"$date":"2026-03-20T16:26:46.767+00:00"},"s":"' + severity + '",  "c":"CONTROL",'
        '  "id":20557,   "ctx":"initandlisten","msg":"'
        + message
        + '","attr":{"error":"'
        + error
        + '"}}'
    )


LIBRARY = (
    "/venv/fiftyone/db/bin/mongod: error while loading shared libraries: {}: "
    "cannot open shared object file: No such file or directory\n"
)
GLIBC = (
    "mongod: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by mongod)\n"
)
LOCKED = a_log_line(
    "E",
    "DBException in initAndListen, terminating",
    "DBPathInUse: Unable to lock the lock file: /d/mongod.lock (Resource temporarily unavailable). "
    "Another mongod instance is already running on the /d directory",
)
READ_ONLY_DIRECTORY = a_log_line(
    "E",
    "DBException in initAndListen, terminating",
    "IllegalOperation: Attempted to create a lock file on a read-only directory: /d",
)
READ_ONLY_FILE_SYSTEM = a_log_line(
    "E",
    "DBException in initAndListen, terminating",
    "DBPathInUse: Unable to create/open the lock file: /d/mongod.lock (Read-only file system). "
    "Ensure the user executing mongod is the owner of the lock file and has the appropriate "
    "permissions. Also make sure that another mongod instance is not already running on the /d "
    "directory",
)
UNWRITABLE_LOG = (
    '{"t":{"$date":"2026-03-20T16:22:21.259Z"},"s":"F",  "c":"CONTROL",  "id":20574,   "ctx":"-",'
    '"msg":"Error during global initialization","attr":{"error":{"code":38,'
    '"codeName":"FileNotOpen","errmsg":"Can\'t initialize rotatable log file :: caused by :: '
    'Failed to open /d/mongod.log"}}}'
)
DISK_FULL = (
    '{"t":{"$date":"2026-03-20T16:26:28.923+00:00"},"s":"E",  "c":"WT",       "id":22435,   '
    '"ctx":"initandlisten","msg":"WiredTiger error message","attr":{"error":28,"message":{'
    '"session_name":"WT_SESSION.create","msg":"__posix_file_write:621:/d/index-9.wt: handle-write: '
    'pwrite: failed to write 4096 bytes at offset 0","error_str":"No space left on device",'
    '"error_code":28}}}\n'
    '{"t":{"$date":"2026-03-20T16:26:28.923+00:00"},"s":"F",  "c":"ASSERT",   "id":23089,   '
    '"ctx":"initandlisten","msg":"Fatal assertion","attr":{"msgid":50853}}'
)
NEWER_DATA = a_log_line(
    "F",
    "Wrong mongod version",
    "UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR: "
    "Location4926900: Invalid featureCompatibilityVersion document in admin.system.version: "
    r"{ _id: \"featureCompatibilityVersion\", version: \"7.0\" }. See https://docs.mongodb.com/"
    "master/release-notes/5.0-compatibility/#feature-compatibility. :: caused by :: Invalid "
    "feature compatibility version value, expected '5.0' or '5.3' or '6.0.)",
)
NEWER_FILES = a_log_line(
    "E",
    "WiredTiger error message",
    "unsupported WiredTiger file version: this build only supports versions up to 1/1, and the "
    "file is version 2/0",
)
PORT_TAKEN = (
    '{"t":{"$date":"2026-03-20T16:22:21.198+00:00"},"s":"E",  "c":"CONTROL",  "id":20568,   '
    '"ctx":"initandlisten","msg":"Error setting up listener","attr":{"error":{"code":9001,'
    '"codeName":"SocketException","errmsg":"Address already in use"}}}'
)


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (a_failure(exit_status=127, stderr=LIBRARY.format("libcurl.so.4")), "install libcurl4"),
        (a_failure(exit_status=127, stderr=LIBRARY.format("libssl.so.3")), "install libssl3"),
        (
            a_failure(exit_status=127, stderr=LIBRARY.format("libfoo.so.9")),
            "libfoo.so.9 is missing",
        ),
        (a_failure(exit_status=1, stderr=GLIBC), "needs a newer Linux (GLIBC_2.34"),
        (a_failure(exit_status=-4), "lacks AVX"),
        (a_failure(log_text=LOCKED, holder_pid=4711), "another mongod (pid 4711)"),
        (a_failure(log_text=LOCKED, holder_pid=4711), "End it (kill 4711)"),
        (a_failure(log_text=LOCKED), "another mongod uses"),
        (
            a_failure(log_text=READ_ONLY_DIRECTORY),
            "chown -R $(id -u) /home/ada/.comm_pipeline/mongo",
        ),
        (a_failure(log_text=READ_ONLY_FILE_SYSTEM), "read-only file system"),
        (a_failure(exit_status=1, stderr=UNWRITABLE_LOG), "may not write"),
        (a_failure(exit_status=-6, log_text=DISK_FULL), "the disk is full"),
        (a_failure(exit_status=None, log_text=DISK_FULL), "the disk is full"),
        (a_failure(exit_status=62, log_text=NEWER_DATA), "data of MongoDB version 7.0"),
        (a_failure(exit_status=62, log_text=NEWER_FILES), "data of another MongoDB version"),
        (a_failure(exit_status=48, log_text=PORT_TAKEN), "taken by another program"),
    ],
)
def test_known_causes_are_told_with_their_cure(failure: MongodFailure, expected: str) -> None:
    assert expected in str(explain_mongod_failure(failure))


def test_an_unknown_cause_is_told_with_status_errors_and_log() -> None:
    frames = "\n".join(a_log_line("I", f"Frame {number}", "") for number in range(50))
    log = a_log_line("F", "Fatal assertion", "something new") + "\n" + frames
    message = str(explain_mongod_failure(a_failure(exit_status=-6, log_text=log)))
    assert "signal SIGABRT" in message
    assert "something new" in message
    assert "Frame" not in message
    assert "/home/ada/.comm_pipeline/mongodb/mongod.log" in message


def test_without_errors_the_last_lines_are_told() -> None:
    lines = "\n".join(a_log_line("I", f"Line {number}", "") for number in range(50))
    message = str(explain_mongod_failure(a_failure(exit_status=None, log_text=lines)))
    assert "did not become ready" in message
    assert "Line 49" in message
    assert "Line 41" not in message


def test_a_log_that_is_not_json_is_told_too() -> None:
    failure = a_failure(exit_status=2, stderr="BadValue: bad --port number\n", log_text="[1, 2]\n7")
    assert "BadValue: bad --port number" in str(explain_mongod_failure(failure))


def test_a_disk_so_full_that_mongod_cannot_say_so() -> None:
    told = str(explain_mongod_failure(a_failure(exit_status=1, is_disk_full=True)))
    assert told.startswith("mongod ended with exit status 1: the disk is full. Make space for ")
