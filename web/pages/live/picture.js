/* The picture of one instant: the set, what the filter leaves of it and every count, worked out once for all parts. */
import {
  UNASSIGNED, boundsOf, facet, figures, hasPlace, shownOf, sorted, stateAt, toVehicle,
} from "../../fleet-core.js";

/** The answer of /api/views/live as the page keeps it. */
export function readAnswer({ summary, geojson, slo_status }) {
  const vehicles = geojson.features.map(toVehicle);
  const centres = new Map();
  for (const { name, code, colour, slot } of summary.by_cost_centre ?? []) {
    const isUnassigned = slot == null;
    const key = isUnassigned ? UNASSIGNED : code || name;
    centres.set(key, { key, title: isUnassigned ? "Unassigned" : name, code: isUnassigned ? "—" : code, colour, slot });
  }
  const nobodys = new Set([...centres.values()].filter(({ slot }) => slot == null).map(({ title }) => title));
  for (const vehicle of vehicles) if (!vehicle.cost_centre || nobodys.has(vehicle.cost_centre)) vehicle.centre_key = UNASSIGNED;
  const slots = new Map([...centres].map(([key, { slot }]) => [key, slot]));
  const as_of_ms = summary.as_of ? Date.parse(summary.as_of) : null;
  return { vehicles, byId: new Map(vehicles.map((vehicle) => [vehicle.id, vehicle])), centres, slots, slo: slo_status ?? [], as_of_ms };
}

const legendOrder = (a, b) => (a.slot ?? Infinity) - (b.slot ?? Infinity) || a.title.localeCompare(b.title);
const bySize = (a, b) => Number(a.key === UNASSIGNED) - Number(b.key === UNASSIGNED) || b.total - a.total || a.key.localeCompare(b.key);

function centreRows(answer, filters, now_ms) {
  return facet(answer.vehicles, filters, now_ms, "cc", (vehicle) => vehicle.centre_key)
    .map((counts) => {
      const known = answer.centres.get(counts.key);
      const sample = known ? null : answer.vehicles.find((vehicle) => vehicle.centre_key === counts.key);
      return { ...(known ?? { title: sample.cost_centre ?? "Unassigned", code: sample.cost_centre_code ?? "—", colour: sample.colour, slot: null }), ...counts };
    })
    .sort(legendOrder);
}

function cityRows(answer, filters, now_ms) {
  const titles = new Map(answer.vehicles.map((vehicle) => [vehicle.city_key, vehicle.city ?? "No city"]));
  return facet(answer.vehicles, filters, now_ms, "city", (vehicle) => vehicle.city_key)
    .map((counts) => ({ ...counts, title: titles.get(counts.key) }))
    .sort(bySize);
}

/** Everything the parts show; `inMapView(vehicle)` narrows the list alone, `centre` is for the order by distance. */
export function pictureOf(answer, view, now_ms, { inMapView, centre }) {
  const { filters } = view;
  const shown = shownOf(answer.vehicles, filters, now_ms);
  const listed = view.inView ? shown.filter((vehicle) => hasPlace(vehicle) && inMapView(vehicle)) : shown;
  return {
    shown,
    listed: sorted(listed, view.sort, now_ms, centre),
    figures: figures(shown, now_ms),
    centres: centreRows(answer, filters, now_ms),
    states: facet(answer.vehicles, filters, now_ms, "state", (vehicle) => stateAt(vehicle, now_ms)),
    cities: cityRows(answer, filters, now_ms),
  };
}

/** The next instant at which time alone changes the picture; Infinity when nothing is due. */
export function nextChange(vehicles, now_ms) {
  let next = Infinity;
  for (const { stale_ms, offline_ms } of vehicles) {
    if (stale_ms !== null && stale_ms > now_ms && stale_ms < next) next = stale_ms;
    if (offline_ms !== null && offline_ms > now_ms && offline_ms < next) next = offline_ms;
  }
  return next;
}

/** Where a first look should go: the shown vehicles of the city that has most of them, or all when it is filtered. */
export function firstLook(picture, view) {
  const placed = picture.shown.filter(hasPlace);
  const isNarrowed = view.filters.cc.length + view.filters.city.length + view.filters.state.length > 0 || view.filters.q;
  if (isNarrowed || view.kiosk || !picture.cities.length) return placed;
  const largest = picture.cities.reduce((best, city) => (city.open > best.open ? city : best));
  const inCity = placed.filter((vehicle) => vehicle.city_key === largest.key);
  return boundsOf(inCity) ? inCity : placed;
}

/** Choose or drop a value of a facet; a choice of everything is no choice. */
export function toggled(chosen, value, all) {
  const from = chosen.length ? chosen : all;
  const next = from.includes(value) ? from.filter((key) => key !== value) : [...from, value];
  return next.length === all.length ? [] : next;
}

/** Choose more of a facet, beginning at none; for the figures, where nothing chosen means all. */
export function added(chosen, value, all) {
  const next = chosen.includes(value) ? chosen.filter((key) => key !== value) : [...chosen, value];
  return next.length === all.length ? [] : next;
}

