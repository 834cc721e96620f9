/* Makes the map that ships with the pages: web/data/base.geojson and web/data/roads.geojson.

     npm run basemap

   Takes country shapes of Natural Earth (public domain, through the npm package world-atlas), the hand-typed
   lakes, places and trunk roads of tools/basemap/, and the sandbox's own road networks. The same input gives
   the same files, byte for byte. */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { feature, mesh } from "topojson-client";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const NEAR = { west: 21, south: -12, east: 52, north: 13 };
const FINE_DEGREES = 0.004;
const COARSE_DEGREES = 0.08;
const LIMIT_BYTES = 400_000;
/** Trunk way points closer to a city than this give way to the city's own network. */
const CITY_DEGREES = 0.105;

const readJson = (path) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));
const round = (value, places) => Number(value.toFixed(places));
const make = (kind, geometry, properties = {}) => ({ type: "Feature", properties: { kind, ...properties }, geometry });
const line = (coordinates) => ({ type: "LineString", coordinates });

/** Distance of a point from the segment a-b, in degrees. */
function offLine([x, y], [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / length)) : 0;
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}

/** The same line with the points left out that lie nearer than `tolerance` to it. */
function simplify(points, tolerance) {
  let farthest = 0;
  let index = 0;
  for (let i = 1; i < points.length - 1; i += 1) {
    const distance = offLine(points[i], points[0], points.at(-1));
    if (distance > farthest) [farthest, index] = [distance, i];
  }
  if (farthest <= tolerance) return [points[0], points.at(-1)];
  return [...simplify(points.slice(0, index + 1), tolerance).slice(0, -1), ...simplify(points.slice(index), tolerance)];
}

/** A ring is opened at its far side first: its two ends are one point, which no simplification survives. */
function simplifyRing(ring, tolerance) {
  const half = Math.floor(ring.length / 2);
  const points = [...simplify(ring.slice(0, half + 1), tolerance).slice(0, -1), ...simplify(ring.slice(half), tolerance)];
  return points.length > 4 ? points.map(([lon, lat]) => [round(lon, 3), round(lat, 3)]) : null;
}

const polygonsOf = (geometry) => (geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates);

function isNear(polygon) {
  return polygon[0].some(([lon, lat]) => lon > NEAR.west && lon < NEAR.east && lat > NEAR.south && lat < NEAR.north);
}

function landOf(country, tolerance) {
  const polygons = polygonsOf(country.geometry)
    .map((rings) => rings.map((ring) => simplifyRing(ring, tolerance)).filter(Boolean))
    .filter((rings) => rings.length);
  return polygons.length ? [make("land", { type: "MultiPolygon", coordinates: polygons })] : [];
}

/** Countries that reach into the region in full detail, the rest of the world as a sketch. */
function lands() {
  const fine = feature(...countriesOf("10m")).features.filter((country) => polygonsOf(country.geometry).some(isNear));
  const names = new Set(fine.map((country) => country.properties.name));
  const coarse = feature(...countriesOf("110m")).features.filter((country) => !names.has(country.properties.name));
  return [...coarse.flatMap((country) => landOf(country, COARSE_DEGREES)), ...fine.flatMap((country) => landOf(country, FINE_DEGREES))];
}

function countriesOf(scale) {
  const atlas = readJson(`node_modules/world-atlas/countries-${scale}.json`);
  return [atlas, atlas.objects.countries];
}

function borders() {
  const shared = mesh(...countriesOf("10m"), (a, b) => a !== b);
  return shared.coordinates
    .filter((points) => isNear([points]))
    .map((points) => make("border", line(simplify(points, FINE_DEGREES).map(([lon, lat]) => [round(lon, 3), round(lat, 3)]))));
}

/** Everything that no country covers; until it is loaded the ground is land. */
const sea = () => make("sea", { type: "Polygon", coordinates: [[[-180, -85], [180, -85], [180, 85], [-180, 85], [-180, -85]]] });

