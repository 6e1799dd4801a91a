"""``make audit``: known vulnerabilities of the pinned packages, if their registry answers.

Exits with 1 if one has a fix and is not accepted below. Without an answer it says so and exits with
0: a check must not depend on the network.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SECONDS = 60
"""How long a registry may take."""

ACCEPTED: dict[str, str] = {}
"""Vulnerabilities that are accepted for now, by id, with the reason why they do no harm here."""

PYTHON = [
    *(BIN / "pip-audit", "--requirement", "requirements-dev.txt", "--no-deps", "--disable-pip"),
    *("--format", "json", "--progress-spinner", "off"),
]
NODE = [BIN / "npm", "audit", "--json", "--package-lock-only"]


@dataclass(frozen=True)
class Finding:
    """A known vulnerability of a package that is pinned here."""

    package: str
    id: str
    has_fix: bool

    def __str__(self) -> str:
        """Return the finding on one line."""
        return f"{self.package}: {self.id}" + ("" if self.has_fix else " (no fix yet)")


def python_findings(said: dict[str, Any]) -> list[Finding] | None:
    """Return what pip-audit found, or None if it reached no registry."""
    packages = said.get("dependencies", [])
    if not any("vulns" in each for each in packages):
        return None
    return [
        Finding(f"{each['name']} {each['version']}", vulnerability["id"], has_fix)
        for each in packages
        for vulnerability in each.get("vulns", [])
        for has_fix in [bool(vulnerability["fix_versions"])]
    ]


def node_findings(said: dict[str, Any]) -> list[Finding] | None:
    """Return what npm found, or None if it reached no registry."""
    if "vulnerabilities" not in said:
        return None
    return [
        Finding(name, cause["url"].rpartition("/")[2], bool(each["fixAvailable"]))
        for name, each in said["vulnerabilities"].items()
        for cause in each["via"]
        if isinstance(cause, dict)  # the others are listed under the package they come from
    ]


def verdict(findings: list[Finding], accepted: dict[str, str]) -> list[Finding]:
    """Return the findings that have to be fixed."""
    return [each for each in findings if each.has_fix and each.id not in accepted]


def _ask(command: list[str | Path], folder: Path) -> dict[str, Any]:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        said = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def main() -> int:
    """Audit every list of packages and return the exit code."""
    found: list[Finding] = []
    for title, command, folder, read in (
        ("Python packages", PYTHON, ROOT, python_findings),
        ("packages of the pages", NODE, ROOT / "reflex.lock", node_findings),
        ("packages of ESLint", NODE, ROOT / "eslint", node_findings),
    ):
        findings = read(_ask(command, folder))
        if findings is None:
            print(f"{title}: not audited, because no registry answered")
            continue
        print(f"{title}: known vulnerabilities: {len(findings)}")
        found += findings
    for each in found:
        print(f"  {each}" + (f", accepted: {ACCEPTED[each.id]}" if each.id in ACCEPTED else ""))
    return 1 if verdict(found, ACCEPTED) else 0


if __name__ == "__main__":
    sys.exit(main())
