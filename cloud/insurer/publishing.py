"""Building a closed period for one recipient into the data folder, whence the API and the files are served."""

import hashlib
import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, insert, select

from cloud.insurer.build import PERMITS, Permits, Recipe, build
from cloud.insurer.closing import INPUTS_FOLDER, cut_off_of, revisions
from cloud.insurer.driving_score import Scorer
from cloud.insurer.errors import FeedError
from cloud.insurer.fields import SCHEMA_ID
from cloud.insurer.inputs import Revision, read, sync
from cloud.insurer.periods import Period
from cloud.insurer.permits import permits
from cloud.insurer.pseudonym import KeyRing
from cloud.insurer.telling import tell
from cloud.store.engine import Store
from cloud.store.tables import feed_builds

BUILT_FOLDER: Final = "feed/built"
KEPT: Final = 2  # builds of one recipient and period: the newest, and the one that somebody may be half through


class Press(NamedTuple):
    """What publishing stands on: the data folder, the names, the signature, the score tables side by side."""

    folder: Path
    ring: KeyRing
    signer: Ed25519PrivateKey
    scorers: tuple[Scorer, ...]


class Build(NamedTuple):
    """One build: where its files are, and what is said of them."""

    id: int
    folder: Path
    about: dict[str, Any]
    is_new: bool


def publish(store: Store, press: Press, recipient: str, period: Period, now_ms: int) -> Build:
    """Build what consent lets out to `recipient` now, and return it; the same content is the same build.

    Built while others write, from one snapshot of the consents; only its entry is written. Raises `FeedError` where the
    period is not closed, or its inputs are not as they were.
    """
    with store.read() as connection:
        made, fingerprint = _build(connection, press, recipient, period, now_ms)
    with store.write() as connection:
        return _keep(connection, made, fingerprint, now_ms)


def _build(connection: Connection, press: Press, recipient: str, period: Period, now_ms: int) -> tuple[Build, str]:
    found = revisions(connection, period.name)
    if not found:
        raise FeedError(f"{period.name} is not closed yet: outrider insurer feed close --period {period.name}")
    home = built_folder(press.folder, recipient, period.name)
    fresh = home / ".building"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    recipe = Recipe(recipient, period.name, press.ring, press.scorers)
    allow = _permits(connection, recipient, period, now_ms)
    files = write_rows(fresh, press.folder / INPUTS_FOLDER, found, allow, recipe)
    about = _about(press, recipient, period, found, files) | {"cut_off_ms": cut_off_of(connection, period.name)}
    fingerprint = hashlib.sha256("".join(file["sha256"] for file in files).encode()).hexdigest()
    target = home / fingerprint
    if target.exists():
        shutil.rmtree(fresh)  # the same bytes, which somebody may be reading
    else:
        fresh.replace(target)
    return Build(0, target, about, True), fingerprint


def write_rows(into: Path, inputs: Path, found: list[Revision], allow: Permits, recipe: Recipe) -> list[dict[str, Any]]:
    """Write every part that has rows, and return name, hash and rows of each; one part is in memory at a time."""
    files: list[dict[str, Any]] = []
    for revision in found:
        for part in revision.parts:
            rows = build(read(inputs, part), revision.number, allow, recipe)
            if rows.height:
                name = f"rows-{len(files):05}.parquet"
                rows.write_parquet(into / name)
                files.append({"name": name, "sha256": sync(into / name), "rows": rows.height})
    return files


def built_folder(folder: Path, recipient: str, period: str) -> Path:
    """Return where the builds of a period for a recipient are; a recipient's name may be no file's name."""
    return folder / BUILT_FOLDER / hashlib.sha256(recipient.encode()).hexdigest()[:16] / period


def _permits(connection: Connection, recipient: str, period: Period, now_ms: int) -> Permits:
    def between(low: str, high: str) -> pl.DataFrame:
        found = permits(connection, recipient, period, now_ms, between=(low, high))
        return pl.DataFrame(found, schema=PERMITS, orient="row")

    return between


def _about(
    press: Press, recipient: str, period: Period, found: list[Revision], files: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what a manifest says of a build; nothing in it depends on when it was built."""
    return {
        "schema_id": SCHEMA_ID,
        "recipient": recipient,
        "period": period.name,
        "period_start_ms": period.start_ms,
        "period_end_ms": period.end_ms,
        "revision": found[-1].number,
        "late_vehicles": sum(revision.rows for revision in found[1:]),
        "key_id": press.ring.key_id,
        "scores": [
            {
                "score_version": one.table.version,
                "model_sha256": one.sha256,
                "fitted_on_this_recipients_claims": recipient in one.table.fitted_on,
                "about_en": one.table.about_en,
                "about_zh": one.table.about_zh,
            }
            for one in press.scorers
        ],
        "inputs": [[part.sha256 for part in revision.parts] for revision in found],
        "rows": sum(file["rows"] for file in files),
        "files": files,
    }


def _keep(connection: Connection, made: Build, fingerprint: str, now_ms: int) -> Build:
    recipient, period, revision = made.about["recipient"], made.about["period"], made.about["revision"]
    mine = (feed_builds.c.recipient == recipient) & (feed_builds.c.period == period)
    known = connection.execute(select(feed_builds.c.id).where(mine, feed_builds.c.fingerprint == fingerprint)).scalar()
    former = connection.execute(select(feed_builds.c.revision).where(mine).order_by(feed_builds.c.id.desc())).scalars()
    latest = former.first()
    if known is not None:
        return made._replace(id=int(known), is_new=False)
    row = connection.execute(
        insert(feed_builds).values(
            recipient=recipient,
            period=period,
            revision=revision,
            fingerprint=fingerprint,
            about=made.about,
            built_ms=now_ms,
        )
    )
    key = row.inserted_primary_key
    data = {"period": period, "rows": made.about["rows"], "revision": revision}
    if latest is None:
        tell(connection, recipient, "period.published", period, data, now_ms)
    elif revision > latest:
        tell(connection, recipient, "row.corrected", f"{period}/{revision}", data, now_ms)
    _forget_old(made.folder.parent, connection, recipient, period)
    return made._replace(id=int(key[0]) if key is not None else 0)


def _forget_old(home: Path, connection: Connection, recipient: str, period: str) -> None:
    query = select(feed_builds.c.fingerprint).where(
        feed_builds.c.recipient == recipient, feed_builds.c.period == period
    )
    kept = set(connection.execute(query.order_by(feed_builds.c.id.desc()).limit(KEPT)).scalars())
    for folder in home.iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)
