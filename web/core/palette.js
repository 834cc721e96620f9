/* Pure: the fifteen fleet colours, which of two inks reads on them, and the mark of slots above fourteen. */

/** In order of assignment; the server names the colour of each vehicle, this list is for tests and ink. */
export const PALETTE = [
  "#1621FC", "#CFD285", "#1C4D04", "#25ACFD", "#008E55", "#D0928B", "#91679F",
  "#37E5D2", "#086867", "#800185", "#966604", "#46BE0C", "#3970F1", "#593639",
];
export const UNASSIGNED_COLOUR = "#8B929C";
export const INK = "#15191F";
const MARKS = ["", "dot", "bar", "cross"];

/** Centre mark of a cost centre's slot (from 1): "", "dot", "bar" or "cross"; "hatch" without a slot. */
export const markOf = (slot) => (slot == null ? "hatch" : (MARKS[Math.floor((slot - 1) / PALETTE.length)] ?? "cross"));

const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16) / 255);
const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** Relative luminance of "#RRGGBB" (WCAG 2.2). */
export function luminance(hex) {
  const [r, g, b] = channels(hex).map(linear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** White or ink, whichever reads better on the colour. */
export const inkOn = (hex) => (contrast("#FFFFFF", hex) >= contrast(INK, hex) ? "#FFFFFF" : INK);
