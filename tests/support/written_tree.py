"""A tree with a history, written over the API of a demo server: what pictures of it need."""

from typing import Any
from uuid import uuid4

import httpx

from rxapp.sign_in import demo

SENIOR = "senior@example.com"
TITLE = "Monitor stays dark"


def node(key: str, kind: str, title: str, *options: tuple[str, str], **more: Any) -> dict:
    made = [{"key": f"o{n}", "label": label, "to": to} for n, (label, to) in enumerate(options)]
    return {"key": key, "kind": kind, "title": title, "options": made, **more}


FIRST = [
    node("light", "decision", "Is the power light on?", ("Yes", "input"), ("No", "cable")),
    node(
        "cable",
        "action",
        "Check the power cable",
        ("Works now", "was-cable"),
        ("Still dark", "replace"),
        body="Push it in at both ends. Try another socket.",
    ),
    node(
        "input",
        "action",
        "Choose the right input",
        ("Works now", "was-input"),
        ("Still dark", "replace"),
        body="Press **Input** on the monitor until the picture comes.",
    ),
    node("was-cable", "solution", "The cable was loose", ending="solved"),
    node("was-input", "solution", "The wrong input was chosen", ending="solved"),
    node(
        "replace",
        "solution",
        "The monitor may be broken",
        ending="escalate",
        body="Say which monitor it is and what was tried.",
    ),
]


class Writer:
    """Somebody of the demo account who writes over the API."""

    def __init__(self, base: str, email: str) -> None:
        self._client = httpx.Client(base_url=f"{base}/api/v1", timeout=30)
        answer = self.post("/auth/login/json", email=email, password=demo.PASSWORD)
        self._client.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def post(self, path: str, **body: Any) -> Any:
        answer = self._client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def changes(self, tree: str, *changes: dict[str, Any]) -> int:
        """Change the draft; returns its revision."""
        seen = self._client.get(f"/trees/{tree}/draft").json()["revision"]
        made = [{"id": str(uuid4()), "seen": seen, "change": each} for each in changes]
        path = f"/trees/{tree}/draft/operations"
        return int(self.post(path, client="a-picture", operations=made)["revision"])


def set_field(node: str, field: str, value: str) -> dict[str, Any]:
    return {"op": "set_field", "node": node, "field": field, "value": value}


def written_tree(base: str) -> str:
    """Write the tree: two versions, three sessions, and a draft that removes where one stands."""
    technician = Writer(base, "technician@example.com")
    senior = Writer(base, SENIOR)
    document = {"start": "light", "nodes": FIRST}
    tree = str(senior.post("/trees", title=TITLE, category="Devices", document=document)["id"])
    stays = technician.post("/sessions", tree_id=tree, ticket_number="INC-20502")
    technician.post(f"/sessions/{stays['id']}/steps", option="o0", seq=1)
    revision = senior.changes(
        tree, set_field("cable", "title", "Check both ends of the power cable")
    )
    note = "Asks about the cable first.\nReception pushed it in at one end only."
    senior.post(f"/trees/{tree}/versions", revision=revision, note=note)
    for number in ("INC-20511", "INC-20513"):
        technician.post("/sessions", tree_id=tree, ticket_number=number)
    command = {"text": "Get-PnpDevice -Class Monitor"}
    dock = node("dock", "action", "Bypass the dock", ("Works", "was-input"), commands=[command])
    senior.changes(
        tree,
        set_field("light", "title", "Is the light on the front on?"),
        set_field("cable", "body", "Push it in firmly at both ends. Try another wall socket."),
        {"op": "set_option_label", "node": "light", "option": "o0", "label": "Yes, it is lit"},
        {"op": "connect", "node": "light", "option": "o0", "to": "dock"},
        {"op": "add_node", "node": dock},
        {"op": "remove_node", "node": "input"},
    )
    return tree


def break_tree(base: str, tree: str) -> None:
    """Change the draft so that it cannot be published."""
    writer = Writer(base, SENIOR)
    lost = node("lost", "action", "Ask the vendor")
    writer.changes(
        tree,
        {"op": "connect", "node": "light", "option": "o1", "to": "cabel"},
        {"op": "add_node", "node": lost},
    )


def shoot_versions(camera: Any, base: str) -> None:
    """A tree with two versions, sessions on both, and a draft: fit to publish, then not."""
    tree = written_tree(base)
    page = f"/trees/{tree}"
    camera.take("versions", SENIOR, f"{page}/versions", "Asks about the cable first.")
    camera.take("version", SENIOR, f"{page}/versions?version=1", "read only")
    camera.take("diff", SENIOR, f"{page}/versions?old=1", "changed,")
    camera.take("publish", SENIOR, f"{page}/publish", "on a removed step")
    break_tree(base, tree)
    camera.take("publish-blocked", SENIOR, f"{page}/publish", "block publishing")
