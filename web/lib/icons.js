/* Markers drawn once on a canvas: colour × centre mark × shape. Every shape has two rims, white inside dark, so that
   it stands out on any map. Drawn pointing north, at twice the size. */
import { INK, inkOn } from "../core/palette.js";

const SIZE = 32;
const SCALE = 2;
const MIDDLE = SIZE / 2;
const GREY = "#8B929C";
const ARROW = "#FFFFFF";

function canvas(draw) {
  const context = new OffscreenCanvas(SIZE * SCALE, SIZE * SCALE).getContext("2d", { willReadFrequently: true });
  context.scale(SCALE, SCALE);
  context.translate(MIDDLE, MIDDLE);
  context.lineJoin = "round";
  draw(context);
  return context.getImageData(0, 0, SIZE * SCALE, SIZE * SCALE);
}

function path(build) {
  const shape = new Path2D();
  build(shape);
  return shape;
}

const DISC = path((shape) => shape.arc(0, 0, 7.5, 0, 2 * Math.PI));
const NOSED = path((shape) => {
  shape.moveTo(0, -12.5);
  shape.quadraticCurveTo(3, -8.4, 5.6, -5);
  shape.arc(0, 0, 7.5, -0.73, Math.PI + 0.73);
  shape.quadraticCurveTo(-3, -8.4, 0, -12.5);
});
const SQUARE = path((shape) => shape.roundRect(-7, -7, 14, 14, 3));
const SLOTTED = path((shape) => {
  shape.roundRect(-7, -7, 5.2, 14, [3, 1, 1, 3]);
  shape.roundRect(1.8, -7, 5.2, 14, [1, 3, 3, 1]);
  shape.rect(-2.4, 2.6, 4.8, 4.4);
});
const DIAMOND = path((shape) => {
  for (const [x, y] of [[0, -9], [9, 0], [0, 9], [-9, 0]]) shape.lineTo(x, y);
  shape.closePath();
});

function rims(context, shape) {
  context.strokeStyle = INK;
  context.lineWidth = 5;
  context.stroke(shape);
  context.strokeStyle = "#FFFFFF";
  context.lineWidth = 3;
  context.stroke(shape);
}

function hatch(context, shape) {
  context.save();
  context.clip(shape);
  context.strokeStyle = "rgb(255 255 255 / 75%)";
  context.lineWidth = 1.4;
  for (let x = -24; x <= 24; x += 4.5) context.stroke(path((stroke) => (stroke.moveTo(x, 12), stroke.lineTo(x + 24, -12))));
  context.restore();
}

function mark(context, name, colour, y = 0) {
  context.fillStyle = inkOn(colour);
  if (name === "dot") context.fill(path((shape) => shape.arc(0, y, 2.6, 0, 2 * Math.PI)));
  if (name === "bar" || name === "cross") context.fillRect(-5, y - 1.25, 10, 2.5);
  if (name === "cross") context.fillRect(-1.25, y - 5, 2.5, 10);
}

function filled(context, shape, colour, markName, markY) {
  rims(context, shape);
  context.fillStyle = colour;
  context.fill(shape);
  if (markName === "hatch") hatch(context, shape);
  else mark(context, markName, colour, markY);
}

function ring(context, colour) {
  rims(context, DISC);
  context.fillStyle = colour;
  context.fill(DISC);
  context.fillStyle = GREY;
  context.fill(path((shape) => shape.arc(0, 0, 3.8, 0, 2 * Math.PI)));
}

function hollow(context, colour) {
  rims(context, DIAMOND);
  context.fillStyle = "#FFFFFF";
  context.fill(DIAMOND);
  context.strokeStyle = colour;
  context.lineWidth = 2.4;
  context.stroke(path((shape) => shape.addPath(DIAMOND, new DOMMatrix().scale(0.82))));
  context.fillStyle = INK;
  context.font = "600 10px system-ui, sans-serif";
  context.textAlign = "center";
  context.fillText("?", 0, 3.6);
}

const SHAPES = {
  moving: (context, colour, name) => filled(context, NOSED, colour, name, 4.2),
  halted: (context, colour, name) => filled(context, DISC, colour, name),
  parked: (context, colour, name) => filled(context, SQUARE, colour, name),
  idling: (context, colour, name) => filled(context, SLOTTED, colour, name),
  offline: ring,
  unknown: hollow,
};

function chevron(context) {
  const stroke = path((shape) => (shape.moveTo(-6, 4), shape.lineTo(0, -4), shape.lineTo(6, 4)));
  context.lineCap = "round";
  context.strokeStyle = "rgb(21 25 31 / 55%)";
  context.lineWidth = 5.4;
  context.stroke(stroke);
  context.strokeStyle = ARROW;
  context.lineWidth = 3.6;
  context.stroke(stroke);
}

/** A small clock at four o'clock: the fix is older than it should be. */
function staleTick(context) {
  context.translate(9, 6);
  const face = path((shape) => shape.arc(0, 0, 4.6, 0, 2 * Math.PI));
  rims(context, path((shape) => shape.arc(0, 0, 4, 0, 2 * Math.PI)));
  context.fillStyle = "#FFC44D";
  context.fill(face);
  context.strokeStyle = INK;
  context.lineWidth = 1.4;
  context.stroke(path((hands) => (hands.moveTo(0, -2.8), hands.lineTo(0, 0), hands.lineTo(2.2, 0.8))));
}

function coarseRing(context) {
  for (const [colour, width] of [["#FFFFFF", 3], [INK, 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash([4, 3]);
    context.stroke(path((shape) => shape.arc(0, 0, 14, 0, 2 * Math.PI)));
  }
}

function selection(context, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.stroke(path((shape) => shape.arc(0, 0, 14, 0, 2 * Math.PI)));
}

function house(context) {
  context.fillStyle = "#FFFFFF";
  context.fill(path((shape) => shape.roundRect(-10, -10, 20, 20, 4)));
  context.fillStyle = INK;
  context.fill(path((shape) => shape.roundRect(-9, -9, 18, 18, 3)));
  context.fillStyle = "#FFFFFF";
  context.fill(path((shape) => {
    for (const [x, y] of [[0, -6], [6.5, 0], [4.5, 0], [4.5, 6], [1.5, 6], [1.5, 2], [-1.5, 2], [-1.5, 6], [-4.5, 6], [-4.5, 0], [-6.5, 0]]) shape.lineTo(x, y);
  }));
}

const FURNITURE = { chevron, stale: staleTick, coarse: coarseRing, house };

/** Name of a vehicle's icon; `shape` is one of SHAPES. */
export const iconName = (shape, colour, markName) => `${shape}|${colour}|${markName}`;

function draw(name) {
  const [shape, colour, markName] = name.split("|");
  if (shape === "selection") return canvas((context) => selection(context, colour));
  if (FURNITURE[shape]) return canvas(FURNITURE[shape]);
  return canvas((context) => SHAPES[shape](context, colour, markName));
}

/** Draw icons when the map first asks for them. */
export function drawIconsFor(map) {
  map.setMissingStyleImageResolver((id) => {
    const isOurs = SHAPES[id.split("|")[0]] || FURNITURE[id] || id.startsWith("selection|");
    if (isOurs && !map.hasImage(id)) map.addImage(id, draw(id), { pixelRatio: SCALE });
  });
}
