"""When the state behind a tab is dropped."""

from types import SimpleNamespace
from typing import Any

import pytest

from rxapp.live.tab_states import TabStates


@pytest.mark.parametrize("is_open", [True, False])
async def test_a_tab_that_went_on_to_another_process_keeps_its_state(monkeypatch, is_open):
    async def is_open_anywhere(_token: str) -> bool:
        return is_open

    gone = [{"tab": False}]
    sockets: Any = SimpleNamespace(
        gone=lambda: gone.pop() if gone else {},
        socket_of=lambda _token: None,
        connected=list,
        is_open_anywhere=is_open_anywhere,
    )
    app: Any = SimpleNamespace(state_manager=None)
    states = TabStates(app, sockets)
    dropped = []

    async def drop(token: str) -> bool:
        dropped.append(token)
        return True

    monkeypatch.setattr(states, "_drop", drop)
    await states.tidy()
    await states.tidy()
    assert dropped == ([] if is_open else ["tab"])
