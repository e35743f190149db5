// What is known about the execution: the trait `snapshot`, kept true by numbered deltas.
//
// It lives in the model, not in a view: every view of the model shows the same, a view opened late too, and a
// notebook saved with its widgets carries the newest state. A gap in the numbers asks the kernel for the whole.

const EVENTS_KEPT = 300;
const NOTICES_KEPT = 6;
const REPLACED = ["status", "error", "cause", "stopped", "total", "pending", "waiting", "clock", "ended"];

/** The snapshot after a delta. */
export function fold(old, delta) {
  const snapshot = { ...old, rev: delta.rev, now: delta.now, heard: Date.now() / 1000 };
  for (const key of REPLACED) if (key in delta) snapshot[key] = delta[key];
  if (delta.states) snapshot.states = { ...old.states, ...delta.states };
  if (delta.events) snapshot.events = [...(old.events ?? []), ...delta.events].slice(-EVENTS_KEPT);
  if (delta.notices) snapshot.notices = [...(old.notices ?? []), ...delta.notices].slice(-NOTICES_KEPT);
  return snapshot;
}

/** Keep the model's snapshot true; called once for each model, before any view of it. */
export function follow(model) {
  const known = () => model.get("snapshot") ?? {};
  const send = (message) => {
    try {
      model.send(message);
    } catch {
      // no kernel behind a saved notebook: what was saved is shown
    }
  };
  let asked = false;
  const hello = () => {
    if (!asked) send({ kind: "hello", rev: known().rev ?? 0 });
    asked = true;
  };
  const onMessage = (message) => {
    if (message.kind === "whole") {
      asked = false;
      if ((message.snapshot.rev ?? 0) >= (known().rev ?? 0)) {
        model.set("snapshot", { ...message.snapshot, heard: Date.now() / 1000 });
      }
    } else if (message.kind === "delta") {
      const rev = known().rev ?? 0;
      if (message.rev === rev + 1) model.set("snapshot", fold(known(), message));
      else if (message.rev > rev) hello();
    }
  };
  model.on("msg:custom", onMessage);
  hello();
  return () => model.off("msg:custom", onMessage);
}

/** The time of the execution's world, epoch seconds; a clock that stands still stays where it was. */
export function worldTime(snapshot) {
  if (snapshot.clock !== "real" || snapshot.ended || !snapshot.heard) return snapshot.now ?? 0;
  return snapshot.now + (Date.now() / 1000 - snapshot.heard);
}
