/* The map side of the live page: made when the browser can draw; without it the list fills the page. */
import { piles as pilesOf } from "../../fleet-core.js";
import { ownCredit, repaint, showOnline } from "../../lib/basemap.js";
import { createFleetLayer } from "../../lib/fleet-layer.js";
import { html, render } from "../../lib/html.js";
import { cameraOf, canDraw, createMap, fit, reveal, watchPointer } from "../../lib/map.js";
import { theme } from "../../lib/theme.js";

/** Twelve pixels at zoom 18 near the equator: vehicles closer than this no zoom parts. */
const PILE_M = 3.6;
const SELECT_ZOOM = 13;
const EDGE_PX = 48;
/** Room for the buttons at the right. */
const FIT_PADDING = { top: EDGE_PX, bottom: EDGE_PX, left: EDGE_PX, right: 80 };
const byId = (id) => document.getElementById(id);
const isNarrow = () => matchMedia("(max-width: 47.99rem)").matches;
const sayCredit = (words) => {
  byId("credit").textContent = words;
};

/** Whom the addresses come from, while any is shown. */
export function sayAddressCredit(vehicles, words) {
  byId("address-credit").textContent = words && vehicles.some(({ address }) => address) ? ` · ${words}` : "";
}

function answerNoMap() {
  document.body.dataset.map = "none";
  render(byId("map-answer"), html`<p>Map not available on this browser. The list has everything.</p>`);
}

/** What covers the map: the panel, at its left, or at its foot on a phone. */
function covered() {
  const panel = byId("panel");
  const padding = { top: EDGE_PX, bottom: EDGE_PX, left: EDGE_PX, right: EDGE_PX };
  if (panel.hidden) return padding;
  if (isNarrow()) padding.bottom += panel.offsetHeight;
  else padding.left += panel.offsetWidth;
  return padding;
}

function watchLoss(map) {
  const answer = byId("map-answer");
  map.getCanvas().addEventListener("webglcontextlost", () => {
    render(answer, html`<div><p>The map was reset by the graphics driver.</p><button data-act="reload">Show again</button></div>`);
    answer.hidden = false;
  });
  map.getCanvas().addEventListener("webglcontextrestored", () => {
    answer.hidden = true;
  });
}

/** → the map's handle, or null. `on` has onPick(id), onStack(ids, point), onHover(id, point), onLeave, onMoved, onDragged. */
export async function openStage({ camera, onlineUrl, on }) {
  if (!canDraw()) return answerNoMap();
  const map = await createMap(byId("map"), camera).catch(answerNoMap);
  if (!map) return null;
  const fleet = createFleetLayer(map, theme());
  sayCredit(ownCredit);
  if (onlineUrl) showOnline(map, onlineUrl, sayCredit);
  watchPointer(map, on);
  watchLoss(map);
  map.on("moveend", () => on.onMoved(cameraOf(map)));
  map.on("dragstart", on.onDragged);
  let hasView = Boolean(camera);

  return {
    show: (vehicles, now_ms, slots) => fleet.show(vehicles, now_ms, slots, pilesOf(vehicles, PILE_M)),
    focus: fleet.focus,
    /** The first view, unless the address named one. */
    begin(vehicles) {
      if (!hasView) fit(map, vehicles, FIT_PADDING, true);
      hasView = true;
    },
    fit: (vehicles) => fit(map, vehicles, FIT_PADDING),
    select: (vehicle) => reveal(map, vehicle, { padding: covered(), share: 1, zoom: SELECT_ZOOM }),
    uncover: (vehicle) => reveal(map, vehicle, { padding: covered(), share: 1 }),
    follow: (vehicle) => reveal(map, vehicle, { padding: covered(), share: 1 / 3 }),
    zoom: (by) => map.zoomTo(map.getZoom() + by),
    holds: ({ lon, lat }) => map.getBounds().contains([lon, lat]),
    centre: () => cameraOf(map),
    pointOf: ({ lon, lat }) => map.project([lon, lat]),
    repaint(name) {
      repaint(map, name);
      fleet.repaint(name);
    },
  };
}
