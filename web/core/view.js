/* Pure: the view that an address names, and the address that a view has. No name of a person goes into it. */
import { matchesText } from "./fleet.js";
import { ORDERS } from "./fleet.js";
import { STATES } from "./vehicle.js";

const LISTS = ["cc", "city", "state", "v"];
const WORDS = ["q", "sort", "map", "theme", "basemap", "kiosk", "view", "follow"];
const KNOWN = new Set([...LISTS, ...WORDS]);

/** A view with nothing chosen. */
export const emptyView = () => ({
  filters: { cc: [], city: [], state: [], q: "" },
  selected: null,
  sort: "state",
  camera: null,
  theme: null,
  basemap: null,
  kiosk: false,
  inView: false,
  follow: false,
});

const list = (text) => (text ? text.split(",").map((part) => part.trim()).filter(Boolean) : []);

/** "12.4/-1.2833/36.8167" as { zoom, lat, lon }; null for anything else. */
export function parseCamera(text) {
  const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
  const isPlace = Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && zoom >= 0 && zoom <= 24;
  return isPlace ? { zoom, lat, lon } : null;
}

export const writeCamera = ({ zoom, lat, lon }) => `${Number(zoom.toFixed(2))}/${lat.toFixed(5)}/${lon.toFixed(5)}`;

/** → { view, unknown }: parameters nobody knows are named, never ignored. */
export function parseView(search) {
  const params = new URLSearchParams(search);
  const view = emptyView();
  const unknown = [...new Set(params.keys())].filter((key) => !KNOWN.has(key));
  for (const key of ["cc", "city", "state"]) view.filters[key] = list(params.get(key));
  view.filters.city = view.filters.city.map((city) => city.toLowerCase());
  for (const state of view.filters.state) if (!STATES.includes(state)) unknown.push(`state=${state}`);
  view.filters.state = view.filters.state.filter((state) => STATES.includes(state));
  view.filters.q = params.get("q") ?? "";
  view.selected = Number(list(params.get("v"))[0]) || null;
  if (ORDERS[(params.get("sort") ?? "").replace("-", "")]) view.sort = params.get("sort");
  view.camera = parseCamera(params.get("map"));
  view.theme = ["light", "dark"].find((theme) => theme === params.get("theme")) ?? null;
  view.basemap = ["plain", "online"].find((basemap) => basemap === params.get("basemap")) ?? null;
  view.kiosk = params.get("kiosk") === "1";
  view.inView = params.get("view") === "map";
  view.follow = params.get("follow") === "1";
  return { view, unknown };
}

/** The query string of a view, empty for an empty one. `q` stays out unless it finds a plate: it may be a person's name. */
export function writeView(view, vehicles) {
  const { cc, city, state, q } = view.filters;
  const pairs = [
    ["cc", cc.join()],
    ["city", city.join()],
    ["state", state.join()],
    ["q", isPlateSearch(q, vehicles) ? q : ""],
    ["v", view.selected ? String(view.selected) : ""],
    ["sort", view.sort === "state" ? "" : view.sort],
    ["view", view.inView ? "map" : ""],
    ["follow", view.follow ? "1" : ""],
    ["map", view.camera ? writeCamera(view.camera) : ""],
    ["theme", view.theme ?? ""],
    ["basemap", view.basemap ?? ""],
    ["kiosk", view.kiosk ? "1" : ""],
  ];
  const text = pairs.filter(([, value]) => value).map(([key, value]) => `${key}=${encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%2F", "/")}`);
  return text.length ? `?${text.join("&")}` : "";
}

const isPlateSearch = (q, vehicles) =>
  Boolean(q) && vehicles.some((vehicle) => matchesText({ search_text: `${vehicle.plate} ${vehicle.plate.replaceAll(" ", "")}`.toLowerCase() }, q));

/** A path of our own to return to after signing in, or the live page: never another origin. */
export function safeNext(text, origin) {
  if (!text || !text.startsWith("/") || text.startsWith("//") || text.includes("\\")) return "/live";
  const url = new URL(text, origin);
  return url.origin === origin && url.pathname !== "/login" ? url.pathname + url.search : "/live";
}
