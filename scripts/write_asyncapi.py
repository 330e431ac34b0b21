"""Write docs/asyncapi.yaml from the contract; run it when a message, topic or limit has changed."""

import sys
from pathlib import Path

import yaml

from contract.asyncapi import document

TARGET = Path(__file__).resolve().parent.parent / "docs" / "asyncapi.yaml"
HEAD = "# Generated from `contract` by `python -m scripts.write_asyncapi`; do not edit.\n"


def text() -> str:
    """Return the document as it is committed."""
    return HEAD + yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=110)


if __name__ == "__main__":
    TARGET.write_text(text())
    print(f"wrote {TARGET}", file=sys.stderr)
