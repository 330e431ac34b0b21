"""Install what the tests of real parts need from Debian, by package name, where that is allowed.

Where it is not, nothing fails here: tests that miss something skip, and the run says so in its last lines.
No system service is ever started: the tests start their own brokers.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = ("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin")
NEEDED = {
    "mosquitto": tuple(f"{folder}/mosquitto" for folder in BINARIES),
    "chromium": tuple(f"{folder}/chromium" for folder in BINARIES),
    "debhelper": tuple(f"{folder}/dh" for folder in BINARIES),
    "gcc": tuple(f"{folder}/cc" for folder in BINARIES),
    "libc6-dev": ("/usr/include/stdlib.h",),
    "gpsd": tuple(f"{folder}/gpsd" for folder in BINARIES),
    "fonts-noto-cjk": ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",),
}
SERVICES = {"mosquitto": "mosquitto", "gpsd": "gpsd.socket"}
# What Debian asks before it starts a service that a package brings.
POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """Return the needed packages of which this machine has nothing."""
    return [package for package, places in NEEDED.items() if not any(Path(p).exists() for p in places)]


@contextmanager
def no_service_starts() -> Iterator[None]:
    """Forbid packages to start their services, unless the machine has its own policy."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def install(packages: list[str]) -> None:
    """Install `packages` with apt-get; one that cannot be had does not keep the others away."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = ["--quiet", "--quiet", "--yes", "--no-install-recommends"]
    commands = [["update", "--quiet", "--quiet"]] + [["install", *quiet, package] for package in packages]
    with no_service_starts():
        for command in commands:
            subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False)
    services = [unit for package, unit in SERVICES.items() if package in packages]
    if services and shutil.which("systemctl"):
        # Nor is one started when the machine next boots.
        subprocess.run(["systemctl", "disable", "--quiet", *services], stdout=sys.stderr, check=False)


def main() -> None:
    """Install what is missing, or say what will not be tested without it."""
    packages = missing()
    if packages and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"test: installing {' '.join(packages)}", file=sys.stderr)
        install(packages)
    if still := " ".join(missing()):
        print(f"test: not here: {still}. To test with them: apt-get install {still}", file=sys.stderr)


if __name__ == "__main__":
    main()
