import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from rxapp import settings as module
from rxapp.settings import Settings, SettingsError

NAMES = [name.upper() for name in Settings.model_fields]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Settings]:
    """Read the settings of a process whose environment holds these variables alone."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)

    def read_with(**variables: str) -> Settings:
        for name, value in {"RF_DATA_DIR": str(tmp_path / "data"), **variables}.items():
            monkeypatch.setenv(name, value)
        return module.settings.__wrapped__()

    return read_with


def test_with_an_empty_environment_it_serves_here_on_a_database_of_its_own(read, monkeypatch):
    config = read()
    assert (config.host, config.port) == ("0.0.0.0", 3000)
    assert config.database == f"sqlite:///{config.rf_data_dir / 'resolutionflow.db'}"
    assert (config.redis_url, config.smtp_url, config.rf_demo) == ("", "", False)
    assert config.base_url == "http://localhost:3000"
    assert config.origins == ("http://localhost:3000", "http://127.0.0.1:3000")
    assert not config.behind_tls
    monkeypatch.delenv("RF_DATA_DIR")
    assert module.settings.__wrapped__().rf_data_dir == Path("data")


def test_an_empty_variable_is_as_none(read):
    config = read(PORT="", DATABASE_URL="", RF_DEMO="", SECRET_KEY="")
    assert (config.port, config.rf_demo) == (3000, False)


def test_behind_a_public_address_links_origins_and_cookies_follow_it(read):
    config = read(PUBLIC_URL="https://flow.example.com/", PORT="8080")
    assert config.base_url == "https://flow.example.com"
    assert config.origins == ("https://flow.example.com",)
    assert config.behind_tls
    assert not read(PUBLIC_URL="http://flow.example.com:8080").behind_tls


@pytest.mark.parametrize(
    "url",
    ["sqlite:////var/x.db", "postgresql://u@h/d", "postgres://u@h/d", "postgresql+psycopg://u@h/d"],
)
def test_both_databases_are_taken(read, url):
    assert read(DATABASE_URL=url).database == url


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("RF_DEMO", "perhaps"),
        ("DATABASE_URL", "mysql://u@h/d"),
        ("DATABASE_URL", "/var/x.db"),
        ("DATABASE_URL", "sqlite"),
        ("DATABASE_URL", "postgresql:"),
        ("DATABASE_URL", "postgresql+asyncpg://u@h/d"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "http://h"),
        ("SMTP_URL", "localhost"),
        ("SMTP_URL", "http://h"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://h:99999"),
        ("SMTP_URL", "smtp://h:mail"),
        ("SMTP_URL", "smtp://h?tls=true"),
        ("SMTP_URL", "smtp://[h"),
        ("MAIL_FROM", "ResolutionFlow"),
        ("MAIL_FROM", "a@example.com\nBcc: b@example.com"),
        ("MAIL_FROM", "a@example.com\rBcc: b@example.com"),
        ("PUBLIC_URL", "flow.example.com"),
        ("PUBLIC_URL", "ftp://flow.example.com"),
        ("PUBLIC_URL", "https://"),
        ("PUBLIC_URL", "https://flow.example.com/app"),
        ("PUBLIC_URL", "https://flow.example.com?x=1"),
        ("PUBLIC_URL", "https://user@flow.example.com"),
        ("PUBLIC_URL", "https://flow.example.com:99999"),
        ("SECRET_KEY", "too short to sign with"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://u@h:port/d"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://h:99999"),
        ("REDIS_URL", "redis://h/first"),
        ("HOST", "everywhere"),
        ("HOST", "300.0.0.1"),
        ("GRANIAN_WORKERS", "abc"),
        ("GRANIAN_WORKERS", "0"),
        ("GRANIAN_WORKERS", "2"),
        ("LIMIT_SIGN_IN", "0/minute"),
        ("LIMIT_RESET", "often"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_variable(read, name, value):
    with pytest.raises(SettingsError) as refusal:
        read(**{name: value})
    message = str(refusal.value)
    assert message.startswith(f"{name}: ")
    assert len(message) > len(name) + 10
    assert "\n" not in message


@pytest.mark.parametrize("value", ["yes", "on", "True ", "maybe"])
def test_who_asks_for_starttls_gets_it_or_is_told_that_it_was_not_understood(read, value):
    from rxapp.notifications.channels.email import MailServer

    try:
        config = read(SMTP_URL=f"smtp://u:p@h?starttls={value}")
    except SettingsError as refusal:
        assert str(refusal).startswith("SMTP_URL: ")
    else:
        assert MailServer.from_url(config.smtp_url, config.mail_from).starttls


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("HTTPS://Flow.Example.COM", "https://flow.example.com"),
        ("https://flow.example.com:443/", "https://flow.example.com"),
        ("http://flow.example.com:80", "http://flow.example.com"),
        ("https://flow.example.com:8443", "https://flow.example.com:8443"),
        ("http://flow.example.com:443", "http://flow.example.com:443"),
        ("https://büro.example", "https://xn--bro-hoa.example"),
        ("http://[2001:DB8::1]:3000", "http://[2001:db8::1]:3000"),
    ],
)
def test_the_public_address_is_written_as_browsers_name_it(read, given, address):
    config = read(PUBLIC_URL=given)
    assert config.base_url == address
    assert config.origins == (address,)


@pytest.mark.parametrize(
    ("given", "host"), [("::1", "::1"), ("[::]", "::"), ("localhost", "127.0.0.1")]
)
def test_any_address_of_this_machine_is_taken(read, given, host):
    config = read(HOST=given)
    assert config.host == host
    assert ("http://[::1]:3000" in config.origins) is (":" in host)


def test_several_processes_need_a_shared_database_and_redis(read):
    shared = {"REDIS_URL": "redis://h", "DATABASE_URL": "postgresql://u@h/d"}
    assert read(GRANIAN_WORKERS="4", **shared).granian_workers == 4
    for missing in shared:
        rest = {**shared, missing: ""}
        with pytest.raises(SettingsError, match=r"^GRANIAN_WORKERS: 4 processes need REDIS_URL"):
            read(GRANIAN_WORKERS="4", **rest)


def test_every_wrong_value_is_named_at_once(read):
    with pytest.raises(SettingsError) as refusal:
        read(PORT="0", PUBLIC_URL="x", LIMIT_INVITE="0/hour")
    named = [line.split(":")[0] for line in str(refusal.value).splitlines()]
    assert named == ["PORT", "PUBLIC_URL", "LIMIT_INVITE"]


def test_settings_are_frozen(read):
    with pytest.raises(ValidationError, match="frozen"):
        read().port = 1


def test_a_given_key_signs(read, tmp_path):
    assert read(SECRET_KEY="k" * 32).signing_key == "k" * 32
    assert not (tmp_path / "data").exists()


def test_a_key_is_made_once_and_nobody_else_reads_it(read):
    config = read()
    made = config.signing_key
    file = config.rf_data_dir / "secret_key"
    assert len(made) >= 32
    assert file.read_text() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    module._kept_key.cache_clear()
    assert read().signing_key == made


def test_a_key_is_kept_where_there_are_no_hard_links(read, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    config = read()
    assert len(config.signing_key) >= 32
    assert [each.name for each in config.rf_data_dir.iterdir()] == ["secret_key"]


def test_of_many_processes_that_make_a_key_the_first_ones_stays(tmp_path):
    file = tmp_path / "secret_key"
    code = f"""
