/* Single-letter keys, the sheet that lists them, and the switch that turns them off. */
import { html, render } from "./html.js";

const OFF_KEY = "fleet-keys-off";
const bindings = [];

export const keysAreOn = () => localStorage.getItem(OFF_KEY) === null;

export function switchKeys() {
  if (keysAreOn()) localStorage.setItem(OFF_KEY, "1");
  else localStorage.removeItem(OFF_KEY);
}

/** Bind a key as `KeyboardEvent.key` names it; `words` stand in the help sheet. Escape works while typing too. */
export const bind = (key, words, act) => bindings.push({ key, words, act });

const isTyping = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const isEscape = event.key === "Escape";
  if (document.querySelector("dialog[open]") || (!isEscape && (isTyping(event.target) || !keysAreOn()))) return;
  const binding = bindings.find(({ key }) => key === event.key);
  if (!binding) return;
  if (binding.act(event) !== false) event.preventDefault();
}

/** Listen, and let `?` show what is bound. */
export function openKeys(dialog) {
  bind("?", "This help", () => showHelp(dialog));
  document.addEventListener("keydown", onKey);
}

export function showHelp(dialog) {
  const opener = document.activeElement;
  render(dialog, html`<h2 id="help-title">Keys</h2>
    <dl>${bindings.filter(({ words }) => words).map(({ key, words }) => html`<div><dt><kbd>${key}</kbd></dt><dd>${words}</dd></div>`)}
      <div><dt><kbd>↑ ↓ Enter</kbd></dt><dd>In the list: choose and open a vehicle</dd></div></dl>
    <form method="dialog"><button class="primary" autofocus>Close</button></form>`);
  dialog.addEventListener("close", () => opener?.focus(), { once: true });
  dialog.showModal();
}
