"""TLS towards broker and cloud. The other side is always verified: no setting, argument or variable turns that off."""

import ssl

from edge.config import Mqtt
from edge.errors import ConfigError


def context(mqtt: Mqtt) -> ssl.SSLContext:
    """Return the context that `mqtt` describes; raise `ConfigError` that names the key whose file cannot be used."""
    made = verifying(mqtt.ca_file, key="mqtt.ca_file")
    if mqtt.cert_file:
        try:
            made.load_cert_chain(mqtt.cert_file, mqtt.key_file)
        except (OSError, ValueError) as error:  # an ssl.SSLError is an OSError
            reason = f"{mqtt.cert_file} and {mqtt.key_file}: {_said(error)}"
            raise ConfigError(
                f"keys 'mqtt.cert_file' and 'mqtt.key_file': {reason}; they must be a certificate and its own key, PEM"
            ) from error
    return made


def verifying(ca_file: str, *, key: str) -> ssl.SSLContext:
    """Return a context that trusts `ca_file`, or what the machine trusts; `key` is the setting that named it."""
    try:
        made = ssl.create_default_context(cafile=ca_file or None)
    except (OSError, ValueError) as error:
        raise ConfigError(f"key {key!r}: {ca_file}: {_said(error)}; name a PEM file of certificates") from error
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
