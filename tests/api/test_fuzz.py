"""Any request at all: never a 5xx, and every refusal is named."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck

from angiosuite.web.app import create_app
from angiosuite.web.configuration import ServerSettings

from .conftest import TOKEN

EXAMPLES = {"everyday": 6, "ci": 25, "long": 1000}


@pytest.fixture(scope="module")
def schema(settings: ServerSettings) -> schemathesis.BaseSchema:
    """The server's own description of its routes."""
    return schemathesis.openapi.from_asgi(
        "/api/openapi.json", create_app(settings), headers={"X-Angiosuite-Token": TOKEN}
    )


def test_no_request_makes_a_5xx_and_every_refusal_is_named(
    schema: schemathesis.BaseSchema, size: str
) -> None:
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @hypothesis.seed(1)
        @hypothesis.settings(
            max_examples=EXAMPLES[size], deadline=None, database=None,
            suppress_health_check=list(HealthCheck), derandomize=False,
        )  # fmt: skip
        @hypothesis.given(
            case=operation.as_strategy(generation_mode=schemathesis.GenerationMode.POSITIVE)
            | operation.as_strategy(generation_mode=schemathesis.GenerationMode.NEGATIVE)
        )
        def try_it(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            answer = case.call(headers={"X-Angiosuite-Token": TOKEN})
            assert answer.status_code < 500, (case.as_curl_command(), answer.text[:500])
            if answer.status_code >= 400:
                error = answer.json()["error"]
                assert error["code"] and error["message"], case.as_curl_command()

        try_it()
    assert tried > 20 * EXAMPLES[size] / 3
