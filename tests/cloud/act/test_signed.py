"""Signed notices to insurers: to public addresses only, once looked up, never led elsewhere."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Verifier

from cloud.act.adapters.signed import SignedWebhook, UnsafeAddressError, judged
from cloud.act.ports import Hook
from tests.cloud.act.hook_server import HookServer

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = {"type": "period.published", "data": {"period": "2026-01"}}


@pytest.fixture
def server() -> Iterator[HookServer]:
    made = HookServer()
    yield made
    made.stop()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "64:ff9b::808:808",
        "2002:a00:1::",
        "2001:0:a00:1::",
        "::a00:1",
    ],
)
def test_no_address_of_our_own_networks_is_called(address: str) -> None:
    with pytest.raises(UnsafeAddressError, match="public internet"):
        judged("https://insurer.example/hook", lambda host, port: [address])


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "2001:4860:4860::8888", "::ffff:8.8.8.8"])
def test_public_addresses_of_both_kinds_are_called(address: str) -> None:
    assert judged("https://insurer.example/", lambda host, port: [address]) == (address, "insurer.example", 443)


def test_one_private_answer_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(UnsafeAddressError):
        judged("https://insurer.example/", lambda host, port: ["8.8.8.8", "10.0.0.1"])


@pytest.mark.parametrize("url", ["http://insurer.example/", "ftp://insurer.example/", "https://me:pw@insurer.example/"])
def test_nothing_but_https_without_a_password_is_called(url: str) -> None:
    with pytest.raises(UnsafeAddressError):
        judged(url, lambda host, port: ["8.8.8.8"])


def test_the_address_that_was_judged_is_the_one_that_is_called() -> None:
    assert judged("https://insurer.example:8443/", lambda host, port: ["8.8.8.8"]) == (
        "8.8.8.8",
        "insurer.example",
        8443,
    )


def test_this_machine_is_called_only_where_that_was_asked_for() -> None:
    webhook = SignedWebhook()
    try:
        refused = webhook.send(Hook("http://127.0.0.1:9/", SECRET), "key", 0.0, BODY)
    finally:
        webhook.close()

    assert not refused.is_done
    assert refused.is_final


def test_the_receiver_can_check_who_says_it_and_that_it_was_not_changed(server: HookServer) -> None:
    webhook = SignedWebhook(loopback=True)
    try:
        done = webhook.send(Hook(server.url(200), SECRET), "key-1", datetime.now(UTC).timestamp(), BODY)
    finally:
        webhook.close()

    assert done.is_done
    ((headers, body),) = server.got
    assert headers["webhook-id"] == "key-1"
    assert Verifier(SECRET).verify(body, headers) == BODY
    assert json.loads(body) == BODY


@pytest.mark.parametrize(("status", "is_final"), [(302, True), (400, True), (429, False), (500, False)])
def test_no_redirect_is_followed_and_what_may_pass_is_tried_again(
    server: HookServer, status: int, is_final: bool
) -> None:
    webhook = SignedWebhook(loopback=True)
    try:
        result = webhook.send(Hook(server.url(status), SECRET), "key", 0.0, BODY)
    finally:
        webhook.close()

    assert (result.is_done, result.is_final) == (False, is_final)
    assert len(server.got) == 1
