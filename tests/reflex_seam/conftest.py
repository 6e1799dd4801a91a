"""The probe: an app that runs in this process, and a tab that is connected to it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from tests.reflex_seam.probe import Tab, looks, make_app, seen


@pytest.fixture
def registered() -> Iterator[RegistrationContext]:
    """Registrations of our own: there may be one app in each."""
    context = RegistrationContext.ensure_context().fork()
    token = RegistrationContext.set(context)
    yield context
    RegistrationContext.reset(token)


@pytest.fixture
def app(registered) -> rx.App:
    return make_app()


@pytest.fixture
async def tab(app: rx.App) -> AsyncIterator[Tab]:
    """A tab, connected to the running app."""
    seen.clear()
    looks.clear()
    async with app._setup_event_processor():
        tab = Tab(app)
        await tab.connect()
        await tab.settled()
        yield tab
        await app.state_manager.close()
