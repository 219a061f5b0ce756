"""What the rules make of a reply, under a template that asks for nothing in particular."""

from comm_pipeline.bot.rules import analyse
from comm_pipeline.domain.analysis import Analysis
from comm_pipeline_tests.builders import a_template

_TEMPLATE = a_template()


def understood(text: str) -> Analysis:
    """Return what a reply is understood to be."""
    return analyse(text, _TEMPLATE, _TEMPLATE.stages[0])
