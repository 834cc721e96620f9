import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { PALETTE, UNASSIGNED_COLOUR, contrast, inkOn, markOf } from "../../../web/fleet-core.js";

/* Colour blindness at full severity after Machado, Oliveira and Fernandes 2009, on linear RGB. */
const SIGHT = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]];
const WHITE = [0.95047, 1, 1.08883];
const times = (matrix, vector) => matrix.map((row) => row.reduce((sum, value, index) => sum + value * vector[index], 0));
const linear = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16) / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));

function lab(rgb) {
  const [x, y, z] = times(TO_XYZ, rgb.map((v) => Math.min(1, Math.max(0, v)))).map((v, i) => v / WHITE[i]).map((v) => (v > 216 / 24389 ? Math.cbrt(v) : (24389 / 27 * v + 16) / 116));
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const rad = (degrees) => (degrees * Math.PI) / 180;
const angle = (b, a) => (a === 0 && b === 0 ? 0 : ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360);

/** CIEDE2000. */
function distance([l1, a1, b1], [l2, a2, b2]) {
  const mean7 = ((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2) ** 7;
  const g = 0.5 * (1 - Math.sqrt(mean7 / (mean7 + 25 ** 7)));
  const [p1, p2] = [a1 * (1 + g), a2 * (1 + g)];
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)];
  const [h1, h2] = [angle(b1, p1), angle(b2, p2)];
  const grey = c1 * c2 === 0;
  let dh = grey ? 0 : h2 - h1;
  if (dh > 180) dh -= 360;
  if (dh < -180) dh += 360;
  const [dl, dc, dH] = [l2 - l1, c2 - c1, 2 * Math.sqrt(c1 * c2) * Math.sin(rad(dh / 2))];
  const [lm, cm] = [(l1 + l2) / 2, (c1 + c2) / 2];
  let hm = h1 + h2;
  if (!grey) hm = Math.abs(h1 - h2) <= 180 ? hm / 2 : hm < 360 ? (hm + 360) / 2 : (hm - 360) / 2;
  const t = 1 - 0.17 * Math.cos(rad(hm - 30)) + 0.24 * Math.cos(rad(2 * hm)) + 0.32 * Math.cos(rad(3 * hm + 6)) - 0.2 * Math.cos(rad(4 * hm - 63));
  const sl = 1 + (0.015 * (lm - 50) ** 2) / Math.sqrt(20 + (lm - 50) ** 2);
  const [sc, sh] = [1 + 0.045 * cm, 1 + 0.015 * cm * t];
  const rt = -2 * Math.sqrt(cm ** 7 / (cm ** 7 + 25 ** 7)) * Math.sin(rad(60 * Math.exp(-(((hm - 275) / 25) ** 2))));
  return Math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dH / sh) ** 2 + rt * (dc / sc) * (dH / sh));
}

function smallest(colours, sight) {
  const seen = colours.map((hex) => lab(times(SIGHT[sight], linear(hex))));
  return Math.min(...seen.flatMap((a, i) => seen.slice(i + 1).map((b) => distance(a, b))));
}
const near = (actual, expected, what) => assert.ok(Math.abs(actual - expected) < 0.11, `${what}: ${actual.toFixed(2)}, table says ${expected}`);

test("the distance formula agrees with its published pairs", () => {
  near(distance([50, 2.6772, -79.7751], [50, 0, -82.7485]), 2.0425, "pair 1");
  near(distance([50, 2.5, 0], [73, 25, -18]), 27.1492, "pair 17");
  near(distance([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514]), 0.9082, "pair 34");
});

test("cost centres stay apart for every kind of sight, as the table says", () => {
  const table = { normal: [23.0, 19.5, 19.5], deuteranopia: [14.5, 13.5, 13.4], protanopia: [13.4, 13.0, 12.4], tritanopia: [18.0, 11.7, 11.3] };
  for (const [sight, expected] of Object.entries(table)) {
    [6, 10, 14].forEach((size, index) => near(smallest(PALETTE.slice(0, size), sight), expected[index], `${sight}, first ${size}`));
  }
  near(smallest([...PALETTE, UNASSIGNED_COLOUR], "normal"), 19.5, "with Unassigned");
});

test("text on a fill is white on the dark nine and ink on the rest", () => {
  const white = PALETTE.map((hex, index) => [inkOn(hex), index + 1]).filter(([ink]) => ink === "#FFFFFF").map(([, slot]) => slot);
  assert.deepEqual(white, [1, 3, 5, 7, 9, 10, 11, 13, 14]);
});

test("the fifteenth cost centre takes the first colour with a mark", () => {
  assert.deepEqual([1, 14, 15, 28, 29, 43, 56, null].map(markOf), ["", "", "dot", "dot", "bar", "cross", "cross", "hatch"]);
});

test("inks of both themes keep their contrast on every ground", () => {
  const css = readFileSync(new URL("../../../web/style/tokens.css", import.meta.url), "utf8");
  for (const theme of ["light", "dark"]) {
    const block = css.split(`[data-theme="${theme}"] {`)[1].split("}")[0];
    const token = (name) => block.match(new RegExp(`--${name}: (#[0-9a-f]+)`))[1].replace(/^#(.)(.)(.)$/, "#$1$1$2$2$3$3");
    for (const ground of ["bg", "surface", "selected"]) {
      for (const ink of ["ink", "ink-2", "ink-3", "accent", "ok", "warn", "crit"]) {
        assert.ok(contrast(token(ink), token(ground)) >= 4.5, `${theme}: ${ink} on ${ground}`);
      }
      assert.ok(contrast(token("edge"), token(ground)) >= 3, `${theme}: edge on ${ground}`);
    }
    for (const tone of ["ok", "warn", "crit"]) assert.ok(contrast(token(tone), token(`${tone}-tint`)) >= 4.5, `${theme}: ${tone} on its tint`);
  }
});
