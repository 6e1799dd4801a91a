"""The trees that every new account gets: what this release ships, and how a tree records it."""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable

from rxapp.trees.document import Document, stored
from rxapp.trees.importer import ImportedTree, read_yaml
from rxapp.trees.rules import DIGEST_LENGTH


@dataclass(frozen=True, slots=True)
class Starter:
    """A shipped tree. ``key`` is the same in all releases; ``digest`` identifies its content."""

    key: str
    digest: str
    tree: ImportedTree


@cache
def shipped() -> dict[str, Starter]:
    """Return the starters of this release by key, read once.

    Raises:
        Invalid: if one of the shipped files is not a tree.
    """
    folder = files("rxapp.trees") / "starter"
    paths = sorted((path for path in folder.iterdir() if path.name.endswith(".yaml")), key=str)
    return {starter.key: starter for starter in map(_starter, paths)}


def _starter(path: Traversable) -> Starter:
    tree = read_yaml(path.read_text(encoding="utf-8"))
    key = path.name.removesuffix(".yaml")
    return Starter(key, digest_of(tree.description, tree.document), tree)


def digest_of(description: str, document: Document) -> str:
    """Return a short text that is the same for the same content.

    Title, category and tags are left out: each account has its own.
    """
    content = json.dumps([description, stored(document)], sort_keys=True)
    return sha256(content.encode()).hexdigest()[:DIGEST_LENGTH]


def has_update(key: str, *digests: str) -> bool:
    """Return whether this release ships the starter with content different from all of these."""
    starter = shipped().get(key)
    return starter is not None and starter.digest not in digests
