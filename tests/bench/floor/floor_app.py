"""The smallest Reflex app that does the same on the wire: a bump, and an enqueue to every tab."""

import time

import reflex as rx
from reflex.event import Event
from reflex.utils.format import format_event_handler
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


class CounterState(rx.State):
    """A number that goes up."""

    count: int = 0

    @rx.event
    async def bump(self):
        """Count one more."""
        self.count += 1


async def enqueue(request: Request) -> JSONResponse:
    """Bump every connected tab; returns when it began, on the machine's monotonic clock."""
    began = time.perf_counter()
    name = format_event_handler(CounterState.event_handlers["bump"])
    for token in list(app.event_namespace._token_manager.token_to_socket):
        await app.event_processor.enqueue(token, Event(name=name))
    return JSONResponse({"began": began})


app = rx.App(api_transformer=Starlette(routes=[Route("/enqueue", enqueue, methods=["POST"])]))
