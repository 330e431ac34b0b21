"""From drafts to receipts: the spool, what is on its way, and the link, as one thing that the agent speaks to."""

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Final

import structlog

from contract.errors import ContractError
from contract.messages import Column, Config, Receipt
from edge.delivery import Delivery
from edge.ports import Draft, Gap, LinkChange, Spool, Unreadable, Uplink
from edge.sealer import Now, Sealer, gathered, retimed, unsealed

FIRST_PATIENCE_S: Final = 60.0  # real: so long may records be on their way without any receipt
LONGEST_PATIENCE_S: Final = 3_600.0
MEND_S: Final = 5.0  # real: so often is looked for times to mend
MEND_AT_ONCE: Final = 64

log = structlog.get_logger()


class Outbox:
    """`now_s` is real monotonic time. What `keep` took is sent until a receipt comes."""

    def __init__(self, spool: Spool, uplink: Uplink, sealer: Sealer, now_s: Callable[[], float]) -> None:
        self._spool = spool
        self._uplink = uplink
        self._sealer = sealer
        self._now_s = now_s
        self._delivery = Delivery()
        self._is_up = False
        self._look_at_s = 0.0
        self._mend_at_s = 0.0
        self._may_have_gaps = True
        self._heard_at_s = now_s()
        self._patience_s = FIRST_PATIENCE_S
        self.rejected = 0
        self.unsealed = 0

    def keep(self, drafts: Sequence[Draft]) -> None:
        """Commit `drafts` as one group, with word of whatever the spool had to give up.

        While the link is down that word waits, and grows: a gap for every eviction would itself fill the spool.
        """
        gaps = self._spool.gaps() if self._is_up and self._may_have_gaps else []
        self._may_have_gaps = self._may_have_gaps and not self._is_up
        if not drafts and not gaps:
            return
        now = self._sealer.now()
        told = [self._sealer.urgent("gap", _facts(gap), now) for gap in gaps]
        for gap in gaps:
            log.error("gap", **_facts(gap))
        self._put([*drafts, *told], [gap.number for gap in gaps])
        self._may_have_gaps = True
        self._look_at_s = 0.0

    def hold(self, columns: Sequence[Column], samples: int, now: Now) -> None:
        """Have the disk hold samples that no message carries yet; their times count from `now`."""
        self._spool.hold(unsealed(columns, samples, now))

    def recover(self) -> None:
        """Make messages of what an earlier process held and could not seal any more, one for each boot."""
        drafts = []
        for boot_id, parts in groupby(self._spool.held(), key=lambda part: part.boot_id):
            held = list(parts)
            samples = sum(part.samples for part in held)
            try:
                columns, then = gathered(held)
            except ContractError as error:
                self.unsealed += 1
                log.error("record_unsealed", kind="telemetry", samples=samples, reason=str(error))
                continue
            log.info("recovered", boot_id=boot_id, samples=samples)
            drafts.append(self._sealer.telemetry(columns, samples, then))
        self.keep(drafts)  # in one commit: with it the spool lets go of all that it held

    def hear(self) -> list[Config | Unreadable]:
        """Take what the cloud said: receipts free the spool here, configurations are returned, good or not."""
        configs: list[Config | Unreadable] = []
        for heard in self._uplink.heard():
            match heard:
                case LinkChange():
                    self._is_up = heard.up
                    self._delivery.link_changed()
                    self._look_at_s = 0.0
                case Receipt():
                    self._settle(heard)
                case Config() | Unreadable():
                    configs.append(heard)
        return configs

    def send(self) -> None:
        """Hand to the broker whatever may go now."""
        now_s = self._now_s()
        if not self._is_up or now_s < self._look_at_s:
            return
        if self._delivery.on_way and now_s - self._heard_at_s >= self._patience_s:
            # Connected, and yet nobody answers: the connection itself may be at fault, and only a new one will tell.
            self._patience_s = min(2.0 * self._patience_s, LONGEST_PATIENCE_S)
            log.warning("no_receipts", for_s=round(now_s - self._heard_at_s), again_in_s=self._patience_s)
            self._heard_at_s = now_s
            self._uplink.renew("no receipts")
            return
        if not self._delivery.on_way:
            self._heard_at_s = now_s
        self._look_at_s = now_s + 1.0  # a receipt, a record or a link brings it forward
        going = self._delivery.next(self._spool, now_s, self._sealer.now().wall_ms)
        if unsure := [record._replace(is_sure=True) for record in going if not record.is_sure]:
            # What the cloud may have seen must never again come with another time.
            self._spool.amend(unsure)
        for record in going:
            if not self._uplink.publish(record.kind, record.payload):
                return
            self._delivery.sent(record, now_s)

    def mend_times(self) -> None:
        """Once the clock is sure, give what this boot sealed before its right wall time, some of it each time."""
        if self._now_s() < self._mend_at_s:
            return
        now = self._sealer.now()
        unsure = self._spool.unsure(MEND_AT_ONCE) if now.quality == "synchronised" else []
        if not unsure:
            self._mend_at_s = self._now_s() + MEND_S
            return
        self._spool.amend([retimed(record, now) for record in unsure])
        self._look_at_s = 0.0

    def drain(self, timeout_s: float) -> None:
        """Send and hear until nothing waits any more, or `timeout_s` real seconds are over."""
        deadline_s = self._now_s() + timeout_s
        while self._spool.depth()[0] and (left_s := deadline_s - self._now_s()) > 0:
            self._uplink.wait(min(left_s, 0.05))
            self.hear()
            self.send()

    def _put(self, drafts: Sequence[Draft], told: Sequence[int]) -> None:
        try:
            self._spool.put(drafts, told=told)
        except ContractError:
            # One of the group cannot be sealed; the others must not suffer for it.
            for draft in drafts:
                try:
                    self._spool.put([draft], told=told)
                except ContractError as error:
                    self.unsealed += 1
                    log.error("record_unsealed", kind=draft.kind, samples=draft.samples, reason=str(error))

    def _settle(self, receipt: Receipt) -> None:
        self._heard_at_s, self._patience_s = self._now_s(), FIRST_PATIENCE_S
        for seq, reason in receipt.rejected:
            self.rejected += 1
            log.error("record_rejected", stream=receipt.stream, seq=seq, reason=reason[:200])
        self._spool.forget(receipt.stream, self._delivery.settled(receipt, self._now_s()))
        self._look_at_s = 0.0


def _facts(gap: Gap) -> dict[str, float | str]:
    """Return what is known of `gap`: what is not known is not said, for a zero would be an answer."""
    known = {
        name: float(number)
        for name in ("first_seq", "last_seq", "messages", "samples", "from_ms", "to_ms")
        if (number := getattr(gap, name)) is not None
    }
    return {"reason": gap.reason, **({"stream": gap.stream} if gap.stream else {}), **known}
