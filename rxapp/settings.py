"""Settings: read once from the environment, checked, frozen."""

import secrets
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from limits import parse
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from rxapp.core import locks
from rxapp.core.faults import predicate

MIN_SECRET_LENGTH = 32
STARTTLS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
"""The values of ``starttls`` in ``SMTP_URL``."""

MOST_WORKERS = 64
DEFAULT_PORTS = {"http": 80, "https": 443}

_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")


class SettingsError(Exception):
    """Settings have invalid values; the message has one line for each, with its variable."""


class Settings(BaseSettings):
    """Everything that a deployment can configure. Fields are the variables in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = "0.0.0.0"  # noqa: S104 - people reach this server from other machines
    port: int = Field(3000, ge=1, le=65535)
    rf_data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = "ResolutionFlow <resolutionflow@localhost>"
    public_url: str = ""
    secret_key: str = ""
    rf_demo: bool = False
    granian_workers: int = Field(1, ge=1, le=MOST_WORKERS)
    trusted_proxy_hops: int = Field(0, ge=0, le=10)
    limit_sign_in: str = "60/minute"
    limit_sign_in_failures: str = "10/15minutes"
    limit_register: str = "20/hour"
    limit_reset: str = "5/hour"
    limit_invite: str = "100/hour"

    @field_validator(
        "limit_sign_in", "limit_sign_in_failures", "limit_register", "limit_reset", "limit_invite"
    )
    @classmethod
    def _check_limit(cls, value: str) -> str:
        try:
            rate = parse(value)
        except ValueError:
            raise ValueError("must look like 10/minute or 20/15minutes") from None
        if rate.amount < 1 or rate.multiples < 1:
            raise ValueError("must allow at least one, as in 1/minute: nobody gets in with 0")
        return value

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        bare = value.strip().removeprefix("[").removesuffix("]")
        if bare == "localhost":
            return "127.0.0.1"
        try:
            return str(ip_address(bare))
        except ValueError:
            raise ValueError(
                "must be an address of this machine, like 0.0.0.0, 127.0.0.1 or ::1"
            ) from None

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        if not value:
            return value
        try:
            url = make_url(value)
        except (ArgumentError, ValueError):
            url = None
        if url is not None and url.drivername == "sqlite" and not url.host and url.database:
            if url.database == ":memory:":
                raise ValueError("a database in memory is lost at every stop: name a file")
            return value
        if url is None or url.drivername not in _POSTGRESQL or not (url.host or url.database):
            raise ValueError(
                "must look like postgresql://user:password@host/name or sqlite:///file"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("redis", "rediss") or not parts.hostname:
            raise ValueError(
                "must look like redis://:password@host:6379/0, or start with rediss://"
            )
        _ = _port(parts)
        if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
            raise ValueError("the part after the host must be the number of a database, like /0")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must look like smtp://user:password@host:587?starttls=true")
        unknown = set(parse_qs(parts.query)) - {"starttls"}
        if unknown:
            raise ValueError(f"unknown option {sorted(unknown)[0]!r}; only starttls is known")
        wanted = parse_qs(parts.query).get("starttls", ["false"])[0]
        if wanted.strip().lower() not in STARTTLS:
            raise ValueError("starttls must be true or false")
        _ = _port(parts)
        return value

    @field_validator("mail_from")
    @classmethod
    def _check_mail_from(cls, value: str) -> str:
        if "@" not in value or "\n" in value or "\r" in value:
            raise ValueError("must be an address, like ResolutionFlow <support@example.com>")
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        """Return the address as browsers write it: in lower case, without a default port."""
        if not value:
            return value
        parts = urlsplit(value.strip())
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
            raise ValueError("must be an address, like https://flow.example.com")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("must not have a path: the pages are served at the root of the host")
        if parts.username is not None:
            raise ValueError("must not contain a user or a password")
        port = _port(parts)
        try:
            host = parts.hostname.encode("idna").decode()
        except UnicodeError:
            raise ValueError("must be an address, like https://flow.example.com") from None
        host = f"[{host}]" if ":" in host else host
        return f"{parts.scheme}://{host}" + (
            "" if port in (None, DEFAULT_PORTS[parts.scheme]) else f":{port}"
        )

    @field_validator("secret_key")
    @classmethod
    def _check_secret(cls, value: str) -> str:
        if value and len(value) < MIN_SECRET_LENGTH:
            raise ValueError(f"must have at least {MIN_SECRET_LENGTH} characters")
        return value

    @model_validator(mode="after")
    def _check_workers(self) -> Self:
        if self.granian_workers > 1 and not (
            self.redis_url and self.database_url.startswith("postgres")
        ):
            raise ValueError(
                f"GRANIAN_WORKERS: {self.granian_workers} processes need REDIS_URL and a PostgreSQL"
                " in DATABASE_URL to share their state; set both, or leave it at 1"
            )
        return self

    @property
    def database(self) -> str:
        """The database's URL: ``DATABASE_URL``, or a file in the data directory."""
        return self.database_url or f"sqlite:///{self.rf_data_dir / 'resolutionflow.db'}"

    @property
    def database_variable(self) -> str:
        """The name of the variable that says where the database is."""
        return "DATABASE_URL" if self.database_url else "RF_DATA_DIR"

    @property
    def base_url(self) -> str:
        """The address that people open, without a slash at the end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def sends_mail(self) -> bool:
        """Whether a mail server is set up; without one, all emails are recorded as skipped."""
        return bool(self.smtp_url)

    @property
    def behind_tls(self) -> bool:
        """Whether people reach the server over https, so that cookies must be ``Secure``."""
        return self.base_url.startswith("https://")

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may open the websocket or send a cookie."""
        if self.public_url:
            parts = urlsplit(self.public_url)
            return (f"{parts.scheme}://{parts.netloc}",)
        names = ["localhost", "127.0.0.1"]
        if isinstance(ip_address(self.host), IPv6Address):
            names.append("[::1]")
        return tuple(f"http://{name}:{self.port}" for name in names)

    @property
    def signing_key(self) -> str:
        """The server's key: ``SECRET_KEY``, or one that is generated once and stored.

        It signs access tokens, derives emailed links, and encrypts second factors and stored
        answers.

        Raises:
            SettingsError: if the stored key cannot be read or written.
        """
        return self.secret_key or _kept_key(str(self.rf_data_dir / "secret_key"))


