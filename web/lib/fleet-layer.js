/* The vehicles on the map: one source with ids, told of changes only; layers for marker, arrow, age, accuracy and name. */
import { difference } from "../core/fleet.js";
import { markOf } from "../core/palette.js";
import { hasPlace, isCoarse, isStale, styleAt } from "../core/vehicle.js";
import { FONT, inks } from "./basemap.js";
import { createGlide } from "./glide.js";
import { iconName } from "./icons.js";
import { movesLess } from "./theme.js";

const CLUSTER_FROM = 300;
const CROWD = 2000;
/** Few vehicles cluster only where a whole town is a thumb wide; many at every zoom (the map ends at 20). */
const CLUSTERING = { cluster: true, clusterRadius: 36, clusterMaxZoom: 8 };
const CROWD_CLUSTERING = { ...CLUSTERING, clusterMaxZoom: 21 };
const OPACITY = { moving: 1, parked: 0.75, idling: 0.75, offline: 0.55, unknown: 0.55 };
const ABOVE = { moving: 4, idling: 3, parked: 2, offline: 1, unknown: 0 };
const ACCENT = { light: "#0B5CAD", dark: "#6CB2FF" };
const BESIDE = { "icon-overlap": "always", "icon-ignore-placement": true };
const MARKER_SIZE = ["interpolate", ["linear"], ["zoom"], 8.9, 0.8, 9.1, 1];
const EACH = ["!", ["has", "point_count"]];

/** What the map needs to know of a vehicle; two equal ones draw alike. */
function drawn(vehicle, now_ms, slots) {
  const style = styleAt(vehicle, now_ms);
  const stale = isStale(vehicle, now_ms);
  const shape = style === "moving" && stale ? "halted" : style;
  return {
    id: vehicle.id, lon: vehicle.lon, lat: vehicle.lat, style,
    icon: iconName(shape, vehicle.colour, markOf(slots.get(vehicle.centre_key))),
    turn: style === "moving" ? (vehicle.heading_deg ?? 0) : 0,
    arrow: style === "moving" && !stale && vehicle.heading_deg != null,
    opacity: OPACITY[style], above: ABOVE[style], stale, coarse: isCoarse(vehicle), tail: vehicle.plate_tail ?? "",
  };
}

const LOOKS = ["icon", "turn", "opacity", "stale", "coarse", "tail"];
const looksSame = (a, b) => LOOKS.every((key) => a[key] === b[key]);
const isSame = (a, b) => a.lon === b.lon && a.lat === b.lat && looksSame(a, b);
const point = ({ lon, lat }) => ({ type: "Point", coordinates: [lon, lat] });
const toFeature = ({ id, lon, lat, ...properties }) => ({ type: "Feature", id, properties: { ...properties, vehicle: id }, geometry: point({ lon, lat }) });
const collection = (features) => ({ type: "FeatureCollection", features });

function markerLayers(theme) {
  const symbol = (id, layout, more = {}) => ({ id, type: "symbol", source: "fleet", filter: EACH, layout, ...more });
  const ink = inks(theme);
  const text = { "text-color": ink.label, "text-halo-color": ink.land, "text-halo-width": 1.5 };
  return [
    symbol("fleet-coarse", { "icon-image": "coarse", ...BESIDE }, { filter: ["all", EACH, ["get", "coarse"]] }),
    symbol("fleet-marker", { "icon-image": ["get", "icon"], "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map", "icon-size": MARKER_SIZE, "symbol-sort-key": ["get", "above"], ...BESIDE }, { paint: { "icon-opacity": ["get", "opacity"] } }),
    symbol("fleet-arrow", { "icon-image": "chevron", "icon-rotate": ["get", "turn"], "icon-rotation-alignment": "map", "icon-size": ["interpolate", ["linear"], ["zoom"], 9, 0.45, 15, 0.75], ...BESIDE }, { filter: ["all", EACH, ["get", "arrow"]] }),
    symbol("fleet-stale", { "icon-image": "stale", "icon-size": MARKER_SIZE, ...BESIDE }, { filter: ["all", EACH, ["get", "stale"]] }),
    symbol("fleet-tail", { "text-field": ["get", "tail"], "text-font": FONT, "text-size": 12, "text-variable-anchor": ["left", "right", "top", "bottom"], "text-radial-offset": 1.15, "symbol-sort-key": ["-", 5, ["get", "above"]] }, { minzoom: 11, paint: text }),
    { id: "fleet-cluster", type: "circle", source: "fleet", filter: ["has", "point_count"], paint: { "circle-radius": ["step", ["get", "point_count"], 15, 30, 19, 100, 24], "circle-color": theme === "dark" ? "#F0F3F6" : "#15191F", "circle-stroke-width": 2, "circle-stroke-color": theme === "dark" ? "#15191F" : "#FFFFFF", "circle-opacity": 0.92 } },
    { id: "fleet-cluster-count", type: "symbol", source: "fleet", filter: ["has", "point_count"], layout: { "text-field": ["case", [">", ["get", "moving"], 0], ["concat", ["get", "point_count"], "\n▲", ["get", "moving"]], ["to-string", ["get", "point_count"]]], "text-font": FONT, "text-size": 11, "text-line-height": 1.05, "text-overlap": "always" }, paint: { "text-color": theme === "dark" ? "#15191F" : "#FFFFFF" } },
    { id: "fleet-pile", type: "symbol", source: "piles", minzoom: 9, layout: { "text-field": ["concat", "×", ["to-string", ["get", "size"]]], "text-font": FONT, "text-size": 13, "text-offset": [-1.3, -1.2], "text-overlap": "always" }, paint: { ...text, "text-color": theme === "dark" ? "#F0F3F6" : "#15191F", "text-halo-width": 2.5 } },
  ];
}

