"""Texts of a message: for conditions, follow-ups and channels.

Texts, subjects and conditions are Jinja sources; ``services.config_manager`` compiles them before
they are used.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from comm_pipeline.domain.document import Rules

#: The name of a channel, as settings and adapters call it.
ChannelName = Annotated[
    str, Field(min_length=1, max_length=40, pattern="^[a-z][a-z0-9_]*$", examples=["email"])
]


class ChannelText(Rules):
    """What is written where a message leaves through one channel."""

    template: str = Field(
        min_length=1,
        description="The text for this channel, Jinja.",
        examples=["Hi {{ recipient.first_name }}, do you have a minute?"],
    )
    subject: str | None = Field(
        default=None,
        description="The subject for this channel, Jinja; without it that of the text.",
        examples=["A question"],
    )
    html: str | None = Field(
        default=None,
        description="HTML for this channel, Jinja; without it, it is made from the text.",
        examples=["<p>Hi {{ recipient.first_name }}</p>"],
    )


class Wording(Rules):
    """The parts that every text of a message has, whatever it is for."""

    subject: str | None = Field(
        default=None,
        description="The subject, Jinja, one line; without it that of the message, then of the "
        "template, then the stage's title. A follow-up without its own has Re: before it.",
        examples=["A quick question, {{ recipient.first_name }}"],
    )
    html: str | None = Field(
        default=None,
        description="HTML, Jinja; what the data bring is escaped. It is put into the frame of "
        "templates/email, or sent as it is if it is a whole <html> document. Without it, it is "
        "made from the text.",
        examples=["<p>Hi {{ recipient.first_name }}</p>"],
    )
    channels: Mapping[ChannelName, ChannelText] = Field(
        default={},
        description="Other words for single channels, by the channel's name.",
        examples=[{"sms": {"template": "Hi {{ recipient.first_name }}, do you have a minute?"}}],
    )


class FollowUpTemplate(Wording):
    """Another text for a follow-up; the last one serves all further follow-ups."""

    template: str = Field(
        min_length=1,
        description="The follow-up's text, Jinja.",
        examples=["Hi {{ recipient.first_name }}, did you have a minute?"],
    )


class ConditionalTemplate(Wording):
    """Another text for when a condition holds; the first that holds is taken."""

    condition: str = Field(
        min_length=1,
        description="An expression, Jinja without {{ }}.",
        examples=["response.rating is defined and response.rating < 4"],
    )
    template: str = Field(
        min_length=1,
        description="The text for when it holds, Jinja.",
        examples=["I am sorry to hear that. What should we do better?"],
    )
