"""What can go wrong at the edge.

EdgeError
├── ConfigError       bad settings; stop at once, a restart will not help
│   └── SignalSetError    a signal set that contradicts itself; it names file, command and key
├── BusError          the CAN interface; back off and reopen
├── IsoTpError        one malformed transfer; drop it, count it, go on
├── ServiceError      one answer that breaks its service's rules; drop it, count it, go on
├── SpoolError        the disk; keep what is in memory, reopen, say so
├── UplinkError       the broker; keep spooling, back off and reconnect
├── ProvisionError    the claim was refused or the cloud not reached; nothing on the device has changed
└── ReplayError       one line that is no frame, or a log that cannot be read
"""


class EdgeError(Exception):
    """Anything the agent can name."""


class ConfigError(EdgeError):
    """Settings that no restart will mend."""


class SignalSetError(ConfigError):
    """A signal set that cannot be used as it stands."""


class BusError(EdgeError):
    """The CAN interface is gone, off or refuses."""


class IsoTpError(EdgeError):
    """A transfer that breaks ISO 15765-2."""


class ServiceError(EdgeError):
    """An answer that breaks SAE J1979 or ISO 14229."""


class SpoolError(EdgeError):
    """The spool could not keep or give back a record."""


class UplinkError(EdgeError):
    """The broker is away or has refused."""


class ProvisionError(EdgeError):
    """The device did not become a vehicle."""


class ReplayError(EdgeError):
    """A recorded log, or one line of it, that cannot be read."""
