"""The roles are enough for the work and for nothing else; with authorization, and by TLS."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from pymongo import AsyncMongoClient, MongoClient
from pymongo.errors import OperationFailure

from comm_pipeline.cli.main import cli
from comm_pipeline.domain.pseudonyms import Pseudonyms
from comm_pipeline.errors import EnvironmentFailure
from comm_pipeline.services.engine import hold_rules
from comm_pipeline.services.forgetting import ForgetRules, Forgetting
from comm_pipeline.services.reconciliation import find_discrepancies
from comm_pipeline.storage.connection import open_database
from comm_pipeline.storage.roles import Role, roles
from comm_pipeline_tests.builders import a_batch_request
from comm_pipeline_tests.harness import Pipeline, a_pipeline
from comm_pipeline_tests.integration.storage.standalone import standalone_mongod
from comm_pipeline_tests.smtp_servers import make_certificate

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("abandoned_sockets")]

DATABASE = "communication_service"
PASSWORD = "p4ss w0rd/@:%"
QUOTED = "p4ss%20w0rd%2F%40%3A%25"
KEY = "a secret of at least thirty-two characters"
AUTHORITY = "admin"


class Guarded(NamedTuple):
    """A mongod with authorization and TLS; ``certificate`` is the authority that it is known by."""

    host: str
    certificate: Path

    def uri(self, user: str, password: str = QUOTED, certificate: Path | None = None) -> str:
        trusted = certificate or self.certificate
        options = f"authSource={DATABASE}&tls=true&tlsCAFile={trusted}"
        return f"mongodb://{user}:{password}@{self.host}/?{options}"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    directory = tmp_path_factory.mktemp("guarded")
    certificate, key = a_certificate(directory)
    tls = ("--tlsMode", "requireTLS", "--tlsCertificateKeyFile", str(key))
    tls += ("--tlsAllowConnectionsWithoutCertificates", "--tlsCAFile", str(certificate))
    options = f"?tls=true&tlsCAFile={certificate}"
    with standalone_mongod(directory, "--auth", *tls, query=options) as uri:
        make_users(uri)
        yield Guarded(uri.removeprefix("mongodb://").partition("/")[0], certificate)


def a_certificate(directory: Path) -> tuple[Path, Path]:
    """Make a certificate for loopback that is its own authority; return it, and it with its key."""
    certificate, _ = make_certificate(directory, "mongod")
    both = directory / "both.pem"
    both.write_text(certificate.read_text() + certificate.with_suffix(".key").read_text())
    return certificate, both


def make_users(uri: str) -> None:
    """Make the administrator, then the roles as ``comm-pipeline roles`` prints them, and users."""
    with MongoClient[dict[str, Any]](uri) as client:  # the first user may be made from loopback
        client.admin.command("createUser", AUTHORITY, pwd=PASSWORD, roles=["root"])
    login = uri.replace("//", f"//{AUTHORITY}:{QUOTED}@", 1) + "&authSource=admin"
    with MongoClient[dict[str, Any]](login) as administrator:
        database = administrator[DATABASE]
        for role, document in printed_roles().items():
            database.command("createRole", role, **document)
            user = role.removeprefix("comm_pipeline_")
            database.command("createUser", user, pwd=PASSWORD, roles=[role])
        administrator["other"]["secrets"].insert_one({"_id": 1})
        database["payroll"].insert_one({"_id": 1})
        database["crm_notes"].insert_one({"_id": 1, "note": "user_2@example.com called"})


def printed_roles() -> dict[str, dict[str, Any]]:
    """Return the roles that the command prints, as MongoDB takes them."""
    text = CliRunner().invoke(cli, ["roles"]).output
    one = re.compile(r'^role = (\{.*?^\})$.*?getRole\("(\w+)"\)', re.DOTALL | re.MULTILINE)
    documents = one.findall(text)
    return {name: json.loads(document) for document, name in documents}


@asynccontextmanager
async def as_user(guarded: Guarded, user: str) -> AsyncIterator[Any]:
    client = AsyncMongoClient[dict[str, Any]](guarded.uri(user))
    async with client:
        yield client


def test_the_command_prints_every_role() -> None:
    assert printed_roles() == {role.name: role.command(DATABASE) for role in roles()}


async def test_the_worker_can_do_all_of_its_work(guarded: Guarded) -> None:
    async with as_user(guarded, "agent") as client:
        await client[DATABASE]["agent_batch_requests"].insert_one(a_batch_request())
    async with a_pipeline(guarded.uri("worker"), DATABASE) as pipeline:
        await pipeline.sweep()
        assert len(pipeline.channel.sent) == 3
        async with as_user(guarded, "agent") as client:
            await answer_all(client, pipeline)
        await pipeline.sweep(hours=1)
        await pipeline.run_until_quiet()
        engine = pipeline.engine
        assert (await engine.metrics.collect_all(100)).failures == {}
        assert (await find_discrepancies(engine)).discrepancies == []
        campaign = await pipeline.repositories.campaigns.get("campaign_request_1")
        assert campaign.status == "completed"


async def answer_all(client: Any, pipeline: Pipeline) -> None:
    """Write replies and reports as services do."""
    for number, text in ((1, "Yes, please"), (2, "STOP")):
        await client[DATABASE]["inbound_messages"].insert_one(
            {
                "campaign_id": "campaign_request_1",
                "recipient_id": f"user_{number}",
                "text": text,
                "received_at": pipeline.clock(),
            }
        )
    report = {"event": "delivered", "idempotency_key": "nobody's", "received_at": pipeline.clock()}
    await client[DATABASE]["delivery_reports"].insert_one(report)


@pytest.mark.parametrize(
    ("user", "database", "collection", "action"),
    [
        ("worker", "other", "secrets", "find_one"),
        ("worker", DATABASE, "payroll", "find_one"),
        ("worker", DATABASE, "conversation_states", "delete_one"),
        ("worker", DATABASE, "outbound_messages", "drop"),
        ("worker", DATABASE, "contacts", "insert_one"),
        ("worker", DATABASE, "agent_batch_requests", "insert_one"),
        ("worker", "admin", "system.users", "find_one"),
        ("operator", "other", "secrets", "find_one"),
        ("operator", DATABASE, "payroll", "insert_one"),
        ("operator", DATABASE, "campaign_templates", "delete_one"),
        ("operator", DATABASE, "crm_notes", "update_one"),
        ("agent", DATABASE, "conversation_states", "find_one"),
        ("agent", DATABASE, "outbound_messages", "find_one"),
        ("agent", DATABASE, "inbound_messages", "find_one"),
        ("agent", DATABASE, "agent_batch_requests", "delete_one"),
        ("agent", DATABASE, "suppressions", "delete_one"),
    ],
)
async def test_nobody_can_do_more(
    guarded: Guarded, user: str, database: str, collection: str, action: str
) -> None:
    async with as_user(guarded, user) as client:
        call = getattr(client[database][collection], action)
        given: tuple[Any, ...] = () if action == "drop" else ({"_id": 1},)
        if action == "update_one":
            given += ({"$set": {"note": ""}},)
        with pytest.raises(OperationFailure) as refused:
            await call(*given)
        assert refused.value.code == 13  # Unauthorized


async def test_the_operator_can_forget(guarded: Guarded) -> None:
    uri = guarded.uri("operator")
    async with a_pipeline(uri, DATABASE, forget_key=KEY) as pipeline:
        database = pipeline.repositories.campaigns._collection.database
        await pipeline.repositories.requests.insert(a_batch_request(_id="request_9"))
        await pipeline.sweep()
        rules = ForgetRules("operator", hold_rules(pipeline.engine.settings), timedelta(seconds=5))
        keys = Pseudonyms(KEY)
        forgetting = Forgetting(database, pipeline.repositories, keys, rules, pipeline.clock)
        report = await forgetting.forget("user_3@example.com")
        assert report.erased["conversation_states"] >= 1
        assert report.left == []


async def test_a_right_that_the_operator_lacks_is_told_and_all_else_is_forgotten(
    guarded: Guarded,
) -> None:
    async with a_pipeline(guarded.uri("operator"), DATABASE, forget_key=KEY) as pipeline:
        database = pipeline.repositories.campaigns._collection.database
        request = a_batch_request(_id="ask user_2@example.com")
        await pipeline.repositories.requests.insert(request)
        await pipeline.run_until_quiet()
        rules = ForgetRules("operator", hold_rules(pipeline.engine.settings), timedelta(seconds=5))
        keys = Pseudonyms(KEY)
        forgetting = Forgetting(database, pipeline.repositories, keys, rules, pipeline.clock)

        report = await forgetting.forget("user_2@example.com")

        assert report.left == [
            "crm_notes: the user of MONGODB_URI lacks a right there; erase it as another",
            "crm_notes, _id 1: note",
        ]
        assert report.erased["conversation_states"] >= 1
        ids = [one["_id"] async for one in database["agent_batch_requests"].find()]
        assert f"ask {keys.of('user_2@example.com')}" in ids
        assert request["_id"] not in ids


@pytest.mark.parametrize(
    ("password", "words"),
    [("wr0ng-p4ss", "Authentication failed"), (QUOTED, "certificate verify failed")],
)
async def test_who_is_not_let_in_is_told_why_and_not_the_password(
    guarded: Guarded, tmp_path: Path, password: str, words: str
) -> None:
    stranger = None if password != QUOTED else a_certificate(tmp_path)[0]
    uri = guarded.uri("worker", password, stranger) + "&connectTimeoutMS=500"
    with pytest.raises(EnvironmentFailure, match=words) as refused:
        async with open_database(uri, DATABASE):
            raise AssertionError("was let in")
    assert password not in str(refused.value)


async def test_a_call_without_tls_is_not_answered(guarded: Guarded) -> None:
    uri = f"mongodb://worker:{QUOTED}@{guarded.host}/?authSource={DATABASE}&connectTimeoutMS=500"
    with pytest.raises(EnvironmentFailure, match="does not answer"):
        async with open_database(uri, DATABASE):
            raise AssertionError("was answered")


def test_a_role_is_in_mongodbs_own_words() -> None:
    role = Role("reader", "reads", {"campaigns": ("find",), "": ("listCollections",)})
    assert role.command("db")["privileges"] == [
        {"resource": {"db": "db", "collection": ""}, "actions": ["listCollections"]},
        {"resource": {"db": "db", "collection": "campaigns"}, "actions": ["find"]},
    ]
