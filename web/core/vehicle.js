/* Pure: one vehicle as the pages see it at an instant. States are the server's; only the two instants it names,
   `stale_at` and `offline_at`, are compared with its clock here. */
import { age, heading, speed } from "./format.js";

/** Order of the legend, of the figures and of the list. */
export const STATES = ["moving", "parked", "offline", "unknown"];
export const STATE_WORDS = { moving: "Moving", parked: "Parked", idling: "Idling", offline: "Offline", unknown: "Unknown" };
export const STATE_GLYPHS = { moving: "▲", parked: "■", idling: "◧", offline: "○", unknown: "◇" };
export const UNASSIGNED = "none";
/** Fixes of these kinds are good to a few hundred metres at best. */
const COARSE_QUALITIES = new Set(["lbs", "wifi"]);

const instant = (text) => (text ? Date.parse(text) : null);

/** A feature of the API as a flat vehicle; instants become epoch milliseconds (`*_ms`). */
export function toVehicle(feature) {
  const { properties, geometry } = feature;
  return {
    ...properties,
    id: properties.vehicle_id,
    lon: geometry?.coordinates[0] ?? null,
    lat: geometry?.coordinates[1] ?? null,
    centre_key: properties.cost_centre_code || properties.cost_centre || UNASSIGNED,
    city_key: (properties.city || UNASSIGNED).toLowerCase(),
    fixed_ms: instant(properties.fixed_at),
    received_ms: instant(properties.received_at),
    stale_ms: instant(properties.stale_at),
    offline_ms: instant(properties.offline_at),
  };
}

export const hasPlace = (vehicle) => vehicle.lon !== null;
export const isCoarse = (vehicle) => COARSE_QUALITIES.has(vehicle.quality);

/** moving, parked, idling, offline or unknown at `now_ms`: silence outlasts the answer that the server gave. */
export function styleAt(vehicle, now_ms) {
  if (vehicle.state === "unknown") return "unknown";
  if (vehicle.offline_ms !== null && vehicle.offline_ms <= now_ms) return "offline";
  return vehicle.style_class;
}

export function stateAt(vehicle, now_ms) {
  const style = styleAt(vehicle, now_ms);
  return style === "idling" ? "parked" : style;
}

/** Past its `stale_at`, and not already said to be offline. */
export function isStale(vehicle, now_ms) {
  const past = vehicle.stale_ms !== null && vehicle.stale_ms <= now_ms;
  return past && !["offline", "unknown"].includes(styleAt(vehicle, now_ms));
}

/** "Moving 42 km/h", "Idling", "Offline 26 h", "Unknown: never reported". */
export function stateSentence(vehicle, now_ms) {
  const style = styleAt(vehicle, now_ms);
  if (style === "moving") return `Moving ${speed(vehicle.speed_kmh)}`;
  if (style === "offline" && vehicle.fixed_ms !== null) return `Offline ${age(vehicle.fixed_ms, now_ms)}`;
  if (style === "unknown") return "Unknown: never reported";
  return STATE_WORDS[style];
}

/** "4 s", "12 min stale", or "never". */
export function ageSentence(vehicle, now_ms) {
  if (vehicle.fixed_ms === null) return "never";
  return age(vehicle.fixed_ms, now_ms) + (isStale(vehicle, now_ms) ? " stale" : "");
}

/** Everything a reader of the list hears about a row. */
export function spokenRow(vehicle, now_ms) {
  const where = vehicle.speed_kmh && styleAt(vehicle, now_ms) === "moving" ? `, ${heading(vehicle.heading_deg)}` : "";
  return `${vehicle.plate}, ${stateSentence(vehicle, now_ms)}${where}, fix ${ageSentence(vehicle, now_ms)}`;
}
