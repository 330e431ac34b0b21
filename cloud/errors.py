"""What can go wrong in the cloud, and what to do.

CloudError
├── SettingsError   a setting is unknown or makes no sense; stop at once, a restart will not help
├── StartError      a port or folder that is needed cannot be had; the message says which and what to do
├── LogError        the log could not store or read; nothing of the call is stored: no receipt, back off, try again
├── LinkError       the broker is not there or refuses; back off and reconnect
├── RefusedError    one message breaks the rules; dead-letter it with the reason and go on
├── ScoresError     assessments or a snapshot could not be kept; back off, go on from the last snapshot
├── ReplayError     recorded data could not be read; the message names the file and what is wrong with it
├── EvaluationError a fleet folder or a trained model could not be used; the message names the file and what to do
├── HistoryError    the history could not be written or read; the log still holds everything, try again
├── TripsError      trips could not be kept or read; back off, go on from the last snapshot
├── ModelsError     claim models could not do what was asked; its tree is in cloud/insurer/models/errors.py
└── ActError        what was asked of cases, jobs and the store was not done; its tree is in cloud/store/errors.py
"""


class CloudError(Exception):
    """Something the service knows how to meet; its text is for people."""


class SettingsError(CloudError):
    """A setting is unknown, missing or makes no sense."""


class StartError(CloudError):
    """The process cannot start here as it is."""


class LogError(CloudError):
    """The log could not do what was asked; nothing of that call is stored."""


class LinkError(CloudError):
    """The broker cannot be reached or refuses this client."""


class RefusedError(CloudError):
    """One message breaks the rules of this service."""


class ScoresError(CloudError):
    """Assessments or a snapshot could not be kept or read."""


class ReplayError(CloudError):
    """Recorded data could not be read."""


class EvaluationError(CloudError):
    """A fleet folder or a trained model could not be used."""


class HistoryError(CloudError):
    """The history could not be written or read."""


class TripsError(CloudError):
    """Trips could not be kept or read."""
