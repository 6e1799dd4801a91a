"""What the stories over REST can ask for."""

import pytest

from rxapp.handoffs import notices
from tests.support.story import Story


@pytest.fixture(autouse=True, scope="session")
def _notices() -> None:
    notices.register(base_url="https://flow.example.com", mail_domain="flow.example.com")


@pytest.fixture
def story(database, cast) -> Story:
    return Story(database, cast)


@pytest.fixture
async def technician(api, cast):
    return await api(cast.technician)


@pytest.fixture
async def senior(api, cast):
    return await api(cast.senior)
