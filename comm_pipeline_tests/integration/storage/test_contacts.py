"""Contacts: found by id as text, whatever type the platform stores ids as."""

from typing import Any

import pytest
from bson import ObjectId

from comm_pipeline.storage.connection import Database
from comm_pipeline.storage.repositories import Repositories

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("stored_id", ["user_1", 42, ObjectId("65e2f0a1b2c3d4e5f6a7b8c9")])
async def test_a_contact_is_found_by_its_id_as_text(
    stored_id: Any, database: Database, repositories: Repositories
) -> None:
    contact = {"_id": stored_id, "contact_info": {"email": "a@example.com"}}
    await database["contacts"].insert_one(contact)
    found = await repositories.contacts.find([str(stored_id), "nobody"])
    assert found == {str(stored_id): contact}
