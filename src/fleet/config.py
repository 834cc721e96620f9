"""Settings: read from the environment once, at the edge, and passed down frozen.

Every key is described in `docs/settings.md` and listed in `.env.example`; a test compares the three.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from fleet.errors import SettingInvalid, SettingMissing
from fleet.setting_forms import ArchiveUrl, Networks, Password, SecretsKey, Text, UrlSegment


class Settings(BaseSettings):
    """What every role reads."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    log_level: str = Field("info", pattern="^(debug|info|warning|error)$")
    health_port: int = Field(0, ge=0, le=65535, description="0: no health server")

    @classmethod
    def read(cls) -> Self:
        """The settings of the environment. Errors: SettingMissing, SettingInvalid, naming the keys."""
        try:
            return cls()
        except ValidationError as invalid:
            missing = [str(e["loc"][0]).upper() for e in invalid.errors() if e["type"] == "missing"]
            if missing:
                raise SettingMissing(f"Set {', '.join(missing)}: see .env.example.") from None
            wrong = [f"{str(e['loc'][0]).upper()}: {e['msg']}" for e in invalid.errors()]
            raise SettingInvalid(f"{'; '.join(wrong)}. See docs/settings.md.") from None


class MigrateSettings(Settings):
    """`fleet migrate`: the owner's login, the passwords of the others, what a fresh install is seeded with."""

    database_superuser_url: SecretStr | None = None
    database_owner_url: SecretStr
    database_push_url: SecretStr
    database_reader_url: SecretStr
    database_session_url: SecretStr
    database_worker_url: SecretStr
    database_cron_url: SecretStr
    database_grafana_url: SecretStr | None = None
    secrets_key: SecretsKey
    admin_username: str = "admin"
    admin_password: Password
    jimi_push_token: SecretStr
    jimi_push_url_secret: UrlSegment
    hr_push_secret: SecretStr
    fuel_push_secret: SecretStr
    min_device_time: AwareDatetime = datetime(2026, 1, 1, tzinfo=UTC)


class GatewaySettings(Settings):
    """`fleet gateway`: pushes, API and pages."""

    database_push_url: SecretStr
    database_reader_url: SecretStr
    database_session_url: SecretStr
    jwt_secret: Annotated[SecretStr, Field(min_length=32)]
    secrets_key: SecretsKey
    gateway_host: Text = "127.0.0.1"
    gateway_port: int = Field(8080, ge=1, le=65535)
    push_max_body_bytes: int = Field(1_048_576, ge=1024)
    views_per_minute: int = Field(60, ge=1)
    anonymous_per_minute: int = Field(20, ge=1)
    access_token_ttl_s: int = Field(900, ge=30)
    session_ttl_s: int = Field(28_800, ge=60)
    secure_cookies: bool = False
    basemap_online_url: str | None = None
    address_credit: str | None = "© OpenStreetMap contributors"
    trusted_proxies: Networks | None = None
    live_poll_interval_s: int = Field(10, ge=1)


class DeviceTimeSettings(Settings):
    """The guard against devices' garbage clocks (P10)."""

    min_device_time: AwareDatetime = datetime(2026, 1, 1, tzinfo=UTC)
    max_device_ahead_s: int = Field(600, ge=0, le=3600)
    max_device_age_days: int = Field(800, ge=1, le=36_500)

    @property
    def max_device_ahead(self) -> timedelta:
        """How far a device's clock may be ahead of ours."""
        return timedelta(seconds=self.max_device_ahead_s)

    @property
    def max_device_age(self) -> timedelta:
        """How old what a device tells may be when we receive it: what is older would not be kept."""
        return timedelta(days=self.max_device_age_days)


class WorkerSettings(DeviceTimeSettings):
    """`fleet worker`: parser, projectors and geocoding."""

    database_worker_url: SecretStr
    database_direct_url: SecretStr | None = None
    nominatim_url: HttpUrl | None = None
    nominatim_user_agent: Text | None = None
    mapbox_url: HttpUrl = HttpUrl("https://api.mapbox.com")
    mapbox_token: SecretStr | None = None

    @property
    def listen_url(self) -> str:
        """Where to LISTEN: a direct connection, for a transaction pooler cannot."""
        return (self.database_direct_url or self.database_worker_url).get_secret_value()


class ArchiveSettings(Settings):
    """Where raw rows go before they leave the log."""

    archive_url: ArchiveUrl | None = None
    archive_s3_endpoint: HttpUrl | None = None
    archive_s3_region: Text = "us-east-1"
    archive_s3_key: SecretStr | None = None
    archive_s3_secret: SecretStr | None = None


class CronSettings(ArchiveSettings):
    """`fleet cron`: polls and everything that is due by the clock."""

    database_cron_url: SecretStr
    jimi_api_url: Text | None = None
    jimi_app_key: Text | None = None
    jimi_app_secret: SecretStr | None = None
    jimi_user_id: Text | None = None
    jimi_user_pwd_md5: SecretStr | None = None
    secrets_key: SecretsKey
    jimi_calls_per_s: float = Field(2.0, gt=0)
    jimi_burst_calls: int = Field(4, ge=1)
    jimi_fast_calls_at_once: int = Field(2, ge=1)
    jimi_address_limit_pause_s: int = Field(600, ge=1)
    jimi_day_limit_pause_s: int = Field(21_600, ge=1)
    poll_live_positions_s: int = Field(60, ge=0)
    poll_stale_rescue_s: int = Field(600, ge=0)
    poll_alarms_s: int = Field(300, ge=0)
    poll_trips_s: int = Field(900, ge=0)
    poll_parking_s: int = Field(900, ge=0)
    poll_track_s: int = Field(1800, ge=0)
    poll_track_again_s: int = Field(86_400, ge=0)
    poll_device_list_s: int = Field(86_400, ge=0)
    poll_device_detail_s: int = Field(86_400, ge=0)
    poll_child_accounts_s: int = Field(86_400, ge=0)
    poll_gap_limit_s: int = Field(604_800, ge=3600)
    contract_check_s: int = Field(86_400, ge=0)
    hr_roster_url: HttpUrl | None = None
    hr_roster_token: SecretStr | None = None
    hr_roster_s: int = Field(10_800, ge=0)
    retention_s: int = Field(21_600, ge=0)


class SandboxSettings(Settings):
    """`fleet sandbox`: what the simulated vendor accepts, and the secrets that its pushes carry."""

    jimi_app_key: Text
    jimi_app_secret: SecretStr
    jimi_user_id: Text
    jimi_user_pwd_md5: SecretStr
    jimi_push_token: SecretStr | None = None
    jimi_push_url_secret: SecretStr | None = None


class RetentionSettings(ArchiveSettings):
    """The process that cron starts to apply retention."""

    database_cron_url: SecretStr


class OwnerSettings(DeviceTimeSettings, ArchiveSettings):
    """Commands of an operator at the machine: accounts, imports, retention.

    Where the environment names no database it is that of the platform which runs in this folder by `fleet up`.
    """

    database_owner_url: SecretStr

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then what runs here."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, _of_the_run_here())


def _of_the_run_here() -> dict[str, str]:
    try:
        told = json.loads(Path(".fleet", "up.json").read_bytes())
    except FileNotFoundError:
        return {}
    return {"database_owner_url": told["dsn"]["owner"]}
