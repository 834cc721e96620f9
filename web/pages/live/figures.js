/* The figures of the set shown: by state, by city, how fresh; and the service levels the server measured. */
import { NO_FIGURE, STATES, STATE_GLYPHS, STATE_WORDS, clockMinute, count, share } from "../../fleet-core.js";
import { html, render } from "../../lib/html.js";

const STATUS_ORDER = { missed: 0, no_data: 1, met: 2 };
const STATUS_GLYPHS = { missed: "✕", no_data: NO_FIGURE, met: "✓" };
const UNITS = { pct: "%", percent: "%", s: "s", sec: "s", ms: "ms", min: "min", h: "h" };

function stateFigure(state, figures, chosen) {
  const idling = state === "parked" && figures.idling ? html`<small>(${count(figures.idling)} idling)</small>` : "";
  return html`<li><button data-state="${state}" data-key="kpi-${state}" aria-pressed="${String(chosen.includes(state))}" title="Vehicles shown whose state is ${STATE_WORDS[state].toLowerCase()}. Choose to show only these.">
    <span class="glyph" aria-hidden="true">${STATE_GLYPHS[state]}</span><span class="word">${STATE_WORDS[state]}</span>
    <b data-figure="${state}">${count(figures.by_state[state])}</b>${idling}</button></li>`;
}

const cityFigure = ({ key, title, open }, chosen) => html`<li><button data-city="${key}" data-key="city-${key}" aria-pressed="${String(chosen.includes(key))}"
  title="Show and fit ${title}">${title} <b class="small">${count(open)}</b></button></li>`;

/** "trip_lag_p95_sec" → "Trip lag p95", "s"; "fix_freshness_pct_60s" → "Fix freshness 60 s", "%". */
export function metricWords(metric) {
  const parts = metric.split("_");
  const unit = parts.findLast((part) => UNITS[part]);
  const words = parts.filter((part) => part !== unit).join(" ").replace(/(\d)(s|min|h)$/, "$1 $2");
  return { unit: UNITS[unit] ?? "", name: words.charAt(0).toUpperCase() + words.slice(1) };
}

function badge({ metric, value, threshold, status }) {
  const { name, unit } = metricWords(metric);
  const figure = value == null ? NO_FIGURE : `${Number(Number(value).toFixed(1))} ${unit}`.trim();
  const why = value == null ? "not measured yet" : `target ${threshold} ${unit}`;
  return html`<li><span class="badge" data-status="${status}" title="${name}: ${why}">${name} ${figure} <span aria-hidden="true">${value == null ? "" : STATUS_GLYPHS[status]}</span></span></li>`;
}

const worstFirst = (a, b) => STATUS_ORDER[a.status] - STATUS_ORDER[b.status] || a.metric.localeCompare(b.metric);

/** `cities` are facet rows with a title; `whole` is the number in scope. */
export function showFigures({ figures, whole, filters, cities, slo, now_ms, as_of_ms }) {
  const hidden = whole - figures.total;
  const asOf = as_of_ms ? `, as of ${clockMinute(as_of_ms)} EAT` : "";
  const freshWords = `${count(figures.fresh)} of ${count(figures.dated)} shown vehicles that report have a fix that is not stale${asOf}`;
  render(document.getElementById("figures"), html`
    <ul aria-label="By state">${STATES.map((state) => stateFigure(state, figures, filters.state))}</ul>
    <p class="total apart"><b data-figure="total">${count(figures.total)}</b> <span class="muted">of ${count(whole)}</span>
      ${hidden ? html` <span class="why">${count(hidden)} hidden by filter</span>` : ""}</p>
    <p class="total" title="${figures.dated ? freshWords : "No vehicle shown has ever had a fix"}">Fresh <b>${share(figures.fresh, figures.dated)}</b></p>
    <ul class="apart" aria-label="By city">${cities.map((city) => cityFigure(city, filters.city))}</ul>
    ${slo.length ? html`<ul aria-label="Service levels">${[...slo].sort(worstFirst).slice(0, 4).map(badge)}</ul>` : ""}`);
}
