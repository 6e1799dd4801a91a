"""The OpenAPI document: every route says everything that an integrator must know."""

import re
from http import HTTPStatus
from importlib import import_module

import jsonschema_rs
import pytest

from rxapp.access.policy import Permission
from rxapp.api.app import create_api
from rxapp.api.openapi import SCHEMAS as NAMED
from rxapp.api.openapi import Operation, Schemas, operations
from rxapp.wiring import routers
from tests.support.server import ROOT

DOCUMENT = create_api(routers(), version="test").openapi()
OPERATIONS = {each.raw["operationId"]: each for each in operations(DOCUMENT)}
SCHEMAS = Schemas(DOCUMENT)
PROBLEM = {"$ref": "#/components/schemas/Problem"}

OPEN = {
    "get_health",
    "get_server",
    "get_readiness",
    "register",
    "sign_in_with_form",
    "sign_in_with_json",
    "refresh_sign_in",
    "request_password_reset",
}
"""Routes for callers without a token."""

PERSONAL = {"members", "account"}
"""Routes that API tokens may not call, because they change who may do what."""

FILES = {"text/csv", "application/zip"}

STATES = {"TreeDetail", "SessionJson", "DraftView", "DraftAnswer", "DraftFindings"}
"""The routes whose answers have an ``ETag``."""

every_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def parameters(operation: Operation) -> set[str]:
    return {each["name"].lower() for each in operation.raw["parameters"]}


def bodies(operation: Operation):
    """Every media type that the operation reads or answers with, and where it stands."""
    raw = operation.raw
    for place, each in [("body", raw.get("requestBody", {})), *raw["responses"].items()]:
        for media_type, content in each.get("content", {}).items():
            yield f"{place} {media_type}", media_type, content


def headers(operation: Operation, status: str) -> set[str]:
    return set(operation.raw["responses"][status].get("headers", {}))


def success(operation: Operation) -> str:
    (status,) = [each for each in operation.raw["responses"] if each < "300"]
    return status


def test_the_document_says_where_the_api_is_and_what_its_groups_are_about():
    assert DOCUMENT["servers"][0]["url"] == "/"
    assert DOCUMENT["info"].keys() == {"title", "version", "description"}
    named = [each["name"] for each in DOCUMENT["tags"]]
    assert named == list(dict.fromkeys(named))
    assert {each.tag for each in OPERATIONS.values()} == set(named)
    assert all(each["description"].endswith(".") for each in DOCUMENT["tags"])
    assert "HTTPValidationError" not in str(DOCUMENT)


def test_ids_are_words_and_belong_to_one_operation_each():
    assert len(OPERATIONS) == sum(len(item) for item in DOCUMENT["paths"].values())
    for name in OPERATIONS:
        assert re.fullmatch(r"[a-z]+(_[a-z]+){0,3}", name), name
        assert not re.search(r"_(get|post|put|delete)$|api_v", name), name


@every_operation
def test_it_is_explained(operation):
    assert re.fullmatch(r"[A-Z][^_]+[^.]", operation.raw["summary"])
    description = operation.raw["description"]
    assert description[0].isupper()
    assert description.endswith(".")
    assert len(operation.raw["tags"]) == 1


@every_operation
def test_every_parameter_has_a_meaning_and_a_type(operation):
    for each in operation.raw["parameters"]:
        assert each.get("description"), each["name"]
        schema = SCHEMAS.resolved(each["schema"])
        assert schema.get("type") or "enum" in schema, each["name"]


@every_operation
def test_every_field_of_its_body_has_a_meaning(operation):
    for content in operation.raw.get("requestBody", {}).get("content", {}).values():
        for name, field in SCHEMAS.resolved(content["schema"])["properties"].items():
            assert field.get("description"), name
            assert {"type", "$ref", "anyOf", "oneOf", "enum", "const"} & set(field), name


@every_operation
def test_every_body_has_an_example_that_its_schema_takes(operation):
    for place, media_type, content in bodies(operation):
        if media_type in FILES:
            continue
        assert "schema" in content, place
        assert "example" in content, place
        assert not re.search(r"<\w+>'", str(content["example"])), (place, content["example"])
        schema = {**content["schema"], "components": DOCUMENT["components"]}
        errors = list(jsonschema_rs.iter_errors(schema, content["example"]))
        assert not errors, (place, errors[0].message, content["example"])


