"""The composition root: the app, its pages, the API and the lifespan tasks. Nothing imports it."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import reflex as rx

from rxapp import VERSION
from rxapp.accounts import api as accounts_api
from rxapp.accounts import queries as accounts
from rxapp.accounts.bearer import caller_by_token
from rxapp.accounts.cookies import COOKIE
from rxapp.accounts.pages import register_page, sign_in_page
from rxapp.accounts.service import on_new_account
from rxapp.accounts.state import MeState, SignInState
from rxapp.api.app import LARGEST_BODY, PREFIX, create_api
from rxapp.api.problems import LimitedBody
from rxapp.core import db as database
from rxapp.handoffs import api as handoffs_api
from rxapp.handoffs import lease, notices
from rxapp.handoffs.components import (
    escalate_button,
    handoff_dialog,
    progress_panel,
    release_dialog,
    session_actions,
    session_banner,
)
from rxapp.handoffs.inbox_state import InboxState, may_watch_inbox, read_inbox
from rxapp.handoffs.pages import escalation_page, inbox_bell, inbox_page
from rxapp.handoffs.service import close_with_session
from rxapp.handoffs.state import EscalationState, HandoffState, read_progress
from rxapp.live import presence
from rxapp.live.hub import hub
from rxapp.live.listener import Listener
from rxapp.live.sockets import Sockets
from rxapp.notifications.channels.email import MailServer
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.sessions import api as sessions_api
from rxapp.sessions.components import resume_strip
from rxapp.sessions.dialog_components import start_dialog
from rxapp.sessions.hold_service import on_completion
from rxapp.sessions.pages import runner_page, sessions_page
from rxapp.sessions.runner_state import RunnerState, may_watch_session, read_runner
from rxapp.sessions.state import SessionsState
from rxapp.settings import settings
from rxapp.trees import api as trees_api
from rxapp.trees.pages import library_page
from rxapp.trees.service import load_starter_trees
from rxapp.trees.state import LibraryState
from rxapp.web.gateway import ASGIApp, Gateway
from rxapp.web.guard import Gate, read_actors_with
from rxapp.web.messages import FrontendErrors, check_messages, log_backend_error
from rxapp.web.shell import NavItem, Shell

SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter while another waits for it.

A query gives it up at every call into the database and needs it back: with Python's 5 ms, a busy
event loop would make each of these calls take as long.
"""

GC_THRESHOLDS = (20_000, 20, 20)
"""Collect garbage less often than Python would, which looks after every 700 new objects.

One change told to 500 tabs makes some 100,000 objects that are all needed at once: looking through
them over and over took a third of that time.
"""

config = settings()
sys.setswitchinterval(SWITCH_SECONDS)
gc.set_threshold(*GC_THRESHOLDS)
database.configure(config.database)

on_new_account(load_starter_trees)
on_completion(close_with_session)
read_actors_with(accounts.actor_by_cookie_hash)
notices.register(
    base_url=config.base_url, mail_domain=urlsplit(config.base_url).hostname or "localhost"
)
hub.guard("session", may_watch_session)
hub.guard("inbox", may_watch_inbox)
hub.register("session", read_runner, lambda: RunnerState.event_handlers["refresh"])
hub.register("session", read_progress, lambda: HandoffState.event_handlers["refresh"])
hub.register("inbox", read_inbox, lambda: InboxState.event_handlers["refresh"])

shell = Shell(
    nav=(
        NavItem("Library", "/", "library"),
        NavItem("Sessions", "/sessions", "list-checks"),
        NavItem("Inbox", "/inbox", "inbox", badge=InboxState.open_count, shown=MeState.is_senior),
    ),
    user_name=MeState.name,
    role_label=MeState.role_label,
    account_name=MeState.account_name,
    extra=(inbox_bell(),),
)
SHELL_EVENTS = [MeState.load, InboxState.load_count]


def _library() -> rx.Component:
    return shell(
        library_page(resume=resume_strip(), start=SessionsState.choose, start_dialog=start_dialog())
    )


def _sessions() -> rx.Component:
    return shell(sessions_page())


def _runner() -> rx.Component:
    page = runner_page(
        banner=session_banner(),
        panel=progress_panel(),
        actions=session_actions(),
        escalate=escalate_button(primary=True),
        dialogs=rx.fragment(handoff_dialog(), release_dialog()),
    )
    return shell(page, wide=True)


def _inbox() -> rx.Component:
    return shell(inbox_page(is_senior=MeState.is_senior))


def _escalation() -> rx.Component:
    return shell(escalation_page(), wide=True)


def _with_gateway(asgi_app: ASGIApp) -> ASGIApp:
    routers = (
        accounts_api.router,
        accounts_api.browser,
        trees_api.router,
        sessions_api.router,
        handoffs_api.router,
    )
    return Gateway(
        asgi_app,
        api=LimitedBody(
            create_api(routers, version=VERSION, caller_by_token=caller_by_token),
            largest=LARGEST_BODY,
        ),
        api_prefix=PREFIX,
        cookie=COOKIE,
        origins=config.origins,
    )


app = rx.App(
    stylesheets=["/app.css"],
    head_components=[rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")],
    html_lang="en",
    api_transformer=_with_gateway,
    frontend_exception_handler=FrontendErrors(),
    backend_exception_handler=log_backend_error,
)
app.add_middleware(Gate())
check_messages(app)
app.add_page(sign_in_page, route="/sign-in", title="Sign in", on_load=[SignInState.load])
app.add_page(register_page, route="/register", title="Create an account")
app.add_page(
    _library,
    route="/",
    title="Library",
    on_load=[*SHELL_EVENTS, SessionsState.load_open, LibraryState.load],
)
app.add_page(
    _sessions, route="/sessions", title="Sessions", on_load=[*SHELL_EVENTS, SessionsState.load]
)
app.add_page(
    _runner,
    route="/sessions/[session_id]",
    title="Session",
    on_load=[*SHELL_EVENTS, RunnerState.load, HandoffState.load],
)
app.add_page(_inbox, route="/inbox", title="Inbox", on_load=[*SHELL_EVENTS, InboxState.load])
app.add_page(
    _escalation,
    route="/escalations/[handoff_id]",
    title="Escalation",
    on_load=[*SHELL_EVENTS, HandoffState.clear, EscalationState.load],
)


@contextlib.asynccontextmanager
async def _background() -> AsyncIterator[None]:
    """Run the listener, the dispatcher, the lease sweeper and the presence of this process."""
    server = MailServer.from_url(config.smtp_url, config.mail_from) if config.smtp_url else None
    dispatcher = Dispatcher(server, screens_first=hub.settled)
    hub.connect(Sockets(app), accounts.live_actors)
    gc.freeze()  # what was made up to here stays: no collection need look through it
    if database.database().is_sqlite:  # nobody else serves it, so nobody is present yet
        await database.run(presence.clear)
    tasks = [
        asyncio.create_task(task, name=name)
        for name, task in (
            ("listener", Listener(hub, dispatcher.wake).run_forever()),
            ("dispatcher", dispatcher.run_forever()),
            ("leases", lease.sweep_forever()),
            ("presence", hub.sweep_forever()),
        )
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await dispatcher.settle()
        with contextlib.suppress(*database.UNAVAILABLE):
            await database.run(presence.clear, hub.process_id)
        database.database().close()


app.register_lifespan_task(_background)
