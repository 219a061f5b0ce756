"""Taking secrets and personal data out of texts: log lines, errors, what Dagster shows.

``redaction`` hides fields by name; this hides what stands in the middle of a text, where no name
tells what it is: passwords always, addresses and numbers where ``SENSITIVE_FIELDS`` names them, and
the words of errors that may repeat a message or a document.
"""

import json
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

from pydantic import SecretStr, ValidationError
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError

from comm_pipeline.errors import AnswerRefusedError, CommPipelineError, words_of
from comm_pipeline.settings.model import Settings
from comm_pipeline.settings.personal_parts import without_given, without_mails, without_phones
from comm_pipeline.settings.redaction import REDACTED
from comm_pipeline.settings.secret import HIDDEN, MongoUri, secrets_in_uri
from comm_pipeline.settings.url_secrets import secrets_in_urls, without_url_secrets
from comm_pipeline.settings.variable import ShownAs

#: Shorter ones would be found in the middle of other words.
_SHORTEST_SECRET: Final = 4
#: Errors of other libraries that say what failed, and nothing of what was written or read.
_PLAIN: Final = (PyMongoError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Masking:
    """What is hidden, by settings. ``secrets`` are values, longest first."""

    secrets: tuple[str, ...]
    hides_mail: bool
    hides_phones: bool
    hides_content: bool

    @classmethod
    def of(cls, settings: Settings) -> "Masking":
        """Return what the settings hide."""
        last_parts = {field.rpartition(".")[2].lower() for field in settings.sensitive_fields}
        parts = {part for field in Settings.variables() for part in _parts(settings, field)}
        values = {form for part in parts for form in _forms(part) if len(form) >= _SHORTEST_SECRET}
        return cls(
            secrets=tuple(sorted(values, key=lambda one: (-len(one), one))),
            hides_mail="email" in last_parts,
            hides_phones="phone" in last_parts,
            hides_content="message_content" in last_parts,
        )

    def text(self, text: str) -> str:
        """Return a text without secrets, and without what the settings hide."""
        text = self.without_secrets(text)
        if self.hides_content:
            text = without_given(text)
        if self.hides_mail:
            text = without_mails(text)
        return without_phones(text) if self.hides_phones else text

    def without_secrets(self, text: str) -> str:
        """Return a text for people who may read everything else."""
        for secret in self.secrets:
            text = text.replace(secret, HIDDEN)
        return without_url_secrets(text)

    def words_of(self, error: BaseException) -> str:
        """Return what an error says; what it may repeat of a message or a document is hidden."""
        if isinstance(error, BulkWriteError):  # its own words hold the documents
            failures = error.details.get("writeErrors", [])
            codes = sorted({failure.get("code", 0) for failure in failures})
            return f"{len(failures)} writes failed, with the codes {codes}"
        if isinstance(error, OperationFailure) and self.hides_content:
            # The server quotes elements of the document, the values of a key, or the command.
            return f"MongoDB refused it, with the code {error.code}"
        if isinstance(error, AnswerRefusedError) and self.hides_content:  # it quotes the answer
            return f"{error.guard}: {REDACTED}"
        is_plain = isinstance(error, (CommPipelineError, *_PLAIN))
        if isinstance(error, ValidationError) or (self.hides_content and not is_plain):
            return REDACTED
        return self.text(words_of(error))

    def error(self, error: BaseException) -> str:
        """Return an error in one line, with its type."""
        return f"{type(error).__name__}: {self.words_of(error)}"

    def traceback(self, error: BaseException) -> str:
        """Return a traceback as Python prints it, the errors in it in words that may be shown."""
        return "".join(self._traceback(error, set()))

    def _traceback(self, error: BaseException, shown: set[int]) -> Iterator[str]:
        shown.add(id(error))
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None and id(cause) not in shown:
            yield from self._traceback(cause, shown)
            yield "\nThen, because of it or while it was dealt with:\n\n"
        yield "Traceback (most recent call last):\n"
        yield from traceback.format_tb(error.__traceback__)
        if isinstance(error, BaseExceptionGroup):
            yield f"{type(error).__name__} of {len(error.exceptions)}\n"
            for one in error.exceptions:
                if id(one) not in shown:
                    yield from self._traceback(one, shown)
            return
        yield f"{self.error(error)}\n"


def _parts(settings: Settings, field: str) -> Iterable[str]:
    """Return what of a setting is secret."""
    value = getattr(settings, field)
    if isinstance(value, MongoUri):
        return secrets_in_uri(value.get_secret_value())
    if isinstance(value, SecretStr):
        secret = value.get_secret_value()
        return {secret, *secret.split()}
    may_hold_one = any(isinstance(one, ShownAs) for one in Settings.model_fields[field].metadata)
    return secrets_in_urls(value) if may_hold_one and value else ()


def _forms(secret: str) -> set[str]:
    """Return a secret as it is, and as addresses, JSON and Python write it."""
    in_addresses = (unquote(secret), quote(secret), quote(secret, safe=""))
    in_quotes = (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret))
    return {secret, *in_addresses, *(one[1:-1] for one in in_quotes)}
