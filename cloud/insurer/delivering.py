"""Handing a period over as files: build, write the drop, and note who was told of in it."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from cloud.insurer import audit, drop, publishing
from cloud.insurer.drop import Drop
from cloud.insurer.erasures import erasures
from cloud.insurer.fields import SCHEMA_ID
from cloud.insurer.periods import Period
from cloud.insurer.publishing import Build, Press
from cloud.store.engine import Store


def deliver(store: Store, press: Press, recipient: str, period: Period, out: Path, now_ms: int) -> Drop:
    """Write the drop of a closed period and return it.

    It is noted before it is announced: what goes out without a note cannot be, a note of a drop that failed can.
    """
    built = publishing.publish(store, press, recipient, period, now_ms)
    with store.write() as connection:
        audit.record(
            connection,
            recipient=recipient,
            how="file",
            period=period.name,
            rows=built.about["rows"],
            content=built.folder.name,
            consent_ids=_consents(built),
            now_ms=now_ms,
        )
        forget = erasures(connection, recipient, press.ring, now_ms)
    return drop.write(out, built.folder, built.about, forget, press.signer)


def deliver_erasures(store: Store, press: Press, recipient: str, out: Path, now_ms: int) -> Drop:
    """Write a drop of erasures alone."""
    with store.read() as connection:
        forget = erasures(connection, recipient, press.ring, now_ms)
    about = {"schema_id": SCHEMA_ID, "recipient": recipient, "rows": 0, "files": []}
    return drop.write(out, None, about, forget, press.signer)


def _consents(built: Build) -> Iterator[str]:
    for file in built.about["files"]:
        frame = pl.read_parquet(built.folder / file["name"], columns=["consent_id", "pricing_consent_id"])
        yield from frame["consent_id"]
        yield from frame["pricing_consent_id"].drop_nulls()
