/* Pure: how times, ages, speeds and shares are written (the words of docs/pages.md). No DOM, no own clock. */

const ZONE = "Africa/Nairobi";
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const WINDS = ["N", "NE", "E", "SE", "S", "SW", "W", "NW"];

const zoned = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: ZONE, hourCycle: "h23", ...options });
const minuteFormat = zoned({ hour: "2-digit", minute: "2-digit" });
const secondFormat = zoned({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dateFormat = zoned({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const dayFormat = zoned({ day: "numeric", month: "short", year: "numeric" });
const plural = new Intl.PluralRules("en");
const thousands = new Intl.NumberFormat("en-KE");

export const NO_FIGURE = "–";

/** "08:14" in East Africa Time; `at_ms` is epoch milliseconds. */
export const clockMinute = (at_ms) => minuteFormat.format(at_ms);

/** "08:14:07" in East Africa Time. */
export const clockSecond = (at_ms) => secondFormat.format(at_ms);

/** "Sat 21 Nov 2026, 08:14 EAT". */
export const fullTime = (at_ms) => `${dateFormat.format(at_ms).replace(",", "")}, ${clockMinute(at_ms)} EAT`;

/** Age in words, floored: "4 s", "7 min", "1 h 20 min", "26 h", "3 d", else the date; ahead of us: "clock ahead". */
export function age(at_ms, now_ms) {
  const age_s = Math.floor((now_ms - at_ms) / 1000);
  if (age_s < -1) return "clock ahead";
  if (age_s < MINUTE_S) return `${Math.max(0, age_s)} s`;
  if (age_s < HOUR_S) return `${Math.floor(age_s / MINUTE_S)} min`;
  if (age_s < 12 * HOUR_S) return hoursAndMinutes(age_s);
  if (age_s < 48 * HOUR_S) return `${Math.floor(age_s / HOUR_S)} h`;
  if (age_s < 14 * DAY_S) return `${Math.floor(age_s / DAY_S)} d`;
  return dayFormat.format(at_ms);
}

function hoursAndMinutes(age_s) {
  const minutes = Math.floor((age_s % HOUR_S) / MINUTE_S);
  return minutes ? `${Math.floor(age_s / HOUR_S)} h ${minutes} min` : `${Math.floor(age_s / HOUR_S)} h`;
}

/** "42 km/h", or a dash when nobody measured it. */
export const speed = (speed_kmh) => (speed_kmh == null ? NO_FIGURE : `${Math.round(speed_kmh)} km/h`);

/** "NE 47°", or a dash. */
export function heading(heading_deg) {
  if (heading_deg == null) return NO_FIGURE;
  const degrees = ((Math.round(heading_deg) % 360) + 360) % 360;
  return `${WINDS[Math.round(degrees / 45) % 8]} ${degrees}°`;
}

export const count = (value) => thousands.format(value);

/** "1 vehicle", "2 vehicles", "no vehicles". */
export function counted(value, one, many) {
  if (value === 0) return `no ${many}`;
  return `${count(value)} ${plural.select(value) === "one" ? one : many}`;
}

/** A share of `whole`: under 20 "3 of 5", under 1,000 whole per cent, above that one decimal; of nothing, a dash. */
export function share(part, whole) {
  if (!whole) return NO_FIGURE;
  if (whole < 20) return `${part} of ${whole}`;
  const percent = (100 * part) / whole;
  return whole < 1000 ? `${Math.floor(percent)} %` : `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}

/** Whole percentages that sum to 100 (largest remainder); all zero when there is nothing to share. */
export function percentages(parts) {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  if (!whole) return parts.map(() => 0);
  const exact = parts.map((part) => (100 * part) / whole);
  const floors = exact.map(Math.floor);
  const missing = 100 - floors.reduce((sum, part) => sum + part, 0);
  const byRemainder = exact.map((value, index) => [value - floors[index], index]).sort((a, b) => b[0] - a[0]);
  for (const [, index] of byRemainder.slice(0, missing)) floors[index] += 1;
  return floors;
}
