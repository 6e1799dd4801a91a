"""When a tab's state is dropped."""

from types import SimpleNamespace
from typing import Any

import pytest

from rxapp.live.tab_states import TabStates


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_tab_that_went_on_to_another_process_keeps_its_state(is_open):
    async def is_open_anywhere(_token: str) -> bool:
        return is_open

    gone = [{"tab": False}]
    sockets: Any = SimpleNamespace(
        gone=lambda: gone.pop() if gone else {},
        socket_of=lambda _token: None,
        connected=list,
        is_open_anywhere=is_open_anywhere,
    )
    dropped = []

    async def drop(token: str) -> bool:
        dropped.append(token)
        return True

    store: Any = SimpleNamespace(drop=drop, lifetime=lambda: 3_600.0)
    states = TabStates(store, sockets)
    await states.tidy()
    await states.tidy()
    assert dropped == ([] if is_open else ["tab"])
