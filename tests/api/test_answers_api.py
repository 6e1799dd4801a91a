"""What is true of every answer, whichever route gives it."""

from tests.support.databases import SQLITE

pytestmark = SQLITE


async def test_a_wrong_method_is_told_all_the_right_ones(api, cast):
    client = await api(cast.owner)
    for path, methods in (
        ("/trees", "GET, POST"),
        ("/me", "GET, PUT"),
        ("/health", "GET"),
        ("/trees/search", "GET"),
    ):
        answer = await client.patch(path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == methods
        assert answer.headers["content-type"] == "application/problem+json"


async def test_a_repeat_has_the_headers_of_the_first_answer(api, cast):
    client = await api(cast.senior)
    body, key = {"tree_id": str(cast.tree_id)}, {"Idempotency-Key": "once"}
    first = await client.post("/sessions", json=body, headers=key)
    again = await client.post("/sessions", json=body, headers=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert again.json() == first.json()
