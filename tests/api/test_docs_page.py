"""The page that explains the API."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from rxapp.api.docs_page import page
from rxapp.api.docs_schema import Schemas, curl, operations
from tests.support.databases import SQLITE
from tests.support.server import ROOT

pytestmark = SQLITE

VOID = {"meta", "link", "br", "wbr"}
NASTY = "<script>alert('x')</script> & \"quoted\" `<b>code</b>`"


class Read(HTMLParser):
    """Every element's attributes, and whether all that was opened was closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def all(self, name: str) -> list[str]:
        return [value for found, value in self.attributes if found == name]


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@pytest.fixture
async def document(api) -> dict:
    return (await (await api()).get("/openapi.json")).json()


@pytest.fixture
async def html(api) -> str:
    answer = await (await api()).get("/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return answer.text


def test_every_operation_has_its_place_and_its_link(html, document):
    ids, links = Read(html).all("id"), Read(html).all("href")
    found = list(operations(document))
    assert len(found) == sum(len(item) for item in document["paths"].values()) > 20
    for operation in found:
        assert operation.anchor in ids
        assert f"#{operation.anchor}" in links
        assert operation.path in text_of(html)


def test_every_parameter_field_and_status_is_named(html, document):
    for operation in operations(document):
        start = html.index(f'<article id="{operation.anchor}"')
        shown = text_of(html[start : html.index("</article>", start)])
        for parameter in operation.raw["parameters"]:
            assert parameter["name"] in shown
        for status in operation.raw["responses"]:
            assert status in shown
        assert "application/problem+json" in shown
    for name, schema in document["components"]["schemas"].items():
        assert name in text_of(html)
        for field in schema.get("properties", {}):
            assert field in text_of(html)


def test_links_lead_somewhere_and_ids_are_there_once(html):
    read = Read(html)
    ids = read.all("id")
    assert len(ids) == len(set(ids))
    inner = {link[1:] for link in read.all("href") if link.startswith("#")}
    assert inner <= set(ids)


async def test_there_is_no_script_and_no_style_but_the_sheets(api, html):
    read = Read(html)
    assert {"script", "style", "iframe", "form"} & set(read.tags) == set()
    names = {name for name, _ in read.attributes}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    assert "<script" not in html
    assert "style=" not in html
    assert "/api/v1/docs" not in (await (await api()).get("/openapi.json")).json()["paths"]


def test_whatever_is_described_is_text():
    schema = {
        "type": "object",
        "description": NASTY,
        "properties": {
            NASTY: {"type": "string", "description": NASTY, "default": NASTY, "pattern": NASTY},
            "kind": {"enum": [NASTY]},
        },
        "required": [NASTY],
    }
    operation = {
        "tags": [NASTY],
        "summary": NASTY,
        "description": NASTY,
        "security": [{"bearer": [NASTY]}],
        "parameters": [
            {"name": NASTY, "in": "query", "required": True, "schema": {"example": NASTY}}
        ],
        "requestBody": {"content": {NASTY: {"schema": {"$ref": f"#/components/schemas/{NASTY}"}}}},
        "responses": {"200": {"description": NASTY}, NASTY: {"description": NASTY}},
    }
    html = page(
        {
            "info": {"title": NASTY, "version": NASTY, "description": NASTY},
            "tags": [{"name": NASTY, "description": NASTY}],
            "paths": {f"/{NASTY}": {"post": operation}},
            "components": {"schemas": {NASTY: schema}},
        }
    )
    assert {"script", "b"} & set(Read(html).tags) == set()
    assert "<script" not in html


def test_a_scope_is_shown_and_no_sign_in_too():
    asked = {"security": [{"bearer": ["manage members"]}], "responses": {}}
    document = {
        "info": {"title": "API", "version": "1"},
        "paths": {"/open": {"get": {"responses": {}}}, "/members": {"get": asked}},
    }
    html = page(document)
    assert html.count("manage members") == 1
    assert html.count(">no sign-in<") == 1


def test_an_example_can_be_pasted(document):
    schemas = Schemas(document)
    commands = {each.anchor: curl(schemas, each) for each in operations(document)}
    assert commands["post-sessions-session-id-steps"] == (
        'curl -X POST "$URL/api/v1/sessions/$SESSION_ID/steps" \\\n'
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        "  -d '{\n"
        '    "option": "yes",\n'
        '    "note": "Restarted the spooler",\n'
        '    "seq": 1\n'
        "  }'"
    )
    assert commands["get-trees-search"].splitlines()[0].startswith('curl "$URL/api/v1/trees/search')
    assert "--data-urlencode username=name@example.com" in commands["post-auth-login"]
    assert "Authorization" not in commands["get-health"]


def test_a_schema_that_holds_itself_has_an_example():
    node = {"type": "object", "properties": {"children": {"type": "array"}}}
    node["properties"]["children"]["items"] = {"$ref": "#/components/schemas/Node"}
    node["required"] = ["children"]
    schemas = Schemas({"components": {"schemas": {"Node": node}}})
    assert "children" in schemas.example({"$ref": "#/components/schemas/Node"})


def test_the_dark_colours_are_those_of_the_app():
    def tokens(sheet: str, opening: str) -> dict[str, str]:
        text = (ROOT / "assets" / sheet).read_text(encoding="utf-8")
        block = text.partition(opening)[2].partition("}")[0]
        return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", block))

    dark = tokens("api-docs.css", ":root {")
    assert dark == tokens("app.css", ".dark {")
    assert len(dark) > 15
