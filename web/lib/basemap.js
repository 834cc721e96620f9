/* What lies under the vehicles: 0 land and graticule, 1 the shipped map, 3 an online raster where one is set.
   Each level shows when the next fails. Quiet on purpose: the markers carry the contrast. */

export const FONT = ["system-ui", "sans-serif"];
const INKS = {
  light: { land: "#F3F1EC", built: "#EAE7E0", water: "#C8DCE8", minor: "#FFFFFF", major: "#FFFFFF", trunk: "#F7E3B5", casing: "#CFCAC0", border: "#A79FB0", label: "#4A4F57", grid: "#DDD9D0" },
  dark: { land: "#161B21", built: "#1B2128", water: "#10242F", minor: "#29313A", major: "#36404B", trunk: "#4A4330", casing: "#0E1216", border: "#5A5468", label: "#B4BDC7", grid: "#222A32" },
};
const OWN_CREDIT = "Own map: Natural Earth, demonstration streets";
const ONLINE_CREDIT = "© OpenStreetMap contributors";
const ONLINE_ERRORS = 3;
const ONLINE_PATIENCE_MS = 5000;
const ROADS = { minor: ["residential"], major: ["primary", "secondary"], trunk: ["trunk"] };

export const inks = (theme) => INKS[theme];

/** Line width that goes from `low` px at zoom 8 to `high` at 14, and on. */
const width = (low, high) => ["interpolate", ["exponential", 1.5], ["zoom"], 8, low, 14, high, 18, high * 4];
const MINOR_WIDTH = ["interpolate", ["exponential", 1.5], ["zoom"], 11.5, 0, 14, 2, 18, 10];
/** About 250 m on the ground. */
const GROUND_WIDTH = ["interpolate", ["exponential", 2], ["zoom"], 8, 0.9, 18, 900];

function roadLayers(ink) {
  const road = (id, classes, colour, lineWidth) => ({
    id, type: "line", source: "roads", filter: ["in", ["get", "class"], ["literal", classes]],
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colour, "line-width": lineWidth },
  });
  const cased = (name, lineWidth, caseWidth, from) => [
    { ...road(`${name}-casing`, ROADS[name], ink.casing, caseWidth), minzoom: from },
    { ...road(name, ROADS[name], ink[name], lineWidth), minzoom: from },
  ];
  return [
    road("built", ["residential", "secondary", "primary"], ink.built, GROUND_WIDTH),
    ...cased("minor", MINOR_WIDTH, ["interpolate", ["exponential", 1.5], ["zoom"], 11.5, 0, 14, 3, 18, 12], 11.5),
    ...cased("major", width(0.8, 5), width(1.4, 6.6), 8),
    ...cased("trunk", width(1.4, 7), width(2.2, 8.6), 6),
  ];
}

function labelLayers(ink) {
  const label = (id, filter, layout, paint = {}) => ({
    id, type: "symbol", source: "base", filter,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11, ...layout },
    paint: { "text-color": ink.label, "text-halo-color": ink.land, "text-halo-width": 1.5, ...paint },
  });
  const ofRank = (rank) => ["all", ["==", ["get", "kind"], "place"], ["==", ["get", "rank"], rank]];
  const reached = ["step", ["zoom"], 1, 5.5, 2, 7, 3, 9, 4, 11, 5];
  return [
    { ...label("lake-names", ofRank(6), {}, { "text-halo-color": ink.water }), minzoom: 6, maxzoom: 11 },
    label("place-names", ["all", ["==", ["get", "kind"], "place"], [">", ["get", "rank"], 0], ["<=", ["get", "rank"], reached]], {
      "text-size": ["interpolate", ["linear"], ["zoom"], 8, ["match", ["get", "rank"], 1, 13, 2, 12, 11], 14, ["match", ["get", "rank"], 1, 16, 2, 15, 12]],
      "symbol-sort-key": ["get", "rank"],
      "text-padding": 6,
    }),
    { ...label("country-names", ofRank(0), { "text-transform": "uppercase", "text-letter-spacing": 0.2 }), maxzoom: 7.5 },
    {
      ...label("sites", ["==", ["get", "kind"], "site"], {
        "icon-image": "house", "icon-size": 0.9, "icon-overlap": "always", "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true,
      }),
      minzoom: 9,
    },
  ];
}

