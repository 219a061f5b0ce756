"""The demo's surroundings: a folder of its own, made anew each time, and settings in a hurry."""

import errno
import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

from comm_pipeline.cli.local_system import LOCK_FILE
from comm_pipeline.embedded.mongod_state import running_mongod_state
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings import Settings

_MARKER: Final = "made_by_demo.txt"
_MARKER_TEXT: Final = "comm-pipeline demo made this folder, and removes it when it starts again.\n"
_SECONDS_OF_A_DAY: Final = 86_400
#: What the demo takes over from the environment. Not the mail server: it writes to nobody real.
_KEPT: Final = frozenset(
    {
        "mongodb_uri",
        "db_connection_pool_size",
        "db_max_idle_time_ms",
        "templates",
        "log_level",
        "log_format",
        "sensitive_fields",
    }
)


def demo_settings(settings: Settings, day_seconds: float, now: datetime) -> Settings:
    """Return the settings of a demo in which a day takes ``day_seconds``.

    Mail goes to the mail catcher, whatever SMTP_HOST says. On a MongoDB that was there before, the
    demo uses a database of its own, named after ``now``.
    """
    kept = {name: getattr(settings, name) for name in settings.model_fields_set & _KEPT}
    if settings.mongodb_uri is not None:
        kept["mongodb_database"] = f"comm_pipeline_demo_{now:%Y%m%d_%H%M%S}"
    return Settings(
        home=settings.home.absolute() / "demo",
        stage_delay_factor=day_seconds / _SECONDS_OF_A_DAY,
        polling_interval_seconds=5,
        retry_delay_seconds=5,
    ).model_copy(update=kept)


def day_seconds_of(settings: Settings) -> float:
    """Return how long a day of the campaigns takes under these settings."""
    return settings.stage_delay_factor * _SECONDS_OF_A_DAY


def make_fresh_home(home: Path) -> None:
    """Make the demo's folder, in place of the one of an earlier demo.

    Raises EnvironmentFailure if it is not the demo's, or something runs there.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
        entries = sorted(home.iterdir())
        if entries and home / _MARKER not in entries:
            raise EnvironmentFailure(
                f"{home} was not made by the demo; move it away, or set COMM_PIPELINE_HOME to "
                "another folder"
            )
        with _nothing_runs_in(home):
            _remove(path for path in entries if path.name not in (_MARKER, LOCK_FILE))
        (home / _MARKER).write_text(_MARKER_TEXT)
    except OSError as error:
        remedy = "make space there" if error.errno == errno.ENOSPC else "make it writable"
        raise EnvironmentFailure(
            f"{home} cannot be made anew ({error.strerror}): {remedy}, or set "
            "COMM_PIPELINE_HOME to another folder"
        ) from error


def _remove(paths: Iterator[Path]) -> None:
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


@contextmanager
def _nothing_runs_in(home: Path) -> Iterator[None]:
    """Hold the home for the block. Raises EnvironmentFailure if a system or a mongod has it."""
    with (home / LOCK_FILE).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise EnvironmentFailure(
                f"a system is running in {home}; end it first (Ctrl-C in its terminal)"
            ) from None
        mongod = running_mongod_state(home)
        if mongod is not None:
            raise EnvironmentFailure(
                f"a MongoDB still runs in {home}; end it first: kill {mongod.pid}"
            )
        yield
