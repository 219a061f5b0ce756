"""Where MongoDB is, and how many connections to it there are."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.secret import mask_mongodb_uri
from comm_pipeline.settings.variable import Variable


class MongoDbSettings(BaseModel):
    """The database."""

    mongodb_uri: Annotated[
        kinds.DatabaseUri,
        Variable(
            ("MONGODB_URI",),
            "MongoDB connection string.",
            default="none: a MongoDB of our own is started",
            mask=mask_mongodb_uri,
        ),
    ] = None
    mongodb_database: Annotated[
        kinds.DatabaseName, Variable(("MONGODB_DATABASE", "MONGODB_DB"), "Database name.")
    ] = "communication_service"
    db_connection_pool_size: Annotated[
        kinds.Count,
        Variable(("DB_CONNECTION_POOL_SIZE",), "Connections to MongoDB, per process at most."),
    ] = 50
    db_max_idle_time_ms: Annotated[
        kinds.Count,
        Variable(
            ("DB_MAX_IDLE_TIME_MS",),
            "How long an unused connection to MongoDB stays open.",
            unit="milliseconds",
        ),
    ] = 30_000
