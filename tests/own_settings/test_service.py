import re
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pyotp
import pytest
from sqlalchemy import func, select

from rxapp.access.actor import Role
from rxapp.access.models import ApiToken, MailLink, RecoveryCode, User
from rxapp.access.queries import actor_by_api_token, actor_by_cookie_hash, actor_by_login
from rxapp.access.rules import LoginKind, MailLinkKind
from rxapp.access.tokens import token_hash
from rxapp.audit.models import AuditEntry
from rxapp.core.errors import Conflict, DomainError, Invalid, NotFound, Unauthenticated
from rxapp.notifications.channels.email import MailServer as Server
from rxapp.notifications.dispatcher import Dispatcher
from rxapp.notifications.models import OutboxEvent
from rxapp.own_settings import password
from rxapp.own_settings import queries as settings_queries
from rxapp.own_settings import service as own
from rxapp.own_settings.rules import API_TOKENS_EACH
from rxapp.sign_in import attempt as sign_in
from rxapp.sign_in import link_service, login_service, queries
from rxapp.sign_in import second_factor_service as factor
from rxapp.sign_in.passwords import check_password
from rxapp.sign_in.rules import RECOVERY_CODES
from rxapp.sign_in.service import add_user
from rxapp.sign_in.views import Place
from tests.support.cast import PASSWORD, PASSWORD_HASH

NEW = "another.address@example.com"
LINK = re.compile(r"\S+/(?:reset|confirm-email)#(\S+)")


@pytest.fixture
def mails(mail_server):
    """Send the waiting emails; returns those to an address."""
    dispatcher = Dispatcher(Server.from_url(mail_server.url, "Flow <flow@example.com>"))

    async def to(address: str) -> list:
        await dispatcher.work()
        await dispatcher.settle()
        return mail_server.to(address)

    return to


def token_in(mail) -> str:
    return LINK.search(mail.get_body(("plain",)).get_content())[1]


def row_of(story, person) -> User:
    return story.see(lambda db: db.get(User, person.actor.user_id))


def count(story, table) -> int:
    return story.see(lambda db: db.execute(select(func.count()).select_from(table)).scalar_one())


def links(story, person) -> list[MailLink]:
    query = select(MailLink).where(MailLink.user_id == person.actor.user_id).order_by(MailLink.id)
    return story.see(lambda db: list(db.execute(query).scalars()))


def asked_reset(story, person) -> str:
    """The token of a fresh link to set a new password."""
    story.do(link_service.ask_reset, person.email)
    return link_service.token_of(links(story, person)[-1])


# --- name and preferences


def test_a_new_name_is_seen_everywhere(story, cast):
    handoff = story.escalate()
    story.do(own.rename, cast.technician.actor, name="  Night   shift ")
    assert story.progress(handoff).handoff.escalated_by == "Night shift"
    for name in ("", "  ", "\x00", "x" * 121):
        with pytest.raises(Invalid) as refusal:
            story.do(own.rename, cast.technician.actor, name=name)
        assert refusal.value.extra["field"] == "name"
    assert row_of(story, cast.technician).name == "Night shift"


def test_preferences_are_kept_one_by_one(story, cast):
    actor = cast.senior.actor
    story.do(own.set_preferences, actor, time_zone="Europe/Berlin", theme="dark")
    story.do(own.set_preferences, actor, email_on_escalation=False)
    profile = story.see(queries.profile, actor)
    assert (profile.time_zone, profile.theme) == ("Europe/Berlin", "dark")
    assert (profile.email_on_escalation, profile.email_on_return) == (False, True)
    story.do(own.set_preferences, actor, time_zone="")
    assert story.see(queries.profile, actor).time_zone == ""
    for field, value in (
        ("time_zone", "Mars/Base"),
        ("time_zone", "../../etc/passwd"),
        ("theme", "neon"),
        ("theme", ""),
    ):
        with pytest.raises(Invalid) as refusal:
            story.do(own.set_preferences, actor, **{field: value})
        assert refusal.value.extra["field"] == field
    assert story.see(queries.profile, actor).theme == "dark"


