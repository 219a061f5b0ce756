"""All that is looked for in an answer: what template and stage extract, and their guidance."""

from collections.abc import Mapping

from comm_pipeline.domain.information import Information
from comm_pipeline.domain.named_responses import RATING, RATING_MAXIMUM, RATING_MINIMUM
from comm_pipeline.domain.templates import CampaignTemplate, Extraction, Stage


def wanted_information(template: CampaignTemplate, stage: Stage) -> Mapping[str, Information]:
    """Return each piece of information by its name.

    Where several describe one, the stage's extraction goes before the template's, and both before
    the guidance, which then only adds its words.
    """
    asked = stage.information
    extractions = {**_built_in(template), **template.extract, **stage.extract}
    described = {
        name: Information(name, asked[name].description if name in asked else "", extraction)
        for name, extraction in extractions.items()
    }
    return {**asked, **described}


def _built_in(template: CampaignTemplate) -> Mapping[str, Extraction]:
    """Look for a rating in every template that speaks of one without describing it."""
    if RATING in template.extract or not any(
        f"response.{RATING}" in source
        for stage in template.stages
        for message in stage.messages
        for source in (message.template, *(c.condition for c in message.conditional_templates))
    ):
        return {}
    return {RATING: Extraction(type="rating", minimum=RATING_MINIMUM, maximum=RATING_MAXIMUM)}
