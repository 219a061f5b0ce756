"""Whether a reply may be an opt-out, where nothing else of it is to be understood."""

from functools import cache

from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.template_shapes import parse_template
from comm_pipeline.domain.templates import CampaignTemplate


def may_be_opt_out_in(text: str, subject: str | None = None) -> bool:
    """Return whether a person has to say whether somebody has asked for no more messages."""
    template = _any_template()
    return analyse(text, template, template.stages[0], subject=subject).may_be_opt_out


@cache
def _any_template() -> CampaignTemplate:
    """Return a template that asks for nothing: what a reply answers does not matter here."""
    return parse_template({"name": "any", "stages": {"any": {"messages": ["any"]}}})
