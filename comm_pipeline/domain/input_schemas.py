"""JSON Schemas of what other people write, made of the models that read it, for their editors.

Contradictions between fields cannot be said in JSON Schema, and unknown fields of templates,
stages and requests belong to somebody else: both are looked at when a document is checked.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from comm_pipeline.domain.batch_requests import SERVICE_TYPE, BatchRequest, Recipient
from comm_pipeline.domain.input_descriptions import MEANINGS, ContactInfo
from comm_pipeline.domain.provider_reports import ProviderReport
from comm_pipeline.domain.replies import InboundMessage
from comm_pipeline.domain.template_documents import TemplateDocument
from comm_pipeline.domain.template_timing import ProgressionRules, Timing
from comm_pipeline.domain.time_windows import StartAndEnd
from comm_pipeline.domain.weekdays import WEEKDAYS

_Schema = dict[str, Any]

_CLOCK: Final = r"\s*(([01]?[0-9]|2[0-3]):[0-5][0-9]|24:00)\s*"
#: A time of day, as ``time_windows.parse_clock`` reads it.
CLOCK_PATTERN: Final = f"^{_CLOCK}$"
#: A window, as ``time_windows.parse_window`` reads it.
WINDOW_PATTERN: Final = f"^{_CLOCK}[-\u2013]{_CLOCK}$"
#: JSON Schema knows no patterns for any case.
_ANY_CASE: Final = {
    day: "".join(f"[{letter.upper()}{letter}]" for letter in day)
    for name in WEEKDAYS
    for day in (name, name[:3])
}
WEEKDAY_PATTERN: Final = rf"^\s*({'|'.join(_ANY_CASE.values())})\s*$"


_DATE: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
#: Models of whose fields the parser reads null as absent.
_NULL_IS_ABSENT: Final = ("TemplateDocument", "StageDocument", "ListedStage", "GlobalSettings")
#: What says nothing of which values are right.
_ANNOTATIONS: Final = frozenset({"description", "examples", "default"})


def campaign_template_schema() -> _Schema:
    """Return the schema of campaign templates, in both shapes."""
    definitions = _definitions(TemplateDocument)
    return _document("A campaign template", TemplateDocument, definitions)


def batch_request_schema() -> _Schema:
    """Return the schema of batch requests, with their template and recipients."""
    definitions = _definitions(BatchRequest, Recipient, ContactInfo, TemplateDocument)
    request, recipient = definitions["BatchRequest"], definitions["Recipient"]
    request["properties"] |= {
        "servicetype": {"const": SERVICE_TYPE},
        "status": {"type": "string"},
        "template": _reference(TemplateDocument),
        "recipients": {
            "type": "array",
            "minItems": 1,
            "items": {"anyOf": [_reference(Recipient), _id_schema()]},
        },
    }
    request["required"] = ["name", "recipients"]
    request["oneOf"] = [{"required": ["template"]}, {"required": ["template_id"]}]
    recipient["properties"] |= {"id": _id_schema(), "contact_info": _reference(ContactInfo)}
    recipient["required"] = ["id", "contact_info"]
    return _document("A batch request", BatchRequest, definitions)


def inbound_message_schema() -> _Schema:
    """Return the schema of replies that any service may put into ``inbound_messages``."""
    definitions = _definitions(InboundMessage)
    return _document("An inbound message", InboundMessage, definitions)


def delivery_report_schema() -> _Schema:
    """Return the schema of reports that any service may put into ``delivery_reports``."""
    definitions = _definitions(ProviderReport)
    report = definitions["ProviderReport"]
    for ours in ("looks", "next_look_at"):
        del report["properties"][ours]
    ids = ("idempotency_key", "message_id", "provider_message_id")
    report["anyOf"] = [
        *({"required": [name]} for name in ids),
        {"required": ["MessageSid"]},
        {"required": ["SmsSid"]},
    ]
    report["required"] = ["_id"]
    return _document("A delivery report", ProviderReport, definitions)


#: The published files, below ``templates/``.
INPUT_SCHEMAS: Final[Mapping[str, Callable[[], _Schema]]] = {
    "campaign_template.schema.json": campaign_template_schema,
    "batch_request.schema.json": batch_request_schema,
    "inbound_message.schema.json": inbound_message_schema,
    "delivery_report.schema.json": delivery_report_schema,
}


class _Generator(GenerateJsonSchema):
    def field_title_should_be_set(self, _: Any) -> bool:
        return False  # a field's name says as much


def _definitions(*models: type[BaseModel]) -> dict[str, _Schema]:
    _, schema = models_json_schema(
        [(model, "validation") for model in models], schema_generator=_Generator
    )
    definitions: dict[str, _Schema] = schema["$defs"]
    for definition in definitions.values():
        definition.pop("title", None)
        for part in _parts(definition):
            if "patternProperties" in part:
                part.setdefault("additionalProperties", False)
    if "GlobalSettings" in definitions:
        _complete_template(definitions)
    return definitions


def _complete_template(definitions: dict[str, _Schema]) -> None:
    """Add what the models of templates read and do not show."""
    definitions["GlobalSettings"]["properties"]["timing_rules"] |= {
        "properties": {**_fields_of(ProgressionRules), **_fields_of(Timing)},
        "additionalProperties": False,
    }
    definitions["Fallback"] = {
        "anyOf": [
            {"type": ["string", "number", "boolean", "array"]},
            {"type": "object", "additionalProperties": {"$ref": "#/$defs/Fallback"}},
        ]
    }
    template = definitions["TemplateDocument"]["properties"]
    template["fallbacks"]["additionalProperties"] = {"$ref": "#/$defs/Fallback"}
    for name in _NULL_IS_ABSENT:
        for field, described in definitions[name]["properties"].items():
            if field not in definitions[name].get("required", ()):
                definitions[name]["properties"][field] = _or_null(described)
    message = definitions["MessageTemplate"]["properties"]
    message["timing"] = _or_null(message["timing"])
    _match(definitions["HolidayRules"]["properties"]["dates"], _DATE)
    hours = definitions["BusinessHours"]
    hours["minProperties"] = 1
    for name, field in hours["properties"].items():
        if name in {"start", "end"}:
            _match(field, CLOCK_PATTERN)
        elif name in WEEKDAYS:
            _match(field, WINDOW_PATTERN)
    _match(hours["properties"]["days"], WEEKDAY_PATTERN)
    hours["patternProperties"] = {WEEKDAY_PATTERN: hours["properties"][WEEKDAYS[0]]}
    _match(definitions["ContactTimes"]["properties"]["windows"], WINDOW_PATTERN)
    _match(definitions["GlobalSettings"]["properties"]["optimal_contact_times"], WINDOW_PATTERN)
    _match(definitions[StartAndEnd.__name__], CLOCK_PATTERN)


def _or_null(field: _Schema) -> _Schema:
    """Return the schema of a field that may be null, which says as little as leaving it out."""
    about = {key: value for key, value in field.items() if key in _ANNOTATIONS}
    allowed = {key: value for key, value in field.items() if key not in _ANNOTATIONS}
    choices = allowed["anyOf"] if allowed.keys() == {"anyOf"} else [allowed]
    if {"type": "null"} in choices:
        return field
    return {**about, "anyOf": [*choices, {"type": "null"}]}


def _document(title: str, root: type[BaseModel], definitions: dict[str, _Schema]) -> _Schema:
    for name, meanings in MEANINGS.items():
        for field, meaning in meanings.items() if name in definitions else ():
            described = {"description": meaning.text, "examples": [meaning.example]}
            definitions[name]["properties"][field] |= described
    for part in _parts(definitions):
        if isinstance(part.get("description"), str):
            part["description"] = " ".join(part["description"].replace("``", "`").split())
    used = sorted(_used_by(root.__name__, definitions) - {root.__name__})
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        **definitions[root.__name__],
    }
    return document | ({"$defs": {name: definitions[name] for name in used}} if used else {})


def _used_by(root: str, definitions: Mapping[str, _Schema]) -> set[str]:
    """Return the names of the definitions that a definition needs, and its own."""
    used, waiting = set[str](), [root]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            parts = _parts(definitions[name])
            waiting += [part["$ref"].rpartition("/")[2] for part in parts if "$ref" in part]
    return used


def _fields_of(model: type[BaseModel]) -> dict[str, _Schema]:
    fields: dict[str, _Schema] = model.model_json_schema(schema_generator=_Generator)["properties"]
    return fields


def _reference(model: type[BaseModel]) -> _Schema:
    return {"$ref": f"#/$defs/{model.__name__}"}


def _id_schema() -> _Schema:
    return {
        "anyOf": [
            {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"},
            {"type": "integer"},
        ]
    }


def _match(schema: _Schema, pattern: str) -> None:
    """Have every text in a schema match a pattern."""
    for part in _parts(schema):
        if part.get("type") == "string":
            part["pattern"] = pattern


def _parts(schema: Any) -> Iterator[_Schema]:
    """Yield a schema and all schemas in it, but not what it gives as examples."""
    if isinstance(schema, dict):
        yield schema
        for key, inner in schema.items():
            if key not in {"examples", "default"}:
                yield from _parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _parts(inner)
