"""What every test may ask for."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from hypothesis import settings
from pymongo import MongoClient

from comm_pipeline.embedded.mongod import start_mongod
from comm_pipeline_tests.profiles import LONG, register_profiles

register_profiles()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the many examples of the profile ``long`` take their time."""
    if settings.get_current_profile_name() == LONG:
        for item in items:
            item.add_marker(pytest.mark.timeout(0))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real mongod, one for each test session or pytest-xdist worker."""
    with start_mongod(tmp_path_factory.mktemp("embedded")) as mongod:
        yield mongod.uri


@pytest.fixture
def database_name(mongodb_uri: str) -> Iterator[str]:
    """The name of a database that nobody else uses; dropped afterwards."""
    name = f"test_{uuid4().hex[:16]}"
    yield name
    with MongoClient[dict[str, object]](mongodb_uri) as client:
        client.drop_database(name)
