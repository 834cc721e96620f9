/* Pure: the set of vehicles: what a filter leaves, how it counts, in which order it stands, who stands on whom. */
import { age } from "./format.js";
import { STATES, hasPlace, isStale, stateAt, styleAt } from "./vehicle.js";

const STATE_ORDER = { moving: 0, idling: 1, parked: 2, offline: 3, unknown: 4 };
const EARTH_M = 6_371_000;
const radians = (degrees) => (degrees * Math.PI) / 180;

/** What two pictures of the fleet differ by, for a map that is told only of changes. */
export function difference(before, after, isSame) {
  const change = { add: [], update: [], remove: [] };
  for (const [id, next] of after) {
    const last = before.get(id);
    if (!last) change.add.push(next);
    else if (!isSame(last, next)) change.update.push(next);
  }
  for (const id of before.keys()) if (!after.has(id)) change.remove.push(id);
  return change;
}

const allows = (chosen, key) => chosen.length === 0 || chosen.includes(key);

/** Does the search text stand in the vehicle's `search_text`? The server made that; here it is only lower-cased. */
export function matchesText(vehicle, q) {
  return !q || (vehicle.search_text ?? "").includes(q.toLowerCase().trim());
}

/** Every facet but the named one: a legend row counts what it would show if it were ticked. */
export function passes(vehicle, filters, now_ms, besides = "") {
  return (
    (besides === "cc" || allows(filters.cc, vehicle.centre_key)) &&
    (besides === "city" || allows(filters.city, vehicle.city_key)) &&
    (besides === "state" || filters.state.length === 0 || filters.state.includes(stateAt(vehicle, now_ms))) &&
    matchesText(vehicle, filters.q)
  );
}

export const shownOf = (vehicles, filters, now_ms) => vehicles.filter((vehicle) => passes(vehicle, filters, now_ms));

function tally(vehicles, keyOf) {
  const counts = new Map();
  for (const vehicle of vehicles) counts.set(keyOf(vehicle), (counts.get(keyOf(vehicle)) ?? 0) + 1);
  return counts;
}

/** The figures of the band for the vehicles shown. */
export function figures(shown, now_ms) {
  const by_style = tally(shown, (vehicle) => styleAt(vehicle, now_ms));
  const by_state = Object.fromEntries(STATES.map((state) => [state, by_style.get(state) ?? 0]));
  const idling = by_style.get("idling") ?? 0;
  const dated = shown.filter((vehicle) => vehicle.stale_ms !== null);
  return {
    total: shown.length,
    by_state: { ...by_state, parked: by_state.parked + idling },
    idling,
    fresh: dated.filter((vehicle) => vehicle.stale_ms > now_ms).length,
    dated: dated.length,
  };
}

/** Counts of one facet: how many each value has in all, and how many the other filters leave of it. */
export function facet(vehicles, filters, now_ms, name, keyOf) {
  const total = tally(vehicles, keyOf);
  const open = tally(vehicles.filter((vehicle) => passes(vehicle, filters, now_ms, name)), keyOf);
  return [...total].map(([key, all]) => ({ key, total: all, open: open.get(key) ?? 0 }));
}

/** Instant of the newest fix of all, or null. */
export const newestFix = (vehicles) =>
  vehicles.reduce((newest, { fixed_ms }) => (fixed_ms !== null && fixed_ms > (newest ?? -Infinity) ? fixed_ms : newest), null);

/** Is every vehicle that can grow stale, stale? Then the platform is, and no single vehicle is to blame. */
export function isPlatformStale(vehicles, now_ms) {
  const reporting = vehicles.filter((vehicle) => vehicle.stale_ms !== null && stateAt(vehicle, now_ms) !== "offline");
  return reporting.length > 0 && reporting.every((vehicle) => isStale(vehicle, now_ms));
}

/** "6 min" since the newest fix. */
export const silence = (vehicles, now_ms) => age(newestFix(vehicles) ?? now_ms, now_ms);

/** Metres between two { lon, lat } on the sphere. */
export function distance_m(a, b) {
  const [lat1, lat2] = [radians(a.lat), radians(b.lat)];
  const half = Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(half));
}

/** One collator for all: making one per comparison took a second at 10,000 vehicles. */
const { compare: byText } = new Intl.Collator("en", { numeric: true });
const LAST = "\uFFFF";
const away_m = (vehicle, centre) => (hasPlace(vehicle) && centre ? distance_m(vehicle, centre) : Infinity);

/** Orders of the list: what a vehicle is sorted by, least first; what is missing comes last. */
export const ORDERS = {
  state: (vehicle, now_ms) => STATE_ORDER[styleAt(vehicle, now_ms)],
  age: ({ fixed_ms }) => -(fixed_ms ?? -Infinity),
  plate: ({ plate }) => plate,
  speed: ({ speed_kmh }) => -(speed_kmh ?? -1),
  cc: ({ cost_centre, centre_key }) => (cost_centre ? centre_key : LAST),
  driver: ({ driver }) => driver || LAST,
  distance: (vehicle, now_ms, centre) => away_m(vehicle, centre),
};

function compareKeys(a, b) {
  if (a === b) return 0;
  return typeof a === "string" ? byText(a, b) : a < b ? -1 : 1;
}

/** A sorted copy. `order` is a name of ORDERS, led by "-" when reversed. Each ends at the plate, so that rows do not
    swap places between two answers. */
export function sorted(vehicles, order, now_ms, centre) {
  const direction = order.startsWith("-") ? -1 : 1;
  const keyOf = ORDERS[order.replace("-", "")];
  const keyed = vehicles.map((vehicle) => ({ key: keyOf(vehicle, now_ms, centre), vehicle }));
  keyed.sort((a, b) => direction * compareKeys(a.key, b.key) || byText(a.vehicle.plate, b.vehicle.plate));
  return keyed.map(({ vehicle }) => vehicle);
}

const METRES_A_DEGREE = 111_320;

/** Places where several vehicles stand within `reach_m`, closer than any zoom can part: [{ vehicle, size, members }]. */
export function piles(vehicles, reach_m) {
  const cells = new Map();
  for (const vehicle of vehicles.filter(hasPlace)) {
    const cell = [vehicle.lon, vehicle.lat].map((degrees) => Math.round((degrees * METRES_A_DEGREE) / reach_m)).join();
    if (cells.has(cell)) cells.get(cell).push(vehicle);
    else cells.set(cell, [vehicle]);
  }
  return [...cells.values()].filter((members) => members.length > 1).map((members) => ({ vehicle: members[0], size: members.length, members }));
}

/** West, south, east and north of the vehicles that have a place; null when none has. */
export function boundsOf(vehicles) {
  const placed = vehicles.filter(hasPlace);
  if (!placed.length) return null;
  const edge = (pick, key) => placed.reduce((value, vehicle) => pick(value, vehicle[key]), placed[0][key]);
  return [edge(Math.min, "lon"), edge(Math.min, "lat"), edge(Math.max, "lon"), edge(Math.max, "lat")];
}
