"""``Idempotency-Key`` on requests that create: a repeat gets the first answer again."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import TypeAdapter

from rxapp.access.actor import Actor
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.idempotency import KEY_LIMIT, Once, do_once, kept_answer
from rxapp.settings import settings

REPLAYED = "Idempotent-Replayed"

Headers = Callable[[dict[str, Any]], dict[str, str]]
"""Computes the headers of an answer from its JSON."""


class Creation:
    """A request that creates something, at most once per key."""

    def __init__(self, request: Request, key: str | None, body: bytes) -> None:
        self._request = request
        self._key = key
        self._body = body.decode("utf-8", "replace")

    async def run(
        self,
        who: Actor | str,
        work: Callable[[DbSession], Any],
        *,
        headers: Headers = lambda _answer: {},
    ) -> Response:
        """Do ``work`` in one transaction and answer 201 with what it returns, as JSON.

        ``who`` is the actor or, before there is one, a text that only the caller knows.
        ``headers`` are computed from the answer, so that a repeat has the same ones.

        Raises:
            Invalid: if the key was used for another request.
        """

        def to_json(db: DbSession) -> str:
            made = work(db)
            return TypeAdapter(type(made)).dump_json(made).decode()

        replayed = False
        if self._key is None:
            answer = await database.run(to_json)
        else:
            answer, replayed = await database.run(do_once, self._once(who), to_json)
        return _answered(answer, headers, replayed=replayed)

    async def repeated(
        self, who: Actor | str, *, headers: Headers = lambda _answer: {}
    ) -> Response | None:
        """Return the stored answer if the request was answered before, else None.

        Call this first if a check before the work would refuse a repeat.

        Raises:
            Invalid: as :meth:`run`.
        """
        if self._key is None:
            return None
        answer = await database.read(kept_answer, self._once(who))
        return None if answer is None else _answered(answer, headers, replayed=True)

    def _once(self, who: Actor | str) -> Once:
        assert self._key is not None
        asker = f"user {who.user_id}" if isinstance(who, Actor) else f"nobody {who}"
        asked = f"{self._request.method} {self._request.url.path}\n{self._body}"
        return Once(asker, self._key, asked, settings().signing_key)


def _answered(answer: str, headers: Headers, *, replayed: bool) -> Response:
    extra = headers(json.loads(answer))
    if replayed:
        extra[REPLAYED] = "true"
    return Response(answer, status_code=201, media_type="application/json", headers=extra)


async def _creation(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=KEY_LIMIT,
            description="Any text of your own. A repeat of the same request with the same key"
            " within 24 hours creates nothing and gets the first answer, with"
            " `Idempotent-Replayed: true`.",
            examples=["4b2f6f0e-ticket-1042"],
        ),
    ] = None,
) -> Creation:
    return Creation(request, idempotency_key, await request.body())


Creating = Annotated[Creation, Depends(_creation)]
