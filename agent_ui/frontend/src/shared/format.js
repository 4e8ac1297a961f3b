/** Times and durations as people read them; pure. */

const two = (number) => String(number).padStart(2, "0");

/** Seconds as `m:ss` or `h:mm:ss`; what is negative is zero. */
export function duration(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

const REGION = { en: "en-GB" };

/** Time of day in the centre's time zone, and the date too where it is not the day of `now`. */
export function moment(iso, now, { language, timezone }) {
  if (!iso) return "";
  const write = (at, parts) =>
    new Intl.DateTimeFormat(REGION[language] ?? language, { ...parts, timeZone: timezone }).format(at);
  const at = new Date(iso);
  const clock = { hour: "2-digit", minute: "2-digit" };
  const date = { day: "numeric", month: "short" };
  const day = { ...date, year: "numeric" };
  const sameDay = write(at, day) === write(new Date(now), day);
  return write(at, sameDay ? clock : { ...date, ...clock });
}
