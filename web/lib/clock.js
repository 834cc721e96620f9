/* The server's clock as seen from here: local time plus the offset that `Date` headers show. */

const HEADER_GRAIN_MS = 1000;
let offset_ms = 0;
let isKnown = false;

/** Epoch milliseconds by the server's clock. */
export const now = () => Date.now() + offset_ms;

/** Learn from a response's Date header (whole seconds, so a difference under one second is no news). */
export function observe(dateHeader) {
  const seen_ms = Date.parse(dateHeader ?? "") + HEADER_GRAIN_MS / 2 - Date.now();
  if (Number.isNaN(seen_ms)) return;
  if (isKnown && Math.abs(seen_ms - offset_ms) < HEADER_GRAIN_MS) return;
  offset_ms = seen_ms;
  isKnown = true;
}

/** Call back at every full second of the server's clock. */
export function everySecond(callback) {
  const tick = () => {
    callback(now());
    setTimeout(tick, 1000 - (now() % 1000));
  };
  tick();
}
