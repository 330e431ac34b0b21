"""Import every module of the named packages from an installed wheel; the wheel check runs it in bare venvs."""

import importlib
import pkgutil
import re
import sys
from importlib import metadata, util

OURS = ("contract", "edge", "cloud", "firmware_sim", "demo")
# A program is run, and Alembic runs its scripts itself.
NOT_IMPORTED = re.compile(r"\.__main__$|\.migrations\.(?:env$|versions\.)")
# What the dongle must do without.
HEAVY = (
    "numpy",
    "numba",
    "scipy",
    "sklearn",
    "polars",
    "fastapi",
    "starlette",
    "uvicorn",
    "sqlalchemy",
    "amqtt",
)


def main(packages: list[str]) -> None:
    """Stop with a message where something cannot be imported, comes twice, or is there and must not be."""
    owners = metadata.packages_distributions()
    for name in OURS:
        if owners.get(name) != ["outrider"]:
            raise SystemExit(f"{name} is owned by {owners.get(name)}")
    if "edge" in packages and (here := [name for name in HEAVY if util.find_spec(name)]):
        raise SystemExit(f"[edge] brings {here}")
    for package in packages:
        where = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(where, f"{package}."):
            if not NOT_IMPORTED.search(module.name):
                importlib.import_module(module.name)


if __name__ == "__main__":
    main(sys.argv[1:])
