"""What the OpenAPI document says, as plain rows: fields, types, limits, examples."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
_REF = "#/components/schemas/"
_PREFIX = re.compile(r"^/api/v\d+")
_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
}


@dataclass(frozen=True)
class Field:
    """A parameter, or a field of a body. ``object_name`` names the schema that it is made of."""

    name: str
    type: str
    object_name: str
    place: str
    is_required: bool
    default: str
    limits: str
    description: str


@dataclass(frozen=True)
class Body:
    """A request's body: its media type and the schema of its content."""

    media_type: str
    schema: Json
    is_required: bool


@dataclass(frozen=True)
class Operation:
    """One method of one path, with its part of the document."""

    method: str
    path: str
    tag: str
    raw: Json

    @property
    def anchor(self) -> str:
        """The id of its section on the page."""
        return slug(f"{self.method} {_PREFIX.sub('', self.path)}")

    @property
    def title(self) -> str:
        """Its summary; one that was made of the function's name reads as a sentence."""
        summary: str = self.raw.get("summary") or f"{self.method.upper()} {self.path}"
        made_of_name = self.raw.get("operationId", "").startswith(summary.replace(" ", "_").lower())
        return summary.capitalize() if made_of_name else summary

    @property
    def scopes(self) -> list[str] | None:
        """What the token must allow; None if no token is needed."""
        asked = self.raw.get("security")
        if not asked or {} in asked:
            return None
        return sorted({scope for each in asked for scopes in each.values() for scope in scopes})


def slug(words: str) -> str:
    """Return the words as an id."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")


def operations(document: Json) -> Iterator[Operation]:
    """Yield every operation, in the document's order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if raw := item.get(method):
                shared = item.get("parameters", [])
                raw = {**raw, "parameters": [*shared, *raw.get("parameters", [])]}
                yield Operation(method, path, (raw.get("tags") or ["other"])[0], raw)


class Schemas:
    """The document's named schemas, and how a schema reads."""

    def __init__(self, document: Json) -> None:
        self.named: dict[str, Json] = document.get("components", {}).get("schemas", {})

    def name_of(self, schema: Json) -> str:
        """Return the name of the schema that this one is, is a list of, or may be; else nothing."""
        if ref := schema.get("$ref"):
            return str(ref).removeprefix(_REF)
        inner = [schema["items"]] if "items" in schema else _alternatives(schema)
        return next(filter(None, map(self.name_of, inner)), "")

    def resolved(self, schema: Json) -> Json:
        """Return the schema itself: what a reference names, or what may also be null."""
        if ref := schema.get("$ref"):
            return self.resolved(self.named.get(str(ref).removeprefix(_REF), {}))
        choices = [each for each in _alternatives(schema) if each.get("type") != "null"]
        if len(choices) == 1:
            around = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "allOf")}
            return {**self.resolved(choices[0]), **around}
        return schema

    def type_words(self, schema: Json) -> str:
        """Return the type as people say it: ``list of Step``, ``string or null``."""
        if ref := schema.get("$ref"):
            return str(ref).removeprefix(_REF)
        if alternatives := _alternatives(schema):
            return " or ".join(dict.fromkeys(map(self.type_words, alternatives)))
        if "const" in schema:
            return _as_json(schema["const"])
        if "enum" in schema:
            return "one of " + ", ".join(map(_as_json, schema["enum"]))
        if schema.get("type") == "array":
            return f"list of {self.type_words(schema.get('items', {}))}"
        kind = schema.get("type", "anything")
        named = " or ".join(kind) if isinstance(kind, list) else str(kind)
        return f"{named} ({schema['format']})" if schema.get("format") else named

    def field(self, name: str, schema: Json, *, is_required: bool, place: str = "") -> Field:
        """Return the row of one field."""
        inner = self.resolved(schema)
        has_default = "default" in schema and schema["default"] is not None
        return Field(
            name=name,
            type=self.type_words(schema),
            object_name=self.name_of(schema),
            place=place,
            is_required=is_required,
            default=_as_json(schema["default"]) if has_default else "",
            limits=", ".join(
                words.format(_number(inner[key])) for key, words in _LIMITS.items() if key in inner
            ),
            description=schema.get("description", ""),
        )

    def fields(self, schema: Json) -> list[Field]:
        """Return the rows of an object's fields."""
        inner = self.resolved(schema)
        required = inner.get("required", [])
        return [
            self.field(name, each, is_required=name in required)
            for name, each in inner.get("properties", {}).items()
        ]

    def parameters(self, operation: Operation) -> list[Field]:
        """Return the rows of the operation's parameters."""
        return [
            self.field(
                each["name"],
                {"description": each.get("description", ""), **each.get("schema", {})},
                is_required=each.get("required", False),
                place=each["in"],
            )
            for each in operation.raw["parameters"]
        ]

    def example(self, schema: Json, name: str = "value", *, depth: int = 0) -> Any:
        """Return an example value: the schema's own, or one made of its types."""
        inner = self.resolved(schema)
        for given in (inner.get("examples"), inner.get("enum")):
            if given:
                return given[0]
        for key in ("example", "const", "default"):
            if inner.get(key) not in (None, ""):
                return inner[key]
        if "properties" in inner and depth < 5:
            return {
                key: self.example(each, key, depth=depth + 1)
                for key, each in inner["properties"].items()
                if key in inner.get("required", []) or self.resolved(each).get("examples")
            }
        if inner.get("type") == "array":
            return [self.example(inner.get("items", {}), name, depth=depth + 1)] * (depth < 5)
        least = inner.get("minimum", 1)
        plain = {
            "integer": int(least),
            "number": least,
            "boolean": True,
            "object": {},
            "null": None,
        }
        return plain.get(inner.get("type", ""), f"<{name}>")


def _alternatives(schema: Json) -> list[Json]:
    return schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf") or []


def _as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(limit: Any) -> str:
    """Return a limit as people read it; FastAPI writes whole ones as 1.0."""
    if isinstance(limit, str):
        return limit
    return f"{int(limit) if limit == int(limit) else limit:,}"


def body_of(operation: Operation) -> Body | None:
    """Return what the operation reads, if it reads anything."""
    asked: Json = operation.raw.get("requestBody", {})
    for media_type, content in asked.get("content", {}).items():
        return Body(media_type, content.get("schema", {}), asked.get("required", False))
    return None


def curl(schemas: Schemas, operation: Operation) -> str:
    """Return a command that calls the operation, ready to paste into a shell."""
    variables = re.sub(r"{(\w+)}", lambda found: f"${found[1].upper()}", operation.path)
    query = urlencode(
        {
            each["name"]: schemas.example(each.get("schema", {}), each["name"])
            for each in operation.raw["parameters"]
            if each["in"] == "query" and each.get("required")
        }
    )
    method = "" if operation.method == "get" else f" -X {operation.method.upper()}"
    lines = [f'curl{method} "$URL{variables}{"?" if query else ""}{query}"']
    if operation.scopes is not None:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if body := body_of(operation):
        lines += _body_lines(body.media_type, schemas.example(body.schema))
    return " \\\n  ".join(lines)


def _body_lines(media_type: str, value: Any) -> list[str]:
    if isinstance(value, dict) and "form" in media_type:
        option = "-F" if media_type.startswith("multipart/") else "--data-urlencode"
        return [f"{option} {shlex.quote(f'{key}={each}')}" for key, each in value.items()]
    text = json.dumps(value, indent=2, ensure_ascii=False).replace("\n", "\n  ")
    return [f'-H "Content-Type: {media_type}"', f"-d {shlex.quote(text)}"]
