"""Opening the database: durable writes, reads of the primary, and errors that say what to do."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from pymongo import ReadPreference

from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.storage import connection
from comm_pipeline.storage.connection import DURABLE, open_database
from comm_pipeline_tests.builders import START

pytestmark = pytest.mark.anyio


async def test_the_address_cannot_make_writes_less_durable_or_reads_stale(
    mongodb_uri: str, database_name: str
) -> None:
    separator = "&" if "?" in mongodb_uri else "/?"
    uri = f"{mongodb_uri.rstrip('/')}{separator}w=1&journal=false&readPreference=secondary"
    async with open_database(uri, database_name) as database:
        assert database["x"].write_concern == DURABLE
        assert database["x"].read_preference == ReadPreference.PRIMARY


async def test_times_come_back_aware_and_cut_to_milliseconds(
    mongodb_uri: str, database_name: str
) -> None:
    async with open_database(mongodb_uri, database_name) as database:
        await database["x"].insert_one({"at": START + timedelta(microseconds=1999)})
        found = await database["x"].find_one()
    assert found is not None
    assert found["at"] == START + timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "uri", ["", "http://localhost", "mongodb://", "mongodb://localhost:port", "mongodb://h:99999"]
)
async def test_an_address_that_is_none(uri: str) -> None:
    with pytest.raises(EnvironmentFailure, match="MONGODB_URI is not a valid address"):
        async with open_database(uri, "x"):
            pass


async def test_nobody_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A socket file that is not there fails at once. Connecting to a TCP port takes a moment, and
    # the driver leaves the socket open if its client is closed in that moment.
    monkeypatch.setattr(connection, "SERVER_SELECTION_MS", 50)
    uri = f"mongodb://{quote(str(tmp_path / 'nobody.sock'), safe='')}"
    with pytest.raises(EnvironmentFailure, match="MongoDB does not answer; start it"):
        async with open_database(uri, "x"):
            pass
