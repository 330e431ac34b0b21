"""The device's side of provisioning: a key made here, a question over verified TLS, files for their owner's eyes."""

import http.client
import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from edge.adapters.tls import verifying
from edge.config import is_loopback
from edge.errors import ProvisionError
from edge.provision import MAX_ANSWER_BYTES, File

ANSWER_S: Final = 30.0
PASSWORD_BYTES: Final = 32
SERIAL_NUMBER: Final = Path("/proc/device-tree/serial-number")


class Identity(NamedTuple):
    """What the device makes up about itself: a private key that never leaves it, and a password that is sent once."""

    key_pem: str
    csr_pem: str
    password: str

    def __repr__(self) -> str:
        return "Identity()"  # no key in any log or trace


def make_identity(vehicle: str) -> Identity:
    """Return a fresh key of the curve P-256, a signing request for `vehicle`, and 256 random bits as a password."""
    # Large: the running agent, which has this module too, does without it.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, vehicle)])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Identity(private.decode(), request.public_bytes(pem).decode(), secrets.token_urlsafe(PASSWORD_BYTES))


def serial_number() -> str:
    """Return the board's serial number, "" where it has none."""
    try:
        return SERIAL_NUMBER.read_text(errors="replace").strip("\0 \n")[:128]
    except OSError:
        return ""


def ask(cloud: str, ca_file: str, claim: str, serial: str, identity: Identity) -> bytes:
    """Return the body of the cloud's answer; raise `ProvisionError` that says why there is none."""
    wish = {"claim": claim, "csr": identity.csr_pem, "secret": identity.password, "serial": serial}
    connection, path = _connection(cloud, ca_file)
    try:
        connection.request("POST", f"{path}/v1/provision", json.dumps(wish), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read(MAX_ANSWER_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        raise ProvisionError(
            f"{cloud}: {error}; the claim may be used up: if it is refused next time, ask for another"
        ) from error
    finally:
        connection.close()
    if len(body) > MAX_ANSWER_BYTES:
        raise ProvisionError(f"{cloud}: the answer is longer than {MAX_ANSWER_BYTES} bytes")
    if answer.status != http.client.OK:
        raise ProvisionError(f"{cloud}: {answer.status}: {_detail(body)}")
    return body


def certifies(certificate_pem: str, identity: Identity, vehicle: str) -> bool:
    """Say whether the certificate is for this very key and vehicle."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.x509.oid import NameOID

    try:
        certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        key = serialization.load_pem_private_key(identity.key_pem.encode(), None)
        return [name.value for name in names] == [vehicle] and certificate.public_key() == key.public_key()
    except (ValueError, TypeError):
        return False


def check_writable(folder: Path) -> None:
    """Raise `ProvisionError` when nothing can be kept in `folder`: to be asked before a claim is spent."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise ProvisionError(f"{folder}: cannot write there; make the folder, or run this as its owner")


def keep(folder: Path, kept: Sequence[File]) -> None:
    """Write every file whole, mode 0600, in order; raise `ProvisionError`."""
    try:
        for file in kept:
            fresh = folder / f".{file.name}.fresh"
            fresh.unlink(missing_ok=True)
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(file.text)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(folder / file.name)
        handle = os.open(folder, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    except OSError as error:
        raise ProvisionError(
            f"{error.filename or folder}: {error.strerror}; the claim is used up, ask for another"
        ) from error


def _connection(cloud: str, ca_file: str) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(cloud)
    try:
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ProvisionError(f"{cloud}: {error}") from error
    if parts.scheme == "https" and host:
        context = verifying(ca_file, key="--ca-file")
        return http.client.HTTPSConnection(host, port, timeout=ANSWER_S, context=context), parts.path.rstrip("/")
    if parts.scheme == "http" and is_loopback(host):
        return http.client.HTTPConnection(host, port, timeout=ANSWER_S), parts.path.rstrip("/")
    raise ProvisionError(f"{cloud}: it must begin with https://; http:// is for a loopback host only")


def _detail(body: bytes) -> str:
    try:
        said = json.loads(body)
        text = str(said["detail"])
    except (ValueError, KeyError, TypeError, RecursionError):
        text = body[:200].decode(errors="replace")
    return "".join(sign if sign.isprintable() else " " for sign in text[:300])
