"""`outrider`, and `python -m cloud`: what goes wrong in a way we know is said in one line."""

import sys

from cloud import (
    cli_admin,
    cli_chargers,
    cli_dead_letters,
    cli_dtc,
    cli_evaluate,
    cli_insurer,
    cli_partners,
    cli_replay,
    cli_shadow,
    cli_thresholds,
    cli_trips,
    cli_warmup,
)
from cloud.cli import cli
from cloud.errors import CloudError, SettingsError

STATUS_OF_SETTINGS = 2
# Modules of further commands.
MORE = (
    cli_admin,
    cli_chargers,
    cli_dead_letters,
    cli_dtc,
    cli_evaluate,
    cli_insurer,
    cli_partners,
    cli_replay,
    cli_shadow,
    cli_thresholds,
    cli_trips,
    cli_warmup,
)


def main() -> None:
    """Run the command line; leave with 2 for wrong settings, 1 for anything else that we can name."""
    for module in MORE:
        module.add_to(cli)
    try:
        cli()
    except CloudError as error:
        print(f"outrider: {error}", file=sys.stderr)
        raise SystemExit(STATUS_OF_SETTINGS if isinstance(error, SettingsError) else 1) from None


if __name__ == "__main__":
    main()
