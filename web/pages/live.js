/* The live page: one answer, one view, one picture of both; every part shows the same picture. */
import { STATES, age, counted, emptyView, isStale, parseView, stateSentence, writeView } from "../fleet-core.js";
import { announce } from "../lib/announce.js";
import { getJson } from "../lib/api.js";
import { followSignOut, leave, refresh, signOut } from "../lib/auth.js";
import { everySecond, now } from "../lib/clock.js";
import { html, render } from "../lib/html.js";
import { bind, keysAreOn, openKeys, showHelp, switchKeys } from "../lib/keys.js";
import { createPoller } from "../lib/poll.js";
import { openTheme, switchTheme, theme } from "../lib/theme.js";
import { showAccount, showClock, showNotices, showPill } from "./live/band.js";
import { hideCard, hideStack, showCard, showPanel, showStack } from "./live/card.js";
import { showFigures } from "./live/figures.js";
import { foldRail, openLegend, showLegend } from "./live/legend.js";
import { noticesOf } from "./live/notices.js";
import { added, firstLook, nextChange, pictureOf, readAnswer, toggled } from "./live/picture.js";
import { emptyWords, openRows } from "./live/rows.js";
import { openSheet } from "./live/sheet.js";
import { openStage, sayAddressCredit } from "./live/stage.js";

const WIDE = "(min-width: 100rem)";
const RETRIAL_MS = 5000;
const VIEW_PATH = "/api/views/live";
const byId = (id) => document.getElementById(id);

const { view, unknown } = parseView(location.search);
const hasCamera = view.camera !== null;
let answer = null;
let addressCredit = null;
let picture = null;
let stage = null;
let rows = null;
let sheet = null;
let poller = null;
let connection = { phase: "loading" };
let change_ms = Infinity;
let hot = null;
let hovered = null;
let isFollowSuspended = false;
let notesClosed = false;
let loading = null;
let opener = null;
let retrial = null;

const selected = () => answer?.byId.get(view.selected) ?? null;
const slots = () => answer.slots;

function writeAddress() {
  history.replaceState(null, "", location.pathname + writeView(view, answer?.vehicles ?? []));
}

/** Work the picture out again and show it in every part. */
function redraw() {
  if (!answer) return;
  const now_ms = now();
  picture = pictureOf(answer, view, now_ms, { inMapView: (vehicle) => !stage || stage.holds(vehicle), centre: stage?.centre() });
  change_ms = nextChange(answer.vehicles, now_ms);
  const { filters } = view;
  showFigures({ figures: picture.figures, whole: answer.vehicles.length, filters, cities: picture.cities, slo: answer.slo, now_ms, as_of_ms: answer.as_of_ms });
  showLegend({ ...picture, filters });
  if (picture.listed.length) rows.show(picture.listed, view.selected, view.inView);
  else {
    rows.show([], view.selected, view.inView);
    rows.say(emptyWords({ whole: answer.vehicles.length, q: filters.q, inView: view.inView && picture.shown.length > 0 }));
  }
  sheet.count(picture.listed.length);
  stage?.show(picture.shown, now_ms, slots());
  showSelection(now_ms);
  tell(now_ms);
}

function followWords() {
  const vehicle = selected();
  if (!view.follow) return "Follow";
  if (vehicle && isStale(vehicle, now())) return `Following, no fix for ${age(vehicle.fixed_ms, now())}`;
  return isFollowSuspended ? "Resume following (.)" : "Stop following";
}

function showSelection(now_ms) {
  const vehicle = selected();
  if (vehicle || !view.selected) showPanel(view.kiosk ? null : vehicle, { slots: slots(), isFollowed: view.follow, followWords: followWords(), now_ms });
  stage?.focus(vehicle, answer.byId.get(hot));
}

const tell = (now_ms) => showNotices(noticesOf({ connection, answer, view, unknown: notesClosed ? [] : unknown, hasMap: document.body.dataset.map !== "none", now_ms }));

function refilter(change) {
  Object.assign(view.filters, change);
  redraw();
  writeAddress();
  const hidden = answer ? answer.vehicles.length - picture.figures.total : 0;
  if (answer) announce(`${counted(picture.figures.total, "vehicle", "vehicles")} shown, ${hidden} hidden by filter`);
}

function select(id, { fromList = false } = {}) {
  if (id !== null && view.selected === null) opener = document.activeElement;
  view.selected = id;
  view.follow = false;
  isFollowSuspended = false;
  hideCard();
  hideStack();
  if (!answer) return;
  rows.show(picture.listed, id, view.inView);
  showSelection(now());
  writeAddress();
  const vehicle = selected();
  if (vehicle) sheet.peek();
  if (vehicle?.lon != null) (fromList ? stage?.select : stage?.uncover)?.(vehicle);
  if (vehicle && !fromList) rows.reveal(id);
  if (vehicle) announce(`${vehicle.plate}, ${stateSentence(vehicle, now())}`);
  if (id === null) opener?.focus?.();
}

