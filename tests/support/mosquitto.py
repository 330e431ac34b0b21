"""A Mosquitto of our own on loopback, with the shipped ACL, that may be killed and wiped."""

import shutil
import socket
import subprocess
from pathlib import Path
from typing import Final

from tests.support.waiting import until

ACL: Final = Path(__file__).resolve().parent.parent.parent / "deploy" / "mosquitto" / "outrider.acl"


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mosquitto:
    """One broker process and its data folder; passwords instead of certificates, all else as shipped."""

    def __init__(self, program: Path, folder: Path, passwords: dict[str, str], *extra: str) -> None:
        """Write the configuration; `extra` lines go to its end."""
        self.port = free_port()
        self._program = program
        self._folder = folder
        self._data = folder / "data"
        folder.mkdir(parents=True, exist_ok=True)
        users = folder / "users"
        users.write_text("".join(f"{user}:{password}\n" for user, password in passwords.items()))
        subprocess.run([_beside(program, "mosquitto_passwd"), "-U", users], check=True)
        users.chmod(0o600)
        shutil.copy(ACL, folder / "acl")
        self._users = users
        self.configure(*extra)
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, *extra: str) -> None:
        """Write the configuration for the next start; `extra` lines go to its end."""
        lines = (
            f"listener {self.port} 127.0.0.1",
            "user root",
            "allow_anonymous false",
            f"password_file {self._users}",
            f"acl_file {self._folder / 'acl'}",
            "persistence true",
            f"persistence_location {self._data}/",
            "max_inflight_messages 100",
            "log_dest stderr",
            *extra,
        )
        (self._folder / "mosquitto.conf").write_text("\n".join(lines) + "\n")

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._data.mkdir(exist_ok=True)
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-c", self._folder / "mosquitto.conf"], stdout=log, stderr=log
            )
        until(self._answers, what="Mosquitto")

    def kill(self, *, wipe: bool = False) -> None:
        """Kill it as a power cut would, and delete all it ever kept if `wipe`."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10.0)
            self._process = None
        if wipe:
            shutil.rmtree(self._data, ignore_errors=True)

    def words(self) -> str:
        """Return everything it has said."""
        return (self._folder / "log").read_text(errors="replace")

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.words()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1.0).close()
        except OSError:
            return False
        return True


def _beside(program: Path, name: str) -> str:
    return shutil.which(name) or str(program.parent.parent / "bin" / name)
