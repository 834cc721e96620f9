import assert from "node:assert/strict";
import test from "node:test";
import { emptyView, parseCamera, parseView, safeNext, writeView } from "../../../web/fleet-core.js";

const ORIGIN = "https://fleet.example";
const FLEET = [{ plate: "KDA 412X", search_text: "kda 412x j. mwangi" }];

test("a view survives its address", () => {
  const search = "?cc=FTH,MNT&city=nairobi&state=moving,parked&q=412&v=7&sort=-age&view=map&follow=1&map=12.4/-1.28330/36.81670&theme=dark&kiosk=1";
  const { view, unknown } = parseView(search);
  assert.deepEqual(unknown, []);
  assert.deepEqual(parseView(writeView(view, FLEET)).view, view);
  assert.equal(new URLSearchParams(writeView(view, FLEET)).toString(), new URLSearchParams(
    "?cc=FTH,MNT&city=nairobi&state=moving,parked&q=412&v=7&sort=-age&view=map&follow=1&map=12.4/-1.28330/36.81670&theme=dark&kiosk=1").toString());
});

test("a view with nothing chosen has a bare address", () => {
  assert.equal(writeView(emptyView(), FLEET), "");
  assert.deepEqual(parseView("").view, emptyView());
});

test("parameters and states that nobody knows are named", () => {
  const { view, unknown } = parseView("?stat=moving&state=moving,flying");
  assert.deepEqual(unknown, ["stat", "state=flying"]);
  assert.deepEqual(view.filters.state, ["moving"]);
});

test("a name of a person never gets into the address", () => {
  const view = emptyView();
  view.filters.q = "mwangi";
  assert.equal(writeView(view, FLEET), "");
  view.filters.q = "kda412";
  assert.equal(writeView(view, FLEET), "?q=kda412");
});

test("a camera is taken only when it is one", () => {
  assert.deepEqual(parseCamera("12.4/-1.2833/36.8167"), { zoom: 12.4, lat: -1.2833, lon: 36.8167 });
  for (const text of [null, "", "12/95/36", "12/1", "a/b/c", "99/1/1"]) assert.equal(parseCamera(text), null, text);
});

test("signing in returns to a page of ours and nowhere else", () => {
  assert.equal(safeNext("/live?cc=FTH&map=12/1/36", ORIGIN), "/live?cc=FTH&map=12/1/36");
  for (const next of [null, "", "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "live", "/login?next=/live"]) {
    assert.equal(safeNext(next, ORIGIN), "/live", String(next));
  }
});
