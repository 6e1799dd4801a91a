"""A page of documentation: its examples are run, its answers compared with what comes."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

PLACEHOLDERS = {
    "<id>": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "<time>": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00",
    "<token>": r"[\w.~+/=-]{16,}",
    "<number>": r"\d+",
    "<text>": r"[^\n]*",
}
"""What a page writes where every run has another value."""

MORE = "…"
"""Where a page leaves something out: lines of a text, items of a list, fields of an object."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Example:
    """A block that is run; ``answer`` is the block right below it, empty if nothing is printed."""

    line: int
    language: str
    code: str
    answer_language: str = ""
    answer: str = ""


def examples(text: str) -> list[Example]:
    """Return the page's examples in order; a block that is neither run nor an answer is a fault."""
    found: list[Example] = []
    last_end = -1
    for block in _FENCE.finditer(text):
        language, code = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        if language in ("sh", "python"):
            found.append(Example(line, language, code))
        else:
            assert language in ("json", "text"), f"line {line}: nobody runs a block of {language!r}"
            between = text[last_end : block.start()]
            assert found and not between.strip(), f"line {line}: an answer to nothing"
            assert not found[-1].answer, f"line {line}: a second answer"
            last = found.pop()
            found.append(Example(last.line, last.language, last.code, language, code))
        last_end = block.end()
    return found


class Shell:
    """One bash for all examples, so that a later one has the variables of an earlier one."""

    _END = "end-of-example"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        (folder / ".curlrc").write_text("max-time = 30\n")
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.run("set -o pipefail")  # a curl that fails before a pipe is a failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bash.communicate("exit\n", timeout=20)

    def run(self, code: str, language: str = "sh") -> tuple[str, int]:
        """Return what the code prints, and its exit status."""
        if language == "python":
            (self._folder / "example.py").write_text(code, encoding="utf-8")
            code = "python example.py"
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{code}\nprintf '\\n{self._END} %s\\n' $?\n")
        self._bash.stdin.flush()
        printed = []
        for line in self._bash.stdout:
            if line.startswith(self._END):
                return "".join(printed).rstrip("\n"), int(line.split()[1])
            printed.append(line)
        raise AssertionError(f"bash ended in the middle of:\n{code}")


def compare(example: Example, printed: str) -> None:
    """Fail unless what was printed is what the page shows."""
    where = f"line {example.line}"
    printed = printed.replace("\r\n", "\n").strip()
    if example.answer_language == "json":
        shown = json.loads(example.answer)
        try:
            came = json.loads(printed)
        except ValueError:
            raise AssertionError(f"{where}: no JSON came:\n{printed}") from None
        _compare(shown, came, where)
    else:
        assert _pattern(example.answer.strip()).fullmatch(printed), (
            f"{where}: the page shows\n{example.answer}\nwhat came is\n{printed}"
        )


def _compare(shown: Any, came: Any, where: str) -> None:
    if isinstance(shown, dict) and isinstance(came, dict):
        more = shown.get(MORE) == MORE
        names = shown.keys() - {MORE}
        assert names <= came.keys() if more else names == came.keys(), (
            f"{where}: the page shows {sorted(names)}, what came has {sorted(came)}"
        )
        for name in names:
            _compare(shown[name], came[name], f"{where}.{name}")
    elif isinstance(shown, list) and isinstance(came, list):
        more = MORE in shown
        shown = [each for each in shown if each != MORE]
        assert len(shown) <= len(came) if more else len(shown) == len(came), f"{where}: {came}"
        for number, each in enumerate(shown):
            _compare(each, came[number], f"{where}[{number}]")
    elif isinstance(shown, str) and isinstance(came, str):
        assert _pattern(shown).fullmatch(came), f"{where}: the page shows {shown!r}, came {came!r}"
    elif shown == "<number>":
        assert isinstance(came, int), f"{where}: {came!r} is no number"
    else:
        assert shown == came, f"{where}: the page shows {shown!r}, came {came!r}"


def _pattern(text: str) -> re.Pattern[str]:
    pattern = re.escape(text)
    for name, value in PLACEHOLDERS.items():
        pattern = pattern.replace(re.escape(name), f"(?:{value})")
    left_out = re.escape(f"\n{MORE}")
    return re.compile(pattern.replace(left_out, r"(?:\n[^\n]*)*"))