async def test_who_wants_no_email_of_escalations_gets_none(story, cast, mails):
    story.do(own.set_preferences, cast.senior.actor, email_on_escalation=False)
    story.escalate()
    assert await mails(cast.senior.email) == []
    assert len(await mails(cast.admin.email)) == 1


# --- password


async def test_a_new_password_ends_every_other_sign_in(story, cast, mails):
    senior = cast.senior.actor
    other = story.do(login_service.start_login, senior.user_id, LoginKind.BROWSER)
    api = story.do(login_service.start_login, senior.user_id, LoginKind.API)
    await password.change_password(senior, PASSWORD, "an entirely new one", keep_login=True)
    assert story.see(actor_by_cookie_hash, cast.senior.cookie_hash) is not None
    assert story.see(actor_by_cookie_hash, token_hash(other.secret)) is None
    assert story.see(actor_by_login, api.login_id) is None
    assert check_password("an entirely new one", row_of(story, cast.senior).password_hash)
    [warning] = await mails(cast.senior.email)
    assert warning["Subject"] == "Your password was changed"
    await password.change_password(senior, "an entirely new one", PASSWORD, keep_login=False)
    assert story.see(actor_by_cookie_hash, cast.senior.cookie_hash) is None


async def test_a_password_is_changed_by_who_knows_it_and_to_a_good_one(story, cast):
    for old, new in (
        ("wrong", "an entirely new one"),
        (PASSWORD, "short"),
        (PASSWORD, "x" * 257),
        (PASSWORD, cast.senior.email.upper()),
    ):
        with pytest.raises(Invalid) as refusal:
            await password.change_password(cast.senior.actor, old, new, keep_login=True)
        assert refusal.value.extra["field"] == "password"
    assert check_password(PASSWORD, row_of(story, cast.senior).password_hash)


async def test_a_sign_in_with_the_old_password_does_not_slip_in_after_the_change(
    story, cast, monkeypatch
):
    real = sign_in.check_in_thread

    async def slow(password, password_hash) -> bool:
        matches = await real(password, password_hash)
        story.do(
            own.set_password, cast.senior.actor, was=PASSWORD_HASH, password_hash="new", keep=None
        )
        return matches

    monkeypatch.setattr(sign_in, "check_in_thread", slow)
    attempt = sign_in.Attempt(cast.senior.email, PASSWORD)
    with pytest.raises(Unauthenticated):
        await sign_in.sign_in(attempt, LoginKind.API, Place("10.0.0.1"))
    assert story.see(settings_queries.logins, cast.senior.actor) == []


# --- forgotten password


async def test_the_mailed_link_sets_a_new_password_once(story, cast, mails):
    story.do(link_service.ask_reset, f" {cast.senior.email.upper()} ", address="10.0.0.9")
    [mail] = await mails(cast.senior.email)
    token = token_in(mail)
    assert story.see(link_service.check_link, token, MailLinkKind.RESET) == cast.senior.email
    story.do(link_service.reset_password, token, password_hash="fresh")
    assert row_of(story, cast.senior).password_hash == "fresh"
    assert story.see(actor_by_cookie_hash, cast.senior.cookie_hash) is None
    with pytest.raises(NotFound):
        story.do(link_service.reset_password, token, password_hash="again")
    with pytest.raises(NotFound):
        story.see(link_service.check_link, token, MailLinkKind.RESET)
    assert row_of(story, cast.senior).password_hash == "fresh"
    assert [mail["Subject"] for mail in await mails(cast.senior.email)][-1] == (
        "Your password was changed"
    )


def test_a_reset_link_lives_half_an_hour(story, cast, moving_clock):
    token = asked_reset(story, cast.senior)
    moving_clock.move_on(minutes=29)
    assert story.see(link_service.check_link, token, MailLinkKind.RESET)
    moving_clock.move_on(minutes=2)
    for verb in (
        lambda: story.see(link_service.check_link, token, MailLinkKind.RESET),
        lambda: story.do(link_service.reset_password, token, password_hash="late"),
    ):
        with pytest.raises(NotFound):
            verb()


def test_the_newest_reset_link_alone_works(story, cast):
    first, second = asked_reset(story, cast.senior), asked_reset(story, cast.senior)
    with pytest.raises(NotFound):
        story.do(link_service.reset_password, first, password_hash="old link")
    story.do(link_service.reset_password, second, password_hash="new link")
    assert row_of(story, cast.senior).password_hash == "new link"


