"""What the HTML of every mail is made of, so that all look like one product."""

from html import escape

ACCENT = "#0b6a73"
"""The product's colour, as the pages have it in light."""
_TEXT, _MUTED, _LINE = "#17202b", "#586575", "#b9c3cf"


def letter(*parts: str) -> str:
    """Return a mail's HTML around its parts."""
    style = f"font:15px/1.5 system-ui,sans-serif;color:{_TEXT};max-width:560px"
    return f"<div style='{style}'>{''.join(parts)}</div>"


def paragraph(text: str, *, is_muted: bool = False) -> str:
    """Return a paragraph of plain text; nothing for an empty one."""
    if not text:
        return ""
    return f"<p style='color:{_MUTED}'>{escape(text)}</p>" if is_muted else f"<p>{escape(text)}</p>"


def quote(text: str) -> str:
    """Return what somebody wrote, line by line."""
    lines = "<br>".join(escape(line) for line in text.splitlines())
    style = f"border-left:3px solid {_LINE};padding-left:12px;margin:16px 0"
    return f"<p style='{style}'>{lines}</p>"


def facts(rows: list[tuple[str, str]]) -> str:
    """Return a table of names and values."""
    cells = "".join(
        f"<tr><td style='color:{_MUTED};padding:2px 16px 2px 0'>{escape(name)}</td>"
        f"<td>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table style='border-spacing:0'>{cells}</table>"


def bullets(lines: list[str]) -> str:
    """Return a list of plain texts."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul style='padding-left:20px'>{items}</ul>"


def button(label: str, link: str) -> str:
    """Return the one thing to do."""
    style = (
        f"background:{ACCENT};color:#fff;padding:10px 16px;border-radius:6px;text-decoration:none"
    )
    return f"<p><a href='{escape(link)}' style='{style}'>{escape(label)}</a></p>"
