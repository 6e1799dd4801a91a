"""The page that explains the API: made once from its OpenAPI document, without any script."""

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from http import HTTPStatus
from itertools import groupby

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from rxapp.api.docs_schema import (
    Field,
    Json,
    Operation,
    Schemas,
    body_of,
    curl,
    operations,
    slug,
)

_CODE = re.compile(r"(`{1,2})(.+?)\1")


def install(app: FastAPI, path: str) -> None:
    """Serve the page of the app's document at ``path``; it is made at the first request."""
    made = cache(lambda: page(app.openapi()))

    @app.get(path, include_in_schema=False, response_class=HTMLResponse)
    async def docs() -> HTMLResponse:
        return HTMLResponse(made())


def page(document: Json) -> str:
    """Return the page of an OpenAPI document."""
    schemas = Schemas(document)
    found = sorted(operations(document), key=lambda each: _tags(document).index(each.tag))
    by_tag = {tag: list(each) for tag, each in groupby(found, key=lambda each: each.tag)}
    about = {each["name"]: each.get("description", "") for each in document.get("tags", [])}
    sections = [
        _section(f"tag-{slug(tag)}", _heading(tag), about.get(tag, ""))
        + "".join(_operation(schemas, each) for each in by_tag[tag])
        + "</section>"
        for tag in by_tag
    ]
    title = escape(document["info"]["title"])
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n"
        '<link rel="icon" href="/favicon.svg" type="image/svg+xml">\n'
        '<link rel="stylesheet" href="/app.css">\n<link rel="stylesheet" href="/api-docs.css">\n'
        '</head>\n<body class="docs">\n<a class="skip" href="#content">Skip to the content</a>\n'
        f"{_top(document)}"
        f'<div class="docs-columns">{_contents(by_tag)}<main id="content" tabindex="-1">'
        f"{_start(document, title)}{''.join(sections)}{_objects(schemas)}</main></div>\n"
        "</body>\n</html>\n"
    )


def _tags(document: Json) -> list[str]:
    named = [each["name"] for each in document.get("tags", [])]
    return list(dict.fromkeys([*named, *(each.tag for each in operations(document))]))


def _heading(tag: str) -> str:
    return tag[:1].upper() + tag[1:]


def _top(document: Json) -> str:
    return (
        '<header class="docs-top"><a class="brand" href="/">'
        '<span class="mark" aria-hidden="true"><span class="mark-dot"></span></span>'
        "<span>ResolutionFlow</span></a>"
        f'<span class="badge">{escape(document["info"]["version"])}</span>'
        '<a class="btn docs-file" href="openapi.json">openapi.json</a></header>\n'
    )


def _contents(by_tag: dict[str, list[Operation]]) -> str:
    groups = [f'<li><a class="docs-group" href="#start">{_START}</a></li>']
    for tag, found in by_tag.items():
        links = "".join(
            f'<li><a href="#{each.anchor}"><span>{escape(each.title)}</span>'
            f"{_method(each)}</a></li>"
            for each in found
        )
        heading = escape(_heading(tag))
        groups.append(
            f'<li><a class="docs-group" href="#tag-{slug(tag)}">{heading}</a><ul>{links}</ul></li>'
        )
    groups.append('<li><a class="docs-group" href="#objects">Objects</a></li>')
    return f'<nav class="docs-contents" aria-label="Contents"><ul>{"".join(groups)}</ul></nav>'


_START = "Start here"


def _start(document: Json, title: str) -> str:
    about = _prose(document["info"].get("description", ""))
    return (
        f'<section id="start" class="docs-start"><h1>{title}</h1>{about}'
        f"{''.join(map(_sign_in, _token_urls(document)))}"
        "<h2>Errors</h2><p>Every error is <code>application/problem+json</code>: a "
        '<a href="#object-problem">Problem</a> whose <code>detail</code> is a sentence that a'
        " person can read, and whose <code>field</code> names the input at fault where there is"
        " one.</p></section>"
    )


def _token_urls(document: Json) -> Iterable[str]:
    schemes = document.get("components", {}).get("securitySchemes", {})
    for scheme in schemes.values():
        if url := scheme.get("flows", {}).get("password", {}).get("tokenUrl"):
            yield url


def _sign_in(url: str) -> str:
    command = (
        f'URL=http://localhost:3000\ncurl "$URL{url}" \\\n'
        "  --data-urlencode 'username=name@example.com' \\\n"
        "  --data-urlencode 'password=your password'"
    )
    return (
        "<h2>Sign in</h2><p>Every call but those marked <em>no sign-in</em> carries a token. Ask"
        " for one, keep its <code>access_token</code> in <code>TOKEN</code>, and the examples"
        f" below run as they stand.</p>{_command('Sign in', command)}"
    )


def _section(anchor: str, heading: str, about: str) -> str:
    return f'<section id="{anchor}"><h2 class="docs-tag">{escape(heading)}</h2>{_prose(about)}'


