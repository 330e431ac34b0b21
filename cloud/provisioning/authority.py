"""The fleet's own certificate authority: it signs client certificates for vehicles and nothing else."""

import datetime as dt
import hashlib
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cloud.errors import CloudError

AUTHORITY_DAYS: Final = 3_650
VEHICLE_DAYS: Final = 397
SLACK: Final = dt.timedelta(hours=1)  # a device whose clock is a little behind takes it too
CURVES: Final = (ec.SECP256R1, ec.SECP384R1)


class UnsoundError(CloudError):
    """A signing request that must not be signed; the text says why."""


class Request(NamedTuple):
    """A signing request that was found sound: whose it says it is, and its key."""

    vehicle: str
    key: ec.EllipticCurvePublicKey

    @property
    def key_sha256(self) -> str:
        """Which key it is, in hex."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return hashlib.sha256(self.key.public_bytes(serialization.Encoding.DER, form)).hexdigest()


class Authority:
    """Holds the authority's certificate and key."""

    def __init__(self, certificate_pem: bytes, key_pem: bytes) -> None:
        """Take both as PEM; raise `ValueError` when they are none, or not of each other."""
        self._certificate = x509.load_pem_x509_certificate(certificate_pem)
        key = serialization.load_pem_private_key(key_pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the authority's key must be one of an elliptic curve")
        if key.public_key() != self._certificate.public_key():
            raise ValueError("the authority's key is not the one in its certificate")
        self._key = key

    @property
    def certificate_pem(self) -> str:
        """What a broker must trust to let the vehicles in."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def issue(self, request: Request, now: dt.datetime) -> str:
        """Return a client certificate as PEM: the vehicle as its common name, good for `VEHICLE_DAYS`."""
        built = (
            x509.CertificateBuilder()
            .subject_name(_name(request.vehicle))
            .issuer_name(self._certificate.subject)
            .public_key(request.key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - SLACK)
            .not_valid_after(now + dt.timedelta(days=VEHICLE_DAYS))
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(request.key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        return built.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def make(now: dt.datetime) -> tuple[bytes, bytes]:
    """Return a new authority: certificate and key as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    built = (
        x509.CertificateBuilder()
        .subject_name(_name("outrider vehicles"))
        .issuer_name(_name("outrider vehicles"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SLACK)
        .not_valid_after(now + dt.timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
    certificate = built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return certificate, key.private_bytes(serialization.Encoding.PEM, pkcs8, plain)


def read_request(pem: str) -> Request:
    """Return what the signing request `pem` asks for; raise `UnsoundError` unless it is sound and proves its key."""
    try:
        request = x509.load_pem_x509_csr(pem.encode())
        key = request.public_key()
        is_proven = request.is_signature_valid
        names = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature) as error:
        raise UnsoundError(f"the signing request is none: {error}") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, CURVES):
        raise UnsoundError("the signing request's key must be of the curve P-256 or P-384")
    if not is_proven:
        raise UnsoundError("the signing request is not signed with its own key")
    if len(names) != 1 or not isinstance(names[0].value, str):
        raise UnsoundError("the signing request must name one vehicle, as its common name")
    return Request(names[0].value, key)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
