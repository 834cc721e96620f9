"""Whatever is sent to it, the API answers as its OpenAPI document says, and never with a 500."""

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from fixtures.roles import Platform

ROUTES = [
    "post /api/auth/token",
    "post /api/auth/refresh",
    "post /api/auth/logout",
    "get /api/views/live",
    "get /api/views/fleet-at",
    "get /api/events",
    "get /api/me",
    "get /api/config",
    "get /api/jobs",
    "get /api/drift/findings",
    "post /api/drift/findings/{finding_id}/acknowledge",
    "get /api/drift/contract",
    "get /api/rejections",
    "get /api/rejections/{raw_id}",
    "post /api/rejections/{raw_id}/reparse",
    "get /api/set-aside",
]
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def document(standing: Platform) -> BaseSchema:
    """The document that the gateway serves."""
    standing.gateway(ANONYMOUS_PER_MINUTE="100000", VIEWS_PER_MINUTE="100000")
    loaded: BaseSchema = schemathesis.openapi.from_url(f"{standing.url}/api/openapi.json")
    return loaded


@pytest.fixture(scope="module")
def token(standing: Platform, document: BaseSchema) -> str:
    return standing.token()


def operations(document: BaseSchema) -> dict[str, APIOperation]:
    """Each operation by method and path."""
    found = (result.ok() for result in document.get_all_operations())
    return {f"{operation.method.lower()} {operation.path}": operation for operation in found}


def test_every_route_is_tried(document: BaseSchema) -> None:
    elsewhere = " /api/admin/"  # needs a worker: tests/admin/test_admin_contract.py
    assert sorted(route for route in operations(document) if elsewhere not in route) == sorted(ROUTES)


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_is_one_that_the_document_describes(document: BaseSchema, token: str, route: str) -> None:
    @EXAMPLES
    @given(case=operations(document)[route].as_strategy(), signed_in=st.booleans())
    def answers_as_described(case: schemathesis.Case, signed_in: bool) -> None:
        headers = {"Authorization": f"Bearer {token}"} if signed_in else {}
        answer = case.call(headers=headers)
        if answer.status_code < 400:
            case.validate_response(answer, checks=[response_schema_conformance, content_type_conformance])
        else:
            assert set(answer.json()) == {"error"}
        case.validate_response(answer, checks=[not_a_server_error])

    answers_as_described()


def test_a_body_that_is_no_form_is_refused_in_the_one_form_of_errors(standing: Platform, document: BaseSchema) -> None:
    answer = httpx.post(f"{standing.url}/api/auth/token", content=b"\xff\x00", headers={"content-type": "text/plain"})
    assert answer.status_code == 422
    assert set(answer.json()["error"]) == {"code", "message", "request_id"}
