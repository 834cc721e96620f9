/* Light or dark: the address first, then the last choice here, then the system's. Wall mode begins dark. */

const KEY = "fleet-theme";
const system = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

export const theme = () => document.documentElement.dataset.theme;

/** Decide the theme of a page that opens; `named` comes from the address. */
export function openTheme(named, isKiosk = false) {
  const kept = localStorage.getItem(KEY);
  document.documentElement.dataset.theme = named ?? (isKiosk ? "dark" : (kept ?? system()));
}

/** Change to the other one, and remember it. */
export function switchTheme() {
  const next = theme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem(KEY, next);
  return next;
}

export const movesLess = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
