/* Asks for a view again and again: with its ETag, slower after failures, not at all while nobody looks. */
import { getJson } from "./api.js";
import { now } from "./clock.js";

const BACKOFF_S = [1, 2, 4, 8, 15];
const LOST_AFTER = 3;

/** Connection as the pill tells it: phase is loading | ok | trouble | lost | paused. */
export function createPoller({ path, interval_s, onBody, onConnection }) {
  const connection = { phase: "loading", interval_s, answered_ms: null, lost_ms: null, retry_ms: null, error: null };
  let etag = null;
  let failures = 0;
  let timer = null;
  let request = null;
  let isPaused = false;

  function tell(change) {
    Object.assign(connection, change);
    onConnection(connection);
  }

  function later(wait_s) {
    clearTimeout(timer);
    tell({ retry_ms: now() + wait_s * 1000 });
    timer = setTimeout(ask, wait_s * 1000);
  }

  function succeeded(answer) {
    etag = answer.etag;
    failures = 0;
    tell({ phase: "ok", answered_ms: now(), lost_ms: null, error: null });
    if (answer.body) onBody(answer.body);
    later(interval_s);
  }

  function failed(error) {
    failures += 1;
    const isWaiting = error.kind === "too-many";
    const phase = failures >= LOST_AFTER && !isWaiting ? "lost" : "trouble";
    tell({ phase, error, lost_ms: connection.lost_ms ?? now() });
    if (["forbidden", "signed-out"].includes(error.kind)) return;
    const backoff_s = BACKOFF_S[Math.min(failures, BACKOFF_S.length) - 1] * (0.8 + 0.4 * Math.random());
    later(Math.max(backoff_s, error.retry_after_s ?? (isWaiting ? interval_s : 0)));
  }

  async function ask() {
    clearTimeout(timer);
    request?.abort();
    request = new AbortController();
    const { signal } = request;
    let answer;
    try {
      answer = await getJson(path, { etag, signal });
    } catch (error) {
      if (!signal.aborted) failed(error);
      return;
    }
    if (!signal.aborted) succeeded(answer);
  }

  function pause() {
    clearTimeout(timer);
    request?.abort();
    tell({ phase: "paused", retry_ms: null });
  }

  function watch() {
    if (document.hidden || isPaused) pause();
    else ask();
  }

  return {
    start() {
      document.addEventListener("visibilitychange", watch);
      watch();
    },
    ask,
    switchPause() {
      isPaused = !isPaused;
      watch();
    },
  };
}
