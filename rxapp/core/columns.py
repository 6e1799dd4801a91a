"""Column types that every table may use."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, String, TypeDecorator

LARGEST_INT = 2**31 - 1
"""The largest number that an integer column holds."""

HASH_LENGTH = 64
"""How many characters a hash has, in hexadecimal."""

WORD_LIMIT = 40
"""How many characters a word has at most that names one of a few kinds."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; by itself, SQLite would return a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        """What its values are."""
        return datetime

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the database stores; a naive datetime is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: use rxapp.core.clock.utc_now()")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored moment as an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class EnumText(TypeDecorator[StrEnum]):
    """A member of the enum ``of``, stored as its text in at most ``length`` characters.

    Text that matches no member is refused, whether it comes from our code or from the database.
    """

    impl = String
    cache_ok = True

    def __init__(self, of: type[StrEnum], length: int) -> None:
        super().__init__(length)
        self.of = of
        self.length = length
        self._texts = {member: member.value for member in of}
        self._members = {member.value: member for member in of}

    @property
    def python_type(self) -> type[StrEnum]:
        """What its values are."""
        return self.of

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return what the database stores."""
        if value is None:
            return None
        if value not in self._texts:
            raise ValueError(f"{value!r} is not a {self.of.__name__}")
        return self._texts[value]

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:  # noqa: ARG002
        """Return the stored member."""
        if value is None:
            return None
        if value not in self._members:
            raise LookupError(f"the database holds {value!r}, which is not a {self.of.__name__}")
        return self._members[value]