def test_of_two_links_asked_for_at_once_one_works(story, cast):
    together = threading.Barrier(2)

    def ask(_: int) -> None:
        together.wait()
        story.do(link_service.ask_reset, cast.senior.email)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(ask, range(2)))
    found = links(story, cast.senior)
    assert (len(found), len([each for each in found if each.used_at is None])) == (2, 1)


def test_of_two_who_follow_one_link_at_once_one_sets_the_password(story, cast):
    token = asked_reset(story, cast.senior)
    together = threading.Barrier(2)

    def follow(password_hash: str) -> str:
        together.wait()
        try:
            story.do(link_service.reset_password, token, password_hash=password_hash)
        except DomainError as refusal:
            return type(refusal).__name__
        return password_hash

    with ThreadPoolExecutor(2) as pool:
        results = sorted(pool.map(follow, ("by-a", "by-b")))
    assert results[0] == "NotFound"
    assert row_of(story, cast.senior).password_hash == results[1]


@pytest.mark.parametrize("left", ["deactivated", "removed"])
async def test_who_has_left_sets_no_password(story, cast, mails, left):
    token = asked_reset(story, cast.senior)
    (story.deactivate if left == "deactivated" else story.remove)(cast.senior)
    with pytest.raises(NotFound):
        story.do(link_service.reset_password, token, password_hash="back")
    assert await mails(cast.senior.email) == [], "what waited is not sent any more"
    before = count(story, MailLink)
    story.do(link_service.ask_reset, cast.senior.email)
    assert count(story, MailLink) == before


async def test_an_unknown_address_looks_and_leaves_nothing(story, cast, sends_mail, monkeypatch):
    monkeypatch.setattr(sign_in, "RESET_SECONDS", 0.05)
    tables = (MailLink, OutboxEvent, AuditEntry)
    before = [count(story, table) for table in tables]
    place = Place("10.0.0.1")
    assert await sign_in.ask_reset("nobody@example.com", place) is None
    assert [count(story, table) for table in tables] == before
    assert await sign_in.ask_reset(cast.senior.email, place) is None
    assert [count(story, table) for table in tables] == [number + 1 for number in before]


async def test_without_a_mail_server_a_forgotten_password_says_so(story, cast):
    place = Place("10.0.0.1")
    for email in (cast.senior.email, "nobody@example.com"):
        with pytest.raises(Conflict, match=r"No mail server is set up here.*reset link"):
            await sign_in.ask_reset(email, place)
    assert count(story, MailLink) == 0


def test_a_link_is_good_for_its_own_purpose_alone(story, cast):
    reset = asked_reset(story, cast.senior)
    story.do(link_service.ask_new_email, cast.admin.actor, email=NEW)
    new_email = link_service.token_of(links(story, cast.admin)[-1])
    with pytest.raises(NotFound):
        story.do(link_service.confirm_new_email, reset)
    with pytest.raises(NotFound):
        story.do(link_service.reset_password, new_email, password_hash="x")
    for token in ("", "x", reset[:-1], links(story, cast.senior)[-1].token_hash):
        with pytest.raises(NotFound):
            story.do(link_service.reset_password, token, password_hash="x")
    assert count(story, MailLink) == 2


# --- email address


async def test_an_address_changes_once_it_is_confirmed_and_the_old_one_is_warned(
    story, cast, mails
):
    story.do(link_service.ask_new_email, cast.senior.actor, email=f" {NEW.upper()}")
    assert row_of(story, cast.senior).email == cast.senior.email
    [mail] = await mails(NEW)
    assert await mails(cast.senior.email) == []
    assert story.do(link_service.confirm_new_email, token_in(mail)) == NEW
    assert row_of(story, cast.senior).email == NEW
    [warning] = await mails(cast.senior.email)
    assert warning["Subject"] == "Your email address was changed"
    with pytest.raises(NotFound):
        story.do(link_service.confirm_new_email, token_in(mail))


