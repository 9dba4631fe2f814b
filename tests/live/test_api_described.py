"""The API is as `/openapi.json` describes it: requests made from the description, against a real server."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from feeds.web.tokens import digest
from tests.live.server import LOCAL, Server, feeds, stock

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    unsupported_method,
    ignored_auth,
]


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("described")
    tokens = f'[[api.tokens]]\nname = "x"\nsha256 = "{digest("secret")}"\n'
    (folder / "config.toml").write_text(f"{LOCAL}\n{tokens}", encoding="utf-8")
    stock(folder, "a", "b", sections=("world",))
    server = Server(folder, "--port", "0").ready()
    schema = schemathesis.openapi.from_url(f"{server.base}/openapi.json")
    schema.config.update(headers={"Authorization": "Bearer secret"})
    yield schema
    assert server.end() == 0
    assert "Traceback" not in server.output


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
def test_answers_are_as_described(described: Any, method: str) -> None:
    """Whatever is sent: a status, a type and a body that the description names, and never a 500."""

    @given(case=described["/articles"][method].as_strategy())
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def ask(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    ask()


def test_the_description_is_for_everybody(described: Any) -> None:
    """It needs no token, and says where the API stands."""
    assert described.raw_schema["openapi"].startswith("3.1")
    assert set(described.raw_schema["paths"]["/articles"]) == {"post", "get", "delete"}


def test_a_token_is_made_and_works(folder: Path, start: Callable[..., Server]) -> None:
    """`feeds token` shows it once; the lines that it prints are all that the configuration needs."""

    done = feeds(folder, "token", "مكتب دولي", "--section", "world")
    assert done.returncode == 0
    token = done.stderr.strip().rpartition(" ")[2]
    assert token not in done.stdout
    (folder / "config.toml").write_text(LOCAL + "\n" + done.stdout, encoding="utf-8")
    server = start().ready()
    bearing = {"Authorization": f"Bearer {token}"}
    assert server.ask("/articles?section=world", bearing).status == 200
    assert server.ask("/articles?section=sports", bearing).status == 403
    assert server.end() == 0
    wrong = feeds(folder, "token", "x", "--section", "nowhere")
    assert wrong.returncode == 2
    assert wrong.stderr == (
        '--section: there is no section "nowhere" in the configuration; there are world, sports, ثقافة\n'
    )
