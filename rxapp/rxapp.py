"""The composition root: the app, its pages, the API and the lifespan tasks. Nothing imports it."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import AsyncIterator

import reflex as rx

from rxapp import VERSION, readiness, wiring
from rxapp.account.retention_service import apply_retention
from rxapp.account.service import delete_due_accounts
from rxapp.api.app import LARGEST_BODY, PREFIX, create_api
from rxapp.api.problems import LimitedBody
from rxapp.core import db as database
from rxapp.core import idempotency, limits, logs, timekeeper, upkeep
from rxapp.drafts.topics import DRAFT
from rxapp.editor.author_service import draft_news
from rxapp.editor.state import EditorState, may_watch_draft
from rxapp.editor.trial_state import TrialState
from rxapp.frontend import PAGES
from rxapp.gate.csp import API_POLICY, page_policy
from rxapp.gate.gate import give_clean_state_to_new_owner, may_run
from rxapp.gate.gateway import ADDRESS_HEADER, LOGIN_HEADER, ASGIApp, Gateway
from rxapp.gate.liveness import (
    DATABASE_IS_AWAY,
    REDIS_IS_AWAY,
    Liveness,
    LivenessState,
)
from rxapp.gate.messages import check_messages, log_frontend_error
from rxapp.handoffs import lease
from rxapp.handoffs.inbox_state import InboxState, may_watch_inbox, read_inbox
from rxapp.handoffs.state import HandoffState, read_progress
from rxapp.handoffs.topics import INBOX
from rxapp.keeping import forget_old_rows
from rxapp.live import outages, presence
from rxapp.live.hub import hub
from rxapp.live.listener import Listener
from rxapp.live.sockets import Sockets
from rxapp.live.tab_states import TabStates, rebuild_blank_states
from rxapp.notifications.channels.email import MailServer
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.shown import shown
from rxapp.reflex_seam.admission import ask_before_events
from rxapp.reflex_seam.mount import App
from rxapp.reflex_seam.overlay import say_connection_with
from rxapp.reflex_seam.state_store import StateStore
from rxapp.screens import add_screens
from rxapp.sessions.runner_state import RunnerState, may_watch_session, read_runner, read_texts
from rxapp.sessions.topics import SESSION, TEXTS
from rxapp.settings import settings
from rxapp.versions.publish_queries import review_news
from rxapp.versions.publish_state import PublishState
from rxapp.versions.topics import REVIEW
from rxapp.web.shell import connection
from rxapp.web.styles import stylesheets

FAREWELL_SECONDS = 2.0
"""How long a stopping server may take: containers are killed after ten seconds."""

SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter while another waits for it.

A query gives it up at every call into the database and needs it back. With Python's default of
5 ms, a busy event loop would delay each of these calls by that much.
"""

GC_THRESHOLDS = (20_000, 20, 20)
"""Collect garbage less often than Python does by default, which is every 700 new objects.

Sending one change to 500 tabs creates about 100,000 objects that are all needed at once; checking
them over and over took a third of that time.
"""

config = settings()
logs.hold_back_floods()
sys.setswitchinterval(SWITCH_SECONDS)
gc.set_threshold(*GC_THRESHOLDS)
database.configure(config.database)

wiring.connect_features()
limits.configure(config.redis_url)
hub.guard(SESSION, may_watch_session)
hub.guard(INBOX, may_watch_inbox)
hub.register(SESSION, read_runner, lambda: RunnerState.refresh)
hub.register(SESSION, read_progress, lambda: HandoffState.refresh)
hub.guard(TEXTS, may_watch_session)
hub.register(TEXTS, read_texts, lambda: RunnerState.refresh_texts)
hub.guard(DRAFT, may_watch_draft)
hub.register(DRAFT, draft_news, lambda: EditorState.refresh)
hub.register(DRAFT, draft_news, lambda: TrialState.refresh, at_once=True)
hub.guard(REVIEW, may_watch_draft)
hub.register(REVIEW, review_news, lambda: PublishState.refresh)
hub.register(INBOX, read_inbox, lambda: InboxState.refresh, at_once=True)

