/* The one way to make markup: a template tag that escapes what it is given, and `render`, which shows it. */

class Markup {
  constructor(text) {
    this.text = text;
  }
}

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (value) => String(value).replace(/[&<>"']/g, (character) => ESCAPES[character]);

function write(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(write).join("");
  return value == null || value === false ? "" : escape(value);
}

/** html`<b>${text}</b>`: text is escaped, markup and arrays of it are kept, null and false write nothing. */
export function html(strings, ...values) {
  return new Markup(strings.reduce((text, part, index) => text + write(values[index - 1]) + part));
}

/** Show markup in an element, unless it shows it already: focus and scroll survive an answer that changes nothing.
    `data-colour` becomes the property `--colour`, because the content policy forbids style attributes. */
export function render(element, markup) {
  if (element.shownMarkup === markup.text) return false;
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  element.innerHTML = markup.text;
  element.shownMarkup = markup.text;
  for (const coloured of element.querySelectorAll("[data-colour]")) coloured.style.setProperty("--colour", coloured.dataset.colour);
  if (focused) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  return true;
}