def test_an_address_that_is_taken_is_not_asked_for(story, cast):
    for taken in (cast.senior.email, cast.admin.email, cast.outsider.email.upper()):
        with pytest.raises(Conflict) as refusal:
            story.do(link_service.ask_new_email, cast.senior.actor, email=taken)
        assert refusal.value.extra["field"] == "email"
    with pytest.raises(Invalid):
        story.do(link_service.ask_new_email, cast.senior.actor, email="nobody")
    assert count(story, MailLink) == 0


def test_an_address_that_was_taken_meanwhile_is_refused(story, cast):
    story.do(link_service.ask_new_email, cast.senior.actor, email=NEW)
    token = link_service.token_of(links(story, cast.senior)[-1])
    story.do(
        add_user,
        cast.outsider.actor.account_id,
        email=NEW,
        name="Quick",
        password_hash="x",
        role=Role.VIEWER,
    )
    with pytest.raises(Conflict, match="already in use"):
        story.do(link_service.confirm_new_email, token)
    assert row_of(story, cast.senior).email == cast.senior.email


def test_of_two_who_confirm_one_address_at_once_one_gets_it(story, cast):
    tokens = []
    for person in (cast.senior, cast.admin):
        story.do(link_service.ask_new_email, person.actor, email=NEW)
        tokens.append(link_service.token_of(links(story, person)[-1]))
    together = threading.Barrier(2)

    def confirm(token: str) -> str:
        together.wait()
        try:
            return story.do(link_service.confirm_new_email, token)
        except DomainError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(confirm, tokens)) == ["Conflict", NEW]


def test_a_link_to_a_new_address_lives_a_day_and_the_newest_alone_works(story, cast, moving_clock):
    story.do(link_service.ask_new_email, cast.senior.actor, email="first@example.com")
    story.do(link_service.ask_new_email, cast.senior.actor, email=NEW)
    first, second = (link_service.token_of(each) for each in links(story, cast.senior))
    with pytest.raises(NotFound):
        story.do(link_service.confirm_new_email, first)
    moving_clock.move_on(hours=25)
    with pytest.raises(NotFound):
        story.do(link_service.confirm_new_email, second)


@pytest.mark.parametrize("by", ["change", "reset"])
def test_a_new_password_kills_a_link_that_a_thief_asked_for(story, cast, by):
    story.do(link_service.ask_new_email, cast.senior.actor, email="thief@example.net")
    thief = link_service.token_of(links(story, cast.senior)[-1])
    if by == "change":
        story.do(
            own.set_password, cast.senior.actor, was=PASSWORD_HASH, password_hash="new", keep=None
        )
    else:
        story.do(link_service.reset_password, asked_reset(story, cast.senior), password_hash="new")
    with pytest.raises(NotFound):
        story.do(link_service.confirm_new_email, thief)
    assert row_of(story, cast.senior).email == cast.senior.email


def test_a_changed_address_kills_reset_links_to_the_old_one(story, cast):
    reset = asked_reset(story, cast.senior)
    story.do(link_service.ask_new_email, cast.senior.actor, email=NEW)
    story.do(link_service.confirm_new_email, link_service.token_of(links(story, cast.senior)[-1]))
    with pytest.raises(NotFound):
        story.do(link_service.reset_password, reset, password_hash="x")


# --- API tokens and sign-ins


def test_a_token_is_shown_once_and_kept_as_a_hash(story, cast):
    made = story.do(own.make_api_token, cast.senior.actor, name=" Ticket  sync ", scope="read")
    assert made.token.startswith("rft_")
    [listed] = story.see(settings_queries.api_tokens, cast.senior.actor)
    assert (listed.name, listed.scope, listed.used_at) == ("Ticket sync", "read", None)
    assert made.token.startswith(listed.hint)
    assert len(listed.hint) < 12
    kept = story.see(lambda db: str(db.execute(select(*ApiToken.__table__.c)).all()))
    assert made.token not in kept
    assert token_hash(made.token) in kept
    actor, scope, used_at = story.see(actor_by_api_token, token_hash(made.token))
    assert (actor.user_id, scope, used_at) == (cast.senior.actor.user_id, "read", None)


