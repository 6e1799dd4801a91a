"""Settings: read once from the environment, checked, frozen."""

import re
import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from limits import parse
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from rxapp.core.faults import predicate

MIN_SECRET_LENGTH = 32
STARTTLS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
"""What ``starttls`` may say in ``SMTP_URL``."""

_DATABASE = re.compile(r"(sqlite:///.+|(postgres|postgresql)(\+psycopg)?://.+)$")


class SettingsError(Exception):
    """A setting has a wrong value; the message is one line that names the variable."""


class Settings(BaseSettings):
    """Everything that a deployment may choose. Field names are the variables in lower case."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    host: str = "0.0.0.0"  # noqa: S104 - a server that people reach from other machines
    port: int = Field(3000, ge=1, le=65535)
    rf_data_dir: Path = Path("data")
    database_url: str = ""
    redis_url: str = ""
    smtp_url: str = ""
    mail_from: str = "ResolutionFlow <resolutionflow@localhost>"
    public_url: str = ""
    secret_key: str = ""
    rf_demo: bool = False
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
            parse(value)
        except ValueError:
            raise ValueError("must look like 10/minute or 20/15minutes") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database(cls, value: str) -> str:
        if value and not _DATABASE.match(value):
            raise ValueError(
                "must look like postgresql://user:password@host/name or sqlite:///file"
            )
        return value

    @field_validator("redis_url")
    @classmethod
    def _check_redis(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("redis", "rediss"):
            raise ValueError("must start with redis:// or rediss://")
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
        try:
            _ = parts.port
        except ValueError:
            raise ValueError("the port must be a number from 1 to 65535") from None
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
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("must be an address, like https://flow.example.com")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _check_secret(cls, value: str) -> str:
        if value and len(value) < MIN_SECRET_LENGTH:
            raise ValueError(f"must have at least {MIN_SECRET_LENGTH} characters")
        return value

    @property
    def database(self) -> str:
        """The database's address: ``DATABASE_URL``, or a file in the data directory."""
        return self.database_url or f"sqlite:///{self.rf_data_dir / 'resolutionflow.db'}"

    @property
    def base_url(self) -> str:
        """The address that people open, without a slash at its end."""
        return self.public_url or f"http://localhost:{self.port}"

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
        return (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")

    @property
    def signing_key(self) -> str:
        """The server's key: ``SECRET_KEY``, or one made once and kept.

        It signs access tokens, derives mailed links, and seals second factors and kept answers.

        Raises:
            SettingsError: if the kept key cannot be read or written.
        """
        return self.secret_key or _kept_key(str(self.rf_data_dir / "secret_key"))


@lru_cache
def _kept_key(path: str) -> str:
    file = Path(path)
    try:
        if not file.exists():
            _keep_new_key(file)
        key = file.read_text().strip()
    except OSError as error:
        raise SettingsError(f"RF_DATA_DIR: cannot keep the secret key: {error}") from None
    if len(key) < MIN_SECRET_LENGTH:
        raise SettingsError(f"RF_DATA_DIR: the secret key in {file} is damaged; delete the file")
    return key


def _keep_new_key(file: Path) -> None:
    """Write a new key whole or not at all; of two processes that do, the first one's stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_urlsafe(48))
    try:
        file.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


@lru_cache
def settings() -> Settings:
    """Return the process's settings.

    Raises:
        SettingsError: if a variable has a wrong value; its message names the variable.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise SettingsError(f"{name}: {predicate(first)}") from None
