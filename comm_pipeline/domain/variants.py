"""Which variant of a message a recipient gets: by a hash, so that it is the same every time."""

import hashlib
from collections.abc import Sequence
from json import dumps

from comm_pipeline.domain.ids import CampaignId, RecipientId, StageName
from comm_pipeline.domain.template_content import Variant

_STEPS = 2**64


def choose_variant(
    variants: Sequence[Variant],
    campaign_id: CampaignId,
    stage: StageName,
    message_index: int,
    recipient_id: RecipientId,
) -> Variant | None:
    """Return the recipient's variant, each in proportion to its weight; None if there are none.

    It depends on nobody else, so that adding recipients changes nothing for those there are.
    """
    if not variants:
        return None
    # As a list in JSON; put together by hand it takes a third of the time.
    place = f"[{dumps(campaign_id)}, {dumps(stage)}, {message_index}, {dumps(recipient_id)}]"
    position = int.from_bytes(hashlib.sha256(place.encode()).digest()[:8])
    share = position / _STEPS * sum(variant.weight for variant in variants)
    for variant in variants:
        share -= variant.weight
        if share < 0:
            return variant
    return variants[-1]  # a share that was rounded up to the whole
