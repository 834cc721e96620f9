/* The map itself: made only where the browser can draw one, its camera, and what a pointer on it means. */
import { boundsOf } from "../core/fleet.js";
import { ownStyle } from "./basemap.js";
import { drawIconsFor } from "./icons.js";
import { movesLess, theme } from "./theme.js";

const LIBRARY = "/vendor/maplibre-gl/maplibre-gl.mjs";
const HOVER_MS = 80;
const REACH_PX = 12;
const DEEPEST = 18;
const FIRST = { zoom: 6, lat: -1.5, lon: 36.5 };
const PICKED = ["fleet-cluster", "fleet-marker"];

export const canDraw = () => Boolean(document.createElement("canvas").getContext("webgl2"));

/** A north-up map that has loaded its style. */
export async function createMap(container, camera) {
  const { Map: MapLibre, ScaleControl } = await import(LIBRARY);
  const { zoom, lat, lon } = camera ?? FIRST;
  const map = new MapLibre({
    container, style: ownStyle(theme()), center: [lon, lat], zoom, minZoom: 3, maxZoom: 20,
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, boxZoom: false, fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
  drawIconsFor(map);
  container.mapLibre = map; // what a test or the console asks for what is drawn
  await new Promise((resolve) => map.once("load", resolve));
  return map;
}

export function cameraOf(map) {
  const { lat, lng: lon } = map.getCenter();
  return { zoom: map.getZoom(), lat, lon };
}

/** Move there, or be there at once for those who want less motion. */
const travel = (map, options) => map.easeTo({ ...options, duration: movesLess() ? 0 : 500 });

/** Show all these vehicles; `padding` is what covers the map. */
export function fit(map, vehicles, padding, isFirst = false) {
  const bounds = boundsOf(vehicles);
  if (!bounds) return;
  const [west, south, east, north] = bounds;
  const target = map.cameraForBounds([[west, south], [east, north]], { padding, maxZoom: 15 });
  if (target && isFirst) map.jumpTo(target);
  else if (target) travel(map, target);
}

/** Bring a vehicle into the part of the map that nothing covers; stay if it is in its middle `share` already. */
export function reveal(map, { lon, lat }, { padding, share, zoom = null }) {
  const { x, y } = map.project([lon, lat]);
  const { clientWidth, clientHeight } = map.getContainer();
  const width = clientWidth - padding.left - padding.right;
  const height = clientHeight - padding.top - padding.bottom;
  const isInside = Math.abs(x - padding.left - width / 2) < (share * width) / 2 && Math.abs(y - padding.top - height / 2) < (share * height) / 2;
  if (isInside && (zoom === null || map.getZoom() >= zoom)) return;
  const offset = [(padding.left - padding.right) / 2, (padding.top - padding.bottom) / 2];
  travel(map, { center: [lon, lat], offset, zoom: Math.max(map.getZoom(), zoom ?? 0) });
}

async function openCluster(map, feature, onStack, at) {
  const source = map.getSource("fleet");
  const zoom = await source.getClusterExpansionZoom(feature.properties.cluster_id);
  if (zoom <= DEEPEST) return travel(map, { center: feature.geometry.coordinates, zoom });
  const leaves = await source.getClusterLeaves(feature.properties.cluster_id, Infinity, 0);
  return onStack(leaves.map((leaf) => leaf.properties.vehicle), at);
}

/** A click means one vehicle, a stack of them, a cluster or nothing: nothing on the map stays shut. */
export function watchPointer(map, { onPick, onStack, onHover, onLeave }) {
  let waiting = null;
  const around = ({ x, y }, reach) => map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: PICKED });

  map.on("click", ({ point }) => {
    const hits = around(point, REACH_PX);
    const cluster = hits.find((hit) => hit.properties.point_count);
    if (cluster) return void openCluster(map, cluster, onStack, point);
    const ids = [...new Set(hits.map((hit) => hit.properties.vehicle))];
    if (ids.length > 1) onStack(ids, point);
    else onPick(ids[0] ?? null);
  });
  map.on("mousemove", ({ point }) => {
    clearTimeout(waiting);
    const [hit] = around(point, 2);
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    if (hit && !hit.properties.point_count) waiting = setTimeout(() => onHover(hit.properties.vehicle, point), HOVER_MS);
    else onLeave();
  });
  map.on("mouseout", () => {
    clearTimeout(waiting);
    onLeave();
  });
}
