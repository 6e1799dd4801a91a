"""Every operation, called with all that its description allows and with what it does not.

Schemathesis makes the requests out of the OpenAPI document; whatever comes back must be as the
document says. Each call is somebody's of an account that nobody else needs, and half of the ids in
it are real, since a made-up one gets no further than 404.
"""

import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis import Case, Config
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import GenerationConfig
from schemathesis.core.parameters import ParameterLocation

from rxapp.api.app import create_api
from rxapp.core.db import Database
from rxapp.wiring import routers
from tests.security.scene import Log
from tests.support.databases import NewDatabase
from tests.support.fuzz import TIMES, budget
from tests.support.party import PEOPLE, Party, make_party
from tests.support.server import Server
from tests.support.words import in_plain_words

SLOW = 10
"""After how many seconds an answer counts as a hang."""

CHANGES_EACH = 5
"""How many changes an account takes before another one takes its place."""

load_all_checks()
CHECKED = CHECKS.get_by_names(
    [
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "response_headers_conformance",
        "unsupported_method",
        "allow_header_conformance",
        "ignored_auth",
        # Not: positive_data_acceptance, since a schema cannot say which step a session stands at;
        # negative_data_rejection, since fields that nobody knows are passed over where a client may
        # send more than we read, and the text "1" is taken for the number that it spells;
        # missing_required_header, since the one that is required is the token: ignored_auth;
        # use_after_free, since what is deleted here comes back, or goes on for its sessions.
    ]
)


def _schema(**phases: bool) -> Any:
    document = create_api(routers(), version="test").openapi()
    config = Config()
    config.projects.default.generation = GenerationConfig(
        with_security_parameters=False  # whose token is sent is decided here
    )
    for name in ("examples", "coverage", "fuzzing", "stateful"):
        getattr(config.projects.default.phases, name).enabled = phases.get(name, False)
    # A real document went over the wire; this one is the same after a round through JSON.
    return schemathesis.openapi.from_dict(json.loads(json.dumps(document)), config=config)


@dataclass
class Range:
    """A server, and who is there to call it."""

    server: Server
    database: Database
    http: requests.Session = field(default_factory=requests.Session)
    answered: defaultdict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))

    def party(self) -> Party:
        return make_party(self.database)


KINDS = ["sqlite", "postgresql"] if TIMES > 1 else ["sqlite"]


@pytest.fixture(scope="module", params=KINDS)
def shooting_range(request: pytest.FixtureRequest, new_database: NewDatabase) -> Iterator[Range]:
    url = new_database(request.param)
    server = Server(database_url=url).start()
    made = Range(server, Database(url))
    log = Log(server.log)
    yield made
    made.http.close()
    made.database.close()
    server.stop()
    log.assert_no_traceback()


@pytest.fixture
def guests(shooting_range: Range) -> "Guests":
    return Guests(shooting_range)


class Guests:
    """The people of the newest account, replaced before too much of it is broken."""

    def __init__(self, shooting_range: Range) -> None:
        self._range = shooting_range
        self._party = shooting_range.party()
        self._changes = 0

    @property
    def party(self) -> Party:
        if self._changes >= CHANGES_EACH:
            self._party, self._changes = self._range.party(), 0
        return self._party

    def saw(self, case: Case, status: int) -> None:
        if case.operation.method.lower() != "get" and status < 300:
            self._changes += 1


def call(shooting_range: Range, guests: Guests, case: Case, who: str, number: int) -> None:
    party = guests.party
    put_real_values(case, party.real, number)
    answer = case.call_and_validate(
        base_url=shooting_range.server.base,
        session=shooting_range.http,
        headers=party.headers(who),
        checks=CHECKED,
        timeout=SLOW,
    )
    guests.saw(case, answer.status_code)
    if answer.status_code == 422:
        assert in_plain_words(answer.json()["detail"]), answer.text
    shooting_range.answered[case.operation.definition.raw["operationId"]][answer.status_code] += 1


def put_real_values(case: Case, real: dict[str, list[str]], number: int) -> None:
    """Name what there is in three calls of four, where the case does not mean to be wrong there."""
    if number % 4 == 0 or case.meta is None:
        return
    for place, location in (
        (case.path_parameters, ParameterLocation.PATH),
        (case.body, ParameterLocation.BODY),
    ):
        if not isinstance(place, dict) or case.meta.is_negative_at(location):
            continue
        for name in place.keys() & real.keys():
            place[name] = real[name][number % len(real[name])]


LIMITS, WALKS = _schema(coverage=True), _schema(fuzzing=True)


@LIMITS.parametrize()
@settings(budget(1), suppress_health_check=list(HealthCheck))
def test_at_the_limits_of_what_is_said_the_answer_is_as_it_says(case, shooting_range, guests):
    """The owner may do everything, so that it is done."""
    number = zlib.crc32(repr((case.query, case.body)).encode("utf-8", "replace"))
    call(shooting_range, guests, case, "owner", number)


@WALKS.given(who=st.sampled_from(PEOPLE), number=st.integers(0, 99))
@WALKS.parametrize()
@settings(budget(3), suppress_health_check=list(HealthCheck))
def test_whoever_asks_for_whatever_the_answer_is_as_it_says(
    case, who, number, shooting_range, guests
):
    call(shooting_range, guests, case, who, number)


def test_a_line_break_in_a_path_goes_past_nothing_of_ours(shooting_range):
    for path in ("/api/v1/trees/a%0Ab", "/api/v1/%0A/x"):
        answer = shooting_range.http.get(shooting_range.server.base + path, timeout=SLOW)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-content-type-options"] == "nosniff"
