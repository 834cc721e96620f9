import assert from "node:assert/strict";
import test from "node:test";
import {
  ageSentence, boundsOf, difference, emptyView, facet, figures, isPlatformStale, isStale, newestFix, piles, shownOf, sorted, stateAt, stateSentence,
  styleAt, toVehicle,
} from "../../../web/fleet-core.js";

const NOW = Date.parse("2026-11-21T05:14:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();
let serial = 0;

function make(properties = {}, coordinates = [36.82, -1.29]) {
  serial += 1;
  const known = properties.state !== "unknown";
  return toVehicle({
    geometry: known ? { type: "Point", coordinates } : null,
    properties: {
      vehicle_id: serial, plate: `KDA ${String(serial).padStart(3, "0")}X`, state: "moving", style_class: properties.state ?? "moving", cost_centre: "Fibre",
      cost_centre_code: "FTH", city: "Nairobi", driver: "J. Mwangi", search_text: `kda ${serial} j. mwangi`, speed_kmh: 42.4, heading_deg: 47,
      fixed_at: known ? at(-30) : null, received_at: known ? at(-28) : null, stale_at: known ? at(570) : null, offline_at: known ? at(86_370) : null, ...properties,
    },
  });
}
const filtersOf = (change) => ({ ...emptyView().filters, ...change });

test("silence turns a parked vehicle offline without a word from the server", () => {
  const vehicle = make({ state: "parked", style_class: "parked", offline_at: at(60) });
  assert.equal(stateAt(vehicle, NOW), "parked");
  assert.equal(stateAt(vehicle, NOW + 60_000), "offline");
});

test("a vehicle is stale from the very instant that the server named", () => {
  const vehicle = make({ stale_at: at(10) });
  assert.equal(isStale(vehicle, NOW + 9_999), false);
  assert.equal(isStale(vehicle, NOW + 10_000), true);
  assert.equal(ageSentence(vehicle, NOW + 10_000), "40 s stale");
});

test("an offline vehicle is not called stale on top", () => {
  assert.equal(isStale(make({ stale_at: at(-90), offline_at: at(-1) }), NOW), false);
});

test("idling is a mark on parked and never a state of its own", () => {
  const vehicle = make({ state: "parked", style_class: "idling" });
  assert.equal(styleAt(vehicle, NOW), "idling");
  assert.equal(stateAt(vehicle, NOW), "parked");
  assert.deepEqual(figures([vehicle], NOW).by_state, { moving: 0, parked: 1, offline: 0, unknown: 0 });
  assert.equal(figures([vehicle], NOW).idling, 1);
});

test("each state has its sentence", () => {
  assert.equal(stateSentence(make(), NOW), "Moving 42 km/h");
  assert.equal(stateSentence(make({ state: "unknown" }), NOW), "Unknown: never reported");
  assert.equal(stateSentence(make({ fixed_at: at(-93_600), offline_at: at(-7200) }), NOW), "Offline 26 h");
  assert.equal(ageSentence(make({ state: "unknown" }), NOW), "never");
});

test("a vehicle without cost centre counts as unassigned", () => {
  assert.equal(make({ cost_centre: null, cost_centre_code: null }).centre_key, "none");
});

test("figures, list and legend count the same filtered set", () => {
  const vehicles = [make(), make({ state: "parked", style_class: "parked" }), make({ city: "Mombasa" }), make({ state: "unknown", style_class: "unknown" })];
  const filters = filtersOf({ city: ["nairobi"] });
  const shown = shownOf(vehicles, filters, NOW);
  const { total, by_state } = figures(shown, NOW);
  const legend = facet(vehicles, filters, NOW, "cc", (vehicle) => vehicle.centre_key);
  assert.equal(total, 3);
  assert.equal(Object.values(by_state).reduce((sum, n) => sum + n), 3);
  assert.equal(legend.reduce((sum, { open }) => sum + open, 0), 3);
  assert.equal(legend.reduce((sum, row) => sum + row.total, 0), 4);
});

test("a row that is not ticked goes on saying what it would show", () => {
  const vehicles = [make(), make({ cost_centre_code: "MNT" }), make({ cost_centre_code: "MNT", city: "Mombasa" })];
  const rows = facet(vehicles, filtersOf({ cc: ["FTH"], city: ["nairobi"] }), NOW, "cc", (vehicle) => vehicle.centre_key);
  assert.deepEqual(rows, [{ key: "FTH", total: 1, open: 1 }, { key: "MNT", total: 2, open: 1 }]);
});

test("a search is lower-cased and nothing more", () => {
  const vehicles = [make({ search_text: "kda 412x kda412x j. mwangi" })];
  assert.equal(shownOf(vehicles, filtersOf({ q: " KDA412 " }), NOW).length, 1);
  assert.equal(shownOf(vehicles, filtersOf({ q: "kda-412" }), NOW).length, 0);
});

test("fresh leaves out those that never reported", () => {
  const { fresh, dated } = figures([make(), make({ stale_at: at(-1) }), make({ state: "unknown" })], NOW);
  assert.deepEqual([fresh, dated], [1, 2]);
});

test("every order ends at the plate, so that rows never swap between two answers", () => {
  const vehicles = [make({ plate: "KDA 010X" }), make({ plate: "KDA 9X" }), make({ plate: "KDA 100X", state: "parked", style_class: "parked" })];
  const plates = (order) => sorted(vehicles, order, NOW).map(({ plate }) => plate);
  assert.deepEqual(plates("state"), ["KDA 9X", "KDA 010X", "KDA 100X"]);
  assert.deepEqual(plates("-state"), ["KDA 100X", "KDA 9X", "KDA 010X"]);
});

test("orders by age, speed, cost centre and distance put what is missing last", () => {
  const near = make({ plate: "A", fixed_at: at(-5), speed_kmh: 10, cost_centre_code: "ZZ" }, [36.8, -1.3]);
  const far = make({ plate: "B", fixed_at: at(-500), speed_kmh: 90, cost_centre_code: "AA" }, [39.6, -4.0]);
  const none = make({ plate: "C", state: "unknown", style_class: "unknown", speed_kmh: null, cost_centre: null, cost_centre_code: null });
  const plates = (order) => sorted([none, far, near], order, NOW, { lon: 36.8, lat: -1.3 }).map(({ plate }) => plate).join("");
  assert.equal(plates("age"), "ABC");
  assert.equal(plates("speed"), "BAC");
  assert.equal(plates("cc"), "BAC");
  assert.equal(plates("distance"), "ABC");
});

test("only what changed is told to the map", () => {
  const picture = (...vehicles) => new Map(vehicles.map((vehicle) => [vehicle.id, vehicle]));
  const same = (a, b) => a.lon === b.lon;
  const before = picture({ id: 1, lon: 1 }, { id: 2, lon: 2 }, { id: 3, lon: 3 });
  const after = picture({ id: 1, lon: 1 }, { id: 2, lon: 9 }, { id: 4, lon: 4 });
  assert.deepEqual(difference(before, after, same), { add: [{ id: 4, lon: 4 }], update: [{ id: 2, lon: 9 }], remove: [3] });
});

test("a yard on one point is one pile with every member", () => {
  const yard = Array.from({ length: 30 }, () => make({}, [36.7288, -1.2409]));
  const [pile, ...others] = piles([...yard, make({}, [36.8, -1.2])], 3.6);
  assert.equal(pile.size, 30);
  assert.equal(others.length, 0);
});

test("the platform is stale when all that reports is, not when one is", () => {
  const old = () => make({ stale_at: at(-1) });
  assert.equal(isPlatformStale([old(), make()], NOW), false);
  assert.equal(isPlatformStale([old(), old(), make({ state: "unknown" })], NOW), true);
  assert.equal(isPlatformStale([], NOW), false);
});

test("bounds and newest fix pass over vehicles that never reported", () => {
  const vehicles = [make({ state: "unknown" }), make({ fixed_at: at(-9) }, [36, -1]), make({ fixed_at: at(-3) }, [39, -4])];
  assert.deepEqual(boundsOf(vehicles), [36, -4, 39, -1]);
  assert.equal(newestFix(vehicles), NOW - 3000);
  assert.equal(boundsOf([]), null);
});
