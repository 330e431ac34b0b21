"""Class models in a folder: arrays and manifest, each replaced as a whole."""

from pathlib import Path
from typing import Final

import structlog

from cloud.errors import HistoryError
from cloud.scoring.anomaly.artefact import ArtefactError, pack, unpack
from cloud.scoring.anomaly.model import ClassModel

ARRAYS: Final = "arrays.npz"
MANIFEST: Final = "manifest.json"


class ModelFolder:
    """See `Models` for what each method promises."""

    def __init__(self, folder: Path) -> None:
        """Keep them in `folder`, which may not be there yet."""
        self._folder = folder

    def load(self) -> tuple[dict[str, ClassModel], int]:
        """Return the models and their last day; see `Models`."""
        try:
            arrays, manifest = ((self._folder / name).read_bytes() for name in (ARRAYS, MANIFEST))
            models, told = unpack(arrays, manifest)
        except FileNotFoundError:
            return {}, -1
        except (ArtefactError, OSError) as error:
            structlog.get_logger().error("anomaly_models_refused", folder=str(self._folder), reason=str(error))
            return {}, -1
        return models, int(told["last_day"])

    def save(self, models: dict[str, ClassModel], *, days: tuple[int, int], counts: dict[str, int]) -> None:
        """Keep `models`; see `Models`. Between the two files a reader finds hashes that differ, and refuses them."""
        arrays, manifest = pack(models, days=days, counts=counts)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for name, data in ((ARRAYS, arrays), (MANIFEST, manifest)):
                temporary = self._folder / f"{name}.tmp"
                temporary.write_bytes(data)
                temporary.replace(self._folder / name)
        except OSError as error:
            raise HistoryError(f"cannot keep the anomaly models in {self._folder}: {error}") from error
