/* Small markup that several parts of the live page share: a cost centre's swatch, an instant with its tooltip. */
import { age, fullTime, markOf } from "../../fleet-core.js";
import { html } from "../../lib/html.js";

export const swatch = (colour, slot) => html`<span class="swatch" data-colour="${colour}" data-mark="${markOf(slot)}"></span>`;

/** "4 s ago" with the absolute time in the tooltip. */
export const ago = (at_ms, now_ms) => {
  const words = age(at_ms, now_ms);
  return html`<span title="${fullTime(at_ms)}">${/\d (s|min|h|d)$/.test(words) ? `${words} ago` : words}</span>`;
};

/** The driver as far as this account may know: no name on a wall, none without the right to it. */
export function driverWords(vehicle, isKiosk) {
  if (isKiosk || vehicle.driver === undefined) return "driver hidden";
  return vehicle.driver || "no driver assigned";
}
