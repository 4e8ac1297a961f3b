/** What the board shows of the live state, and what may be asked about it. */

import { duration } from "../shared/format.js";
import { load, save } from "../shared/prefs.js";
import { page, read, t } from "../shared/page.js";
import { queueName, queuesOf } from "../shared/queues.js";
import { Alarm } from "./alarm.js";
import { alertsOf } from "./limits.js";
import { agentRows, callRows, isWaiting, MOST, people, queueRow } from "./rows.js";

const ALL = "*";
const rules = read("board-data");
const alarm = new Alarm();
const SECOND = 1000;

export const board = (live) => ({
  t,
  now: live.now(),
  explained: "",
  alarmOn: alarm.on,
  wanted: { name: "", group: load("board.group", "shift"), queue: "", team: "" },
  callsOf: "",

  init() {
    setInterval(() => {
      this.now = live.now();
      alarm.hear(this.alerts, (one) => this.alertText(one));
    }, SECOND);
  },

  get link() { return live.store.link; },

  // ── Queues ────────────────────────────────────────────────────────────────────────────────

  get queues() {
    const figures = live.store.state?.figures ?? {};
    return queuesOf(live.store.state)
      .map((one) => queueRow(one, figures[one.queue] ?? {}, rules, this.now))
      .sort((a, b) => a.name.localeCompare(b.name));
  },
  get total() {
    const figures = live.store.state?.figures?.[ALL] ?? {};
    const rows = this.queues;
    const sum = (name) => rows.reduce((all, row) => all + (row[name] ?? 0), 0);
    const oldest = rows.map((row) => row.longest_since).filter(Boolean).sort()[0] ?? "";
    return { ...figures, ...people(figures.states ?? {}), waiting: sum("waiting"), callbacks: sum("callbacks"), longest_since: oldest };
  },
  get alerts() { return alertsOf(this.queues); },

  async toggleAlarm() {
    this.alarmOn = !this.alarmOn;
    await alarm.turn(this.alarmOn);
  },
  alertText(one) {
    const row = this.queues.find((each) => each.queue === one.queue) ?? {};
    const values = { service_level: this.percent(row.service_level), abandon_rate: this.percent(row.abandon_rate), waiting: row.waiting, available: row.available };
    return t(`board.alert.${one.name}`, { queue: one.title, value: values[one.name] ?? "" });
  },
  graded(row, name) {
    const level = row.grades?.[name];
    return level ? `st st-${level === "red" ? "trouble" : "away"}` : "";
  },
  word(level) { return level ? t(`board.${level}`) : ""; },
  percent(value) { return value === undefined || value === null ? "–" : `${Math.round(value)} %`; },
  time(value) { return value === undefined || value === null ? "–" : duration(value); },
  number(value) { return value ?? 0; },

  // ── How a figure is made ──────────────────────────────────────────────────────────────────

  explain(name) { this.explained = this.explained === name ? "" : name; },
  get formula() { return this.explained ? t(`board.how.${this.explained}`) : ""; },
  /** Each queue's settings, where the figure has any. */
  get settings() {
    if (!["service_level", "abandon_rate"].includes(this.explained)) return [];
    return this.queues
      .filter((row) => row.level)
      .map((row) => ({ queue: row.queue, text: t(`board.settings.${this.explained}`, { queue: row.name, ...row.level }) }));
  },

  // ── Agents ────────────────────────────────────────────────────────────────────────────────

  get agentsFound() { return agentRows(live.store.state, this.wanted, rules.teams ?? []); },
  get agents() {
    return this.agentsFound.slice(0, MOST).map((row) => ({
      ...row,
      pools: row.queues.map((one) => queueName(one, live.store.state.queues?.[one]?.name)).join(", "),
      cards: `/cards?agent=${encodeURIComponent(row.agent)}&from=${rules.today}`,
    }));
  },
  get agentsLeft() { return Math.max(0, this.agentsFound.length - MOST); },
  keep() { save("board.group", this.wanted.group); },

  // ── Calls ─────────────────────────────────────────────────────────────────────────────────

  get callsFound() {
    return callRows(live.store.state, this.now).filter((call) => !this.callsOf || call.queue === this.callsOf);
  },
  get calls() {
    return this.callsFound.slice(0, MOST).map((call) => ({
      ...call,
      queue_name: queueName(call.queue, call.queue_name),
      agent: this.nameOf(call),
      group: this.callGroup(call),
      card: `/cards/${encodeURIComponent(call.call)}`,
      claimed: call.place === null ? "" : duration(call.claim),
      hearing: (call.listeners ?? []).map((one) => `${one.name} (${t(`board.mode.${one.mode}`)})`).join(", "),
    }));
  },
  get callsLeft() { return Math.max(0, this.callsFound.length - MOST); },
  cardsOf(queue) { return `/cards?queue=${encodeURIComponent(queue)}&from=${rules.today}`; },

  /** Who has the call or is rung; of one who waits by name, for whom. */
  nameOf(call) {
    const agent = call.offered_to ?? (isWaiting(call) ? call.waits_for?.agent : call.owner);
    const named = agent === call.owner ? call.owner_name : null;
    return live.store.state.colleagues?.[agent]?.name ?? named ?? "";
  },
  callGroup(call) {
    if (isWaiting(call)) return "away";
    return call.state === "wrap_up" ? "closing" : "busy";
  },

  reclaim() { live.reclaim(); },
  get timezone() { return page.timezone; },
});
