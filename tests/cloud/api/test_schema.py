"""The OpenAPI document is what the app does: requests made from it never meet a server error or a shape it denies."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from tests.cloud.api.conftest import Face

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]


@pytest.mark.parametrize("role", ["operator", "partner", "insurer"])
@pytest.mark.timeout(300)
def test_requests_made_from_the_document_get_the_answers_it_promises(face: Face, role: str) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", face.client.app)
    face.services.stopping.set()  # streams and long polls end at once

    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        strategy = found.ok().as_strategy()

        @settings(
            max_examples=15,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def try_operation(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers=face.headers(role), checks=CHECKS)

        try_operation()
