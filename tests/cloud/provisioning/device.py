"""A device in miniature: a key, a signing request for it, and a password of its own."""

import secrets

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def signing_request(vehicle: str, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """Return a sound request for `vehicle`, PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, vehicle)])
    made = x509.CertificateSigningRequestBuilder().subject_name(name)
    signed = made.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def a_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)
