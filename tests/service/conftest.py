"""What the stories of the services can ask for."""

import pytest

from rxapp.handoffs import notices
from rxapp.handoffs.service import close_with_session
from rxapp.sessions.hold_service import on_completion
from tests.support.story import Story

BASE_URL = "https://flow.example.com"


@pytest.fixture(autouse=True, scope="session")
def _composed() -> None:
    """Put the features together as the composition root does."""
    on_completion(close_with_session)
    notices.register(base_url=BASE_URL, mail_domain="flow.example.com")


@pytest.fixture
def story(database, cast) -> Story:
    return Story(database, cast)
