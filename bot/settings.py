"""One table of settings, read once from the environment."""

from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

LINE_API = "https://api.line.me"
POSTGRES_EXTRA = ("psycopg", "psycopg_pool", "procrastinate")
SPEAKING = ("LINE_CHANNEL_ACCESS_TOKEN", "SAAN_SECRET_KEY", "PUBLIC_URL")  # to write and send what is due
DEMANDED = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "SAAN_SECRET_KEY", "PUBLIC_URL")  # to serve


class SettingsProblem(Exception):
    """A setting is missing or wrong; the message is one line and names it."""


class Settings(BaseSettings):
    """Everything that differs between deployments. Descriptions are the README's table."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    line_channel_secret: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (),
        description="Channel secret from the LINE console; two, comma-separated, while it is being rotated",
    )
    line_channel_access_token: SecretStr = Field(
        SecretStr(""), description="Long-lived channel access token from the LINE console"
    )
    line_api_url: str = Field(
        LINE_API, description="Where LINE's API and content are; change it only for the simulator"
    )
    database_url: str = Field("", description="SQLAlchemy address; empty: SQLite in SAAN_DATA_DIR")
    public_url: str = Field("", description="https address at which LINE and phones reach this bot")
    saan_secret_key: SecretStr = Field(
        SecretStr(""), description="At least 32 random characters; signs links, codes and hashes"
    )
    saan_data_dir: Path = Field(
        Path("var"), description="Folder for the SQLite file, photos and voice messages"
    )
    bot_names: Annotated[tuple[str, ...], NoDecode] = Field(
        ("สาน", "น้องสาน", "Saan"), description="Names by which groups call the bot, comma-separated"
    )
    port: int = Field(8000, ge=0, le=65535, description="Port of `saan serve`")
    saan_keep_handled_days: int = Field(
        7, ge=0, description="Days until a handled event's content is blanked"
    )
    saan_keep_sent_days: int = Field(7, ge=0, description="Days until a sent message's content is blanked")
    saan_keep_dead_days: int = Field(30, ge=0, description="Days until a dead letter's content is blanked")
    saan_clock_shift: float = Field(
        0.0,
        description="Seconds by which the bot's time differs from the wall's; if any, only `saan tick` does "
        "what is due (for the demo)",
    )
    saan_backup_key: SecretStr = Field(
        SecretStr(""),
        description="At least 32 random characters, another than SAAN_SECRET_KEY; encrypts backups",
    )
    saan_ledger: Path | None = Field(
        None,
        description="File of who was erased, as keyed hashes, which no backup holds; one for all hosts "
        "(empty: erased.ledger in SAAN_DATA_DIR)",
    )
    saan_workers: int = Field(4, ge=1, le=64, description="Threads that work on chats in one process")
    saan_log_format: Literal["text", "json"] = Field(
        "text", description="`text` for a person at a terminal, `json` for a log collector"
    )
    saan_log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="From which level on there is a log"
    )
    saan_metrics_token: SecretStr = Field(
        SecretStr(""),
        description="Bearer token of /metrics, at least 16 characters; without it there is none",
    )
    saan_metrics_port: int = Field(
        0,
        ge=0,
        le=65535,
        description="Port at which `saan worker` and `saan clock` answer /metrics on a host without `web`; 0: none",
    )

    @field_validator("line_channel_secret", "bot_names", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("line_channel_secret")
    @classmethod
    def _at_most_two(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if len(value) > 2:
            raise ValueError("holds more than two secrets; keep the current and the next one")
        return value

    @field_validator("bot_names")
    @classmethod
    def _some_name(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError("names nobody; give at least one name")
        return value

    @field_validator("saan_secret_key", "saan_backup_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 32:
            raise ValueError("is shorter than 32 characters; make one with `openssl rand -hex 32`")
        return value

    @field_validator("saan_metrics_token")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and len(value.get_secret_value()) < 16:
            raise ValueError("is shorter than 16 characters; make one with `openssl rand -hex 16`")
        return value

    @field_validator("line_api_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"is no web address; leave it out for {LINE_API}")
        return value.rstrip("/")

    @field_validator("public_url")
    @classmethod
    def _https(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "https" or not parts.hostname):
            raise ValueError("must begin with https:// (LINE shows no other pictures and links)")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql")):
            raise ValueError("must begin with sqlite:/// or postgresql:// (or be left out)")
        if value.startswith("postgresql") and not all(map(find_spec, POSTGRES_EXTRA)):
            raise ValueError("needs the extra for PostgreSQL; in Saan's folder: pip install '.[postgres]'")
        return value.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def database(self) -> str:
        """The database's SQLAlchemy address: DATABASE_URL, or SQLite in the data folder."""
        return self.database_url or f"sqlite:///{self.saan_data_dir.resolve() / 'saan.db'}"

    @property
    def ledger(self) -> Path:
        """Where it is kept who was erased: SAAN_LEDGER, or a file in the data folder."""
        return self.saan_ledger or self.saan_data_dir / "erased.ledger"

    @property
    def key(self) -> bytes:
        """The secret key as bytes."""
        return self.saan_secret_key.get_secret_value().encode()


def load_settings(demanded: Iterable[str] = (), **given: Any) -> Settings:
    """Read and validate the settings; `demanded` names those that must not be empty.

    Raises SettingsProblem with one line that names the setting and the remedy.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper()
        raise SettingsProblem(f"{name} {first['msg'].removeprefix('Value error, ')}") from None
    for name in demanded:
        value = getattr(settings, name.lower())
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if not plain:
            raise SettingsProblem(
                f"{name.upper()} is not set; {Settings.model_fields[name.lower()].description}"
            )
    return settings


def settings_table() -> list[tuple[str, str, str]]:
    """Name, default and help of each setting, in the order of the README's table."""
    rows = []
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, tuple):
            default = ",".join(default)
        rows.append((name.upper(), "" if default is None else str(default), field.description or ""))
    return rows
