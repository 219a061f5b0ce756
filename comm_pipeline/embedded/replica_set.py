"""The one-member replica set of the embedded mongod: made once, moved when the port changes."""

from collections.abc import Callable

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from comm_pipeline.embedded.ports import LOOPBACK
from comm_pipeline.embedded.waiting import wait_until
from comm_pipeline.errors import EnvironmentFailure

REPLICA_SET = "rs0"
ANSWER_LIMIT_MILLISECONDS = 2_000

Document = dict[str, object]


def replica_set_uri(port: int) -> str:
    """Return the address for clients, who thereby wait for the primary instead of failing."""
    return f"mongodb://{LOOPBACK}:{port}/?replicaSet={REPLICA_SET}"


def become_primary(port: int, limit_seconds: float, has_ended: Callable[[], bool]) -> None:
    """Make the mongod on this port the primary of its own replica set, whatever it was before.

    `has_ended` says whether there is no hope left, because the process is gone.
    Raises EnvironmentFailure when it has ended or the limit has passed.
    """
    client: MongoClient[Document] = MongoClient(
        LOOPBACK,
        port,
        directConnection=True,
        serverSelectionTimeoutMS=ANSWER_LIMIT_MILLISECONDS,
    )
    problems: list[str] = []
    with client:
        try:
            wait_until(
                lambda: has_ended() or _has_become_primary(client, port, problems),
                limit_seconds,
                "mongod to become the primary of its replica set",
            )
        except EnvironmentFailure as error:
            raise EnvironmentFailure(f"{error} {' '.join(problems[-1:])}".strip()) from error
    if has_ended():
        raise EnvironmentFailure("mongod has ended by itself.")


def _has_become_primary(client: MongoClient[Document], port: int, problems: list[str]) -> bool:
    """Configure where needed; a mongod that is not yet ready for it is asked again later."""
    try:
        if client.admin.command("hello").get("isWritablePrimary"):
            return True
        _configure(client, f"{LOOPBACK}:{port}")
    except PyMongoError as error:
        problems.append(f"It said: {error}")
    return False


def _configure(client: MongoClient[Document], host: str) -> None:
    stored = client["local"]["system.replset"].find_one()
    if stored is None:
        client.admin.command("replSetInitiate", _configuration(host, version=1))
    elif _hosts(stored) != [host]:
        # A member that does not find itself in its configuration can only be moved by force.
        version = int(str(stored["version"])) + 1
        client.admin.command("replSetReconfig", _configuration(host, version), force=True)


def _configuration(host: str, version: int) -> Document:
    return {"_id": REPLICA_SET, "version": version, "members": [{"_id": 0, "host": host}]}


def _hosts(configuration: Document) -> list[str]:
    members = configuration["members"]
    assert isinstance(members, list)
    return [member["host"] for member in members]
