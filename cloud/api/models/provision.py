"""What a dongle sends once in its life, and what it is given."""

from typing import Literal

from pydantic import Field

from cloud.api.models.base import Model


class Enrolment(Model):
    """A claim, a signing request for a key that stays on the device, and a password that the device made up."""

    claim: str = Field(min_length=20, max_length=120)
    csr: str = Field(min_length=1, max_length=10_000, description="PKCS #10, PEM; its common name is the vehicle")
    secret: str = Field(min_length=40, max_length=200, description="256 random bits or more; only its hash is kept")
    serial: str = Field("", max_length=128, description="the device's serial number, where it has one")


class BrokerPlace(Model):
    """Where the broker is, and whether it asks for the certificate or for the password."""

    host: str
    port: int
    login: Literal["certificate", "password"]
    ca: str = Field(description="PEM of the broker's authority, empty where a public one vouches for it")


class Admission(Model):
    """What makes the device this vehicle."""

    vehicle: str
    certificate: str
    authority: str
    release_key: str = Field(description="hex; releases of the exact position are signed with it")
    broker: BrokerPlace
