/* A request that failed, by the kind of answer that a person needs. */

const KINDS = { 401: "signed-out", 403: "forbidden", 404: "missing", 422: "refused", 429: "too-many", 503: "unavailable" };

/** kind: unreachable | signed-out | forbidden | missing | refused | too-many | unavailable | unexpected. */
export class ApiError extends Error {
  constructor(kind, { code = "", message = "", request_id = null, retry_after_s = null } = {}) {
    super(message || kind);
    Object.assign(this, { kind, code, request_id, retry_after_s });
  }
}

/** The error that a response other than 2xx and 304 stands for. */
export async function errorOf(response) {
  const body = await response.json().catch(() => ({}));
  return new ApiError(KINDS[response.status] ?? "unexpected", {
    code: body.error?.code,
    message: body.error?.message,
    request_id: body.error?.request_id ?? response.headers.get("X-Request-Id"),
    retry_after_s: Number(response.headers.get("Retry-After")) || null,
  });
}
