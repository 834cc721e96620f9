/* Pure: the bars above the map, what a reader must not miss, gravest first. */
import { clockMinute, isPlatformStale, newestFix, silence } from "../../fleet-core.js";

const wait = (connection, now_ms) => Math.max(0, Math.ceil((connection.retry_ms - now_ms) / 1000));

/** What stands between us and the server, in a sentence; null when nothing does. */
export function troubleSentence(connection, now_ms) {
  const { error, answered_ms } = connection;
  if (!error || connection.phase === "paused") return null;
  const again = `Trying again in ${wait(connection, now_ms)} s.`;
  if (error.kind === "too-many") return `Too many requests from this account. ${again}`;
  if (error.kind === "unexpected") return `Something failed on our side (request ${error.request_id ?? "unknown"}). Your view is unchanged. ${again}`;
  if (error.kind === "refused") return `${error.message} ${again}`;
  return `The server is not reachable.${answered_ms ? ` Showing ${clockMinute(answered_ms)}.` : ""} ${again}`;
}

function connectionNotice({ connection, now_ms }) {
  const sentence = troubleSentence(connection, now_ms);
  const tone = connection.phase === "lost" ? "crit" : "warn";
  return sentence && { key: "connection", tone, sentence, act: { name: "retry", words: "Now" } };
}

function staleNotice({ answer, now_ms }) {
  if (!answer || !isPlatformStale(answer.vehicles, now_ms)) return null;
  const last = clockMinute(newestFix(answer.vehicles));
  return { key: "stale", tone: "crit", sentence: `No new positions for ${silence(answer.vehicles, now_ms)}. The last came at ${last}.` };
}

function vehicleNotice({ answer, view }) {
  if (!answer || view.selected === null || answer.byId.has(view.selected)) return null;
  const sentence = "No vehicle with this id in your scope. It may have left service.";
  return { key: "vehicle", tone: "warn", sentence, act: { name: "close", words: "Close" } };
}

const mapNotice = ({ hasMap }) => !hasMap && { key: "map", tone: "info", sentence: "Map not available on this browser; everything else works" };

function unknownNotice({ unknown }) {
  if (!unknown.length) return null;
  const names = unknown.map((name) => `‘${name}’`).join(", ");
  const verb = unknown.length === 1 ? "is not a filter" : "are not filters";
  return { key: "unknown", tone: "info", sentence: `${names} ${verb}. Known: cc, city, state, v, q, sort.`, act: { name: "close-note", words: "Close" } };
}

/** → [{ key, tone, sentence, act }] for what the page knows at `now_ms`. */
export const noticesOf = (known) => [connectionNotice, staleNotice, vehicleNotice, mapNotice, unknownNotice].map((of) => of(known)).filter(Boolean);