function openStack(ids, point) {
  const members = picture.shown.filter((vehicle) => ids.includes(vehicle.id));
  hideCard();
  showStack(members, point, now());
}

function hover(id, point) {
  hovered = { id, point };
  const vehicle = answer?.byId.get(id);
  if (vehicle) showCard(vehicle, point, { slots: slots(), isKiosk: view.kiosk, now_ms: now() });
}

function unhover() {
  if (!hovered) return;
  hovered = null;
  hideCard();
}

function followOn() {
  const vehicle = selected();
  if (view.follow && !isFollowSuspended && vehicle) stage?.follow(vehicle);
}

function setFollow(isOn) {
  view.follow = isOn;
  isFollowSuspended = false;
  showSelection(now());
  writeAddress();
  followOn();
}

/** The first look, once both map and answer are here: as the address says, else at the fleet or the vehicle it names. */
function look() {
  stage?.begin(firstLook(picture, view));
  const vehicle = selected();
  if (vehicle?.lon == null) return;
  if (hasCamera) stage?.uncover(vehicle);
  else stage?.select(vehicle);
}

function onAnswer(body) {
  clearTimeout(loading);
  const isFirst = answer === null;
  answer = readAnswer(body);
  sayAddressCredit(answer.vehicles, addressCredit);
  redraw();
  if (isFirst) look();
  followOn();
}

function onConnection(next) {
  const before = connection.phase;
  connection = { ...next };
  showPill(connection, now());
  tell(now());
  if (connection.error?.kind === "signed-out") return leave(answer ? "expired" : "never");
  if (connection.error?.kind === "forbidden") return forbid();
  if (before !== connection.phase && ["lost", "ok"].includes(connection.phase) && before !== "loading") announce(connection.phase === "ok" ? "Connected. Picture reloaded." : "Disconnected.");
  if (!answer && connection.phase === "lost") failToLoad();
}

function failToLoad() {
  clearTimeout(loading);
  rows.say(html`<p>The fleet could not be loaded: the server is not reachable.</p><button data-act="retry">Retry</button>`);
}

function forbid() {
  clearTimeout(loading);
  render(document.querySelector("main"), html`<p class="region">Your account cannot see the live map. Ask an administrator for access.</p>`);
  byId("figures").hidden = true;
}

const ACTS = {
  retry: () => (poller ? poller.ask() : begin()),
  search: () => {
    sheet.show("filter");
    foldRail(true);
    byId("search").focus();
  },
  clear: () => refilter(emptyView().filters),
  "all-view": () => setInView(false),
  close: () => select(null),
  "close-stack": hideStack,
  "close-note": () => {
    notesClosed = true;
    tell(now());
  },
  follow: () => (view.follow && isFollowSuspended ? setFollow(true) : setFollow(!view.follow)),
  show: () => selected() && stage?.select(selected()),
  fold: () => foldRail(document.body.dataset.rail === "folded"),
  help: () => showHelp(byId("help")),
  keys: () => {
    switchKeys();
    openAccount();
  },
  pause: () => poller.switchPause(),
  "sign-out": signOut,
  reload: () => location.reload(),
  "zoom-in": () => stage?.zoom(1),
  "zoom-out": () => stage?.zoom(-1),
  fit: () => stage?.fit(picture?.shown ?? []),
};

function setInView(isOn) {
  view.inView = isOn;
  redraw();
  writeAddress();
}

function chooseCity(key) {
  refilter({ city: view.filters.city.includes(key) ? [] : [key] });
  stage?.fit(picture.shown);
}

const allOf = (group) => ({ cc: picture.centres, city: picture.cities, state: STATES.map((key) => ({ key })) })[group].map(({ key }) => key);

function onClick({ target }) {
  const { act, state, city, only, all, value, vehicle } = target.closest("button")?.dataset ?? {};
  if (act) ACTS[act]();
  if (state && answer) refilter({ state: added(view.filters.state, state, STATES) });
  if (city && answer) chooseCity(city);
  if (only) refilter({ [only]: view.filters[only].join() === value ? [] : [value] });
  if (all) refilter({ [all]: [] });
  if (vehicle) select(Number(vehicle), { fromList: true });
  if (!target.closest(".account")) setMenu(false);
}

