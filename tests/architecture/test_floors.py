"""What the import contracts cannot see: who transmits on CAN, who reads the environment, who waits."""

import ast
import re
from collections.abc import Iterator
from typing import Final

from tests.architecture.source_tree import Source, dotted, of_packages, sources

# The one module that may put a frame on a bus of a real car, and the simulator, which is the car.
MAY_TRANSMIT: Final = re.compile(r"edge/obd/guard\.py|edge/adapters/can_\w+\.py|firmware_sim/.*")
# The demo's launcher hands its own environment on to the commands it starts.
# systemd says by the environment alone where it listens.
MAY_READ_ENVIRONMENT: Final = re.compile(
    r"(?:edge|cloud|firmware_sim)/settings\.py|demo/processes\.py|edge/adapters/service_manager\.py"
)
ENVIRONMENT: Final = {"os.environ", "os.getenv", "os.environb"}


def calls(source: Source) -> Iterator[tuple[str, int]]:
    """Yield the dotted name and line of everything that `source` calls."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield dotted(node.func), node.lineno


def imports_can(source: Source) -> bool:
    """Say whether `source` imports python-can."""
    for node in ast.walk(source.tree):
        match node:
            case ast.Import(names=names) if any(name.name.split(".")[0] == "can" for name in names):
                return True
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] == "can":
                return True
    return False


def test_only_the_guard_puts_frames_on_a_bus() -> None:
    senders = [
        f"{source.path}:{line}"
        for source in of_packages()
        if not MAY_TRANSMIT.fullmatch(source.path) and imports_can(source)
        for name, line in calls(source)
        if name.rpartition(".")[2] in {"send", "send_periodic"}
    ]

    assert senders == []


def test_the_environment_is_read_by_settings_loaders_only() -> None:
    readers = [
        f"{source.path}:{node.lineno}"
        for source in of_packages()
        if not MAY_READ_ENVIRONMENT.fullmatch(source.path)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and dotted(node) in ENVIRONMENT
    ]

    assert readers == []


def test_no_test_sleeps_and_hopes() -> None:
    sleepers = [
        f"{source.path}:{line}"
        for source in sources()
        if source.path.startswith("tests/")
        for name, line in calls(source)
        if name in {"time.sleep", "sleep"}
    ]

    assert sleepers == []


def test_no_kernel_forgets_that_nan_means_something() -> None:
    flagged = [
        f"{source.path}:{keyword.lineno}"
        for source in sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "fastmath" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
    ]

    assert flagged == []