from pathlib import Path
from rxapp import settings
print(settings._kept_key({str(file)!r}))
"""
    starts = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    keys = {start.communicate(timeout=60)[0].strip() for start in starts}
    assert keys == {file.read_text()}


def test_two_installations_have_two_keys(read, tmp_path):
    assert (
        read(RF_DATA_DIR=str(tmp_path / "a")).signing_key
        != read(RF_DATA_DIR=str(tmp_path / "b")).signing_key
    )


@pytest.mark.parametrize("left", ["", "\n", "half a k"])
def test_a_key_file_that_was_cut_short_signs_nothing(read, left):
    config = read()
    config.rf_data_dir.mkdir()
    (config.rf_data_dir / "secret_key").write_text(left)
    module._kept_key.cache_clear()
    try:
        assert len(config.signing_key) >= module.MIN_SECRET_LENGTH
    except SettingsError as refusal:
        assert "secret key" in str(refusal)


def test_a_folder_that_cannot_keep_the_key_is_named(read, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match=r"^RF_DATA_DIR: cannot store the secret key"):
        _ = read(RF_DATA_DIR=str(tmp_path / "file" / "below")).signing_key


def test_the_tests_themselves_read_nothing_of_the_machine():
    assert os.environ["RF_DATA_DIR"].startswith("/")
    assert module.settings().smtp_url == ""
