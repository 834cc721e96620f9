/* The sheet of a phone: list or filter, at three heights, by tap, drag or keyboard. Wide screens show both and no sheet. */

const STOPS = ["peek", "half", "full"];
const DRAG_PX = 24;

/** → { show(tab), peek(), count(n) }. */
export function openSheet() {
  const bar = document.getElementById("sheet-bar");
  const grip = document.getElementById("grip");
  const { dataset } = document.body;
  let began_y = null;

  function setStop(stop) {
    dataset.stop = stop;
    grip.setAttribute("aria-expanded", String(stop !== "peek"));
  }
  function show(tab) {
    dataset.tab = tab;
    for (const button of bar.querySelectorAll("[role=tab]")) button.setAttribute("aria-selected", String(button.dataset.tab === tab));
    if (tab === "filter" && dataset.stop === "peek") setStop("half");
  }
  const move = (by) => setStop(STOPS[Math.max(0, Math.min(STOPS.length - 1, STOPS.indexOf(dataset.stop) + by))]);

  bar.addEventListener("click", ({ target }) => {
    const tab = target.closest("[role=tab]")?.dataset.tab;
    if (tab) show(tab);
  });
  bar.addEventListener("pointerdown", (event) => {
    began_y = event.clientY;
  });
  addEventListener("pointerup", (event) => {
    if (began_y !== null && Math.abs(event.clientY - began_y) > DRAG_PX) move(event.clientY < began_y ? 1 : -1);
    began_y = null;
  });
  grip.addEventListener("click", () => setStop(STOPS[(STOPS.indexOf(dataset.stop) + 1) % STOPS.length]));
  grip.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (by) {
      event.preventDefault();
      move(by);
    }
  });
  return {
    show,
    peek: () => setStop("peek"),
    count(number) {
      document.getElementById("tab-list").textContent = `List ${number}`;
    },
  };
}
