"""What an insurer reads of published periods, and what a subject reads and says of their own data."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from cloud.api.models.base import Model

Name = Annotated[str, Field(min_length=1, max_length=120)]
Month = Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
SharedPurpose = Literal["position", "insurer", "pricing", "standing_dispatch"]


class FeedRow(Model):
    """One vehicle, month and score version. Null and not named in `withheld` is "not measured"."""

    row_id: str
    supersedes: str | None
    schema_id: str
    pseudonym: str
    key_id: str
    period: str
    revision: int
    consent_id: str
    pricing_consent_id: str | None
    withheld: str
    score_version: str
    model_sha256: str
    pricing_use: Literal["none", "commercial"]
    several_drivers: bool
    sensor_class: str | None
    data_completeness: float | None
    insufficient_data: bool
    unscored_trips: int | None
    excluded_samples: int | None
    features_version: str | None
    is_late: bool
    exposure_km: float | None
    exposure_h: float | None
    night_km: float | None
    peak_km: float | None
    trips: int | None
    long_trip_share: float | None
    km_to_30: float | None
    km_30_to_50: float | None
    km_50_to_70: float | None
    km_70_to_90: float | None
    km_90_to_110: float | None
    km_110_to_130: float | None
    km_over_130: float | None
    harsh_acceleration_per_100km: float | None
    harsh_braking_per_100km: float | None
    harsh_cornering_per_100km: float | None
    speeding_share: float | None
    score: float | None
    band: str | None
    reason_1: str | None
    reason_1_zh: str | None
    reason_1_en: str | None
    reason_2: str | None
    reason_2_zh: str | None
    reason_2_en: str | None
    reason_3: str | None
    reason_3_zh: str | None
    reason_3_en: str | None
    battery_band: str | None
    tyre_band: str | None
    open_dtc_families: str | None
    days_unrepaired: float | None
    maintenance_adherence: float | None
    rescues_used: int | None
    rescue_quota: int | None


class PublishedPeriod(Model):
    """One period that can be read, and what it was built from."""

    period: str
    schema_id: str
    revision: int
    rows: int
    late_vehicles: int
    key_id: str
    cut_off: datetime
    built_at: datetime
    score_versions: list[str]


class ErasureNote(Model):
    """What is to be forgotten: `all`, or the `driving` fields only."""

    pseudonym: str
    key_id: str
    consent_id: str
    what: Literal["all", "driving"]
    ended_at: datetime
    why: Literal["withdrawn", "run_out"]


class PolicyName(Model):
    """The name of the vehicle that one of your policies is about; `former` are its older names by key id."""

    pseudonym: str
    key_id: str
    former: dict[str, str]
    policy_reference: str
    several_drivers: bool
    consent_id: str


class Hook(Model):
    """Where notices go."""

    url: Annotated[str, Field(min_length=9, max_length=500, pattern=r"^https?://")]


class HookSet(Model):
    """Where notices go, and the secret they are signed with: shown once, null later."""

    url: str | None
    secret: str | None = None


class Acknowledgement(Model):
    """The receiver's word that a drop arrived whole."""

    period: Annotated[str, Field(max_length=20)]
    manifest_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    rows: Annotated[int, Field(ge=0, le=2_000_000_000)]


class Shared(Model):
    """One consent as its subject sees it."""

    recipient: str
    purpose: str
    fields: list[str]
    precision: str
    granted_at: datetime
    until: datetime | None
    withdrawn_at: datetime | None
    text_version: str
    locale: str
    how: str
    stands: bool


class Read(Model):
    """One time that somebody was given something."""

    at: datetime
    recipient: str
    how: str
    period: str


class AppealView(Model):
    """An objection to a score, and what a person made of it."""

    id: str
    recipient: str
    period: str
    said: str
    at: datetime
    due_at: datetime
    is_assured: bool
    state: str
    answer: str


class DeletionView(Model):
    """A wish to be deleted and its deadline, which is `is_assured` when the official calendar is out up to it."""

    id: str
    at: datetime
    due_at: datetime
    is_assured: bool
    done_at: datetime | None


class SharingPage(Model):
    """What is shared of a vehicle, with whom, who read it, and what its subject asked for."""

    vehicle: str
    plate: str
    shares: list[Shared]
    accesses: list[Read]
    appeals: list[AppealView]
    deletion: DeletionView | None


class Stop(Model):
    """What to stop; null is everything, and "" the consents that name no recipient."""

    recipient: Annotated[str, Field(max_length=120)] | None = None
    purpose: SharedPurpose | None = None


class Appeal(Model):
    """What is wrong with a score, in the subject's words."""

    recipient: Name
    period: Month
    said: Annotated[str, Field(min_length=1, max_length=2000)]


class AppealAnswer(Model):
    """What the person found."""

    state: Literal["upheld", "rejected"]
    answer: Annotated[str, Field(min_length=1, max_length=2000)]


class WorkItem(Model):
    """An appeal or a deletion that waits for a person, with what it is about."""

    id: str
    kind: Literal["appeal", "deletion"]
    vehicle: str
    recipient: str
    period: str
    said: str
    at: datetime
    due_at: datetime
    is_assured: bool
    is_overdue: bool


class Consent(Model):
    """A consent that a person gave to the operator, with the words that were shown."""

    purpose: SharedPurpose
    recipient: Annotated[str, Field(max_length=120)] = ""
    until: AwareDatetime | None = None
    covers_from: AwareDatetime | None = None
    fields: list[Name] | None = None
    text_version: Annotated[str, Field(min_length=1, max_length=40)]
    locale: Literal["zh", "en"]
    how: Literal["paper", "phone", "app", "web"]


class ConsentGiven(Model):
    """The consent's id."""

    consent_id: str


class Enrolment(Model):
    """The insurer's own reference for the policy of a vehicle."""

    vehicle: Annotated[str, Field(min_length=1, max_length=64)]
    recipient: Name
    policy_reference: Name
    several_drivers: bool = False


class SharingLink(Model):
    """The driver's link, shown once; `sent` says whether it also went to the driver's contact address."""

    token: str
    path: str
    sent: bool