def test_what_is_not_acceptable_in_a_token_is_named(story, cast):
    for field, values in (
        ("name", {"name": " ", "scope": "read"}),
        ("name", {"name": "x" * 121, "scope": "read"}),
        ("scope", {"name": "Sync", "scope": "admin"}),
    ):
        with pytest.raises(Invalid) as refusal:
            story.do(own.make_api_token, cast.senior.actor, **values)
        assert refusal.value.extra["field"] == field


def test_a_user_has_so_many_tokens_and_no_more_also_at_once(story, cast):
    def make(n: int) -> str:
        try:
            return story.do(
                own.make_api_token, cast.senior.actor, name=f"Token {n}", scope="read"
            ).id
        except Conflict:
            return ""

    made = [make(n) for n in range(API_TOKENS_EACH - 1)]
    assert all(made)
    with ThreadPoolExecutor(4) as pool:
        assert len([each for each in pool.map(make, range(4)) if each]) == 1
    story.do(own.revoke_api_token, cast.senior.actor, made[0])
    assert make(99)
    assert story.do(own.make_api_token, cast.admin.actor, name="Own", scope="read").id


def test_a_revoked_token_is_dead_and_others_are_out_of_reach(story, cast):
    made = story.do(own.make_api_token, cast.senior.actor, name="Sync", scope="write")
    for stranger in (cast.second_senior, cast.owner, cast.outsider):
        with pytest.raises(NotFound):
            story.do(own.revoke_api_token, stranger.actor, made.id)
        assert story.see(settings_queries.api_tokens, stranger.actor) == []
    assert story.see(actor_by_api_token, token_hash(made.token)) is not None
    story.do(own.revoke_api_token, cast.senior.actor, made.id)
    assert story.see(actor_by_api_token, token_hash(made.token)) is None
    assert story.see(settings_queries.api_tokens, cast.senior.actor) == []
    with pytest.raises(NotFound):
        story.do(own.revoke_api_token, cast.senior.actor, made.id)


def test_own_sign_ins_are_listed_and_ended_and_nobody_elses(story, cast):
    other = story.do(login_service.start_login, cast.senior.actor.user_id, LoginKind.API)
    listed = story.see(settings_queries.logins, cast.senior.actor)
    assert {(each.kind, each.is_current) for each in listed} == {("browser", True), ("api", False)}
    for stranger in (cast.owner, cast.outsider):
        with pytest.raises(NotFound):
            story.do(login_service.end_one, stranger.actor, other.login_id)
    assert story.see(actor_by_login, other.login_id) is not None
    story.do(login_service.end_one, cast.senior.actor, other.login_id)
    assert story.see(actor_by_login, other.login_id) is None
    with pytest.raises(NotFound):
        story.do(login_service.end_one, cast.senior.actor, other.login_id)
    assert len(story.see(settings_queries.logins, cast.senior.actor)) == 1


# --- second factor


@pytest.fixture
def phone(story, cast, moving_clock):
    """The senior's authenticator app, set up and turned on; its codes go with the moved clock."""
    setup = story.do(factor.set_up, cast.senior.actor)
    totp = pyotp.TOTP(setup.secret)

    def code(windows: int = 0) -> str:
        return totp.at(moving_clock.now(), counter_offset=windows)

    codes = story.do(factor.turn_on, cast.senior.actor, code=code())
    moving_clock.move_on(seconds=90)
    return SimpleNamespace(code=code, codes=codes, secret=setup.secret, uri=setup.uri)


def passes(story, cast, code: str) -> bool:
    return story.do(factor.passes, cast.senior.actor.user_id, code)


def test_the_second_factor_counts_once_a_code_was_seen(story, cast, moving_clock):
    setup = story.do(factor.set_up, cast.senior.actor)
    assert f"secret={setup.secret}" in setup.uri
    assert "issuer=ResolutionFlow" in setup.uri
    assert not story.see(queries.profile, cast.senior.actor).has_second_factor
    right = pyotp.TOTP(setup.secret).at(moving_clock.now())
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for code in ("", "abc", wrong, right[:-1]):
        with pytest.raises(Invalid) as refusal:
            story.do(factor.turn_on, cast.senior.actor, code=code)
        assert refusal.value.extra["field"] == "code"
    codes = story.do(factor.turn_on, cast.senior.actor, code=f"{right[:3]} {right[3:]}")
    assert len(set(codes)) == RECOVERY_CODES
    profile = story.see(queries.profile, cast.senior.actor)
    assert (profile.has_second_factor, profile.recovery_codes_left) == (True, RECOVERY_CODES)
    with pytest.raises(Conflict):
        story.do(factor.set_up, cast.senior.actor)
    with pytest.raises(Conflict):
        story.do(factor.turn_on, cast.senior.actor, code=right)
    assert not passes(story, cast, right), "the code that turned it on is used up"


