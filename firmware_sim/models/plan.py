"""One ECU of a model before it is built."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from firmware_sim.errors import UsageError
from firmware_sim.protocol.answers import Handler, Server
from firmware_sim.protocol.ecu import Ecu, EcuOptions, Misbehaviour


@dataclass(frozen=True)
class EcuPlan:
    """One ECU before it is built: where it listens and sends, and its services.

    `target` is its address in 29-bit identifiers (ISO 15765-4, 18DAxxF1); None where the model has 11-bit ones only.
    """

    name: str
    request_id: int
    response_id: int
    services: Mapping[int, Handler]
    functional: bool = True
    slow: frozenset[int] = frozenset()
    target: int | None = None

    def build(self, seed: int, misbehaviour: Misbehaviour = Misbehaviour.NONE, *, wide: bool = False) -> Ecu:
        """Return the ECU, thinking at random by `seed`; `wide` gives it 29-bit identifiers, or raises `UsageError`."""
        if wide and self.target is None:
            raise UsageError("--wide-ids: this model has 11-bit identifiers only; take a petrol scenario")
        target = self.target or 0
        options = EcuOptions(
            self.name,
            0x18DA00F1 | target << 8 if wide else self.request_id,
            0x18DAF100 | target if wide else self.response_id,
            extended=wide,
            functional=self.functional,
            slow=self.slow,
            misbehaviour=misbehaviour,
        )
        return Ecu(options, Server(self.services), random.Random(f"{seed}/{self.name}"))
