"""Campaign Managers of one's own, by campaign type."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable


class CampaignTypeSettings(BaseModel):
    """Which classes manage which types."""

    campaign_types: Annotated[
        kinds.CampaignTypes,
        Variable(("CAMPAIGN_TYPES",), "Campaign Managers of your own, by campaign type."),
    ] = ()
