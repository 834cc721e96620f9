/* The pure core of the pages: no document, no map, no fetch, no clock of its own; it runs under Node's tests. */
export * from "./core/fleet.js";
export * from "./core/format.js";
export * from "./core/palette.js";
export * from "./core/vehicle.js";
export * from "./core/view.js";
