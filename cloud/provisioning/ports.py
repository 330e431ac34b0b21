"""What provisioning stands on: claims that are spent once, and the keys that cars share with the cloud."""

from typing import NamedTuple, Protocol


class Spending(NamedTuple):
    """An attempt to use a claim: what the device says of itself, and when (real ms since the Unix epoch).

    `token_sha256` and `key_sha256` are hex digests of the claim's token and of the device's public key.
    """

    token_sha256: str
    vehicle: str
    serial: str
    key_sha256: str
    now_ms: int


class Claims(Protocol):
    """Kept over restarts; every method may raise `StoreError`, and then nothing has changed."""

    def offer(self, token_sha256: str, vehicle: str, serial: str, until_ms: int) -> None:
        """Keep a claim for `vehicle`, and for the device `serial` alone where that is not ""."""
        ...

    def spend(self, spending: Spending) -> None:
        """Use the claim up, or raise `RefusedError` and leave it: unknown, used, run out, of another vehicle or device.

        A public key that any claim was ever spent for is refused too.
        """
        ...

    def keep_key(self, vehicle: str, key: bytes) -> None:
        """Keep the key that `vehicle` shares with the cloud, in the place of any before."""
        ...

    def key(self, vehicle: str) -> bytes | None:
        """Return the key that `vehicle` shares with the cloud, None when it was never provisioned."""
        ...

    def close(self) -> None: ...
