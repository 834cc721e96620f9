/* A list of any length of which only the rows in sight exist; a grid to screen readers, one stop for the Tab key. */
import { html, render } from "./html.js";

const SPARE_ROWS = 6;

/** `rowOf(item)` gives { markup, data } of a row; `onOpen` and `onHot` tell of a row opened and a row pointed at. */
export function createList(grid, { rowOf, spokenOf, onOpen, onHot }) {
  const space = document.createElement("div");
  space.className = "grid-space";
  space.setAttribute("role", "rowgroup");
  grid.append(space);
  let items = [];
  let active = null;
  let selected = null;
  const rows = new Map();

  const rowHeight = () => parseFloat(getComputedStyle(grid).getPropertyValue("--row")) * parseFloat(getComputedStyle(document.documentElement).fontSize);

  function make(index) {
    const row = document.createElement("div");
    row.className = "row";
    row.setAttribute("role", "row");
    space.append(row);
    rows.set(index, row);
    return row;
  }

  function fill(row, index, height) {
    const item = items[index];
    const { markup, data } = rowOf(item);
    row.id = `row-${item.id}`;
    row.style.transform = `translateY(${index * height}px)`;
    row.setAttribute("aria-rowindex", index + 1);
    row.setAttribute("aria-selected", String(item.id === selected));
    row.setAttribute("aria-label", spokenOf(item));
    Object.assign(row.dataset, data, { id: item.id, active: item.id === active });
    render(row, markup);
  }

  function draw() {
    const height = rowHeight();
    const first = Math.max(0, Math.floor(grid.scrollTop / height) - SPARE_ROWS);
    const last = Math.min(items.length, Math.ceil((grid.scrollTop + grid.clientHeight) / height) + SPARE_ROWS);
    space.style.height = `${items.length * height}px`;
    for (const [index, row] of rows) {
      if (index >= first && index < last) continue;
      row.remove();
      rows.delete(index);
    }
    for (let index = first; index < last; index += 1) fill(rows.get(index) ?? make(index), index, height);
    const isDrawn = items.some((item) => item.id === active) && space.querySelector(`#row-${active}`);
    if (isDrawn) grid.setAttribute("aria-activedescendant", `row-${active}`);
    else grid.removeAttribute("aria-activedescendant");
  }

  function reveal(index) {
    const height = rowHeight();
    const [top, bottom] = [index * height, (index + 1) * height];
    if (top < grid.scrollTop) grid.scrollTop = top;
    else if (bottom > grid.scrollTop + grid.clientHeight) grid.scrollTop = bottom - grid.clientHeight;
  }

  function step(by) {
    const from = items.findIndex((item) => item.id === active);
    const index = Math.max(0, Math.min(items.length - 1, from + by));
    active = items[index]?.id ?? null;
    reveal(index);
    draw();
    onHot(active);
  }

  const idAt = (event) => Number(event.target.closest(".row")?.dataset.id) || null;
  const page = () => Math.max(1, Math.floor(grid.clientHeight / rowHeight()) - 1);
  const KEYS = {
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    PageDown: () => step(page()),
    PageUp: () => step(-page()),
    Home: () => step(-items.length),
    End: () => step(items.length),
    Enter: () => active && onOpen(active),
  };
  grid.addEventListener("scroll", draw, { passive: true });
  grid.addEventListener("keydown", (event) => {
    if (!KEYS[event.key] || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    KEYS[event.key]();
  });
  grid.addEventListener("click", (event) => {
    active = idAt(event) ?? active;
    if (idAt(event)) onOpen(idAt(event));
  });
  grid.addEventListener("pointerover", (event) => event.pointerType === "mouse" && onHot(idAt(event)));
  grid.addEventListener("pointerleave", () => onHot(null));
  new ResizeObserver(draw).observe(grid);

  return {
    show(next, chosen) {
      items = next;
      if (chosen !== selected && chosen !== null) active = chosen;
      selected = chosen;
      grid.setAttribute("aria-rowcount", items.length);
      draw();
    },
    /** Bring a row into sight. */
    reveal: (id) => {
      const index = items.findIndex((item) => item.id === id);
      if (index >= 0) reveal(index);
    },
    /** Write the ages again. */
    redraw: draw,
  };
}

/** Rows of the final size while the first answer is awaited. */
export const skeleton = (rows) => html`${Array.from({ length: rows }, () => html`<div class="bone"></div>`)}`;
