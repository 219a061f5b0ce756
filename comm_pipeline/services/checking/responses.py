"""Responses that a template demands: whether the analyser lets them be heard."""

from collections.abc import Iterator

from comm_pipeline.bot.opt_outs import find_opt_out
from comm_pipeline.domain.findings import Finding, warning
from comm_pipeline.domain.templates import CampaignTemplate


def find_responses_never_heard(template: CampaignTemplate) -> Iterator[Finding]:
    """Yield the demanded responses whose phrases are all opt-outs: who says one is gone."""
    demanded = {stage.progression.specific_response_required for stage in template.stages}
    demanded.add(template.completion.specific_response_received)
    for name, response in template.responses.items():
        if name in demanded and all(find_opt_out(phrase) for phrase in response.phrases):
            yield warning(
                "response_is_opt_out",
                f"template.responses.{name}.phrases",
                f"{name!r} can hardly be heard: who writes {response.phrases[0][:80]!r} asks for "
                "no more messages, which ends the conversation first",
                "give it phrases that are no opt-outs",
            )