@every_operation
def test_errors_are_problems_and_are_named_where_they_can_happen(operation):
    answers = operation.raw["responses"]
    for status, answer in answers.items():
        assert answer["description"] not in ("", "Additional Response", "Validation Error")
        if status >= "400":
            assert {
                media_type: content["schema"] for media_type, content in answer["content"].items()
            } == {"application/problem+json": PROBLEM}
            assert answer["content"]["application/problem+json"]["example"]["status"] == int(status)
        else:
            assert status in ("200", "201", "202", "204", "304")
            assert bool(answer.get("content")) == (status in ("200", "201")), status
    assert list(answers) == sorted(answers)
    assert "503" in answers
    assert "500" not in answers, "a fault of ours is no contract"
    for status in ("400", "413"):
        assert (status in answers) == ("requestBody" in operation.raw)
    if operation.raw["parameters"] or "requestBody" in operation.raw:
        assert "422" in answers
    if "{" in operation.path:
        assert "404" in answers
    if "if-match" in parameters(operation):
        assert "412" in answers
    else:
        assert "412" not in answers


@every_operation
def test_it_says_who_may_call_it(operation):
    asked = operation.raw.get("security", [])
    assert (not asked) == (operation.raw["operationId"] in OPEN)
    words = operation.raw["description"].rpartition("\n\n")[2]
    assert (words == "Needs no sign-in.") == (not asked)
    if not asked:
        assert "403" not in operation.raw["responses"]
        return
    assert "401" in operation.raw["responses"]
    schemes = {name: scopes for each in asked for name, scopes in each.items()}
    known = {permission.name.lower() for permission in Permission}
    assert all(set(scopes) <= known for scopes in schemes.values())
    assert "SignIn" in schemes
    assert ("API tokens are refused." in words) == ("ApiToken" not in schemes)
    assert all(Permission[scope.upper()].value in words for scope in schemes["SignIn"])
    if operation.tag in PERSONAL or (operation.tag == "own settings" and operation.method != "get"):
        assert "ApiToken" not in schemes
    if operation.tag != "auth":
        assert schemes["SignIn"], "a scope says which roles may"
        assert "403" in operation.raw["responses"]


@every_operation
def test_headers_of_answers_are_named(operation):
    answers = operation.raw["responses"]
    for status, name in (
        ("401", "WWW-Authenticate"),
        ("429", "Retry-After"),
        ("503", "Retry-After"),
    ):
        assert status not in answers or name in headers(operation, status)
    status = success(operation)
    repeats = "Idempotent-Replayed" in headers(operation, status)
    assert repeats == ("idempotency-key" in parameters(operation))
    schema = next(iter(answers[status].get("content", {}).values()), {}).get("schema", {})
    has_state = schema.get("$ref", "").removeprefix(NAMED) in STATES
    assert ("ETag" in headers(operation, status)) == has_state
    if FILES & set(answers[status].get("content", {})):
        assert "Content-Disposition" in headers(operation, status)


def test_a_list_is_read_page_by_page():
    for operation in OPERATIONS.values():
        if not parameters(operation) >= {"cursor", "limit"}:
            continue
        (content,) = operation.raw["responses"]["200"]["content"].values()
        assert SCHEMAS.resolved(content["schema"])["required"] == ["items", "next_cursor"]


def test_every_status_has_a_name():
    statuses = {each for found in OPERATIONS.values() for each in found.raw["responses"]}
    assert all(HTTPStatus(int(each)).phrase for each in statuses)


def test_the_glossary_names_what_is_there():
    words = (ROOT / "docs" / "glossary.md").read_text()
    calls = re.findall(r"`(GET|POST|PUT|DELETE) (/[^`]+)`", words)
    assert len(calls) >= 6
    for method, path in calls:
        known = {re.sub(r"\{\w+\}", "{id}", each) for each in DOCUMENT["paths"]}
        assert f"/api/v1{path}" in known, f"{method} {path}"
    for name in re.findall(r"`(handoffs\.\w+\.\w+)`", words):
        module, _, function = name.rpartition(".")
        assert hasattr(import_module(f"rxapp.{module}"), function), name
