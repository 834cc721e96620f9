/* Markers glide between two known fixes, for 800 ms at most and never past the last one. */

const GLIDE_MS = 800;
const FRAME_MS = 50;

/** `place(moves)` is called with [{ id, lon, lat }] some sixteen times, the last time with the true places. */
export function createGlide(place) {
  let moves = [];
  let timer = null;

  function frame(began_ms) {
    const part = Math.min(1, (performance.now() - began_ms) / GLIDE_MS);
    place(moves.map(({ id, from, to }) => ({ id, lon: from.lon + (to.lon - from.lon) * part, lat: from.lat + (to.lat - from.lat) * part })));
    timer = part < 1 ? setTimeout(() => frame(began_ms), FRAME_MS) : null;
    if (part === 1) moves = [];
  }

  return {
    start(next) {
      moves = next;
      if (timer === null && moves.length) frame(performance.now());
    },
    /** Put what is still under way where it belongs, at once. */
    finish() {
      clearTimeout(timer);
      timer = null;
      if (moves.length) place(moves.map(({ id, to }) => ({ id, ...to })));
      moves = [];
    },
  };
}
