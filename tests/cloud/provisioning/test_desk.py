"""A claim works once, for one vehicle and one device, for a day at most; whatever is refused, nothing is given."""

import datetime as dt
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import given
from hypothesis import strategies as st

from cloud.provisioning.adapters.files import load_authority
from cloud.provisioning.adapters.sqlite import SqliteClaims
from cloud.provisioning.authority import Authority, UnsoundError, make, read_request
from cloud.provisioning.desk import LONGEST_MS, Broker, Desk, Wish, offer
from cloud.store.errors import RefusedError
from tests.cloud.provisioning.device import a_secret, signing_request

NOW = dt.datetime(2026, 1, 15, 8, tzinfo=dt.UTC)
NOW_MS = round(NOW.timestamp() * 1000)
HOUR_MS = 3_600_000


class Office:
    """A desk, its claims, and whom it let in by password."""

    def __init__(self, folder: Path, login: str = "password") -> None:
        self.claims = SqliteClaims(folder / "claims.sqlite")
        self.passwords: dict[str, str] = {}
        broker = Broker("mqtt.example.net", 8883, "certificate" if login == "certificate" else "password")
        self.desk = Desk(self.claims, load_authority(folder, NOW), broker, self.passwords.__setitem__)

    def claim(self, vehicle: str = "car-1", serial: str = "", lasting_ms: int = HOUR_MS) -> str:
        return offer(self.claims, vehicle, serial, lasting_ms, NOW_MS)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.claims.close()


def wish(claim: str, vehicle: str = "car-1", serial: str = "") -> Wish:
    return Wish(claim, signing_request(vehicle), a_secret(), serial)


def test_a_device_with_a_claim_becomes_the_vehicle(office: Office) -> None:
    wanted = wish(office.claim())

    given = office.desk.admit(wanted, NOW)

    certificate = x509.load_pem_x509_certificate(given.certificate.encode())
    authority = x509.load_pem_x509_certificate(given.authority.encode())
    certificate.verify_directly_issued_by(authority)
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "car-1"
    assert certificate.public_key() == read_request(wanted.csr).key
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert certificate.not_valid_after_utc - NOW < dt.timedelta(days=398)
    assert office.passwords == {"car-1": wanted.secret}
    assert office.claims.key("car-1") == given.release_key


def test_where_the_broker_asks_for_a_certificate_no_password_is_kept(tmp_path: Path) -> None:
    office = Office(tmp_path, login="certificate")

    office.desk.admit(wish(office.claim()), NOW)

    assert office.passwords == {}
    office.claims.close()


def test_a_claim_works_once(office: Office) -> None:
    claim = office.claim()
    first = office.desk.admit(wish(claim), NOW)

    with pytest.raises(RefusedError, match="used before"):
        office.desk.admit(wish(claim), NOW)

    assert office.claims.key("car-1") == first.release_key


def test_the_same_request_heard_again_is_refused(office: Office) -> None:
    heard = wish(office.claim())
    office.desk.admit(heard, NOW)

    with pytest.raises(RefusedError, match="used before"):
        office.desk.admit(heard, NOW)
    with pytest.raises(RefusedError, match="certified before"):
        office.desk.admit(heard._replace(claim=office.claim()), NOW)


@pytest.mark.parametrize(
    ("vehicle", "serial", "reason"),
    [("car-2", "10000000abcd", "another vehicle"), ("car-1", "10000000ffff", "another serial number")],
)
def test_a_claim_is_good_for_its_own_vehicle_and_device_only(
    office: Office, vehicle: str, serial: str, reason: str
) -> None:
    claim = office.claim(serial="10000000abcd")

    with pytest.raises(RefusedError, match=reason):
        office.desk.admit(wish(claim, vehicle, serial), NOW)

    assert office.desk.admit(wish(claim, "car-1", "10000000abcd"), NOW).vehicle == "car-1"


def test_a_claim_runs_out(office: Office) -> None:
    claim = office.claim(lasting_ms=LONGEST_MS)

    with pytest.raises(RefusedError, match="run out"):
        office.desk.admit(wish(claim), NOW + dt.timedelta(days=1))


@pytest.mark.parametrize("lasting_ms", [0, -1, LONGEST_MS + 1])
def test_no_claim_lasts_longer_than_a_day(office: Office, lasting_ms: int) -> None:
    with pytest.raises(RefusedError, match="24 hours"):
        office.claim(lasting_ms=lasting_ms)


def test_a_claim_that_nobody_made_is_refused(office: Office) -> None:
    with pytest.raises(RefusedError, match="not known"):
        office.desk.admit(wish("x" * 43), NOW)


@pytest.mark.parametrize("csr", ["", "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n"])
def test_an_unsound_request_does_not_use_the_claim_up(office: Office, csr: str) -> None:
    claim = office.claim()

    with pytest.raises(RefusedError, match="signing request"):
        office.desk.admit(Wish(claim, csr, a_secret()), NOW)

    assert office.desk.admit(wish(claim), NOW).vehicle == "car-1"


@given(csr=st.text(max_size=300) | st.binary(max_size=300).map(lambda some: some.decode("latin-1")))
def test_any_text_is_a_request_or_our_one_error(csr: str) -> None:
    with pytest.raises(UnsoundError):
        read_request(csr)


def test_a_request_that_was_changed_on_its_way_is_refused() -> None:
    pem = signing_request("car-1")
    lines = pem.splitlines()
    swapped = "B" if lines[-2][5] == "A" else "A"
    changed = "\n".join([*lines[:-2], lines[-2][:5] + swapped + lines[-2][6:], lines[-1]])

    with pytest.raises(UnsoundError):
        read_request(changed)


def test_a_weak_curve_is_refused() -> None:
    with pytest.raises(UnsoundError, match="P-256"):
        read_request(signing_request("car-1", ec.generate_private_key(ec.SECP224R1())))


def test_the_authority_is_made_once_and_its_key_is_its_owner_s_alone(tmp_path: Path) -> None:
    first = load_authority(tmp_path, NOW)
    again = load_authority(tmp_path, NOW)

    assert again.certificate_pem == first.certificate_pem
    assert stat.S_IMODE((tmp_path / "vehicles-ca.key").stat().st_mode) == 0o600


def test_an_authority_with_another_s_key_is_refused() -> None:
    (certificate, _), (_, key) = make(NOW), make(NOW)

    with pytest.raises(ValueError, match="not the one"):
        Authority(certificate, key)


def test_claims_and_keys_are_kept_and_are_their_owner_s_alone(tmp_path: Path) -> None:
    office = Office(tmp_path)
    claim = office.claim()
    office.claims.close()

    again = Office(tmp_path)

    assert again.desk.admit(wish(claim), NOW).vehicle == "car-1"
    assert claim.encode() not in (tmp_path / "claims.sqlite").read_bytes()
    assert stat.S_IMODE((tmp_path / "claims.sqlite").stat().st_mode) == 0o600
    again.claims.close()
