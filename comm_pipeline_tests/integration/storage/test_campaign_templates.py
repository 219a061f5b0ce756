"""Stored templates: found by id, replaced whole."""

import pytest

from comm_pipeline.storage.repositories import Repositories
from comm_pipeline_tests.builders import a_template_document

pytestmark = pytest.mark.anyio


async def test_a_template_takes_the_place_of_an_earlier_one(repositories: Repositories) -> None:
    await repositories.templates.put("template_1", {"obsolete": True})
    await repositories.templates.put("template_1", a_template_document())
    assert await repositories.templates.get("template_1") == a_template_document()
    assert await repositories.templates.get("template_2") is None


async def test_the_id_is_the_one_that_it_is_stored_under(repositories: Repositories) -> None:
    await repositories.templates.put("other", a_template_document())
    assert await repositories.templates.get("other") == a_template_document(_id="other")
