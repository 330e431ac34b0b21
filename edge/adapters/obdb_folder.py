"""OBDb's repositories on disk: a folder with `signalsets/v3` and `tests/test_cases`, alone or beside others.

Reading recorded answers needs PyYAML, the extra `signals`; the agent reads none and imports none of this.
"""

import re
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from edge.errors import ConfigError, ReplayError, SignalSetError
from edge.obd.obdb import corpus, reader
from edge.obd.obdb.model import Command, ObdbSet
from edge.obd.signalset import MODEL_YEARS

STANDARD: Final = "SAEJ1979"
# Sets that the reference decoder adds for every model of a make.
_OF_MAKES: Final = {"nissan": "NissanInfiniti", "infiniti": "NissanInfiniti"}
_MAKES_WITH_HYPHEN: Final = ("Mercedes-Benz", "Alfa-Romeo", "Aston-Martin", "Land-Rover", "Rolls-Royce")
_YEARS: Final = re.compile(r"(?:.*?-)??(\d{4})(?:-(\d{4}))?")
_EVER: Final = (0, 9999)


class CaseFile(NamedTuple):
    """One file of recorded answers and the model year that it belongs to."""

    path: Path
    year: int | None
    cases: tuple[corpus.Case, ...]


class Repository:
    """One model's folder. Its files are read when they are asked for; what is wrong with one is `SignalSetError`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.resolve().name

    @cached_property
    def set_files(self) -> tuple[Path, ...]:
        """The set's files; those of some model years first, the fewest years before more."""
        found = sorted((self.folder / "signalsets" / "v3").glob("*.json"))
        if not found:
            raise SignalSetError(f"{self.folder}: no signalsets/v3/*.json here; name the folder of an OBDb repository")
        return tuple(sorted(found, key=lambda path: (_span(path), path.name != "default.json", path.name)))

    def set_of(self, year: int | None) -> ObdbSet:
        """Return the set for cars of that model year; of an unknown year, the default."""
        for path in self.set_files:
            first, last = _years(path)
            if (first, last) == _EVER if year is None else first <= year <= last:
                return self._parsed(path)
        raise SignalSetError(f"{self.folder}: no signal set for model year {year or 'unknown'}, and no default.json")

    def spans(self) -> list[tuple[ObdbSet, frozenset[int]]]:
        """Return every set with the model years that it is for; the file of the fewest years goes first."""
        left = frozenset(MODEL_YEARS)
        found: list[tuple[ObdbSet, frozenset[int]]] = []
        for path in self.set_files:
            first, last = _years(path)
            mine = frozenset(year for year in left if first <= year <= last)
            found.append((self._parsed(path), mine))
            left -= mine
        return found

    def _parsed(self, path: Path) -> ObdbSet:
        if path not in self._sets:
            self._sets[path] = reader.parse(_text(path), str(path))
        return self._sets[path]

    @cached_property
    def _sets(self) -> dict[Path, ObdbSet]:
        return {}

    @cached_property
    def make(self) -> str:
        """The make in the repository's name."""
        known = [make for make in _MAKES_WITH_HYPHEN if self.name.startswith(make + "-")]
        return known[0] if known else self.name.partition("-")[0]

    def case_files(self) -> list[Path]:
        """Return every file of recorded answers, in order."""
        folder = self.folder / "tests" / "test_cases"
        found = [*folder.rglob("*.yaml"), *folder.rglob("*.yml")]
        return sorted(path for path in found if path.stem != "command_support")

    def read(self, path: Path) -> CaseFile:
        """Return the cases in the file at `path`, or raise `ReplayError`."""
        file = str(path.relative_to(self.folder))
        data = _yaml(path, file)
        return CaseFile(path, _year_of(path, self.folder, data), corpus.cases(data, file))


def repositories(folder: Path) -> list[Repository]:
    """Return the repository in `folder`, or those in its sub-folders; raise `ConfigError` where there is none."""
    if (folder / "signalsets").is_dir():
        return [Repository(folder)]
    if folder.is_dir():
        found = [Repository(path.parent) for path in sorted(folder.glob("*/signalsets")) if path.is_dir()]
        if found:
            return found
    raise ConfigError(f"{folder}: no OBDb repository; name a folder that holds signalsets/v3, or a folder of such")


def standard(repository: Repository, given: Path | None) -> tuple[Command, ...]:
    """Return the commands that hold beside a model's own: the standard's, and a make's where the reference adds them.

    They are in repositories beside the model's or beside its folder, or where `given` says; an absent one adds nothing.
    """
    of_make = _OF_MAKES.get(repository.make.lower())
    folders = [given or _find(repository, STANDARD), _find(repository, of_make) if of_make else None]
    return tuple(command for folder in folders if folder for command in Repository(folder).set_of(None).commands)


def has_standard(repository: Repository, given: Path | None) -> bool:
    """Say whether the standard's commands are at hand."""
    return (given or _find(repository, STANDARD)) is not None


def own(repository: Repository, year: int | None) -> tuple[Command, ...]:
    """Return the commands of the model's set for `year`, behind those of its make where that is beside it.

    What comes later goes before what comes earlier, so that a model's own command is used before its make's.
    """
    make = _find(repository, repository.make)
    of_make: tuple[Command, ...] = ()
    if make is not None and make.resolve() != repository.folder.resolve():
        of_make = Repository(make).set_of(year).commands
    return of_make + repository.set_of(year).commands


def _find(repository: Repository, name: str) -> Path | None:
    """Return the repository called `name` beside this one, or beside the folder that this one is in."""
    around = list(repository.folder.resolve().parents)[:2]
    return next((folder / name for folder in around if (folder / name / "signalsets").is_dir()), None)


def _years(path: Path) -> tuple[int, int]:
    matched = _YEARS.fullmatch(path.stem)
    if matched is None:
        return _EVER
    return int(matched[1]), int(matched[2] or matched[1])


def _span(path: Path) -> int:
    first, last = _years(path)
    return last - first


def _year_of(path: Path, folder: Path, data: object) -> int | None:
    """Return the model year by the name of a folder on the way to the file, else by what the file says."""
    for part in reversed(path.relative_to(folder).parent.parts):
        if part.isascii() and part.isdigit() and len(part) <= 4:
            return int(part)
    return corpus.model_year(data)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SignalSetError(f"{path}: {error}") from error


def _yaml(path: Path, file: str) -> object:
    """Return the file with every scalar as the text that stands there, so that no word or number is taken for another.

    A key that stands twice has its last value, as PyYAML has it everywhere.
    """
    try:
        import yaml
    except ImportError as error:
        raise ConfigError("recorded answers are YAML: install outrider[signals]") from error
    base = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader
    try:
        loader = base(path.read_text("utf-8-sig"))
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ReplayError(f"{file}: {' '.join(str(error).split())}") from error
