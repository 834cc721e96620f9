import assert from "node:assert/strict";
import test from "node:test";
import { age, clockMinute, clockSecond, counted, fullTime, heading, percentages, share, speed } from "../../../web/fleet-core.js";

const NOW = Date.parse("2026-11-21T05:14:07Z");
const ago = (seconds) => age(NOW - seconds * 1000, NOW);

test("times are East Africa Time whatever the machine's zone", () => {
  assert.equal(clockMinute(NOW), "08:14");
  assert.equal(clockSecond(NOW), "08:14:07");
  assert.equal(fullTime(NOW), "Sat 21 Nov 2026, 08:14 EAT");
  assert.equal(clockMinute(Date.parse("2026-11-20T21:00:00Z")), "00:00");
});

test("an age is floored and written in the unit that a dispatcher reads", () => {
  const cases = [
    [0, "0 s"], [59.9, "59 s"], [60, "1 min"], [3599, "59 min"], [3600, "1 h"], [4800, "1 h 20 min"],
    [43_199, "11 h 59 min"], [43_200, "12 h"], [93_600, "26 h"], [172_799, "47 h"], [172_800, "2 d"], [14 * 86_400, "7 Nov 2026"],
  ];
  for (const [seconds, words] of cases) assert.equal(ago(seconds), words, `${seconds} s`);
});

test("a fix from the future is said to have a fast clock, a second of skew is not", () => {
  assert.equal(ago(-1), "0 s");
  assert.equal(ago(-2.5), "clock ahead");
});

test("no figure is a dash, never a nought", () => {
  assert.equal(speed(null), "–");
  assert.equal(speed(undefined), "–");
  assert.equal(speed(0), "0 km/h");
  assert.equal(speed(41.6), "42 km/h");
  assert.equal(heading(null), "–");
});

test("a heading is one of eight winds with its degrees", () => {
  for (const [degrees, words] of [[0, "N 0°"], [47, "NE 47°"], [337, "NW 337°"], [338, "N 338°"], [360, "N 0°"], [-90, "W 270°"]]) {
    assert.equal(heading(degrees), words);
  }
});

test("a share is written by the size of its whole and never rounded up to it", () => {
  assert.equal(share(3, 5), "3 of 5");
  assert.equal(share(97, 100), "97 %");
  assert.equal(share(149, 150), "99 %");
  assert.equal(share(9999, 10_000), "99.9 %");
  assert.equal(share(0, 0), "–");
});

test("percentages always sum to one hundred", () => {
  assert.deepEqual(percentages([1, 1, 1]), [34, 33, 33]);
  assert.deepEqual(percentages([0, 0]), [0, 0]);
  for (let a = 0; a < 20; a += 1) {
    for (let b = 1; b < 20; b += 3) assert.equal(percentages([a, b, 7]).reduce((sum, part) => sum + part), 100);
  }
});

test("a count agrees with its noun", () => {
  assert.deepEqual([0, 1, 2, 1234].map((n) => counted(n, "trip", "trips")), ["no trips", "1 trip", "2 trips", "1,234 trips"]);
});
