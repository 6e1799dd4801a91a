"""A client that provokes lines without end does not fill the log."""

import io
import logging
from threading import Thread

import pytest

from rxapp.core import logs
from rxapp.core.errors import Unavailable


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(logs.Flood(handler))
    logger = logging.Logger("flooded")
    logger.addHandler(handler)
    return logger, handler.filters[0], lambda: stream.getvalue().splitlines()


def test_so_many_lines_of_a_kind_and_then_their_number(written):
    logger, flood, lines = written
    for number in range(20_000):
        logger.warning("dropped number %d", number)
    logger.warning("something else")
    assert len(lines()) == logs.LINES_A_MINUTE + 1
    assert lines()[-1] == "something else"

    flood.begin_minute()
    assert lines()[-1] == "19,980 more suppressed: dropped number 19999"
    logger.warning("after a minute")
    flood.begin_minute()
    assert lines()[-1] == "after a minute"


def test_the_number_is_written_into_no_other_threads_line(written):
    logger, flood, _ = written
    [handler] = logger.handlers
    was_free = []

    class Stream(io.StringIO):
        def write(self, text: str) -> int:
            def try_it() -> None:
                if free := handler.lock.acquire(blocking=False):
                    handler.lock.release()
                was_free.append(free)

            other = Thread(target=try_it)
            other.start()
            other.join()
            return super().write(text)

    handler.setStream(Stream())
    for _ in range(logs.LINES_A_MINUTE + 1):
        logger.warning("again")
    flood.begin_minute()
    assert was_free == [False] * (logs.LINES_A_MINUTE + 1)


def test_one_address_does_not_use_up_the_lines_of_all(written):
    logger, _, lines = written
    for address in ["10.0.0.1"] * 100 + ["10.0.0.2"]:
        logger.warning("refused %s", address, extra={"address": address})
    assert lines() == ["refused 10.0.0.1"] * logs.LINES_A_MINUTE_PER_ADDRESS + ["refused 10.0.0.2"]


def test_made_up_addresses_take_no_memory(written):
    logger, flood, lines = written
    for number in range(10_000):
        logger.warning("refused", extra={"address": str(number)})
    assert len(lines()) == logs.LINES_A_MINUTE
    assert sum(len(place.addresses) for place in flood._places.values()) <= logs.LINES_A_MINUTE


def test_what_fails_for_want_of_the_database_is_a_line(written):
    logger, _, lines = written
    try:
        try:
            raise OSError("the socket is gone")
        except OSError as error:
            raise Unavailable("The database does not answer right now.") from error
    except Unavailable:
        logger.exception("%s failed", "upkeep")
    assert lines() == ["upkeep failed (The database does not answer right now.)"]
