/* The session: an access token in memory only, renewed by the HttpOnly cookie, and a sign-out that every tab hears. */
import { ApiError, errorOf } from "./api-error.js";
import { observe } from "./clock.js";

const RENEW_BEFORE_MS = 60_000;
const TIMEOUT_MS = 10_000;
const channel = new BroadcastChannel("fleet-session");
let token = null;
let renew_at_ms = 0;
let renewal = null;

function keep({ access_token, expires_in }) {
  token = access_token;
  renew_at_ms = Date.now() + Math.max(expires_in * 1000 - RENEW_BEFORE_MS, expires_in * 500);
}

async function post(path, body) {
  try {
    const response = await fetch(path, { method: "POST", body, cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    observe(response.headers.get("Date"));
    return response;
  } catch {
    throw new ApiError("unreachable");
  }
}

/** Sign in; throws ApiError ("signed-out" for a wrong name or password, "too-many" when locked). */
export async function signIn(username, password) {
  const form = new URLSearchParams({ grant_type: "password", username, password });
  const response = await post("/api/auth/token", form);
  if (!response.ok) throw await errorOf(response);
  keep(await response.json());
}

async function askRenewal() {
  const response = await post("/api/auth/refresh");
  if (!response.ok) throw await errorOf(response);
  keep(await response.json());
}

/** Renew the token by the cookie. One request at a time, in this tab and among tabs: the cookie changes with each. */
export function refresh() {
  const inTurn = () => (navigator.locks ? navigator.locks.request("fleet-refresh", askRenewal) : askRenewal());
  renewal ??= inTurn().finally(() => {
    renewal = null;
  });
  return renewal;
}

/** A token that is good for a while yet. */
export async function accessToken() {
  if (!token || Date.now() >= renew_at_ms) await refresh();
  return token;
}

/** To the login page, and back to this very view afterwards. `why` is "expired" or "left". */
export function leave(why) {
  token = null;
  const next = encodeURIComponent(location.pathname + location.search);
  location.replace(why === "left" ? "/login" : `/login?next=${next}${why === "expired" ? "&why=expired" : ""}`);
}

/** End the session here, on the server and in every other tab. */
export async function signOut() {
  await post("/api/auth/logout").catch(() => null);
  channel.postMessage("signed-out");
  leave("left");
}

/** Follow a sign-out made in another tab. */
export const followSignOut = () => channel.addEventListener("message", () => leave("left"));
