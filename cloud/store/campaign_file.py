"""Campaigns as an operator writes them: TOML, each a table `[[campaigns]]` as in the settings of the agent."""

import tomllib
from datetime import datetime
from typing import Annotated

import msgspec

from cloud.store.errors import WishError
from contract.messages import Bound, Campaign, CampaignWhen


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `contract.messages.Bound`."""

    signal: str
    above: float | None = None
    below: float | None = None


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """See `contract.messages.Campaign`; `until` is a time with its offset."""

    name: str
    signals: tuple[str, ...]
    period_ms: int
    when: CampaignWhen = "awake"
    bound: Limits | None = None
    before_s: float = 0.0
    after_s: float = 0.0
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    campaigns: tuple[Written, ...]


def parse(data: bytes) -> tuple[Campaign, ...]:
    """Return the campaigns in `data`, or raise `WishError` that names the line or the key."""
    try:
        file = msgspec.convert(tomllib.loads(data.decode()), _File)
    except UnicodeDecodeError as error:
        raise WishError(f"byte {error.start}", "the file is not UTF-8") from error
    except RecursionError as error:
        raise WishError("the file", "its tables are nested too deeply") from error
    except tomllib.TOMLDecodeError as error:
        raise WishError("the file", f"no TOML: {error}") from error
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `$.")
        raise WishError(where.rstrip("`") or "the file", what) from error
    return tuple(campaign_of(written) for written in file.campaigns)


def campaign_of(written: Written) -> Campaign:
    """Return what is written as the contract says it."""
    bound = written.bound
    return Campaign(
        name=written.name,
        signals=written.signals,
        period_ms=written.period_ms,
        when=written.when,
        bound=None if bound is None else Bound(signal=bound.signal, above=bound.above, below=bound.below),
        before_s=written.before_s,
        after_s=written.after_s,
        until_ms=None if written.until is None else round(written.until.timestamp() * 1000.0),
    )
