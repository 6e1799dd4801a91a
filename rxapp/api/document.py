"""The OpenAPI document: what FastAPI reads from the routes, plus what is common to all of them."""

from http import HTTPStatus
from typing import Any

from rxapp.access.policy import Permission
from rxapp.api.examples import example_of
from rxapp.api.idempotency import REPLAYED
from rxapp.api.openapi import SCHEMAS, Operation, Schemas, operations
from rxapp.api.problems import ANSWERS, MEDIA_TYPE

Json = dict[str, Any]

TAGS = {
    "auth": "Sign in, keep the sign-in alive, end it. An access token lasts 15 minutes; a refresh"
    " token works once and brings the next pair.",
    "own settings": "Your own profile, password, sign-ins and API tokens.",
    "trees": "Troubleshooting trees: find, read, write, publish.",
    "drafts": "Trees as they are being written: the draft, its operations, undo.",
    "versions": "What was published of a tree: publish, compare, take one back, ask for review.",
    "sessions": "One run through one version of a tree, for one ticket; it writes the ticket note.",
    "handoffs": "Escalate a session to the seniors or park it; claim, hand back, resolve.",
    "members": "The people of the account, and who is invited.",
    "account": "The account's settings, its export and its deletion.",
    "audit": "Who did what, when and from where.",
    "health": "Whether the server works.",
}
"""What each group of operations is about, in the order of the documentation."""

_HEADERS: dict[str, Json] = {
    "Idempotent-Replayed": {
        "description": "`true` if this is the first answer, repeated; otherwise absent",
        "schema": {"type": "string", "const": "true"},
    },
    "Retry-After": {
        "description": "How many seconds to wait",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {
        "description": "The kind of token that is expected",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
}
_ALWAYS = {"401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}


def describe(document: Json) -> Json:
    """Return the document with summaries, errors, headers and examples."""
    _give_examples_to_fields(document)
    schemas = Schemas(document)
    for operation in operations(document):
        raw = document["paths"][operation.path][operation.method]
        raw["summary"] = raw["operationId"].replace("_", " ").capitalize()
        raw["description"] += f"\n\n{_who_may(operation)}"
        _describe_errors(operation, raw["responses"])
        if _parameter(operation, "Idempotency-Key"):
            _add_header(raw["responses"]["201"], REPLAYED)
        bodies = [raw.get("requestBody", {}), *raw["responses"].values()]
        for each in bodies:
            for media_type, content in each.get("content", {}).items():
                _give_example(schemas, media_type, content)
    return document


def _who_may(operation: Operation) -> str:
    if operation.scopes is None:
        return "Needs no sign-in."
    rights = " and ".join(Permission[scope.upper()].value for scope in operation.scopes)
    needed = f"Needs the right to {rights}." if rights else "Needs a sign-in."
    takes_tokens = any("ApiToken" in each for each in operation.raw["security"])
    return needed if takes_tokens else f"{needed} API tokens are refused."


def _describe_errors(operation: Operation, responses: Json) -> None:
    """Name the errors that follow from the operation's inputs; routes name the others."""
    raw, is_change = operation.raw, operation.method != "get"
    asks = "requestBody" in raw or bool(operation.raw["parameters"])
    is_open = operation.scopes is None
    wanted = {
        400: "requestBody" in raw,
        401: not is_open,
        403: bool(operation.scopes) or (is_change and not is_open),
        404: "{" in operation.path,
        409: (is_change and bool(operation.scopes)) or _parameter(operation, "Idempotency-Key"),
        413: "requestBody" in raw,
        414: any(each["in"] == "query" for each in raw["parameters"]),
        503: True,
    }
    for status, is_given in wanted.items():
        if is_given:
            responses.setdefault(str(status), {"description": ANSWERS[status]})
    if not asks:
        del responses["422"]
    for code in sorted(responses):
        answer = responses[code] = responses.pop(code)
        if code >= "400":
            answer["content"] = {MEDIA_TYPE: _problem(int(code), answer["description"])}
            if name := _ALWAYS.get(code):
                _add_header(answer, name)
        elif answer["description"] == "Successful Response":
            answer["description"] = HTTPStatus(int(code)).phrase


def _problem(status: int, meaning: str) -> Json:
    example = {"title": HTTPStatus(status).phrase, "status": status, "detail": f"{meaning}."}
    return {"schema": {"$ref": f"{SCHEMAS}Problem"}, "example": example}


def _parameter(operation: Operation, name: str) -> bool:
    return any(each["name"].lower() == name.lower() for each in operation.raw["parameters"])


def _add_header(answer: Json, name: str) -> None:
    answer.setdefault("headers", {})[name] = _HEADERS[name]


def _give_examples_to_fields(document: Json) -> None:
    for name, schema in document["components"]["schemas"].items():
        if "examples" in schema:
            continue
        for field, each in schema.get("properties", {}).items():
            if (
                "$ref" in each
                or "$ref" in each.get("items", {})
                or {"enum", "examples"} & set(each)
            ):
                continue
            try:
                each["examples"] = [example_of(name, field)]
            except KeyError:
                continue  # the contract test reports it if one is needed


def _give_example(schemas: Schemas, media_type: str, content: Json) -> None:
    """Add an example of a body; one that is not JSON has its own example, or none."""
    if "json" in media_type or "form" in media_type:
        content.setdefault("example", schemas.example(content.get("schema", {})))
