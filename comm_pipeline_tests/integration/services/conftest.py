"""A pipeline for each test."""

from collections.abc import AsyncIterator

import pytest

from comm_pipeline_tests.harness import Pipeline, a_pipeline


@pytest.fixture
async def pipeline(mongodb_uri: str, database_name: str) -> AsyncIterator[Pipeline]:
    async with a_pipeline(mongodb_uri, database_name) as opened:
        yield opened
