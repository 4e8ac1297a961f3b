/** The board's rows, made of the live state; pure. */

import { byReadiness, groupOf, presence } from "../shared/presence.js";
import { gradesOf, limitsOf } from "./limits.js";

const WAITING = ["new", "queued", "dialling", "ringing"];
const BUSY = ["on_call", "on_hold", "ringing"];
const ELSEWHERE = ["idle", "wrap_up", ...BUSY];
export const MOST = 250;
/** More rows than these are counted, not shown: the filters find the others. */

export const isWaiting = ({ state }) => WAITING.includes(state);

/** A queue with its figures of the day, grades, and agents by what they do. */
export function queueRow(queue, figures, rules, now) {
  const grades = gradesOf(queue, figures, limitsOf(queue.queue, rules), now);
  return { ...queue, ...figures, grades, group: colour(grades.worst, queue), ...people(figures.states ?? {}) };
}

/** Red and yellow as the board's colours; otherwise whether somebody waits. */
function colour(worst, { waiting }) {
  if (worst === "red") return "trouble";
  if (worst === "yellow") return "away";
  return waiting ? "busy" : "free";
}

/** How many of a pool are free, with a call, in wrap-up, and not there for callers. */
export function people(states) {
  const sum = (wanted) => wanted.reduce((all, state) => all + (states[state] ?? 0), 0);
  const others = Object.keys(states).filter((state) => !ELSEWHERE.includes(state));
  return { free: sum(["idle"]), busy: sum(BUSY), closing: sum(["wrap_up"]), away: sum(others) };
}

/** An agent in one line. What keeps a ready one from calls stands in the place of "available". */
export function agentRow(agent, person, staff = {}, calls = {}) {
  const shown = presence(person);
  const hindered = shown.code === "available" && staff.standing && staff.standing !== "idle";
  const code = hindered ? staff.standing : shown.code;
  const call = calls[staff.call];
  return {
    agent,
    name: person.name,
    code,
    group: groupOf(code),
    since: shown.since,
    queues: staff.queues ?? [],
    call: call?.call ?? null,
    with: call ? (call.number_display ?? "") : "",
    next: staff.next_reason ?? staff.next_availability ?? null,
    forced: Boolean(staff.forced_by),
  };
}

const FREE_TO_ALL = { name: "", group: "", queue: "", team: "" };

/** Agents by the filters: part of a name, colour group ("shift": all on shift), queue, team. */
export function agentRows(state, wanted = FREE_TO_ALL, teams = []) {
  const members = wanted.team ? new Set(teams.find((team) => team.id === wanted.team)?.members) : null;
  const name = wanted.name.trim().toLocaleLowerCase();
  return Object.entries(state?.colleagues ?? {})
    .sort(([, a], [, b]) => byReadiness(a, b))
    .map(([agent, person]) => agentRow(agent, person, state.staff?.[agent], state.calls))
    .filter(
      (row) =>
        (wanted.group === "all" || row.group !== "off") &&
        (["shift", "all"].includes(wanted.group) || row.group === wanted.group) &&
        (!wanted.queue || row.queues.includes(wanted.queue)) &&
        (!members || members.has(row.agent)) &&
        row.name.toLocaleLowerCase().includes(name),
    );
}

/** What a call can claim: seconds of credit, and its wait at its rate. */
export const claim = (call, now) =>
  (call.credit ?? 0) + (Math.max(0, now - Date.parse(call.queued_at)) / 1000) * ((call.rate ?? 100) / 100);

/** Calls: those who wait first, by their claim and with their place in their queue. */
export function callRows(state, now) {
  const calls = Object.values(state?.calls ?? {});
  const waiting = calls
    .filter(isWaiting)
    .map((call) => ({ ...call, claim: claim(call, now) }))
    .sort((a, b) => b.claim - a.claim || a.call.localeCompare(b.call));
  const places = {};
  const placed = waiting.map((call) => {
    places[call.queue] = (places[call.queue] ?? 0) + 1;
    return { ...call, place: places[call.queue], since: call.queued_at };
  });
  const others = calls
    .filter((call) => !isWaiting(call))
    .sort((a, b) => a.arrived_at.localeCompare(b.arrived_at))
    .map((call) => ({ ...call, place: null, since: call.ended_at ?? call.answered_at ?? call.arrived_at }));
  return [...placed, ...others];
}
