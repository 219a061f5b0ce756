"""MongoDB takes away what the pipeline's user may do, or the user, in the middle of a pass."""

from collections.abc import AsyncIterator, Iterator

import pytest
from pymongo import AsyncMongoClient, MongoClient

from comm_pipeline_tests.integration.faults.outage import Interrupted, Outage
from comm_pipeline_tests.integration.storage.standalone import standalone_mongod

pytestmark = pytest.mark.anyio

ADMIN = "admin:secret"
DATABASE = "pipeline"
MAY_WRITE = [{"role": "readWrite", "db": DATABASE}]
MAY_READ = [{"role": "read", "db": DATABASE}]

Client = AsyncMongoClient[dict[str, object]]


@pytest.fixture(scope="module")
def guarded_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a mongod that asks who is there."""
    with standalone_mongod(tmp_path_factory.mktemp("guarded"), "--auth") as uri:
        # The first user of a new server is made without a login.
        with MongoClient[dict[str, object]](uri) as nobody:
            nobody.admin.command({"createUser": "admin", "pwd": "secret", "roles": ["root"]})
        yield uri


@pytest.fixture
async def admin(anyio_backend: str, guarded_uri: str) -> AsyncIterator[Client]:
    """Somebody who may do everything, and who has let the pipeline in."""
    async with Client(_as(ADMIN, guarded_uri)) as client:
        await client.admin.command({"createUser": "bot", "pwd": "word", "roles": MAY_WRITE})
        yield client
        await client.drop_database(DATABASE)
        await client.admin.command({"dropUser": "bot"})


def _as(user: str, uri: str) -> str:
    return uri.replace("mongodb://", f"mongodb://{user}@") + "?authSource=admin"


async def test_writing_is_forbidden(admin: Client, guarded_uri: str) -> None:
    async def forbid() -> None:
        await admin.admin.command({"updateUser": "bot", "roles": MAY_READ})

    outage = Outage(_as("bot:word", guarded_uri), DATABASE, Interrupted(15, forbid))
    await outage.begin()
    for _ in range(2):
        assert "give it the role readWrite on the database" in await outage.work()

    await admin.admin.command({"updateUser": "bot", "roles": MAY_WRITE})
    await outage.mend()
    verdict = await outage.verdict()
    assert verdict.problems == []
    assert 0 < verdict.unknown <= 15


async def test_the_user_is_gone(admin: Client, guarded_uri: str) -> None:
    async def drop() -> None:
        await admin.admin.command({"dropUser": "bot"})

    outage = Outage(_as("bot:word", guarded_uri), DATABASE, Interrupted(15, drop))
    await outage.begin()
    assert "MongoDB" in await outage.work()
    while_away = await outage.work()
    assert while_away.startswith("EnvironmentFailure: MongoDB refuses the user of MONGODB_URI;")
    assert "word" not in while_away.replace("password", "")

    await admin.admin.command({"createUser": "bot", "pwd": "word", "roles": MAY_WRITE})
    await outage.mend()
    verdict = await outage.verdict()
    assert verdict.problems == []
