/* One vehicle in words: the card that follows the pointer, the panel of the selected one, the list of a stack. */
import {
  NO_FIGURE, STATE_GLYPHS, UNASSIGNED, ageSentence, clockSecond, counted, fullTime, hasPlace, heading, isCoarse, isStale, speed, stateSentence, styleAt,
} from "../../fleet-core.js";
import { html, render } from "../../lib/html.js";
import { ago, driverWords, swatch } from "./words.js";

const LATE_MS = 60_000;
const GAP_PX = 14;
const QUALITY_WORDS = { gps: "satellite fix", lbs: "≈ by cell towers", wifi: "≈ by Wi-Fi" };
const byId = (id) => document.getElementById(id);

const centreWords = (vehicle, slots) => html`<span class="with-swatch">${swatch(vehicle.colour, slots.get(vehicle.centre_key))}
  ${vehicle.centre_key === UNASSIGNED ? "Unassigned" : [vehicle.cost_centre_code, vehicle.cost_centre].filter(Boolean).join(" ")}</span>`;
const line = (term, words) => html`<div><dt>${term}</dt><dd>${words}</dd></div>`;
const isLate = ({ fixed_ms, received_ms }) => fixed_ms !== null && received_ms !== null && received_ms - fixed_ms > LATE_MS;
const accuracy = (vehicle) => (hasPlace(vehicle) ? (QUALITY_WORDS[vehicle.quality] ?? vehicle.quality ?? NO_FIGURE) : NO_FIGURE);
const placeWords = (vehicle) => (vehicle.address ? `${isCoarse(vehicle) ? "≈ " : ""}${vehicle.address}` : null);

/** Show the hover card beside `point`, never under the pointer. */
export function showCard(vehicle, point, { slots, isKiosk, now_ms }) {
  const card = byId("card");
  render(card, html`<h2>${vehicle.plate} <small>${vehicle.cost_centre_code || "—"}</small></h2>
    <p class="said">${STATE_GLYPHS[styleAt(vehicle, now_ms)]} ${stateSentence(vehicle, now_ms)}${isStale(vehicle, now_ms) ? html` <b class="warn">stale</b>` : ""}</p>
    <dl>${line("Cost centre", centreWords(vehicle, slots))}${line("Driver", driverWords(vehicle, isKiosk))}
      ${styleAt(vehicle, now_ms) === "moving" ? line("Heading", heading(vehicle.heading_deg)) : ""}
      ${placeWords(vehicle) ? line("Place", placeWords(vehicle)) : ""}
      ${vehicle.fixed_ms === null ? "" : line("Fix", ago(vehicle.fixed_ms, now_ms))}
      ${isLate(vehicle) ? line("Received", ago(vehicle.received_ms, now_ms)) : ""}
      ${isCoarse(vehicle) ? line("Accuracy", accuracy(vehicle)) : ""}</dl>`);
  card.hidden = false;
  beside(card, point);
}

export const hideCard = () => {
  byId("card").hidden = true;
};

/** Put a box next to a point of the stage, on the side where it fits. */
function beside(box, { x, y }) {
  const stage = box.parentElement.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = x + GAP_PX + width < stage.width ? x + GAP_PX : Math.max(4, x - GAP_PX - width);
  const top = Math.max(4, Math.min(y - height / 2, stage.height - height - 4));
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}

const panelHead = ({ plate }) => html`<h2 tabindex="-1">${plate}</h2>
  <button class="quiet icon" data-act="close" aria-label="Close ${plate}" title="Close (Esc)">✕</button>`;

const panelState = (vehicle, now_ms) => html`<span>${STATE_GLYPHS[styleAt(vehicle, now_ms)]} ${stateSentence(vehicle, now_ms)}</span>
  <small class="${isStale(vehicle, now_ms) ? "warn" : ""}">fix ${ageSentence(vehicle, now_ms)}</small>`;

const panelFacts = (vehicle, slots) => html`${line("Driver", driverWords(vehicle, false))}${line("Cost centre", centreWords(vehicle, slots))}
  ${line("Speed", speed(vehicle.speed_kmh))}${line("Heading", heading(vehicle.heading_deg))}
  ${placeWords(vehicle) ? line("Place", placeWords(vehicle)) : ""}
  ${line("Fix", instantWords(vehicle.fixed_ms, "never reported"))}${line("Received", instantWords(vehicle.received_ms, NO_FIGURE))}
  ${line("Accuracy", accuracy(vehicle))}${line("IMEI", html`<span class="imei">${vehicle.imei ?? NO_FIGURE}</span>`)}`;

const panelActs = (isFollowed, followWords) => html`
  <button data-act="follow" data-key="follow" aria-pressed="${String(isFollowed)}">${followWords}</button><button data-act="show">Show on map</button>`;

/** The panel of the selected vehicle; hidden without one. Its parts are written apart: an age that counts must not
    replace the button under a finger. */
export function showPanel(vehicle, { slots, isFollowed, followWords, now_ms }) {
  byId("panel").hidden = !vehicle;
  if (!vehicle) return;
  render(byId("panel-head"), panelHead(vehicle));
  render(byId("panel-state"), panelState(vehicle, now_ms));
  render(byId("panel-facts"), panelFacts(vehicle, slots));
  render(byId("panel-acts"), panelActs(isFollowed, followWords));
  byId("panel-acts").hidden = !hasPlace(vehicle);
}

const instantWords = (at_ms, none) => (at_ms === null ? none : html`<span title="${fullTime(at_ms)}">${clockSecond(at_ms)} EAT</span>`);

/** All vehicles at one point, in a list that opens each. */
export function showStack(vehicles, point, now_ms) {
  const stack = byId("stack");
  render(stack, html`<header><h2 id="stack-title">${counted(vehicles.length, "vehicle", "vehicles")} here</h2>
      <button class="quiet icon" data-act="close-stack" aria-label="Close the list">✕</button></header>
    <ul>${vehicles.map((vehicle) => html`<li><button data-vehicle="${vehicle.id}"><span aria-hidden="true">${STATE_GLYPHS[styleAt(vehicle, now_ms)]}</span>
      <b>${vehicle.plate}</b><span>${vehicle.cost_centre_code || "—"}</span><span>${stateSentence(vehicle, now_ms)}</span></button></li>`)}</ul>`);
  stack.hidden = false;
  beside(stack, point);
  stack.querySelector("li button").focus();
}

export const hideStack = () => {
  byId("stack").hidden = true;
};
