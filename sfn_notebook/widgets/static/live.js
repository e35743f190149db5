// The live view of one execution: graph, callback desk, data, events.
import { dataPart } from "./data.js";
import { deskPart } from "./desk.js";
import { clock, h, say } from "./dom.js";
import { eventsPart } from "./events.js";
import { graphPart } from "./graph.js";
import { follow, worldTime } from "./store.js";

const PATIENCE = 1500; // ms after which a silent kernel is spoken of
const STANDING = 3000; // ms between questions for the time while a clock that stands still may be advanced
const OVERALL = { RUNNING: "RUNNING", SUCCEEDED: "SUCCEEDED", FAILED: "FAILED", TIMED_OUT: "TIMED_OUT", ABORTED: "ABORTED" };

function initialize({ model }) {
  return follow(model);
}

function render({ model, el }) {
  const gone = new AbortController();
  const { signal } = gone;
  const statuses = STATUSES; // the table of statuses, put before this module
  const ask = asker(model, signal);

  const status = h("strong", { class: "sfn-status" });
  const title = h("span", { class: "sfn-title" });
  const facts = h("span", { class: "sfn-facts" });
  const failure = h("p", { class: "sfn-failure", role: "alert", hidden: true });
  const live = h("p", { class: "sfn-heard", "aria-live": "polite" });
  const choose = {
    state: (name) => { graph.select(name); events.select(null); data.state(name); },
    event: (id) => { graph.select(null); events.select(id); data.event(id); },
  };
  const graph = graphPart({ statuses, signal, onSelect: choose.state });
  const events = eventsPart({ signal, onSelect: choose.event });
  const desk = deskPart({ act: (message, busy) => ask({ kind: "act", ...message }, busy) });
  const data = dataPart({ statuses, ask: (question, busy) => ask({ kind: "ask", ...question }, busy) });
  const root = h("div", { class: "sfn-live", role: "group", "aria-label": "Execution" },
    h("header", { class: "sfn-head" }, status, title, facts), failure, live,
    h("div", { class: "sfn-body" }, graph.element, h("div", { class: "sfn-side" }, desk.element, data.element)),
    events.element);
  el.append(root);

  const loadGraph = () => {
    graph.element.hidden = !model.get("svg"); // a definition that is not known cannot be drawn
    if (graph.element.hidden) return;
    graph.load(model.get("svg"), model.get("height"));
    graph.colour(model.get("snapshot").states ?? {});
  };
  let before = {};
  const show = () => {
    const snapshot = model.get("snapshot") ?? {};
    say(title, snapshot.title ?? "");
    root.dataset.status = OVERALL[snapshot.status] ?? "RUNNING";
    const style = statuses[root.dataset.status];
    say(status, `${style.glyph} ${style.label}`);
    failure.hidden = !snapshot.error;
    say(failure, [snapshot.error, snapshot.cause].filter(Boolean).join(": "));
    graph.colour(snapshot.states ?? {});
    events.show(snapshot);
    desk.show(snapshot);
    desk.element.hidden = !snapshot.waiting && !snapshot.notices?.length && !snapshot.callbacks;
    say(live, heard(before.states ?? {}, snapshot, statuses, model.get("names") ?? {}));
    if (before.states !== snapshot.states && before.rev !== undefined) data.refresh();
    before = snapshot;
    tick();
  };
  const tick = () => {
    const snapshot = model.get("snapshot") ?? {};
    const end = snapshot.stopped ?? worldTime(snapshot);
    const took = snapshot.started === null || snapshot.started === undefined ? "" : clock(end - snapshot.started);
    const total = snapshot.total ?? 0;
    say(facts, [took, `${total.toLocaleString("en")} event${total === 1 ? "" : "s"}`].filter(Boolean).join(" · "));
    desk.tick(snapshot);
  };

  loadGraph();
  show();
  model.on("change:snapshot", show);
  model.on("change:svg", loadGraph);
  const ticking = setInterval(tick, 1000);
  let waitingForTime = false;
  const standing = setInterval(async () => {
    const snapshot = model.get("snapshot") ?? {};
    if (snapshot.clock === "real" || snapshot.ended || !snapshot.pending?.length || waitingForTime) return;
    waitingForTime = true;
    const answer = await ask({ kind: "ask", what: "now" });
    waitingForTime = false;
    const known = model.get("snapshot");
    if (answer.ok && answer.now !== known.now) model.set("snapshot", { ...known, now: answer.now });
  }, STANDING);

  return () => {
    gone.abort();
    clearInterval(ticking);
    clearInterval(standing);
    model.off("change:snapshot", show);
    model.off("change:svg", loadGraph);
  };
}

// Questions to the kernel, each with its number; `busy(text)` is told when the kernel keeps silent.
function asker(model, signal) {
  const open = new Map();
  const me = Math.random().toString(36).slice(2);
  let number = 0;
  const onMessage = (message) => {
    if (message.kind === "answer") open.get(message.ask)?.(message);
  };
  model.on("msg:custom", onMessage);
  signal.addEventListener("abort", () => model.off("msg:custom", onMessage));
  return (question, busy = () => {}) => new Promise((resolve) => {
    const ask = `${me}-${++number}`;
    const patience = setTimeout(() => busy(model.get("busy")), PATIENCE);
    open.set(ask, (answer) => {
      clearTimeout(patience);
      open.delete(ask);
      resolve(answer);
    });
    try {
      model.send({ ...question, ask });
    } catch (error) {
      open.get(ask)({ ok: false, text: `There is no kernel behind this view any more (${error.message}).` });
    }
  });
}

// What a screen reader hears of a change: the state, or how many.
function heard(before, snapshot, statuses, names) {
  const changed = Object.entries(snapshot.states ?? {}).filter(([id, status]) => before[id] !== status);
  if (changed.length > 3) return `${changed.length} states changed`;
  return changed.map(([id, status]) => `${names[id] ?? id}: ${statuses[status]?.label ?? status}`).join(", ");
}

export default { initialize, render };
