/* The list of the vehicles shown: head with order and "only in map view", rows, and what is said when there are none. */
import { STATE_GLYPHS, STATE_WORDS, ageSentence, count, isStale, speed, spokenRow, stateSentence, styleAt } from "../../fleet-core.js";
import { html, render } from "../../lib/html.js";
import { createList, skeleton } from "../../lib/list.js";
import { now } from "../../lib/clock.js";
import { driverWords } from "./words.js";

const ORDER_WORDS = { state: "state", age: "age", plate: "plate", speed: "speed", cc: "cost centre", driver: "driver", distance: "distance" };
const STILL_LOADING_MS = 5000;

function doing(vehicle, style) {
  if (style === "moving") return speed(vehicle.speed_kmh);
  return { idling: "idling", parked: "parked", offline: "offline", unknown: "unknown" }[style];
}

function rowOf(vehicle) {
  const now_ms = now();
  const style = styleAt(vehicle, now_ms);
  const code = vehicle.cost_centre_code || "—";
  const markup = html`<span class="glyph" role="gridcell" title="${STATE_WORDS[style]}">${STATE_GLYPHS[style]}</span>
    <span class="plate" role="gridcell" title="${vehicle.plate}">${vehicle.plate}</span>
    <span class="centre" role="gridcell" title="${vehicle.cost_centre ?? "Unassigned"}"><span class="tick" data-colour="${vehicle.colour}"></span>${code}</span>
    <span class="driver" role="gridcell" title="${driverWords(vehicle, false)}">${driverWords(vehicle, false)}</span>
    <span class="doing" role="gridcell" title="${stateSentence(vehicle, now_ms)}">${doing(vehicle, style)}</span>
    <span class="age" role="gridcell">${ageSentence(vehicle, now_ms)}</span>`;
  return { markup, data: { style, stale: isStale(vehicle, now_ms) } };
}

/** → { show, say, redraw, reveal }; `say` replaces the rows by a region's words. */
export function openRows(section, { onOpen, onHot, onSort, onInView, sort }) {
  render(section, html`<div class="list-head"><h2>List <small id="list-count"></small></h2>
      <label class="in-view"><input type="checkbox" id="in-view" /> only in map view</label>
      <select id="sort" aria-label="Order of the list">${Object.entries(ORDER_WORDS).flatMap(([key, words]) => [
        html`<option value="${key}">by ${words}</option>`, html`<option value="-${key}">by ${words}, reversed</option>`])}</select></div>
    <div class="grid" id="grid" role="grid" tabindex="0" aria-label="Vehicles shown" aria-colcount="6"></div>
    <div class="region" id="list-region" hidden></div>`);
  const grid = document.getElementById("grid");
  const region = document.getElementById("list-region");
  document.getElementById("sort").value = sort;
  document.getElementById("sort").addEventListener("change", (event) => onSort(event.target.value));
  document.getElementById("in-view").addEventListener("change", (event) => onInView(event.target.checked));
  const list = createList(grid, { rowOf, spokenOf: (vehicle) => spokenRow(vehicle, now()), onOpen, onHot });

  function say(markup) {
    render(region, markup);
    region.hidden = false;
    grid.hidden = true;
  }
  return {
    ...list,
    say,
    show(vehicles, selected, inView) {
      region.hidden = true;
      grid.hidden = false;
      document.getElementById("list-count").textContent = count(vehicles.length);
      document.getElementById("in-view").checked = inView;
      list.show(vehicles, selected);
    },
    /** Bones at once, words after five seconds. */
    load() {
      say(skeleton(8));
      return setTimeout(() => say(html`<p>Still loading the fleet.</p><button data-act="retry">Ask again</button>`), STILL_LOADING_MS);
    },
  };
}

/** Why no row is shown, and the one thing that helps. */
export function emptyWords({ whole, q, inView }) {
  if (whole === 0) return html`<p>No vehicles in your scope yet.</p>`;
  if (q) return html`<p>No plate or driver matches ‘${q}’.</p><button data-act="clear">Clear filters</button>`;
  if (inView) return html`<p>None of the vehicles shown is in the map's view.</p><button data-act="all-view">List all</button>`;
  return html`<p>Filters hide all ${count(whole)}.</p><button data-act="clear">Clear filters</button>`;
}
