"""The allow-list as a person reads it, written down once more: it judges the guard and shares no line with it."""

import random

from edge.obd.frames import CanFrame

ELEVEN_BIT_IDS = {0x7DF, 0x7E0, 0x7E1, 0x7E2, 0x7E3, 0x7E4, 0x7E5, 0x7E6, 0x7E7}
INTRUSIVE = (0x04, 0x10, 0x11, 0x14, 0x27, 0x28, 0x2E, 0x2F, 0x31, 0x34, 0x35, 0x36, 0x37, 0x3D, 0x85)
READING = (0x01, 0x02, 0x03, 0x07, 0x09, 0x0A, 0x19, 0x22)

# Whole requests to ECUs outside of the standard's range: request id, response id, payloads.
PLATFORMS = """
    7A0 7A8 22c00b
    744 74C 22e003
    17FC007B 17FE007B 22028c 221e3b
    17FC0076 17FE0076 22295a
    710 77A 222af7 222ab6
    713 77D 221821
    714 77E 222260 222261
    79B 7BB 2101 2161
    797 79A 221103 221183
    743 763 220e25 220e26 220e27 220e28 220e2d
    704 784 221101 221103 221105 221106 221107 221108 221109 22110a
    1DD01635 1EC6AE80 224801
    78A 7CA 22d062
    76C 7AC 220210
    78B 7CB 22d004
    781 789 22b046 22b061
    724 72C 22b001 22b003
    785 78D 22b022 22b025 22b026
    706 716 190209
"""
ROWS = [line.split() for line in PLATFORMS.strip().splitlines()]
WHOLE_REQUESTS = {(int(request, 16), len(request) == 8): set(payloads) for request, _, *payloads in ROWS}
ANSWERS = {(int(request, 16), len(request) == 8): int(response, 16) for request, response, *_ in ROWS}


def may_be_requested(can_id: int, extended: bool, data: bytes, tester_present: bool) -> bool:
    """Say whether the list has this frame."""
    if len(data) != 8 or not 1 <= data[0] <= 7:
        return False
    text, rest = data[1 : 1 + data[0]].hex(), data[1 + data[0] :]
    if any(byte != rest[0] for byte in rest) or (rest and rest[0] not in (0x00, 0x55, 0xAA, 0xCC)):
        return False
    if (can_id, extended) in WHOLE_REQUESTS:
        return text in WHOLE_REQUESTS[can_id, extended]
    standard = can_id in ELEVEN_BIT_IDS if not extended else can_id == 0x18DB33F1
    if extended and 0x18DA0000 <= can_id <= 0x18DAFFFF and can_id & 0xFF == 0xF1:
        standard = can_id != 0x18DAF1F1
    return standard and is_reading(text, tester_present)


def is_reading(text: str, tester_present: bool) -> bool:
    """Say whether the payload `text`, in lower-case hex, only reads."""
    count, service = len(text) // 2, text[:2]
    if service in ("03", "07", "0a"):
        return count == 1
    if service == "09":
        return count == 2
    if service == "01":
        return count >= 2
    if service in ("02", "22"):
        return count in (3, 5, 7)
    if service == "19":
        reports = {"01": 3, "02": 3, "03": 2, "04": 6, "06": 6, "0a": 2}
        return reports.get(text[2:4]) == count
    return tester_present and text in ("3e00", "3e80")


NEAR_IDS = (*ELEVEN_BIT_IDS, 0x7A8, 0x7E8, 0x7DE, 0x18DB33F1, 0x18DA10F1, 0x18DAF1F1, 0x18DAF110, 0x18DA10F2)
NEAR_BYTES = (0, 1, 2, 4, 6, 0x0A, 0x0B, 0x80, 0xC0, 0xF1)
PAYLOADS = [(*key, payload) for key, payloads in WHOLE_REQUESTS.items() for payload in sorted(payloads)]


def random_frame(chance: random.Random) -> CanFrame:
    """Return a frame that is often nearly right: random bytes alone would never come close to the list."""
    if chance.random() < 0.2:
        return _nearly_a_whole_request(chance)
    extended = chance.random() < 0.4
    can_id = chance.choice(NEAR_IDS) if chance.random() < 0.8 else chance.getrandbits(29 if extended else 11)
    size = 8 if chance.random() < 0.9 else chance.randrange(9)
    length = chance.randrange(8) if chance.random() < 0.9 else chance.randrange(256)
    service = chance.choice((*READING, *INTRUSIVE, 0x3E)) if chance.random() < 0.9 else chance.randrange(256)
    body = [length, service, *(chance.choice(NEAR_BYTES) for _ in range(6))]
    fill = chance.choice((0x00, 0x55, 0xAA, 0xCC, 0xFF))
    if chance.random() < 0.8:
        body[1 + min(length, 7) :] = [fill] * (7 - min(length, 7))
    return CanFrame(can_id, extended, bytes(body)[:size])


def _nearly_a_whole_request(chance: random.Random) -> CanFrame:
    can_id, extended, text = chance.choice(PAYLOADS)
    if chance.random() < 0.3:
        can_id, extended, _ = chance.choice(PAYLOADS)
    data = bytearray((len(text) // 2, *bytes.fromhex(text))).ljust(8, b"\x00")
    if chance.random() < 0.3:
        data[chance.randrange(8)] = chance.choice((*NEAR_BYTES, 0x04, 0x21, 0x22, 0x2E))
    return CanFrame(can_id, extended if chance.random() < 0.9 else not extended, bytes(data))
