"""A drop: one folder of files for one recipient, there whole or not at all.

Written as `.NAME.tmp`, renamed to `NAME`, then announced by `NAME.done`, which holds the manifest's SHA-256. The name
follows from the manifest, and nothing in that from the time: the same content is the same drop, byte for byte.
"""

import hashlib
import shutil
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cloud.insurer.erasures import Erasure
from cloud.insurer.errors import FeedError
from cloud.insurer.inputs import sync, sync_folder
from cloud.insurer.signing import public_text, sign

MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "manifest.json.sig"
_ERASURES: Final = {
    "pseudonym": pl.String(),
    "key_id": pl.String(),
    "consent_id": pl.String(),
    "what": pl.String(),
    "ended_ms": pl.Int64(),
    "why": pl.String(),
}


class Drop(NamedTuple):
    """Where a drop is, and its manifest."""

    path: Path
    manifest_sha256: str
    manifest: dict[str, Any]


def write(
    out: Path, built: Path | None, about: dict[str, Any], forget: list[Erasure], signer: Ed25519PrivateKey
) -> Drop:
    """Write a drop below `out` and return it; raise `FeedError` where that cannot be. `built` None: erasures alone."""
    fresh = out / ".drop.tmp"
    try:
        out.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        files = [] if built is None else _rows(built, fresh, about["files"])
        files += _erasures(fresh, forget)
        manifest = {**about, "erasures": len(forget), "files": files, "public_key": public_text(signer)}
        data = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
        (fresh / MANIFEST).write_bytes(data)
        (fresh / SIGNATURE).write_text(sign(signer, data) + "\n", encoding="ascii")
        sync(fresh / MANIFEST)
        sync(fresh / SIGNATURE)
        sync_folder(fresh)
        sha256 = hashlib.sha256(data).hexdigest()
        return Drop(_publish(out, fresh, f"{about.get('period', 'erasures')}-{sha256[:12]}", sha256), sha256, manifest)
    except OSError as error:
        raise FeedError(f"cannot write the drop into {out}: {error}") from error


def _rows(built: Path, fresh: Path, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    listed = []
    for file in files:
        name = file["name"]
        shutil.copyfile(built / name, fresh / name)
        if sync(fresh / name) != file["sha256"]:
            raise FeedError(f"{built / name} is not what was built; export the period again")
        table = name.replace(".parquet", ".csv")
        pl.read_parquet(fresh / name).write_csv(fresh / table)
        listed += [file, {"name": table, "sha256": sync(fresh / table), "rows": file["rows"]}]
    return listed


def _erasures(fresh: Path, forget: list[Erasure]) -> list[dict[str, Any]]:
    frame = pl.DataFrame([msgspec.structs.asdict(one) for one in forget], schema=_ERASURES)
    frame.write_parquet(fresh / "erasures.parquet")
    frame.write_csv(fresh / "erasures.csv")
    names = ("erasures.parquet", "erasures.csv")
    return [{"name": name, "sha256": sync(fresh / name), "rows": frame.height} for name in names]


def _publish(out: Path, fresh: Path, name: str, sha256: str) -> Path:
    home, done = out / name, out / f"{name}.done"
    if home.exists():
        shutil.rmtree(fresh)
    else:
        fresh.replace(home)
    if not done.exists():
        said = out / f".{name}.done.tmp"
        said.write_text(sha256 + "\n", encoding="ascii")
        sync(said)
        sync_folder(out)
        said.replace(done)
    sync_folder(out)
    return home
