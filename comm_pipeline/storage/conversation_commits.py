"""Commits of conversations, as updates: one alone, or one update that gives each its own changes.

Each is a compare-and-set of one document on its ``version``, also among others: the server looks at
each document alone, and again at one that has changed since it was found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from pymongo import UpdateMany, UpdateOne

from comm_pipeline.domain.conversations import Conversation, DecisionRecord, HistoryEntry
from comm_pipeline.storage.connection import Doc
from comm_pipeline.storage.repository import own_of_each, to_document

#: What a conversation is born with.
_FIXED: Final = frozenset(
    {"id", "user_id", "campaign_id", "campaign_type", "created_at", "address", "contact"}
)
#: What a commit writes in ways of their own.
_WRITTEN_APART: Final = frozenset({"version", "message_history", "decisions"})
#: All other fields: a commit may change them.
_STATE_FIELDS: Final = tuple(
    name for name in Conversation.model_fields if name not in _FIXED | _WRITTEN_APART
)
#: Decisions kept in the document; older ones go first.
_DECISIONS_KEPT: Final = 200
#: Commits in one update: each looks for its changes among those of all.
_COMMITTED_AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True)
class Commit:
    """What is to be written of one conversation: from ``before`` to ``after``."""

    before: Conversation
    after: Conversation
    entries: tuple[HistoryEntry, ...] = ()
    decisions: tuple[DecisionRecord, ...] = ()


def updates_of(commits: Sequence[Commit], token: str) -> Iterator[UpdateOne | UpdateMany]:
    """Yield what writes the commits; together, one costs the server half of what it costs alone."""
    by_version: dict[int, list[Commit]] = {}
    for commit in commits:
        by_version.setdefault(commit.before.version, []).append(commit)
    for version, alike in by_version.items():
        for start in range(0, len(alike), _COMMITTED_AT_ONCE):
            group = alike[start : start + _COMMITTED_AT_ONCE]
            yield (
                _each_updated(group, version, token)
                if len(group) > 1
                else update_of(group[0], token)
            )


def update_of(commit: Commit, token: str) -> UpdateOne:
    """Return what writes one commit."""
    update: Doc = {"$set": _changed_fields(commit) | {"commit_token": token}}
    update["$inc"] = {"version": 1}
    pushes: Doc = {}
    if commit.entries:
        pushes["message_history"] = {"$each": _documents(commit.entries)}
    if commit.decisions:
        records = _documents(commit.decisions)
        pushes["decisions"] = {"$each": records, "$slice": -_DECISIONS_KEPT}
    if pushes:
        update["$push"] = pushes
    return UpdateOne({"_id": commit.before.id, "version": commit.before.version}, update)


def _each_updated(commits: Sequence[Commit], version: int, token: str) -> UpdateMany:
    own = own_of_each(
        [commit.before.id for commit in commits],
        [
            {
                "fields": _changed_fields(commit),
                "entries": _documents(commit.entries),
                "decisions": _documents(commit.decisions),
            }
            for commit in commits
        ],
    )
    appended = {
        "message_history": _longer_list("message_history", "entries"),
        "decisions": {"$slice": [_longer_list("decisions", "decisions"), -_DECISIONS_KEPT]},
        "version": version + 1,
        "commit_token": token,
    }
    changed = {"$mergeObjects": ["$$ROOT", "$$own.fields", appended]}
    return UpdateMany(
        {"_id": {"$in": [commit.before.id for commit in commits]}, "version": version},
        [{"$replaceWith": {"$let": {"vars": {"own": own}, "in": changed}}}],
    )


def _longer_list(field: str, own: str) -> Doc:
    """Return a field's list and more; what is no list is an error, as when it is pushed to."""
    is_list = {"$isArray": [f"${field}"]}
    present = {"$cond": [is_list, f"${field}", {"$literal": "not a list"}]}
    return {"$concatArrays": [present, f"$$own.{own}"]}


def _documents(parts: Sequence[HistoryEntry | DecisionRecord]) -> list[Doc]:
    return [to_document(part) for part in parts]


def _changed_fields(commit: Commit) -> Doc:
    """Return the fields that differ; unchanged ones are the same objects in both."""
    before, after = commit.before, commit.after
    changed = {
        field for field in _STATE_FIELDS if getattr(before, field) is not getattr(after, field)
    }
    return after.model_dump(include=changed)
