/* The filter that is the legend: cost centres, states, cities, each with what it shows; folded, a strip of swatches. */
import { STATES, STATE_GLYPHS, STATE_WORDS, count } from "../../fleet-core.js";
import { html, render } from "../../lib/html.js";
import { swatch } from "./words.js";

const isOn = (chosen, key) => chosen.length === 0 || chosen.includes(key);
const numbers = ({ open, total }) => (open === total ? count(total) : `${count(open)}/${count(total)}`);

function row(group, { key, lead, title, code = null, ...counts }, chosen) {
  const on = isOn(chosen, key);
  return html`<li class="facet" data-off="${String(!on)}">
    <label><input type="checkbox" data-group="${group}" data-value="${key}" data-key="${group}-${key}" ${on ? html`checked` : ""} />
      ${lead}${code === null ? "" : html`<span class="code">${code}</span>`}<span class="name" title="${title}">${title}</span>
      <span class="number">${numbers(counts)}</span></label>
    <button class="only" data-only="${group}" data-value="${key}" data-key="only-${group}-${key}" aria-label="Only ${title}">Only</button></li>`;
}

const group = (name, title, rows, chosen) => html`
  <div class="heading"><h2>${title}</h2>${chosen.length ? html`<button class="link" data-all="${name}" data-key="all-${name}">All</button>` : ""}</div>
  <ul aria-label="${title}">${rows.map((item) => row(name, item, chosen))}</ul>`;

const stripButton = ({ key, colour, slot, code, title, open, total }, chosen) => html`
  <button data-only="cc" data-value="${key}" data-key="strip-${key}" data-off="${String(!isOn(chosen, key))}" aria-pressed="${String(chosen.includes(key))}"
    title="${title}: ${numbers({ open, total })} shown" aria-label="Only ${title}, ${count(open)} shown">${swatch(colour, slot)}<b>${code}</b><small>${count(open)}</small></button>`;

/** The frame stands once, so that the search box keeps focus and caret; `onSearch(text, isEntered)`. */
export function openLegend(rail, onSearch) {
  render(rail, html`<div class="strip" id="strip"></div>
    <div class="legend"><label class="search"><span class="for-readers">Search plate or driver</span>
      <input id="search" type="search" placeholder="Plate, driver, IMEI  /" autocomplete="off" spellcheck="false" /></label>
      <div id="facets"></div></div>
    <button class="fold" id="fold" data-act="fold" aria-expanded="false"></button>`);
  const search = document.getElementById("search");
  search.addEventListener("input", () => onSearch(search.value, false));
  search.addEventListener("keydown", (event) => event.key === "Enter" && onSearch(search.value, true));
}

/** Fold or unfold the rail. */
export function foldRail(isOpen) {
  document.body.dataset.rail = isOpen ? "open" : "folded";
  const fold = document.getElementById("fold");
  fold.textContent = isOpen ? "« hide" : "»";
  fold.setAttribute("aria-expanded", String(isOpen));
  fold.setAttribute("aria-label", isOpen ? "Fold the filter" : "Unfold the filter");
}

/** `centres`, `states` and `cities` are facet rows in the order of the legend. */
export function showLegend({ centres, states, cities, filters }) {
  const centreRows = centres.map((centre) => ({ ...centre, lead: swatch(centre.colour, centre.slot) }));
  const stateRows = STATES.map((state) => ({ key: state, title: STATE_WORDS[state], open: 0, total: 0, ...states.find(({ key }) => key === state), lead: html`<span class="glyph" aria-hidden="true">${STATE_GLYPHS[state]}</span>` }));
  render(document.getElementById("facets"), html`
    ${group("cc", "Cost centre", centreRows, filters.cc)}
    ${group("state", "State", stateRows, filters.state)}
    ${group("city", "City", cities.map((city) => ({ ...city, lead: "" })), filters.city)}`);
  render(document.getElementById("strip"), html`<button data-act="search" data-key="strip-search" aria-label="Search plate or driver" title="Search (/)"><span class="lens">⌕</span></button>${centres.map((centre) => stripButton(centre, filters.cc))}`);
  const search = document.getElementById("search");
  if (document.activeElement !== search) search.value = filters.q;
}
