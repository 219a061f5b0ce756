"""What every test may ask for."""

import gc
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from pymongo import MongoClient

from comm_pipeline.embedded.mongod import start_mongod
from comm_pipeline_tests.databases import Databases, memory_directory
from comm_pipeline_tests.plain_logs import log_plainly
from comm_pipeline_tests.profiles import LONG, register_profiles

register_profiles()
log_plainly()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the many examples of the profile ``long`` take their time; see abandoned_sockets."""
    for item in items:
        if settings.get_current_profile_name() == LONG:
            item.add_marker(pytest.mark.timeout(0))
        if "abandoned_sockets" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def mongodb_uri() -> Iterator[str]:
    """The address of a real mongod, one for each test session or pytest-xdist worker."""
    with memory_directory() as home, start_mongod(home) as mongod:
        yield mongod.uri


@pytest.fixture(scope="session")
def databases(mongodb_uri: str) -> Iterator[Databases]:
    """The databases of that mongod."""
    with MongoClient[dict[str, Any]](mongodb_uri) as client:
        yield Databases(client)


@pytest.fixture
def database_name(databases: Databases) -> Iterator[str]:
    """The name of a database without documents that nobody else uses."""
    name = databases.take()
    yield name
    databases.give_back(name)


@pytest.fixture
def abandoned_sockets() -> Iterator[None]:
    """The driver leaves a socket open if its client is closed while it connects; see to it here.

    Python may find it during the test, too: its warning is no error there.
    """
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