def test_turning_on_needs_a_set_up(story, cast):
    with pytest.raises(Conflict, match="Set the second factor up first"):
        story.do(factor.turn_on, cast.senior.actor, code="123456")
    assert not passes(story, cast, "123456")


def test_neither_secret_nor_recovery_codes_are_kept_in_clear(story, cast, phone):
    def everything(db) -> str:
        tables = (User, RecoveryCode, AuditEntry, OutboxEvent)
        return str([db.execute(select(*table.__table__.c)).all() for table in tables])

    kept = story.see(everything)
    assert token_hash(phone.codes[0]) in kept
    assert not [secret for secret in (phone.secret, *phone.codes) if secret in kept]


def test_a_code_works_once_in_its_time(story, cast, phone, moving_clock):
    code = phone.code()
    assert passes(story, cast, code)
    assert not passes(story, cast, code)
    moving_clock.move_on(seconds=30)
    assert not passes(story, cast, code), "still in time, but used"
    assert passes(story, cast, phone.code())
    moving_clock.move_on(seconds=90)
    late = phone.code(-1)
    assert passes(story, cast, late)
    assert not passes(story, cast, phone.code(-2))
    assert not passes(story, cast, phone.code(2))


def test_an_older_code_does_not_work_after_a_newer_one(story, cast, phone):
    ahead, now = phone.code(1), phone.code()
    assert passes(story, cast, ahead)
    assert not passes(story, cast, now)


@pytest.mark.parametrize("kind", ["app", "recovery"])
def test_a_code_that_is_used_twice_at_once_works_once(story, cast, phone, kind):
    code = phone.code() if kind == "app" else phone.codes[0]
    together = threading.Barrier(2)

    def use(_: int) -> bool:
        together.wait()
        return passes(story, cast, code)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [False, True]


def test_each_recovery_code_works_once(story, cast, phone):
    first, second = phone.codes[:2]
    assert passes(story, cast, f" {first.upper()} ")
    assert not passes(story, cast, first)
    assert passes(story, cast, second)
    left = story.see(queries.profile, cast.senior.actor).recovery_codes_left
    assert left == RECOVERY_CODES - 2
    assert not story.do(factor.passes, cast.admin.actor.user_id, phone.codes[2]), "not theirs"
    for odd in ("", "-", "x" * 100, "0" * 39, "½½½½½½", "１２３４５６"):
        assert not passes(story, cast, odd)


async def test_renewed_codes_replace_those_before(story, cast, phone):
    codes = story.do(factor.renew_codes, cast.senior.actor)
    assert not set(codes) & set(phone.codes)
    assert not passes(story, cast, phone.codes[0])
    assert passes(story, cast, codes[0])
    with pytest.raises(Conflict, match="is off"):
        story.do(factor.renew_codes, cast.admin.actor)


async def test_turned_off_it_is_gone_and_both_are_told_by_mail(story, cast, phone, mails):
    story.do(factor.turn_off, cast.senior.actor)
    assert not story.see(queries.credentials, cast.senior.email).has_second_factor
    assert row_of(story, cast.senior).totp_secret == ""
    assert count(story, RecoveryCode) == 0
    assert not passes(story, cast, phone.code())
    assert not passes(story, cast, phone.codes[0])
    subjects = {mail["Subject"] for mail in await mails(cast.senior.email)}
    assert subjects == {"Second factor turned on", "Second factor turned off"}
    story.do(factor.turn_off, cast.senior.actor)  # twice is harmless
    again = story.do(factor.set_up, cast.senior.actor)
    assert again.secret != phone.secret
