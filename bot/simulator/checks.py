"""Checks the bot's requests against LINE's contract and answers as LINE does.

`messaging-api.schema.json` is made from LINE's published messaging-api.yml (github.com/line/line-openapi,
Apache-2.0), its limits from LINE's reference. `LIMITS` adds the rules that hold only in one place, such as the
label of a quick reply (developers.line.biz/en/reference/messaging-api, "Action objects" and "Flex Message").
"""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import jsonschema
import orjson
from jsonschema import Draft202012Validator, ValidationError, validators

from bot.simulator.state import Json, RefusedError

SCHEMA = Path(__file__).with_name("messaging-api.schema.json")
BUBBLE_BYTES, CAROUSEL_BYTES = 30 * 1024, 50 * 1024

_COLOR = {"pattern": r"^#[0-9A-Fa-f]{6}([0-9A-Fa-f]{2})?$"}
_GAP = {"pattern": r"^(none|xs|sm|md|lg|xl|xxl|\d+(\.\d+)?px)$"}
_TEXT_SIZE = {"pattern": r"^(xxs|xs|sm|md|lg|xl|xxl|3xl|4xl|5xl|\d+(\.\d+)?px)$"}


def _label(longest: int) -> Json:
    return {"required": ["label"], "properties": {"label": {"minLength": 1, "maxLength": longest}}}


def _children(*kinds: str) -> Json:
    return {"properties": {"contents": {"items": {"properties": {"type": {"enum": list(kinds)}}}}}}


# name of a definition -> what LINE's reference asks for beyond the published types
LIMITS: dict[str, Json] = {
    "PostbackAction": {
        "required": ["data"],
        "properties": {"displayText": {"minLength": 1, "maxLength": 300}},
    },
    "MessageAction": {"required": ["text"], "properties": {"text": {"minLength": 1}}},
    "URIAction": {"required": ["uri"], "properties": {"uri": {"minLength": 1}}},
    "DatetimePickerAction": {"required": ["data", "mode"]},
    "RichMenuSwitchAction": {"required": ["richMenuAliasId", "data"]},
    "QuickReplyItem": {"required": ["action"], "properties": {"action": _label(20)}},
    "ButtonsTemplate": {
        "properties": {
            "title": {"maxLength": 40},
            "text": {"minLength": 1, "maxLength": 160},
            "actions": {"items": _label(20)},
        },
        "if": {"anyOf": [{"required": ["title"]}, {"required": ["thumbnailImageUrl"]}]},
        "then": {"properties": {"text": {"maxLength": 60}}},
    },
    "ConfirmTemplate": {
        "properties": {"text": {"minLength": 1, "maxLength": 240}, "actions": {"items": _label(20)}}
    },
    "CarouselColumn": {
        "properties": {
            "title": {"maxLength": 40},
            "text": {"minLength": 1, "maxLength": 120},
            "actions": {"items": _label(20)},
        },
        "if": {"anyOf": [{"required": ["title"]}, {"required": ["thumbnailImageUrl"]}]},
        "then": {"properties": {"text": {"maxLength": 60}}},
    },
    "FlexButton": {"properties": {"action": _label(40), "color": _COLOR, "margin": _GAP}},
    "FlexText": {
        "anyOf": [{"required": ["text"]}, {"required": ["contents"]}],
        "properties": {"text": {"minLength": 1}, "color": _COLOR, "margin": _GAP, "size": _TEXT_SIZE},
    },
    "FlexSpan": {"properties": {"color": _COLOR, "size": _TEXT_SIZE}},
    "FlexSeparator": {"properties": {"color": _COLOR, "margin": _GAP}},
    "FlexBlockStyle": {"properties": {"backgroundColor": _COLOR, "separatorColor": _COLOR}},
    "FlexBox": {
        "properties": {"backgroundColor": _COLOR, "borderColor": _COLOR, "spacing": _GAP, "margin": _GAP},
        "if": {"properties": {"layout": {"const": "baseline"}}},
        "then": _children("icon", "text", "filler"),
        "else": _children("box", "button", "image", "text", "separator", "filler"),
    },
    "FlexBubble": {"properties": {"hero": {"properties": {"type": {"enum": ["box", "image", "video"]}}}}},
    "ShowLoadingAnimationRequest": {"properties": {"loadingSeconds": {"multipleOf": 5}}},
}


