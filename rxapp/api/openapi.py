"""Reading an OpenAPI document: its operations, and example values for its schemas."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
SCHEMAS = "#/components/schemas/"
"""The beginning of a reference to a named schema."""

_DEEPEST = 5
"""How many levels of an example are filled in, since a schema may contain itself."""


@dataclass(frozen=True)
class Operation:
    """One method of one path, with its part of the document."""

    method: str
    path: str
    tag: str
    raw: Json

    @property
    def scopes(self) -> list[str] | None:
        """The scopes that the token must have; None if no token is needed."""
        asked = self.raw.get("security")
        if not asked or {} in asked:
            return None
        return sorted({scope for each in asked for scopes in each.values() for scope in scopes})


def operations(document: Json) -> Iterator[Operation]:
    """Yield every operation, in the document's order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if raw := item.get(method):
                shared = item.get("parameters", [])
                raw = {**raw, "parameters": [*shared, *raw.get("parameters", [])]}
                yield Operation(method, path, (raw.get("tags") or ["other"])[0], raw)


class Schemas:
    """The document's named schemas."""

    def __init__(self, document: Json) -> None:
        self.named: dict[str, Json] = document.get("components", {}).get("schemas", {})

    def resolved(self, schema: Json) -> Json:
        """Return the schema itself, following references and leaving out null."""
        if ref := schema.get("$ref"):
            return self.resolved(self.named.get(str(ref).removeprefix(SCHEMAS), {}))
        choices = [each for each in _alternatives(schema) if each.get("type") != "null"]
        if len(choices) == 1:
            around = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf", "allOf")}
            return {**self.resolved(choices[0]), **around}
        return schema

    def example(self, schema: Json, name: str = "value", *, depth: int = 0) -> Any:
        """Return an example value: the schema's own, or one built from its types."""
        inner = self.resolved(schema)
        for given in (inner.get("examples"), inner.get("enum")):
            if given:
                return given[0]
        for key in ("example", "const", "default"):
            if inner.get(key) not in (None, ""):
                return inner[key]
        if "properties" in inner and depth < _DEEPEST:
            return {
                key: self.example(each, key, depth=depth + 1)
                for key, each in inner["properties"].items()
                if key in inner.get("required", []) or self.resolved(each).get("examples")
            }
        if inner.get("type") == "array":
            return [self.example(inner.get("items", {}), name, depth=depth + 1)] * (
                depth < _DEEPEST
            )
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
