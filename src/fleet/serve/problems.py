"""Errors of the API: typed, with one JSON form `{"error": {"code", "message", "request_id"}}`."""

import secrets
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from fleet.errors import DatabaseUnavailable
from fleet.observe import log


class Problem(Exception):
    """An answer other than 200: status, a stable code, a sentence that says what to do."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.headers = status, code, message, headers


def unauthenticated() -> Problem:
    """401."""
    return Problem(401, "not_signed_in", "Sign in first.", {"WWW-Authenticate": "Bearer"})


def forbidden(scope: str) -> Problem:
    """403 naming the missing scope."""
    return Problem(403, "forbidden", f"Your account has no {scope} right. Ask an administrator.")


def too_many(retry_after_s: int) -> Problem:
    """429."""
    return Problem(
        429,
        "too_many_requests",
        f"Too many requests. Try again in {retry_after_s} s.",
        {"Retry-After": str(retry_after_s)},
    )


def _form(request: Request, problem: Problem) -> JSONResponse:
    error = {
        "code": problem.code,
        "message": problem.message,
        "request_id": request.scope.get("request_id", ""),
    }
    return JSONResponse({"error": error}, problem.status, headers=problem.headers)


def install(app: FastAPI) -> None:
    """Give every error of the API its one form."""

    @app.exception_handler(Problem)
    async def on_problem(request: Request, problem: Problem) -> JSONResponse:
        return _form(request, problem)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, invalid: RequestValidationError) -> JSONResponse:
        return _form(request, Problem(422, "invalid_request", _first_sentence(invalid.errors())))

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, raised: HTTPException) -> JSONResponse:
        code = HTTPStatus(raised.status_code).phrase.lower().replace(" ", "_")
        headers = dict(raised.headers) if raised.headers else None
        return _form(request, Problem(raised.status_code, code, f"{raised.detail}.", headers))

    @app.exception_handler(DatabaseUnavailable)
    async def on_away(request: Request, away: DatabaseUnavailable) -> JSONResponse:
        log.warning("api_without_database", path=request.url.path)
        return _form(
            request,
            Problem(503, "unavailable", "The server cannot reach its data. Try again.", {"Retry-After": "5"}),
        )

    @app.exception_handler(Exception)
    async def on_unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("api_failed", path=request.url.path, exc_info=error)
        return _form(request, Problem(500, "unexpected", "Something failed on our side."))


def new_request_id() -> str:
    """A short id to find a request in the logs by."""
    return secrets.token_hex(6)


def _first_sentence(errors: Any) -> str:
    first = errors[0]
    return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}."
