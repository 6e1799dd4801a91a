"""What the stories of the services can ask for."""

import pytest

from rxapp.handoffs import notices
from rxapp.wiring import connect_features
from tests.support.story import Story

BASE_URL = "https://flow.example.com"


@pytest.fixture(autouse=True)
def _composed() -> None:
    """Put the features together as the composition root does."""
    connect_features()
    notices.register(base_url=BASE_URL, mail_domain="flow.example.com")


@pytest.fixture
def story(database, cast) -> Story:
    return Story(database, cast)
