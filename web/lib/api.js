/* Requests to our own server: a token, a time limit, an ETag, and errors that say what kind they are. */
import { ApiError, errorOf } from "./api-error.js";
import { accessToken, refresh } from "./auth.js";
import { observe } from "./clock.js";

const TIMEOUT_MS = 10_000;
async function send(path, headers, signal) {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const token = await accessToken();
  try {
    return await fetch(path, {
      headers: { ...headers, Authorization: `Bearer ${token}` },
      cache: "no-store",
      signal: signal ? AbortSignal.any([limit, signal]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError("unreachable");
  }
}

/** → { body, etag }; `body` is null when nothing changed since `etag`. A refused token is renewed once. */
export async function getJson(path, { etag = null, signal = null } = {}) {
  const headers = etag ? { "If-None-Match": etag } : {};
  let response = await send(path, headers, signal);
  if (response.status === 401) {
    await refresh();
    response = await send(path, headers, signal);
  }
  observe(response.headers.get("Date"));
  if (response.status === 304) return { body: null, etag };
  if (!response.ok) throw await errorOf(response);
  try {
    return { body: await response.json(), etag: response.headers.get("ETag") };
  } catch {
    throw new ApiError("unreachable");
  }
}
