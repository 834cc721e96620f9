/* The band: connection pill, clock, account; and the bars that say what a reader must not miss. */
import { age, clockMinute, clockSecond } from "../../fleet-core.js";
import { html, render } from "../../lib/html.js";

const byId = (id) => document.getElementById(id);

/** Words of the pill for a connection. */
export function pillWords(connection, now_ms) {
  const { phase, answered_ms, lost_ms, interval_s } = connection;
  if (phase === "loading") return "Loading";
  if (phase === "paused") return "⏸ Paused";
  if (phase === "ok") return `● Polling ${interval_s} s`;
  if (phase === "trouble") return answered_ms ? `◌ Reconnecting, data ${age(answered_ms, now_ms)} old` : "◌ Connecting";
  const since = `✕ Disconnected since ${clockMinute(lost_ms)}`;
  return answered_ms ? `${since}, showing ${clockMinute(answered_ms)}` : since;
}

export function showPill(connection, now_ms) {
  const pill = byId("pill");
  const words = pillWords(connection, now_ms);
  if (pill.textContent !== words) pill.textContent = words;
  pill.dataset.phase = connection.phase;
  document.body.dataset.phase = connection.phase;
}

export function showClock(now_ms) {
  const isNarrow = matchMedia("(max-width: 47.99rem)").matches;
  byId("clock").textContent = isNarrow ? clockMinute(now_ms) : clockSecond(now_ms);
}

/** Bars above the map, gravest first: [{ key, tone, sentence, act }]; `act` is { words, name }. */
export function showNotices(notices) {
  render(byId("notices"), html`${notices.map(({ key, tone, sentence, act }) => html`
    <div class="notice" data-tone="${tone}" data-notice="${key}"><span>${sentence}</span>
    ${act ? html`<button data-act="${act.name}" data-key="act-${act.name}">${act.words}</button>` : ""}</div>`)}`);
}

/** Initials on the button, and the menu behind it. */
export function showAccount({ username, scopes }, keysAreOn) {
  const initials = username.split(/[^\p{L}\p{N}]+/u).filter(Boolean).map((part) => part[0]).join("").slice(0, 2).toUpperCase();
  render(byId("account"), html`${initials} <span class="for-readers">, account ${username}</span><span aria-hidden="true">▾</span>`);
  render(byId("account-menu"), html`<p>${username}<br />${scopes.join(" · ")}</p>
    <button class="quiet" data-act="help">Keys and help</button>
    <button class="quiet" data-act="keys" aria-pressed="${String(keysAreOn)}">Single-letter keys: ${keysAreOn ? "on" : "off"}</button>
    <button class="quiet" data-act="pause">Pause or resume updates</button>
    <button class="quiet" data-act="sign-out">Sign out</button>`);
}
