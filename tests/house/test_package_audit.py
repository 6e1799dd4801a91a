"""How the audit reads the answers of pip-audit and npm."""

import pytest

from scripts.audit import Finding, node_findings, python_findings, verdict

UNREACHED = {"name": "fastapi", "skip_reason": "Dependency not found"}
CLEAN = {"name": "fastapi", "version": "1.0", "vulns": []}


def vulnerable(*fixes: str) -> dict:
    return {
        "name": "idna",
        "version": "3.0",
        "vulns": [{"id": "PYSEC-1", "fix_versions": list(fixes), "aliases": []}],
    }


@pytest.mark.parametrize("said", [{}, {"dependencies": [UNREACHED]}])
def test_pip_audit_without_a_registry_says_nothing(said):
    assert python_findings(said) is None


def test_a_python_package_with_a_fix_has_to_be_mended():
    found = python_findings({"dependencies": [CLEAN, UNREACHED, vulnerable("3.1")]})
    assert found == [Finding("idna 3.0", "PYSEC-1", has_fix=True)]
    assert verdict(found, {}) == found


def test_what_has_no_fix_or_is_accepted_passes():
    without_fix = python_findings({"dependencies": [vulnerable()]})
    with_fix = python_findings({"dependencies": [vulnerable("3.1")]})
    assert verdict(without_fix, {}) == []
    assert verdict(with_fix, {"PYSEC-1": "never called with names of others"}) == []


def test_npm_without_a_registry_says_nothing():
    assert node_findings({"message": "405 Method Not Allowed", "error": {"summary": ""}}) is None


def test_a_node_package_is_named_once_with_its_cause():
    advisory = {"source": 1, "title": "ReDoS", "url": "https://example.com/advisories/GHSA-x"}
    said = {
        "vulnerabilities": {
            "ws": {"severity": "high", "via": [advisory], "fixAvailable": True},
            "engine.io-client": {"severity": "high", "via": ["ws"], "fixAvailable": True},
        }
    }
    assert node_findings(said) == [Finding("ws", "GHSA-x", has_fix=True)]
    assert node_findings({"vulnerabilities": {}}) == []
