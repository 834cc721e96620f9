/* The login page: asks for a name and a password, and returns to the view that was asked for. */
import { clockMinute } from "../core/format.js";
import { safeNext } from "../core/view.js";
import { signIn } from "../lib/auth.js";
import { now } from "../lib/clock.js";
import { openTheme } from "../lib/theme.js";

const DEFAULT_WAIT_S = 60;
const params = new URLSearchParams(location.search);
const [form, username, password, show, caps, submit, problem, note, service] = [
  "form", "username", "password", "show", "caps", "submit", "problem", "note", "service",
].map((id) => document.getElementById(id));

function sentenceFor(error) {
  if (error.code === "locked") return error.message;
  if (error.kind === "signed-out") return "Username or password is wrong.";
  if (error.kind === "too-many") {
    const until = now() + (error.retry_after_s ?? DEFAULT_WAIT_S) * 1000;
    return `Too many tries. Try again at ${clockMinute(until)} EAT.`;
  }
  return "The server is not reachable. Nothing was signed in. Try again in a moment.";
}

async function onSubmit(event) {
  event.preventDefault();
  const empty = [username, password].find((field) => !field.value);
  if (empty) return empty.focus();
  submit.disabled = true;
  problem.textContent = "";
  try {
    await signIn(username.value.trim(), password.value);
    location.replace(safeNext(params.get("next"), location.origin));
  } catch (error) {
    problem.textContent = sentenceFor(error);
    password.value = "";
    password.focus();
  } finally {
    submit.disabled = false;
  }
}

function switchShown() {
  const isShown = password.type === "text";
  password.type = isShown ? "password" : "text";
  show.textContent = isShown ? "show" : "hide";
  show.setAttribute("aria-pressed", String(!isShown));
  password.focus();
}

function sayWhy() {
  if (params.get("why") !== "expired") return;
  note.textContent = "You were signed out after 8 hours. Sign in to go on: this view will come back.";
  note.hidden = false;
}

async function sayService() {
  const isUp = await fetch("/static/icon.svg", { cache: "no-store", signal: AbortSignal.timeout(5000) }).then((answer) => answer.ok, () => false);
  service.dataset.up = isUp;
  service.textContent = isUp ? "service: ● reachable" : "service: ✕ not reachable";
}

openTheme(params.get("theme"));
sayWhy();
form.addEventListener("submit", onSubmit);
show.addEventListener("click", switchShown);
password.addEventListener("keyup", (event) => {
  caps.hidden = !event.getModifierState?.("CapsLock");
});
(username.value ? password : username).focus();
sayService();
