"""A made-up car's set, as OBDb would publish it, and answers to it."""

import json
from typing import Any


def signal(ident: str = "S", **fmt: Any) -> dict[str, Any]:
    return {"id": ident, "name": ident, "path": "Battery", "fmt": {"len": 8, "max": 255, "unit": "scalar", **fmt}}


def command(asked: str = "22F00D", *signals: dict[str, Any], hdr: str = "7E4", **more: Any) -> dict[str, Any]:
    """Return a command; an answer comes from 8 above an 11-bit header unless `rax` says otherwise."""
    rax = {"rax": f"{int(hdr, 16) + 8:03X}"} if len(hdr) == 3 and hdr != "7DF" else {}
    return {
        "hdr": hdr,
        **rax,
        "cmd": {asked[:2]: asked[2:]},
        "freq": 1,
        "signals": list(signals) or [signal()],
        **more,
    }


def text(*commands: dict[str, Any], **more: Any) -> str:
    return json.dumps({"commands": list(commands), **more})
