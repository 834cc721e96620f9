import assert from "node:assert/strict";
import test from "node:test";
import { emptyView } from "../../../web/fleet-core.js";
import { added, firstLook, nextChange, pictureOf, readAnswer, toggled } from "../../../web/pages/live/picture.js";
import { metricWords } from "../../../web/pages/live/figures.js";
import { noticesOf } from "../../../web/pages/live/notices.js";

const NOW = Date.parse("2026-11-21T05:14:00Z");
const at = (seconds) => new Date(NOW + seconds * 1000).toISOString();

function feature(vehicle_id, change = {}) {
  return {
    geometry: { type: "Point", coordinates: [36.8, -1.3] },
    properties: {
      vehicle_id, plate: `KDA ${vehicle_id}`, state: "parked", style_class: "parked", cost_centre: "Fibre", cost_centre_code: "FTH", colour: "#1621FC",
      city: "Nairobi", fixed_at: at(-9), received_at: at(-8), stale_at: at(60), offline_at: at(600), search_text: "", ...change,
    },
  };
}

const answerOf = (...features) =>
  readAnswer({
    geojson: { features },
    slo_status: [],
    summary: {
      as_of: at(0),
      by_cost_centre: [
        { name: "Unassigned", code: null, colour: "#8B929C", slot: null, count: 1 },
        { name: "Maintenance", code: "MNT", colour: "#CFD285", slot: 2, count: 1 },
        { name: "Fibre", code: "FTH", colour: "#1621FC", slot: 1, count: 1 },
      ],
    },
  });
const look = (answer, view = emptyView()) => pictureOf(answer, view, NOW, { inMapView: () => true, centre: null });

test("the legend stands in the order of slots with Unassigned last, however the server names it", () => {
  const answer = answerOf(
    feature(1, { cost_centre: null, cost_centre_code: null }),
    feature(2, { cost_centre: "Unassigned", cost_centre_code: "—" }),
    feature(3, { cost_centre: "Maintenance", cost_centre_code: "MNT" }),
    feature(4),
  );
  assert.deepEqual(look(answer).centres.map(({ key, total, slot }) => [key, total, slot]), [["FTH", 1, 1], ["MNT", 1, 2], ["none", 2, null]]);
});

test("the picture is due again at the next instant that a vehicle names", () => {
  const answer = answerOf(feature(1, { stale_at: at(-5), offline_at: at(90) }), feature(2, { stale_at: at(30) }));
  assert.equal(nextChange(answer.vehicles, NOW), NOW + 30_000);
  assert.equal(nextChange(answer.vehicles, NOW + 700_000), Infinity);
});

test("a first look goes to the city with most vehicles, a filtered one to all that is shown", () => {
  const answer = answerOf(feature(1), feature(2), feature(3, { city: "Mombasa" }));
  assert.deepEqual(firstLook(look(answer), emptyView()).map(({ id }) => id), [1, 2]);
  const filtered = emptyView();
  filtered.filters.state = ["parked"];
  assert.equal(firstLook(look(answer, filtered), filtered).length, 3);
});

test("choosing everything is choosing nothing", () => {
  assert.deepEqual(toggled([], "b", ["a", "b", "c"]), ["a", "c"]);
  assert.deepEqual(toggled(["a", "c"], "b", ["a", "b", "c"]), []);
  assert.deepEqual(added([], "b", ["a", "b"]), ["b"]);
  assert.deepEqual(added(["b"], "a", ["a", "b"]), []);
});

test("a service level is named by its metric and keeps its unit", () => {
  assert.deepEqual(metricWords("trip_lag_p95_sec"), { name: "Trip lag p95", unit: "s" });
  assert.deepEqual(metricWords("fix_freshness_pct_60s"), { name: "Fix freshness 60 s", unit: "%" });
  assert.deepEqual(metricWords("backlog"), { name: "Backlog", unit: "" });
});

test("bars stand gravest first and each says what to do or since when", () => {
  const connection = { phase: "lost", error: { kind: "unreachable" }, answered_ms: NOW - 60_000, retry_ms: NOW + 7900 };
  const answer = answerOf(feature(1, { stale_at: at(-1) }));
  const view = { ...emptyView(), selected: 77 };
  const notices = noticesOf({ connection, answer, view, unknown: ["stat"], hasMap: false, now_ms: NOW });
  assert.deepEqual(notices.map(({ key }) => key), ["connection", "stale", "vehicle", "map", "unknown"]);
  assert.equal(notices[0].sentence, "The server is not reachable. Showing 08:13. Trying again in 8 s.");
  assert.equal(notices[1].sentence, "No new positions for 9 s. The last came at 08:13.");
});
