"""What lint finds, with the changes of a draft that mend it."""

from collections.abc import Sequence
from typing import Any

from rxapp.drafts.operations import Connect, SetField, SetStart, as_json
from rxapp.drafts.views import FindingView, MendView
from rxapp.trees.finding_rules import BeginAt, Finding, GiveValue, LeadOption

FINDINGS_LIMIT = 500
"""How many findings one answer holds; the first ones are the errors."""


def finding_views(found: Sequence[Finding]) -> list[FindingView]:
    """Return the first of the findings as screens and JSON receive them."""
    return [_view(each) for each in found[:FINDINGS_LIMIT]]


def _view(finding: Finding) -> FindingView:
    mend = finding.mend
    return FindingView(
        severity=finding.severity,
        code=finding.code,
        node=finding.node,
        option=finding.option,
        command=finding.command,
        field=finding.field,
        message=finding.message,
        mend=MendView(mend.label, as_json([_change(finding, mend.act)])) if mend else None,
    )


def _change(finding: Finding, act: LeadOption | BeginAt | GiveValue) -> Any:
    match act:
        case LeadOption(to):
            return Connect.model_validate(
                {"node": finding.node, "option": finding.option, "to": to}
            )
        case BeginAt(node):
            return SetStart(node=node)
        case GiveValue(field, value):
            return SetField.model_validate({"node": finding.node, "field": field, "value": value})