/** All layers of the own map in one theme, bottom first. */
function ownLayers(theme) {
  const ink = INKS[theme];
  const base = (id, type, kind, paint, more = {}) => ({ id, type, source: "base", filter: ["==", ["get", "kind"], kind], paint, ...more });
  return [
    { id: "ground", type: "background", paint: { "background-color": ink.land } },
    { id: "graticule", type: "line", source: "graticule", paint: { "line-color": ink.grid, "line-width": 1 } },
    {
      id: "graticule-names", type: "symbol", source: "graticule",
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 11 },
      paint: { "text-color": ink.label, "text-halo-color": ink.land, "text-halo-width": 1.5 },
    },
    base("sea", "fill", "sea", { "fill-color": ink.water }),
    base("land", "fill", "land", { "fill-color": ink.land, "fill-antialias": false }),
    base("land-seams", "line", "land", { "line-color": ink.land, "line-width": 0.8 }),
    base("water", "fill", "water", { "fill-color": ink.water }),
    base("shore", "fill", "shore", { "fill-color": ink.land }),
    base("border", "line", "border", { "line-color": ink.border, "line-width": 1, "line-dasharray": [4, 3] }),
    base("far-trunk-casing", "line", "trunk", { "line-color": ink.casing, "line-width": width(2, 6) }, { minzoom: 5.5 }),
    base("far-trunk", "line", "trunk", { "line-color": ink.trunk, "line-width": width(1.2, 4.8) }, { minzoom: 5.5 }),
    ...roadLayers(ink),
    ...labelLayers(ink),
  ];
}

/** Every degree of East Africa, with its name. */
function graticule() {
  const lines = [];
  const add = (name, coordinates) => lines.push({ type: "Feature", properties: { name }, geometry: { type: "LineString", coordinates } });
  for (let lon = 20; lon <= 55; lon += 1) add(`${lon}° E`, [[lon, -15], [lon, 15]]);
  for (let lat = -15; lat <= 15; lat += 1) add(`${Math.abs(lat)}° ${lat < 0 ? "S" : "N"}`, [[20, lat], [55, lat]]);
  return { type: "FeatureCollection", features: lines };
}

/** A whole style: no glyphs and no sprite, so letters come from the machine and nothing from elsewhere. */
export function ownStyle(theme) {
  const geojson = (data) => ({ type: "geojson", data });
  const sources = {
    graticule: geojson(graticule()),
    base: { ...geojson("/static/data/base.geojson"), tolerance: 0.2 },
    roads: { ...geojson("/static/data/roads.geojson"), tolerance: 0.2 },
  };
  return { version: 8, sources, layers: ownLayers(theme) };
}

/** Repaint in the other theme; sources, icons and vehicles stay. */
export function repaint(map, theme) {
  for (const { id, paint } of ownLayers(theme)) {
    for (const [name, value] of Object.entries(paint)) map.setPaintProperty(id, name, value);
  }
}

const OVERPRINTED = ["place-names", "lake-names", "country-names"];

/** Put an online raster over the own map; after 3 errors or 5 s without an answer it goes, and `say` tells so. */
export function showOnline(map, url, say) {
  let errors = 0;
  map.addSource("online", { type: "raster", tiles: [url], tileSize: 256, maxzoom: 19 });
  map.addLayer({ id: "online", type: "raster", source: "online" }, "lake-names");
  const names = (visibility) => OVERPRINTED.forEach((id) => map.setLayoutProperty(id, "visibility", visibility));
  names("none");
  say(ONLINE_CREDIT);
  const patience = setTimeout(drop, ONLINE_PATIENCE_MS);

  function drop() {
    clearTimeout(patience);
    map.off("error", onError);
    if (!map.getLayer("online")) return;
    map.removeLayer("online");
    map.removeSource("online");
    names("visible");
    say(`Online map unreachable: own map shown · ${OWN_CREDIT}`);
  }
  function onError(event) {
    if (event.sourceId !== "online") return;
    errors += 1;
    if (errors >= ONLINE_ERRORS) drop();
  }
  map.on("error", onError);
  map.on("sourcedata", (event) => {
    if (event.sourceId === "online" && event.tile) clearTimeout(patience);
  });
}

export const ownCredit = OWN_CREDIT;
