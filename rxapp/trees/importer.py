"""Trees as YAML: reads a file into a document, or names the first fault."""

import re
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from rxapp.core.errors import Invalid
from rxapp.core.faults import sentence
from rxapp.trees.document import Category, Description, Document, Tags, Title

FILE_LIMIT = 2_000_000


class _Head(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    title: Title
    description: Description = ""
    category: Category = ""
    tags: Tags = []


class _Words(yaml.SafeLoader):
    """Reads every plain value as text: a label may be Yes, a key 1, a title 2024-01-31."""


_NULL = "tag:yaml.org,2002:null"
_MERGE = "tag:yaml.org,2002:merge"
_Words.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] in (_NULL, _MERGE)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class ImportedTree:
    """A tree read from YAML: its head and its document."""

    title: str
    description: str
    category: str
    tags: list[str]
    document: Document


def slug(text: str, limit: int = 64) -> str:
    """Return ``text`` as a key: lower case, words joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:limit].strip("-") or "x"


def read_yaml(text: str) -> ImportedTree:
    """Return the tree that the YAML describes; missing option keys are made from the labels.

    Raises:
        Invalid: if it is not YAML, too large, or not a tree; the message names the first fault.
    """
    if len(text) > FILE_LIMIT:
        raise Invalid(f"The file is larger than {FILE_LIMIT:,} characters.")
    try:
        raw = yaml.load(text, _Words)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise Invalid(f"This is not valid YAML: {error}") from None
    except RecursionError:
        raise Invalid("This YAML is nested too deeply.") from None
    except (ValueError, TypeError, LookupError, OverflowError, AttributeError):
        # The parser passes on errors from its conversions of dates, numbers and tags.
        raise Invalid("This is not valid YAML: a value in it cannot be read.") from None
    if not isinstance(raw, dict):
        raise Invalid("A tree is a YAML mapping with title, start and nodes.")
    body = {name: raw.pop(name) for name in ("start", "nodes") if name in raw}
    try:
        head = _Head.model_validate(raw)
        if "nodes" in body:
            body["nodes"] = _with_option_keys(body["nodes"])
        document = Document.model_validate(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "tree"
        words = sentence(first, place)
        raise Invalid(words[0].upper() + words[1:], field=place) from None
    return ImportedTree(head.title, head.description, head.category, head.tags, document)


def _with_option_keys(nodes: Any) -> Any:
    if not isinstance(nodes, list):
        return nodes
    return [_keyed(node) if isinstance(node, dict) else node for node in nodes]


def _keyed(node: dict[str, Any]) -> dict[str, Any]:
    """Return the node with a key for every option; given keys take precedence."""
    options = node.get("options")
    if not isinstance(options, list):
        return node
    taken = {each["key"] for each in options if _has_key(each)}
    next_number: dict[str, int] = {}
    keyed = []
    for option in options:
        if isinstance(option, dict) and not _has_key(option):
            label = option.get("label")
            base = slug(label) if isinstance(label, str) else "x"
            option = {**option, "key": _free(base, taken, next_number)}
            taken.add(option["key"])
        keyed.append(option)
    return {**node, "options": keyed}


def _has_key(option: Any) -> bool:
    return isinstance(option, dict) and isinstance(option.get("key"), str)


def _free(base: str, taken: set[str], next_number: dict[str, int]) -> str:
    candidate = base
    while candidate in taken:
        number = next_number[base] = next_number.get(base, 1) + 1
        candidate = f"{base[:56]}-{number}"
    return candidate
