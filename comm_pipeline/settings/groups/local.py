"""Folders of this machine, and the role of this process."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.variable import Variable

TEMPLATES_OF_THE_CHECKOUT = Path(__file__).parents[3] / "templates"


class LocalSettings(BaseModel):
    """Machine and process."""

    home: Annotated[
        kinds.Folder,
        Variable(("COMM_PIPELINE_HOME",), "Folder of local data, such as our own MongoDB's."),
    ] = Path(".comm_pipeline")
    templates: Annotated[
        kinds.Folder,
        Variable(
            ("COMM_PIPELINE_TEMPLATES",),
            "Folder of the campaign, email and report templates.",
            default="templates, in the checkout",
        ),
    ] = TEMPLATES_OF_THE_CHECKOUT
    service_type: Annotated[
        kinds.ServiceType,
        Variable(
            ("SERVICE_TYPE",),
            "What the workers of this deployment are called, in leases and in the ledger.",
        ),
    ] = "worker"
