/* The polite live region: at most one sentence in ten seconds, the newest one wins. */

const GAP_MS = 10_000;
let spoken_ms = -Infinity;
let pending = null;

export function announce(sentence) {
  clearTimeout(pending);
  const wait_ms = Math.max(0, spoken_ms + GAP_MS - performance.now());
  pending = setTimeout(() => {
    spoken_ms = performance.now();
    document.getElementById("polite").textContent = sentence;
  }, wait_ms);
}