const focusLayer = (theme) => ({
  id: "fleet-focus", type: "symbol", source: "focus",
  layout: { "icon-image": `selection|${ACCENT[theme]}|`, "icon-size": ["case", ["get", "selected"], 1.2, 1], ...BESIDE },
});
const focusName = (theme) => {
  const ink = inks(theme);
  return { id: "fleet-focus-name", type: "symbol", source: "focus", layout: { "text-field": ["get", "plate"], "text-font": FONT, "text-size": 13, "text-anchor": "top", "text-offset": [0, 1.4], "text-overlap": "always", "text-ignore-placement": true }, paint: { "text-color": theme === "dark" ? "#F0F3F6" : "#15191F", "text-halo-color": ink.land, "text-halo-width": 2 } };
};

/** → { show, focus, repaint }. `show` may be called as often as one likes; unchanged vehicles cost nothing. */
export function createFleetLayer(map, firstTheme) {
  let shown = new Map();
  let focused = "";
  let isMany = false;
  const layers = (theme) => [focusLayer(theme), ...markerLayers(theme), focusName(theme)];
  const empty = { type: "geojson", data: collection([]) };
  map.addSource("focus", empty);
  map.addSource("piles", empty);
  map.addSource("fleet", { ...empty, maxzoom: 22, ...CLUSTERING, clusterProperties: { moving: ["+", ["case", ["==", ["get", "style"], "moving"], 1, 0]] } });
  for (const layer of layers(firstTheme)) map.addLayer(layer);
  const source = map.getSource("fleet");
  const glide = createGlide((moves) => source.updateData({ update: moves.map(({ id, ...place }) => ({ id, newGeometry: point(place) })) }));

  function cluster(size) {
    map.setLayerZoomRange("fleet-tail", size > CROWD ? 13 : 11, 24);
    if (isMany === size >= CLUSTER_FROM) return;
    isMany = !isMany;
    source.setClusterOptions(isMany ? CROWD_CLUSTERING : CLUSTERING);
  }

  /** Vehicles whose picture only moved glide there; whatever else changed is replaced. */
  function apply(before, after) {
    const change = difference(before, after, isSame);
    const glides = after.size <= CROWD && !movesLess() && !document.hidden;
    const moved = glides ? change.update.filter((next) => next.style === "moving" && before.get(next.id).style === "moving") : [];
    const from = new Map(moved.map(({ id }) => [id, before.get(id)]));
    const put = [...change.add, ...change.update].map((next) => toFeature(from.has(next.id) ? { ...next, ...place(from.get(next.id)) } : next));
    if (put.length || change.remove.length) source.updateData({ add: put, remove: change.remove });
    glide.start(moved.map((next) => ({ id: next.id, from: place(from.get(next.id)), to: place(next) })));
  }

  return {
    show(vehicles, now_ms, slots, piles) {
      const after = new Map(vehicles.filter(hasPlace).map((vehicle) => [vehicle.id, drawn(vehicle, now_ms, slots)]));
      glide.finish();
      cluster(after.size);
      apply(shown, after);
      shown = after;
      const badges = isMany ? [] : piles;
      map.getSource("piles").setData(collection(badges.map(({ vehicle, size }) => ({ type: "Feature", properties: { size }, geometry: point(vehicle) }))));
    },
    /** Ring the selected vehicle, and the one the list points at. */
    focus(selected, hot) {
      const ringed = [...new Set([selected, hot])].filter((vehicle) => vehicle && hasPlace(vehicle));
      const features = ringed.map((vehicle) => ({ type: "Feature", properties: { selected: vehicle === selected, plate: vehicle.plate }, geometry: point(vehicle) }));
      if (JSON.stringify(features) === focused) return;
      focused = JSON.stringify(features);
      map.getSource("focus").setData(collection(features));
    },
    repaint(theme) {
      for (const { id, paint = {} } of layers(theme)) for (const [name, value] of Object.entries(paint)) map.setPaintProperty(id, name, value);
      map.setLayoutProperty("fleet-focus", "icon-image", focusLayer(theme).layout["icon-image"]);
    },
  };
}

const place = ({ lon, lat }) => ({ lon, lat });
