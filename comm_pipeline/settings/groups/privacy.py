"""What forgetting people needs."""

from typing import Annotated

from pydantic import BaseModel

from comm_pipeline.settings import kinds
from comm_pipeline.settings.secret import mask_everything
from comm_pipeline.settings.variable import Variable


class PrivacySettings(BaseModel):
    """Personal data."""

    forget_key: Annotated[
        kinds.SecretKey,
        Variable(
            ("FORGET_KEY",),
            "Key of the hashes that stay of forgotten addresses, so that nobody writes to them "
            "again. It must never change.",
            default="none; needed to forget somebody",
            mask=mask_everything,
        ),
    ] = None
