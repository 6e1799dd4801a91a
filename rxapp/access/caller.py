"""Caller: somebody with one request, whose right to it is checked in the same transaction.

Reading the actor first and working afterwards takes two hops to a thread and two connections. The
most frequent requests take one: the sign-in is read again there, before anything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from rxapp.access.actor import Actor
from rxapp.access.policy import Permission, require
from rxapp.core import db as database
from rxapp.core.db import DbSession
from rxapp.core.errors import Unauthenticated

P = ParamSpec("P")
T = TypeVar("T")

FindActor = Callable[[DbSession], Actor | None]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, still unknown: ``find`` reads the actor. They need at least ``permission``."""

    find: FindActor
    permission: Permission | None = None

    async def read(
        self,
        query: Callable[Concatenate[DbSession, Actor, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Return ``query(db, actor, ...)``.

        Raises:
            Unauthenticated: if the sign-in has ended.
            Forbidden: without the permission.
        """
        return await database.read(self._as_actor, query, args, kwargs)

    async def run(
        self, verb: Callable[Concatenate[DbSession, Actor, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return ``verb(db, actor, ...)``, run in a write transaction. Raises like :meth:`read`."""
        return await database.run(self._as_actor, verb, args, kwargs)

    def _as_actor(
        self,
        db: DbSession,
        function: Callable[..., T],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> T:
        actor = self.find(db)
        if actor is None:
            raise Unauthenticated("This sign-in has ended. Sign in again.")
        if self.permission is not None:
            require(actor, self.permission)
        return function(db, actor, *args, **kwargs)
