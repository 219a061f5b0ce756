"""``campaign_templates``: templates that batch requests name by ``template_id``."""

from collections.abc import Mapping
from typing import Any, ClassVar

from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import Repository, possible_ids


class CampaignTemplateRepository(Repository):
    """Stored template documents, in either of the documented shapes."""

    name: ClassVar[str] = "campaign_templates"

    async def get(self, template_id: str) -> Doc | None:
        """Return the template document, or None; its stored id may be no text."""
        return await self._collection.find_one({"_id": {"$in": possible_ids(template_id)}})

    async def put(self, template_id: str, document: Mapping[str, Any]) -> None:
        """Store the document under its id, in place of an earlier one."""
        await self._collection.replace_one(
            {"_id": template_id}, {**document, "_id": template_id}, upsert=True
        )