ready = readiness.Ready()


def _with_gateway(asgi_app: ASGIApp) -> ASGIApp:
    return Gateway(
        asgi_app,
        api=LimitedBody(
            create_api(wiring.routers(), version=VERSION, readiness=ready.report),
            largest=LARGEST_BODY,
        ),
        api_prefix=PREFIX,
        origins=config.origins,
        page_policy=page_policy(PAGES, config.origins),
        api_policy=API_POLICY,
        proxy_hops=config.trusted_proxy_hops,
        behind_tls=config.behind_tls,
    )


app = App(
    stylesheets=stylesheets(),
    head_components=[rx.el.link(rel="icon", href="/favicon.svg", type="image/svg+xml")],
    html_lang="en",
    toaster=None,
    api_transformer=_with_gateway,
    frontend_exception_handler=log_frontend_error,
)
say_connection_with(app, connection)
sockets = Sockets(app, address_header=ADDRESS_HEADER, login_header=LOGIN_HEADER)
sockets.follow()
liveness = Liveness(sockets)
app.backend_exception_handler = liveness.event_failed
ask_before_events(app, may_run)
rebuild_blank_states(sockets, give_clean_state_to_new_owner)
check_messages(app)
add_screens(app)


def _needs() -> outages.Outages:
    """Return the watcher of what the pages need: the database and Redis."""
    watched = outages.Outages(sockets, liveness.trouble, LivenessState.read_again)
    watched.watch(outages.DATABASE, DATABASE_IS_AWAY, outages.ask_database)
    if config.redis_url:
        watched.watch(outages.REDIS, REDIS_IS_AWAY, outages.ask_redis(config.redis_url))
    return watched


def _check_readiness(tasks: list["asyncio.Task[None]"], dispatcher: Dispatcher) -> None:
    """Register the readiness checks of everything that this process needs."""
    ready.needs("tables", readiness.tables)
    ready.needs("database", readiness.writes)
    if config.redis_url:
        ready.needs("redis", readiness.answers(config.redis_url))
    ready.needs("background work", readiness.works(tasks, dispatcher))
    ready.misses("email", readiness.sends(config.smtp_url))


@contextlib.asynccontextmanager
async def _background() -> AsyncIterator[None]:
    """Run the background tasks of this process."""
    server = MailServer.from_url(config.smtp_url, config.mail_from) if config.smtp_url else None
    dispatcher = Dispatcher(server, screens_first=hub.settled)
    watched = _needs()
    hub.connect(sockets, watched)
    states = TabStates(StateStore(app), sockets)
    gc.freeze()  # objects created so far stay, so no collection needs to check them
    if database.database().is_sqlite:  # no other process serves it, so nobody is present yet
        await database.run_if_writable(presence.clear)
    with contextlib.suppress(*database.UNAVAILABLE):
        await timekeeper.keep()  # before anything with a time is written
    tasks = [
        asyncio.create_task(task, name=name)
        for name, task in (
            ("timekeeper", timekeeper.keep_forever()),
            ("listener", Listener(hub, dispatcher.wake).run_forever()),
            ("dispatcher", dispatcher.run_forever()),
            ("leases", lease.sweep_forever()),
            ("presence", hub.sweep_forever()),
            ("outages", watched.watch_forever()),
            ("states", states.tidy_forever()),
            ("log", logs.report_forever()),
            ("shown", shown.record_forever()),
            (
                "upkeep",
                upkeep.run_forever(
                    [delete_due_accounts, apply_retention, idempotency.forget, forget_old_rows]
                ),
            ),
        )
    ]
    _check_readiness(tasks, dispatcher)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await dispatcher.stop()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_SECONDS):
                await database.run_if_writable(presence.clear, hub.process_id)
        database.database().close()


app.register_lifespan_task(_background)