def _operation(schemas: Schemas, operation: Operation) -> str:
    body = body_of(operation)
    parts = [
        _table("Parameters", schemas.parameters(operation)),
        _table(_body_caption(body.media_type), schemas.fields(body.schema)) if body else "",
        _responses(schemas, operation.raw.get("responses", {})),
    ]
    anchor = operation.anchor
    return (
        f'<article id="{anchor}" class="docs-operation" aria-labelledby="{anchor}-title">'
        f'<h3 id="{anchor}-title"><a class="docs-anchor" href="#{anchor}">'
        f"{escape(operation.title)}</a></h3>"
        f'<p class="docs-path">{_method(operation)}<code>{_breakable(operation.path)}</code>'
        f"{_access(operation.scopes)}</p>"
        f'<div class="docs-body"><div class="docs-words">'
        f"{_prose(operation.raw.get('description', ''))}{''.join(parts)}</div>"
        f'<div class="docs-example">{_command("Example", curl(schemas, operation))}</div></div>'
        "</article>"
    )


def _body_caption(media_type: str) -> str:
    return "Body" if media_type == "application/json" else f"Body, {media_type}"


def _method(operation: Operation) -> str:
    return f'<span class="method method-{operation.method}">{operation.method.upper()}</span>'


def _access(scopes: list[str] | None) -> str:
    if scopes is None:
        return '<span class="badge">no sign-in</span>'
    return "".join(f'<span class="badge badge-accent">{escape(scope)}</span>' for scope in scopes)


def _table(caption: str, fields: list[Field]) -> str:
    if not fields:
        return ""
    rows = "".join(_row(each) for each in fields)
    return f"<h4>{escape(caption)}</h4>" + _scrolling(caption, ("Name", "Type", "Meaning"), rows)


def _row(field: Field) -> str:
    required = '<span class="docs-required">required</span>' if field.is_required else ""
    place = f'<span class="docs-place">{escape(field.place)}</span>' if field.place else ""
    facts = [escape(field.limits)] if field.limits else []
    if field.default:
        facts.append(f"default <code>{escape(field.default)}</code>")
    meaning = _prose(field.description) + (
        f'<p class="docs-facts">{"; ".join(facts)}</p>' if facts else ""
    )
    return (
        f'<tr><th scope="row"><code>{_breakable(field.name)}</code>{place}{required}</th>'
        f"<td>{_type(field.type, field.object_name)}</td><td>{meaning}</td></tr>"
    )


def _type(words: str, object_name: str) -> str:
    if not object_name:
        return escape(words)
    link = f'<a href="#object-{slug(object_name)}">{escape(object_name)}</a>'
    return link.join(map(escape, words.split(object_name, 1)))


def _responses(schemas: Schemas, responses: Json) -> str:
    good = {code: each for code, each in responses.items() if code < "400"}
    bad = {code: each for code, each in responses.items() if code >= "400"}
    shown = f"<h4>Answer</h4>{_answers('Answer', schemas, good)}" if good else ""
    if bad:
        shown += (
            f'<details class="docs-errors"><summary>Errors: {escape(", ".join(bad))}</summary>'
            f"{_answers('Errors', schemas, bad)}</details>"
        )
    return shown


def _answers(label: str, schemas: Schemas, responses: Json) -> str:
    rows = []
    for code, each in responses.items():
        bodies = [
            _type(schemas.type_words(content["schema"]), schemas.name_of(content["schema"]))
            + f'<span class="docs-place">{escape(media_type)}</span>'
            for media_type, content in each.get("content", {}).items()
            if content.get("schema")
        ]
        words = each.get("description", "")
        if words == "Successful Response" and code.isdigit():
            words = HTTPStatus(int(code)).phrase
        rows.append(
            f'<tr><th scope="row"><code>{escape(code)}</code></th>'
            f"<td>{'<br>'.join(bodies)}</td><td>{_prose(words)}</td></tr>"
        )
    head = ("Status", "Body", "Meaning")
    return f'<div class="docs-answers">{_scrolling(label, head, "".join(rows))}</div>'


def _scrolling(label: str, names: Iterable[str], rows: str) -> str:
    """Return a table in a box of its own, which scrolls where the page is narrow."""
    head = "".join(f'<th scope="col">{name}</th>' for name in names)
    return (
        f'<div class="docs-scroll" role="region" tabindex="0" aria-label="{escape(label)}">'
        f"<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _objects(schemas: Schemas) -> str:
    shown = "".join(
        f'<article id="object-{slug(name)}" class="docs-object"><h3>{escape(name)}</h3>'
        f"{_prose(schema.get('description', ''))}{_table('Fields', schemas.fields(schema))}"
        + ("" if schema.get("properties") else f"<p>{escape(schemas.type_words(schema))}</p>")
        + "</article>"
        for name, schema in sorted(schemas.named.items())
    )
    return _section("objects", "Objects", "What bodies and answers are made of.") + (
        f"{shown}</section>"
    )


def _command(label: str, text: str) -> str:
    return (
        f'<figure class="command"><figcaption class="command-head">{escape(label)}</figcaption>'
        f'<pre tabindex="0"><code>{escape(text)}</code></pre></figure>'
    )


def _breakable(path: str) -> str:
    """Let a long path or name break where a reader would."""
    return re.sub(r"([/_])", r"\1<wbr>", escape(path))


def _prose(text: str) -> str:
    """Return paragraphs; what stands between backticks is code, and nothing else is markup."""
    paragraphs = (part.strip() for part in text.split("\n\n"))
    return "".join(f"<p>{_CODE.sub(_coded, escape(part))}</p>" for part in paragraphs if part)


def _coded(found: re.Match[str]) -> str:
    return f"<code>{found[2]}</code>"
