"""One ECU of a model before it is built."""

import random
from collections.abc import Mapping
from dataclasses import dataclass

from firmware_sim.protocol.answers import Handler, Server
from firmware_sim.protocol.ecu import Ecu, EcuOptions, Misbehaviour


@dataclass(frozen=True)
class EcuPlan:
    """One ECU before it is built: where it listens and sends, and its services."""

    name: str
    request_id: int
    response_id: int
    services: Mapping[int, Handler]
    functional: bool = True
    slow: frozenset[int] = frozenset()

    def build(self, seed: int, misbehaviour: Misbehaviour = Misbehaviour.NONE) -> Ecu:
        """Return the ECU, thinking at random by `seed`."""
        options = EcuOptions(
            self.name,
            self.request_id,
            self.response_id,
            functional=self.functional,
            slow=self.slow,
            misbehaviour=misbehaviour,
        )
        return Ecu(options, Server(self.services), random.Random(f"{seed}/{self.name}"))
