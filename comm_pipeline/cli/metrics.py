"""``comm-pipeline metrics``: serves the state of the system to Prometheus."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

import click
import structlog
from prometheus_client import CollectorRegistry, make_wsgi_app
from pymongo.errors import PyMongoError

from comm_pipeline.embedded.ports import LOOPBACK
from comm_pipeline.errors import CommPipelineError, EnvironmentFailure
from comm_pipeline.reporting.prometheus import SystemCollector, SystemNumbers
from comm_pipeline.services.clock import system_clock
from comm_pipeline.services.engine import open_repositories
from comm_pipeline.services.system_numbers import read_numbers
from comm_pipeline.settings import Settings, configure_logging, load_settings

log = structlog.get_logger(__name__)


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
def metrics(host: str) -> None:
    """Serve metrics to Prometheus on METRICS_PORT, until Ctrl-C.

    They name campaigns and no people. There is no login.
    """
    settings = load_settings()
    configure_logging(settings)
    with metrics_server(settings, host) as port:
        click.echo(f"Metrics: http://{host}:{port}/metrics")
        wait_for_ever = threading.Event()
        try:
            wait_for_ever.wait()
        except KeyboardInterrupt:
            return


@contextmanager
def metrics_server(settings: Settings, host: str) -> Iterator[int]:
    """Serve for the block and yield the port. Raises EnvironmentFailure if it is taken."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(SystemCollector(lambda: _read(settings)))
    try:
        server = make_server(
            host, settings.metrics_port, make_wsgi_app(registry), handler_class=_Handler
        )
    except OSError as error:
        raise EnvironmentFailure(
            f"METRICS_PORT={settings.metrics_port}: cannot listen on {host} ({error.strerror}); "
            "choose another port, or another --host"
        ) from error
    with server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


class _Handler(WSGIRequestHandler):
    """Answers one scrape after the other, and says nothing of it."""

    #: Seconds that whoever asks may keep the others waiting.
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Log no request."""


def _read(settings: Settings) -> SystemNumbers | None:
    """Return the numbers of this moment, in an event loop of its own; None if nothing answers."""

    async def read() -> SystemNumbers:
        async with open_repositories(settings) as (_, repositories):
            return await read_numbers(repositories, system_clock())

    try:
        return asyncio.run(read())
    except (CommPipelineError, PyMongoError) as error:
        log.warning("metrics_not_read", error=error)
        return None


if __name__ == "__main__":
    metrics()
