"""Whatever is sent to it, the administration API answers as its OpenAPI document says, and never with a 500."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from fixtures.roles import Platform
from pipeline.test_api_contract import operations

KINDS = ("accounts", "cities", "cost-centres", "devices", "drivers", "vehicles")
KEYS = {
    "accounts": "{code}",
    "cities": "{name}",
    "cost-centres": "{name}",
    "devices": "{imei}",
    "drivers": "{name}",
    "vehicles": "{plate}",
}
ROUTES = [
    *(f"get /api/admin/{kind}" for kind in KINDS),
    *(f"get /api/admin/{kind}/{{key}}" for kind in KINDS),
    *(f"patch /api/admin/{kind}/{KEYS[kind]}" for kind in KINDS),
    "post /api/admin/vehicles/{plate}/driver",
    "post /api/admin/devices/{imei}/vehicle",
    "post /api/admin/devices/{imei}/lifecycle",
    "get /api/admin/vehicles/{plate}/history",
    "get /api/admin/devices/{imei}/history",
    "get /api/admin/gaps",
]
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def document(standing: Platform) -> BaseSchema:
    """The document that the gateway serves."""
    standing.start("gateway", "worker", ANONYMOUS_PER_MINUTE="100000", VIEWS_PER_MINUTE="100000")
    loaded: BaseSchema = schemathesis.openapi.from_url(f"{standing.url}/api/openapi.json")
    return loaded


@pytest.fixture(scope="module")
def token(standing: Platform, document: BaseSchema) -> str:
    return standing.token()


def test_every_route_is_tried(document: BaseSchema) -> None:
    assert sorted(route for route in operations(document) if " /api/admin/" in route) == sorted(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_is_one_that_the_document_describes(document: BaseSchema, token: str, route: str) -> None:
    @EXAMPLES
    @given(case=operations(document)[route].as_strategy())
    def answers_as_described(case: schemathesis.Case) -> None:
        answer = case.call(headers={"Authorization": f"Bearer {token}"})
        if answer.status_code < 400:
            case.validate_response(answer, checks=[response_schema_conformance, content_type_conformance])
        else:
            assert set(answer.json()) == {"error"}
        case.validate_response(answer, checks=[not_a_server_error])

    answers_as_described()