def _port(parts: SplitResult) -> int | None:
    """Return the port of an address, or None if it has none.

    Raises:
        ValueError: if the port is not valid.
    """
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("the port must be a number from 1 to 65535")
    return port


@lru_cache
def _kept_key(path: str) -> str:
    file = Path(path)
    try:
        if not file.exists():
            _keep_new_key(file)
        key = file.read_text().strip()
    except OSError as error:
        raise SettingsError(f"RF_DATA_DIR: cannot store the secret key: {error}") from None
    if len(key) < MIN_SECRET_LENGTH:
        raise SettingsError(f"RF_DATA_DIR: the secret key in {file} is damaged; delete the file")
    return key


def _keep_new_key(file: Path) -> None:
    """Write a new key completely or not at all; if two processes do, the first one's stays."""
    with locks.making(file):
        if file.exists():
            return
        fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48))
        fresh.replace(file)


@lru_cache
def settings() -> Settings:
    """Return the process's settings.

    Raises:
        SettingsError: if variables have invalid values; the message has one line for each.
    """
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_lines(error))) from None


def _lines(error: ValidationError) -> list[str]:
    """Return what is wrong, one line per variable."""
    lines = []
    for each in error.errors():
        name = f"{str(each['loc'][0]).upper()}: " if each["loc"] else ""
        lines.append(f"{name}{predicate(each)}")
    return lines
