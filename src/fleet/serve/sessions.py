"""Signing in, staying signed in, signing out."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, LiteralString

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from fleet.auth.passwords import password_matches
from fleet.auth.tokens import Viewer, digest, issue_access_token, new_refresh_token, seconds_until
from fleet.clock import EAT
from fleet.db import Connection, borrowed
from fleet.serve.access import RateLimits, SignedIn, client_address, context
from fleet.serve.context import Context
from fleet.serve.problems import Problem

router = APIRouter(prefix="/api")
COOKIE = "fleet_refresh"
COOKIE_PATH = "/api/auth"


class AccessToken(BaseModel):
    """A bearer token and how long it is good for."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105
    expires_in: int


class Me(BaseModel):
    """Who is signed in."""

    username: str
    scopes: list[str]


async def limited(request: Request) -> None:
    """Signing in counts against the anonymous limit."""
    limits: RateLimits = request.app.state.rate_limits
    limits.spend_anonymous(client_address(request))


@router.post("/auth/token", dependencies=[Depends(limited)])
async def sign_in(
    request: Request,
    response: Response,
    username: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=1000)],
    shared: Annotated[Context, Depends(context)],
    grant_type: Annotated[Literal["password"], Form()] = "password",
) -> AccessToken:
    """Trade a name and password for an access token and a refresh cookie. 401 when they do not fit."""
    name = username.strip().replace("\x00", "")
    async with borrowed(shared.session) as db:
        row = await (await db.execute("select * from auth.find_account(%s)", (name,))).fetchone()
        until = await _only(db, "select auth.locked_until(%s)", (name,))
    if until:
        raise locked(until)
    matches = await password_matches(password, row[2] if row else None)
    async with borrowed(shared.session) as db:
        until = await _only(db, "select auth.note_login(%s, %s, %s)", (name, matches, client_address(request)))
        if row is None or not matches:
            raise (
                locked(until)
                if until
                else Problem(401, "wrong_credentials", "Name or password is wrong. Check both and try again.")
            )
        refresh = new_refresh_token()
        lifetime = timedelta(seconds=shared.settings.session_ttl_s)
        opened = await _only(db, "select auth.open_session(%s, %s, %s)", (row[0], digest(refresh), lifetime))
    keep_cookie(response, shared, refresh, shared.settings.session_ttl_s)
    return access_token(shared, Viewer(row[0], row[1], frozenset(row[3]), str(opened)))


@router.post("/auth/refresh")
async def refresh_token(
    request: Request, response: Response, shared: Annotated[Context, Depends(context)]
) -> AccessToken:
    """Trade the refresh cookie for a new access token and cookie. 401 when the session is over."""
    held = request.cookies.get(COOKIE)
    if not held:
        await limited(request)
        raise Problem(401, "session_over", "Sign in to go on.")
    successor = new_refresh_token()
    async with borrowed(shared.session) as db:
        found = await db.execute("select * from auth.rotate_token(%s, %s)", (digest(held), digest(successor)))
        row = await found.fetchone()
    if row is None:
        await limited(request)
        raise Problem(401, "session_over", "Your session is over. Sign in to go on.")
    keep_cookie(response, shared, successor, seconds_until(row[3]))
    return access_token(shared, Viewer(row[0], row[1], frozenset(row[2]), str(row[4])))


@router.post("/auth/logout", status_code=204)
async def sign_out(request: Request, response: Response, shared: Annotated[Context, Depends(context)]) -> None:
    """End the session of the refresh cookie, if there is one."""
    held = request.cookies.get(COOKIE)
    if held:
        async with borrowed(shared.session) as db:
            await db.execute("select auth.close_session(%s)", (digest(held),))
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


@router.get("/me")
async def me(viewer: SignedIn) -> Me:
    """Who is signed in, and what they may."""
    return Me(username=viewer.username, scopes=sorted(viewer.scopes))


async def _only(db: Connection, query: LiteralString, given: tuple[Any, ...]) -> Any:
    """The one value of the one row that the query gives."""
    row = await (await db.execute(query, given)).fetchone()
    return row and row[0]


def access_token(shared: Context, viewer: Viewer) -> AccessToken:
    """An access token for the viewer, of the lifetime that the settings say."""
    lifetime_s = shared.settings.access_token_ttl_s
    token = issue_access_token(viewer, shared.jwt_key, datetime.now(UTC), lifetime_s)
    return AccessToken(access_token=token, expires_in=lifetime_s)


def keep_cookie(response: Response, shared: Context, token: str, lifetime_s: int) -> None:
    """Hand the refresh token to the browser, out of reach of scripts and other sites."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=lifetime_s,
        path=COOKIE_PATH,
        httponly=True,
        samesite="strict",
        secure=shared.settings.secure_cookies,
    )


def locked(until: datetime) -> Problem:
    """Too many wrong passwords: says until when."""
    return Problem(
        401,
        "locked",
        f"Too many tries. Try again at {until.astimezone(EAT):%H:%M} EAT.",
    )
