"""Where a dongle becomes a vehicle: the claim is the key, and works once."""

import datetime as dt
from http import HTTPStatus

from fastapi import APIRouter

from cloud.api.models.provision import Admission, BrokerPlace, Enrolment
from cloud.api.parts import Serving
from cloud.api.problem import ProblemError
from cloud.provisioning.desk import Wish

router = APIRouter(tags=["provisioning"])


@router.post("/provision")
def provision(services: Serving, enrolment: Enrolment) -> Admission:
    """Spend a claim; 409 says why it is refused, and whatever the reason, nothing is given."""
    if services.desk is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "no vehicles are provisioned here")
    # Certificates live in real time, whatever the domain clock says.
    given = services.desk.admit(Wish(**enrolment.model_dump()), dt.datetime.now(dt.UTC))
    broker = given.broker
    return Admission(
        vehicle=given.vehicle,
        certificate=given.certificate,
        authority=given.authority,
        release_key=given.release_key.hex(),
        broker=BrokerPlace(host=broker.host, port=broker.port, login=broker.login, ca=broker.ca_pem),
    )