def check(kind: str, body: Any) -> Json:
    """The body itself, when LINE would accept it as a request of this kind (such as PushMessageRequest).

    Raises RefusedError (400) with LINE's `message` and `details` otherwise.
    """
    if not isinstance(body, dict):
        raise RefusedError(400, "The request body could not be parsed as JSON (line: 1, column: 1)")
    details = [_detail(error) for error in _validator(kind).iter_errors(body)] or list(_sizes(body))
    if details:
        raise RefusedError(400, f"The request body has {len(details)} error(s)", details=details)
    return body


def parse(raw: bytes) -> Any:
    """The JSON of a request body; None when it is none."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None


def _sizes(body: Json) -> Iterator[Json]:
    for index, message in enumerate(body.get("messages", [])):
        contents = message.get("contents") if message.get("type") == "flex" else None
        if not contents:
            continue
        limit = BUBBLE_BYTES if contents["type"] == "bubble" else CAROUSEL_BYTES
        bubbles = contents.get("contents", []) if contents["type"] == "carousel" else []
        too_big = len(orjson.dumps(contents)) > limit
        if too_big or any(len(orjson.dumps(bubble)) > BUBBLE_BYTES for bubble in bubbles):
            yield {
                "message": "The size of the contents is too large",
                "property": f"messages[{index}].contents",
            }


def _detail(error: ValidationError) -> Json:
    schema = error.schema if isinstance(error.schema, dict) else {}
    place, rule, found = (
        list(error.absolute_path),
        cast(Any, error.validator_value),
        cast(Any, error.instance),
    )
    match error.validator:
        case "required":
            missing = next(name for name in rule if name not in found)
            return {"message": "must be specified", "property": _property([*place, missing])}
        case "additionalProperties":
            unknown = sorted(set(found) - set(schema.get("properties", {})))
            return {"message": "unknown field", "property": _property([*place, unknown[0]])}
        case "minLength":
            message = "May not be empty"
        case "maxLength" | "x-utf16Max":
            message = f"Length must be between {schema.get('minLength', 0)} and {rule}"
        case "minItems" | "maxItems":
            message = f"Size must be between {schema.get('minItems', 0)} and {schema.get('maxItems', 'any')}"
        case "enum":
            message = f"Must be one of the following values: [{', '.join(rule)}]"
        case _:
            message = f"invalid value ({error.validator})"
    return {"message": message, "property": _property(place)}


def _property(place: list[Any]) -> str:
    """LINE's way to name a place: messages[0].text."""
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return path.lstrip(".")


def _utf16_max(_: Any, limit: int, text: Any, __: Any) -> Iterator[ValidationError]:
    if isinstance(text, str) and len(text.encode("utf-16-le")) // 2 > limit:
        yield ValidationError("too long")


def _by_type(validator: Any, kinds: Json, instance: Any, _: Any) -> Iterator[ValidationError]:
    kind = instance.get("type") if isinstance(instance, dict) else None
    if isinstance(kind, str) and kind in kinds:
        yield from validator.descend(instance, kinds[kind])


def _ref(validator: Any, ref: str, instance: Any, _: Any) -> Iterator[ValidationError]:
    definitions = _definitions()
    yield from validator.descend(instance, definitions[ref.removeprefix("#/$defs/")])


# A subtype is looked up by its `type`, and a `$ref` in one table: a third of the time of general resolution
_Contract: type[jsonschema.protocols.Validator] = validators.extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"x-utf16Max": _utf16_max, "x-byType": _by_type, "$ref": _ref}
)


@functools.cache
def _definitions() -> dict[str, Json]:
    definitions = json.loads(SCHEMA.read_text("utf-8"))["$defs"]
    for name, definition in definitions.items():
        definitions[name] = _dispatched(_limited(definition, LIMITS.get(name, {})))
    return dict(definitions)


def _limited(definition: Json, limits: Json) -> Json:
    """The definition with the limits merged in; `action: {...}` limits stand beside a `$ref`."""
    merged = copy.copy(definition)
    for key, value in limits.items():
        both_objects = isinstance(value, dict) and isinstance(merged.get(key), dict)
        if key == "required":
            merged[key] = sorted({*merged.get(key, []), *value})
        else:
            merged[key] = _limited(merged[key], value) if both_objects else value
    return merged


def _dispatched(definition: Json) -> Json:
    """`allOf: [{if type is X, then …}]` as one look-up by type."""
    if "allOf" not in definition:
        return definition
    kinds = {rule["if"]["properties"]["type"]["const"]: rule["then"] for rule in definition["allOf"]}
    return {key: value for key, value in definition.items() if key != "allOf"} | {"x-byType": kinds}


@functools.cache
def _validator(kind: str) -> jsonschema.protocols.Validator:
    return _Contract(_definitions()[kind])
