"""Findings over REST: with an ETag, beside the tree, and where a tree is refused for them."""

from uuid import uuid4

import pytest

from tests.support.drafting import document
from tests.support.story import refused

CLIENT = "a-browser-tab"


@pytest.fixture
def path(cast) -> str:
    return f"/trees/{cast.tree_id}/draft"


def batch(*changes: dict, seen: int = 0) -> dict:
    operations = [{"id": str(uuid4()), "seen": seen, "change": each} for each in changes]
    return {"client": CLIENT, "operations": operations}


TYPO = {"op": "connect", "node": "plug", "option": "silent", "to": "plugd"}


async def test_findings_are_read_once_per_revision_of_the_draft(senior, path):
    first = await senior.get(f"{path}/findings")
    assert (first.status_code, first.headers["etag"]) == (200, '"0"')
    assert first.json()["errors"] == 0
    await senior.post(f"{path}/operations", json=batch(TYPO))
    newer = await senior.get(f"{path}/findings", headers={"If-None-Match": '"0"'})
    assert (newer.status_code, newer.headers["etag"]) == (200, '"1"')
    same = await senior.get(f"{path}/findings", headers={"If-None-Match": '"1"'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", '"1"')


async def test_a_finding_says_where_it_is_and_what_mends_it(senior, path):
    await senior.post(f"{path}/operations", json=batch(TYPO))
    body = (await senior.get(f"{path}/findings")).json()
    finding = body["items"][0]
    mend = finding.pop("mend")
    assert finding == {
        "severity": "error",
        "code": "dangling",
        "node": "plug",
        "option": "silent",
        "command": None,
        "field": "to",
        "message": "The answer 'Still silent' leads to 'plugd', which does not exist."
        " Did you mean 'plug'?",
    }
    assert mend == {
        "label": "Lead to 'Plug it in'",
        "changes": [{"op": "connect", "node": "plug", "option": "silent", "to": "plug"}],
    }
    answer = await senior.post(f"{path}/operations", json=batch(*mend["changes"], seen=1))
    assert answer.status_code == 200
    assert (await senior.get(f"{path}/findings")).json()["errors"] == 0


async def test_a_tree_with_warnings_is_published_and_one_with_errors_is_not(senior, cast, path):
    tree = f"/trees/{cast.tree_id}"
    await senior.post(f"{path}/operations", json=batch(TYPO))
    problem = refused(await senior.put(tree, json={"publish": True}), 422)
    severities = [each["severity"] for each in problem["findings"]]
    assert severities == sorted(severities)
    assert set(severities) == {"error", "warning"}
    assert (problem["findings"][0]["node"], problem["findings"][0]["option"]) == ("plug", "silent")
    kept = (await senior.get(tree)).json()["findings"]
    assert [each["code"] for each in kept] == [each["code"] for each in problem["findings"]]
    mend = kept[0]["mend"]["changes"]
    await senior.post(f"{path}/operations", json=batch(*mend, seen=1))
    assert (await senior.put(tree, json={"publish": True})).status_code == 200
    left = (await senior.get(f"{path}/findings")).json()
    assert (left["errors"], left["warnings"]) == (0, severities.count("warning"))


async def test_a_large_draft_answers_with_the_first_findings_and_their_number(senior):
    wanted = document(size=900)
    wanted["nodes"].pop()
    made = await senior.post(
        "/trees", json={"title": "Large", "document": wanted, "publish": False}
    )
    body = (await senior.get(f"/trees/{made.json()['id']}/draft/findings")).json()
    assert (len(body["items"]), body["errors"]) == (500, 900 + 899)
    assert len(made.json()["findings"]) == 500