/** Ground that the countries' outline, drawn for whole continents, has under water. */
const shores = () =>
  readJson("tools/basemap/shores.json").shores.map(({ name, ring }) => make("shore", { type: "Polygon", coordinates: [ring] }, { name }));

const lakes = () =>
  readJson("tools/basemap/lakes.json").lakes.map(({ name, rings }) => make("water", { type: "Polygon", coordinates: rings }, { name }));

function places() {
  const { places: named, sites } = readJson("tools/basemap/places.json");
  const point = (lon, lat) => ({ type: "Point", coordinates: [lon, lat] });
  return [
    ...named.map(([name, lon, lat, rank]) => make("place", point(lon, lat), { name, rank })),
    ...sites.map(([name, lon, lat]) => make("site", point(lon, lat), { name })),
  ];
}

/** Pieces of a trunk road outside the cities. */
function outside(points, cities) {
  const pieces = [[]];
  for (const [lon, lat] of points) {
    const inCity = cities.some(({ centre }) => Math.hypot(lat - centre[0], lon - centre[1]) < CITY_DEGREES);
    if (inCity) pieces.push([]);
    else pieces.at(-1).push([lon, lat]);
  }
  return pieces.filter((piece) => piece.length > 1);
}

const trunks = (cities) =>
  readJson("tools/basemap/trunk_roads.json").roads.flatMap(({ name, line: points }) =>
    outside(points, cities).map((piece) => make("trunk", line(piece), { name })));

/** Nodes are hundred-thousandths of a degree from the city's centre; an edge is [class, from, to, step east, step north, …]. */
function streets(city, classes) {
  const [lat0, lon0] = city.centre;
  const toLonLat = (east, north) => [round(lon0 + east / 1e5, 5), round(lat0 + north / 1e5, 5)];
  const node = (index) => [city.nodes[2 * index], city.nodes[2 * index + 1]];
  const byClass = new Map(classes.map((name) => [name, []]));
  for (const [roadClass, from, to, ...bends] of city.edges) {
    const points = [node(from)];
    for (let i = 0; i < bends.length; i += 2) {
      const [east, north] = points.at(-1);
      points.push([east + bends[i], north + bends[i + 1]]);
    }
    points.push(node(to));
    byClass.get(classes[roadClass]).push(points.map(([east, north]) => toLonLat(east, north)));
  }
  return [...byClass].map(([name, lines]) =>
    make("road", { type: "MultiLineString", coordinates: joined(lines) }, { class: name, city: city.title }));
}

/** Edges strung together where one begins at another's end: fewer and longer lines draw better. */
function joined(lines) {
  const startsAt = new Map();
  lines.forEach((points, index) => {
    const key = points[0].join();
    startsAt.set(key, [...(startsAt.get(key) ?? []), index]);
  });
  const used = new Set();
  const chains = [];
  lines.forEach((points, index) => {
    if (used.has(index)) return;
    used.add(index);
    const chain = [...points];
    for (let next = index; next !== undefined; ) {
      next = (startsAt.get(chain.at(-1).join()) ?? []).find((candidate) => !used.has(candidate));
      if (next === undefined) break;
      used.add(next);
      chain.push(...lines[next].slice(1));
    }
    chains.push(chain);
  });
  return chains;
}

function write(name, features) {
  const text = `${JSON.stringify({ type: "FeatureCollection", features })}\n`;
  writeFileSync(join(ROOT, "web/data", name), text);
  const bytes = gzipSync(text).length;
  console.log(`web/data/${name}: ${features.length} features, ${Math.round(bytes / 1000)} kB gzip`);
  return bytes;
}

const network = JSON.parse(gunzipSync(readFileSync(join(ROOT, "src/fleet/sandbox/data/roads.json.gz"))));
const total =
  write("base.geojson", [sea(), ...lands(), ...lakes(), ...shores(), ...borders(), ...trunks(network.cities), ...places()]) +
  write("roads.geojson", network.cities.flatMap((city) => streets(city, network.classes)));
if (total > LIMIT_BYTES) throw new Error(`The basemap is ${total} bytes gzip, over its ${LIMIT_BYTES}: raise FINE_DEGREES.`);