function onChange({ target }) {
  const { group, value } = target.dataset;
  if (group) refilter({ [group]: toggled(view.filters[group], value, allOf(group)) });
}

function onSearch(text, isEntered) {
  refilter({ q: text.trim() });
  if (isEntered && picture?.listed.length) select(picture.listed[0].id, { fromList: true });
}

function setMenu(isOpen) {
  byId("account-menu").hidden = !isOpen;
  byId("account").setAttribute("aria-expanded", String(isOpen));
}

/** Escape closes the topmost thing, then deselects. */
function onEscape() {
  if (!byId("account-menu").hidden) return setMenu(false);
  if (!byId("stack").hidden) return hideStack();
  if (!byId("card").hidden) return hideCard();
  if (document.activeElement === byId("search") && view.filters.q) {
    byId("search").value = "";
    return refilter({ q: "" });
  }
  if (view.selected !== null) return select(null);
  return document.activeElement?.blur();
}

function changeTheme() {
  view.theme = null;
  switchTheme();
  stage?.repaint(theme());
  writeAddress();
}

function bindKeys() {
  bind("/", "Search", ACTS.search);
  bind("f", "Filters", () => (sheet.show("filter"), foldRail(document.body.dataset.rail === "folded")));
  bind("t", "Light or dark", changeTheme);
  bind("c", "Fit the map to the filter", ACTS.fit);
  bind("v", "List only what the map shows", () => setInView(!view.inView));
  bind(".", "Follow the selected vehicle, or resume", () => selected() && setFollow(true));
  bind("+", "Zoom in", ACTS["zoom-in"]);
  bind("-", "Zoom out", ACTS["zoom-out"]);
  bind("Escape", "Close the topmost, then deselect", onEscape);
  openKeys(byId("help"));
}

let account = null;
async function openAccount() {
  account ??= (await getJson("/api/me")).body;
  showAccount(account, keysAreOn());
}

function onSecond(now_ms) {
  showClock(now_ms);
  showPill(connection, now_ms);
  if (!answer || document.hidden) return tell(now_ms);
  if (now_ms >= change_ms) return redraw();
  rows.redraw();
  showSelection(now_ms);
  if (hovered) hover(hovered.id, hovered.point);
  return tell(now_ms);
}

async function openMap(config) {
  const onlineUrl = view.basemap === "plain" ? null : config.basemap_online_url;
  stage = await openStage({
    camera: view.camera,
    onlineUrl,
    on: {
      onPick: (id) => select(id),
      onStack: openStack,
      onHover: hover,
      onLeave: unhover,
      onDragged: () => {
        isFollowSuspended = view.follow;
      },
      onMoved: (camera) => {
        view.camera = camera;
        hideStack();
        writeAddress();
        if (view.inView || view.sort.endsWith("distance")) redraw();
      },
    },
  });
  if (!answer) return;
  redraw();
  look();
}

function openParts() {
  openTheme(view.theme, view.kiosk);
  if (view.kiosk) document.documentElement.dataset.scale = "wall";
  openLegend(byId("legend"), onSearch);
  foldRail(matchMedia(WIDE).matches);
  rows = openRows(byId("list"), {
    sort: view.sort,
    onOpen: (id) => select(id, { fromList: true }),
    onHot: (id) => {
      hot = id;
      if (answer) stage?.focus(selected(), answer.byId.get(hot));
    },
    onSort: (sort) => {
      view.sort = sort;
      redraw();
      writeAddress();
    },
    onInView: setInView,
  });
  loading = rows.load();
  sheet = openSheet();
  bindKeys();
  document.addEventListener("click", onClick);
  document.addEventListener("change", onChange);
  byId("theme").addEventListener("click", changeTheme);
  byId("account").addEventListener("click", () => setMenu(byId("account-menu").hidden));
  followSignOut();
}

/** What the page needs before its first answer; a server that cannot give it yet is asked again. */
async function begin() {
  clearTimeout(retrial);
  try {
    await refresh();
    const [{ body: config }] = await Promise.all([getJson("/api/config"), openAccount()]);
    addressCredit = config.address_credit;
    poller = createPoller({ path: VIEW_PATH, interval_s: config.poll_interval_s, onBody: onAnswer, onConnection });
    poller.start();
    await openMap(config);
  } catch (error) {
    if (poller) throw error;
    if (error.kind === "signed-out") return leave("never");
    retrial = setTimeout(begin, RETRIAL_MS);
    onConnection({ phase: "lost", error, answered_ms: null, lost_ms: connection.lost_ms ?? now(), retry_ms: now() + RETRIAL_MS });
  }
}

openParts();
everySecond(onSecond);
begin();
