// The callback desk: a card for each task that waits for its token, with the two answers and the heartbeat.
import { clock, code, h, say } from "./dom.js";
import { jsonProblem } from "./json.js";
import { worldTime } from "./store.js";

const URGENT = 15; // seconds

/** The desk: `{element, show, tick, outcome}`; `act(message)` sends an answer and resolves to what came of it. */
export function deskPart({ act }) {
  const list = h("div", { class: "sfn-cards" });
  const more = h("p", { class: "sfn-quiet", hidden: true });
  const notices = h("ul", { class: "sfn-notices", role: "status", "aria-live": "polite" });
  const count = h("span", { class: "sfn-count" });
  const element = h("section", { class: "sfn-desk", "aria-label": "Callback desk" },
    h("header", {}, h("h3", {}, "Callback desk"), count), notices, list, more);
  const cards = new Map();

  function show(snapshot) {
    const pending = snapshot.pending ?? [];
    const wanted = new Set(pending.map((task) => task.task));
    for (const [key, card] of cards) {
      if (wanted.has(key)) continue;
      card.element.remove();
      cards.delete(key);
    }
    for (const task of pending) {
      if (!cards.has(task.task)) {
        const card = cardOf(task, act);
        cards.set(task.task, card);
        list.append(card.element);
      }
      cards.get(task.task).update(task);
    }
    const waiting = snapshot.waiting ?? pending.length;
    say(count, waiting ? `${waiting} waiting` : snapshot.ended ? "closed" : "nothing is waiting");
    more.hidden = waiting <= pending.length;
    say(more, `and ${waiting - pending.length} more, which move up as these are answered; execution.pending has them all`);
    showNotices(notices, snapshot.notices ?? []);
    element.classList.toggle("sfn-idle", !pending.length);
    tick(snapshot);
  }

  const tick = (snapshot) => {
    for (const card of cards.values()) card.tick(snapshot, worldTime(snapshot));
  };
  return { element, show, tick };
}

// the newest notices, rebuilt only when they changed
function showNotices(list, notices) {
  const key = notices.map((notice) => notice.key).join(" ");
  if (list.dataset.key === key) return;
  list.dataset.key = key;
  list.replaceChildren(...notices.slice(-3).map(({ tone, text }) => h("li", { "data-tone": tone }, text)));
}

function cardOf(task, act) {
  const id = `sfn-${Math.random().toString(36).slice(2)}`; // ties labels to fields, in this page only
  const age = h("span", { class: "sfn-age" });
  const timeout = h("span", { class: "sfn-limit" });
  const beat = h("span", { class: "sfn-limit" });
  const still = h("span", { class: "sfn-quiet", hidden: true }, "The clock stands still: session.advance(…) moves it.");
  const problem = h("p", { class: "sfn-problem", id: `${id}-p`, "aria-live": "polite" });
  const progress = h("p", { class: "sfn-progress", role: "status", hidden: true });
  const output = h("textarea", { id: `${id}-o`, rows: 3, spellcheck: "false", autocapitalize: "off", "aria-describedby": `${id}-p`, "data-lm-suppress-shortcuts": "true", value: "{}" });
  const error = h("input", { id: `${id}-e`, maxlength: 256, spellcheck: "false", placeholder: "Rejected", "data-lm-suppress-shortcuts": "true" });
  const cause = h("textarea", { id: `${id}-c`, rows: 2, maxlength: 32768, "data-lm-suppress-shortcuts": "true" });
  const button = (label, kind, onclick) => h("button", { type: "button", class: kind, onclick }, label);
  const succeed = button("Send success", "sfn-primary", () => send("succeed", { output: output.value }));
  const fail = button("Send failure", "sfn-danger", () => send("fail", { error: error.value, cause: cause.value }));
  const heartbeat = button("Heartbeat", "sfn-plain", () => send("heartbeat", {}));
  const success = h("div", { class: "sfn-form" },
    h("label", { for: `${id}-o` }, "Output (JSON)"), output, problem);
  const failure = h("div", { class: "sfn-form", hidden: true },
    h("label", { for: `${id}-e` }, "Error"), error, h("label", { for: `${id}-c` }, "Cause"), cause);
  const tab = (label, on, pick) => h("button", { type: "button", class: "sfn-tab", "aria-pressed": String(on), onclick: pick }, label);
  const tabs = [tab("Success", true, () => choose(true)), tab("Failure", false, () => choose(false))];
  fail.hidden = true;

  const choose = (good) => {
    [success.hidden, succeed.hidden, failure.hidden, fail.hidden] = [!good, !good, good, good];
    tabs[0].setAttribute("aria-pressed", String(good));
    tabs[1].setAttribute("aria-pressed", String(!good));
    (good ? output : error).focus();
  };
  const check = () => {
    const wrong = jsonProblem(output.value);
    say(problem, wrong);
    output.setAttribute("aria-invalid", String(Boolean(wrong)));
    return !wrong;
  };
  output.addEventListener("input", check);
  output.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      if (!succeed.disabled) succeed.click();
    }
  });

  async function send(verb, fields) {
    if (verb === "succeed" && !check()) return output.focus();
    const buttons = [succeed, fail, heartbeat];
    for (const one of buttons) one.disabled = true;
    progress.hidden = false;
    delete progress.dataset.tone;
    say(progress, "Sending …");
    const result = await act({ verb, task: task.task, ...fields }, (text) => say(progress, text));
    progress.dataset.tone = result.ok ? "good" : "bad";
    say(progress, result.text);
    // a task that was answered leaves the desk with the next delta; anything else may be tried again
    for (const one of buttons) one.disabled = result.ok && verb !== "heartbeat";
    (verb === "heartbeat" ? heartbeat : output).focus?.({ preventScroll: true });
  }

  const facts = [
    task.index?.length ? `Map index ${task.index.join(" › ")}` : "",
    task.attempt > 1 ? `attempt ${task.attempt}` : "",
  ].filter(Boolean).map((text) => h("span", { class: "sfn-fact" }, text));
  const element = h("article", { class: "sfn-card", "aria-label": `${task.state} waits for an answer` },
    h("div", { class: "sfn-card-head" }, h("strong", {}, task.state), ...facts, age),
    h("div", { class: "sfn-limits" }, timeout, beat, still),
    h("details", {}, h("summary", {}, "Payload"), code(task.payload, `Payload of ${task.state}`)),
    h("div", { class: "sfn-tabs", role: "group", "aria-label": "Answer with" }, ...tabs),
    success, failure, progress,
    h("div", { class: "sfn-actions" }, succeed, fail, heartbeat));

  let now = task;
  const limit = (span, label, end, time, none) => {
    const left = end === null || end === undefined ? null : end - time;
    span.classList.toggle("sfn-urgent", left !== null && left < URGENT);
    say(span, left === null ? none : left > 0 ? `${label} in ${clock(left)}` : `${label}: time is up`);
    span.hidden = !span.textContent;
  };
  return {
    element,
    update: (fresh) => { now = fresh; },
    tick: (snapshot, time) => {
      say(age, `waiting ${clock(time - now.since)}`);
      limit(timeout, "Times out", now.deadline, time, "No timeout: it would wait for a year");
      limit(beat, "Heartbeat due", now.beat, time, "");
      still.hidden = snapshot.clock === "real";
    },
  };
}
