"""The whole system on this machine: what is started, in which order, and how it ends.

MongoDB, mail catcher, Dagster's code server, daemon and webserver are processes of one supervisor:
whatever happens to this process, none of them outlives it.
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comm_pipeline.cli import dagster_client
from comm_pipeline.cli.database import with_repositories
from comm_pipeline.cli.home_lock import LOCK_FILE, only_one, usable
from comm_pipeline.cli.running_system import forgotten_at_end, tell
from comm_pipeline.embedded.mail_catcher import MailCatcherState, read_state
from comm_pipeline.embedded.mongod import start_mongod
from comm_pipeline.embedded.ports import LOOPBACK, free_port, is_free, require_free
from comm_pipeline.embedded.supervisor import Supervisor
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.settings import Settings, environment_of
from comm_pipeline.settings.secret import MongoUri

__all__ = ["LOCK_FILE", "LocalSystem", "local_system"]

Say = Callable[[str], None]

CODE_LOCATION = "comm_pipeline"
#: Written there by its mail catcher.
_MAIL_STATE = "mail_catcher.json"
_USUAL_PORT = 3000
_START_LIMIT_SECONDS = 90.0
_DAGSTER_CONFIG = Path(__file__).parents[2] / "dagster.yaml"
_SENDER = "Acme Team <team@acme.example>"


@dataclass(frozen=True)
class LocalSystem:
    """A running system; ``settings`` are those that its processes have.

    ``mail_directory`` is None if messages leave through a provider, or are only logged.
    """

    settings: Settings
    webserver_url: str
    mail_directory: Path | None
    supervisor: Supervisor

    def check(self) -> None:
        """Raise EnvironmentFailure if one of the processes has ended by itself."""
        self.supervisor.check()

    def launch_job(self, job_name: str) -> str:
        """Start a job that needs no partition, and return the id of its run."""
        return dagster_client.launch_job(self.webserver_url, CODE_LOCATION, job_name)


@contextmanager
def local_system(
    settings: Settings, *, webserver_port: int | None = None, say: Say
) -> Iterator[LocalSystem]:
    """Start the system for the block; ``say`` hears what is being started.

    Raises EnvironmentFailure that says what to do if something does not start; a port that is taken
    is told before anything starts.
    """
    home = settings.home.absolute()
    with ExitStack() as stack:
        stack.enter_context(only_one(home))
        stack.enter_context(forgotten_at_end(home))
        port = _webserver_port(webserver_port, settings)
        supervisor = stack.enter_context(Supervisor())
        starter = _Starter(supervisor, settings.model_copy(update={"home": home}), home, say)
        try:
            yield starter.start(port)
        finally:
            supervisor.stop()
            starter.stop_mongod()


class _Starter:
    """Starts one process after the other, each with what the ones before have told."""

    def __init__(self, supervisor: Supervisor, settings: Settings, home: Path, say: Say) -> None:
        self._supervisor = supervisor
        self._settings = settings
        self._home = home
        self._say = say
        self._mongod_stops = ExitStack()
        self._mail_directory: Path | None = None

    def start(self, webserver_port: int) -> LocalSystem:
        self._start_mongod()
        self._make_indexes()
        self._start_mail_catcher()
        tell(self._home, self._settings)
        url = self._start_dagster(webserver_port)
        self._start_metrics()
        return LocalSystem(self._settings, url, self._mail_directory, self._supervisor)

    def stop_mongod(self) -> None:
        """End MongoDB, after everything that uses it."""
        self._mongod_stops.close()

    def _start_mongod(self) -> None:
        if self._settings.mongodb_uri is not None:
            self._say("MongoDB: the one at MONGODB_URI")
            return
        self._say("MongoDB: starting the embedded one")
        mongod = start_mongod(
            self._home, on_started=lambda pid: self._supervisor.adopt("mongod", pid)
        )
        self._mongod_stops.callback(mongod.stop)
        self._change(mongodb_uri=MongoUri(mongod.uri))

    def _make_indexes(self) -> None:
        with_repositories(self._settings, lambda repositories: repositories.initialize())

    def _start_mail_catcher(self) -> None:
        if not _is_mail_to_be_caught(self._settings):
            return
        self._say("Mail: starting a catcher, a real SMTP server that keeps every mail in a folder")
        self._mail_directory, state_file = self._home / "mail", self._home / _MAIL_STATE
        state_file.unlink(missing_ok=True)
        self._run(
            "mail_catcher",
            ["-m", "comm_pipeline.embedded.mail_catcher", "--directory", str(self._mail_directory)],
        )
        self._wait(lambda: read_state(state_file) is not None, "the mail catcher to listen")
        state = read_state(state_file)
        assert state is not None
        self._change(**_through(state, self._settings))

    def _start_dagster(self, webserver_port: int) -> str:
        self._say("Dagster: starting code server, daemon and webserver")
        folder, code_port = self._home / "dagster", free_port()
        with usable(folder):
            folder.mkdir(exist_ok=True)
            shutil.copyfile(_DAGSTER_CONFIG, folder / "dagster.yaml")
            workspace = _write_workspace(folder, code_port)
        ended = dagster_client.end_orphaned_runs(folder)
        if ended:
            self._say(f"Dagster: ended {len(ended)} runs that a crash had left behind")
        module = ["--module-name", "comm_pipeline.definitions", "--location-name", CODE_LOCATION]
        self._run(
            "code_server",
            ["-m", "dagster", "api", "grpc", "-h", LOOPBACK, "-p", str(code_port), *module],
        )
        self._wait(lambda: not is_free(code_port), "Dagster's code server to listen")
        self._run("daemon", ["-m", "dagster._daemon", "run", "-w", str(workspace)])
        server = ["-h", LOOPBACK, "-p", str(webserver_port), "-w", str(workspace)]
        self._run("webserver", ["-m", "dagster_webserver", *server])
        url = f"http://{LOOPBACK}:{webserver_port}"
        self._wait(lambda: dagster_client.is_ready(url, CODE_LOCATION), "Dagster's webserver")
        return url

    def _start_metrics(self) -> None:
        if not self._settings.enable_metrics:
            return
        port = self._settings.metrics_port
        self._say(f"Metrics: http://{LOOPBACK}:{port}/metrics")
        self._run("metrics", ["-m", "comm_pipeline.cli.metrics"])
        self._wait(lambda: not is_free(port), "the metrics to be served")

    def _run(self, name: str, arguments: list[str]) -> None:
        environment = environment_of(self._settings) | {
            "DAGSTER_HOME": str(self._home / "dagster"),
            "PYTHONUNBUFFERED": "1",
            # Dagster's own commands warn that others supersede them; they are what we need.
            "PYTHONWARNINGS": "ignore",
        }
        log_file = self._home / "logs" / f"{name}.log"
        log_file.parent.mkdir(exist_ok=True)
        self._supervisor.start(name, [sys.executable, *arguments], environment, log_file)

    def _wait(self, condition: Callable[[], bool], what: str) -> None:
        def is_met() -> bool:
            self._supervisor.check()
            return condition()

        wait_until(is_met, _START_LIMIT_SECONDS, what)

    def _change(self, **fields: object) -> None:
        self._settings = self._settings.model_copy(update=fields)


def _is_mail_to_be_caught(settings: Settings) -> bool:
    """Return whether nobody has said where messages are to leave."""
    return settings.channel == "log" and "channel" not in settings.model_fields_set


def _through(catcher: MailCatcherState, settings: Settings) -> dict[str, Any]:
    """Return the settings with which mails leave through a catcher."""
    sender = settings.smtp_sender or _SENDER
    return {
        "channel": "email",
        "smtp_host": catcher.host,
        "smtp_port": catcher.port,
        "smtp_security": "none",
        "smtp_sender": sender,
        "smtp_message_id_domain": sender.rpartition("@")[2].rstrip(">"),
    }


def _webserver_port(wanted: int | None, settings: Settings) -> int:
    """Return the webserver's port. Raises EnvironmentFailure if one that is wanted is taken."""
    if settings.enable_metrics:
        require_free(settings.metrics_port, "set METRICS_PORT to another one")
        if wanted == settings.metrics_port:
            raise EnvironmentFailure(f"port {wanted} is METRICS_PORT; choose another with --port")
    if wanted is not None:
        require_free(wanted, "choose another with --port")
        return wanted
    is_for_metrics = settings.enable_metrics and settings.metrics_port == _USUAL_PORT
    return _USUAL_PORT if is_free(_USUAL_PORT) and not is_for_metrics else free_port()


def _write_workspace(folder: Path, code_port: int) -> Path:
    path = folder / "workspace.yaml"
    server = f"{{host: {LOOPBACK}, port: {code_port}, location_name: {CODE_LOCATION}}}"
    path.write_text(f"load_from:\n  - grpc_server: {server}\n")
    return path
