// What went into and came out of the chosen state, or what the chosen event holds.
import { code, h, say } from "./dom.js";

/** The data panel: `{element, state, event, refresh}`; `ask(question)` resolves to the kernel's answer. */
export function dataPart({ ask, statuses }) {
  const title = h("h3", {}, "Data");
  const hint = h("span", { class: "sfn-count" });
  const body = h("div", { class: "sfn-data-body", "aria-live": "off" });
  const element = h("section", { class: "sfn-data", "aria-label": "Data of the chosen state or event" },
    h("header", {}, title, hint), body);
  let chosen = null; // {what: "state"|"event", key}
  let asked = 0;
  let visit = -1; // which visit is shown; -1 is the newest

  const show = async (fresh) => {
    const question = ++asked;
    if (fresh) body.replaceChildren(h("p", { class: "sfn-quiet" }, "…"));
    const answer = await ask(chosen, (text) => fresh && question === asked && body.replaceChildren(h("p", { class: "sfn-quiet" }, text)));
    if (question !== asked) return;
    const parts = answer.ok ? (chosen.what === "state" ? stateOf(answer) : eventOf(answer)) : [h("p", { class: "sfn-problem" }, answer.text)];
    const scrolled = body.scrollTop;
    body.replaceChildren(...parts);
    body.scrollTop = fresh ? 0 : scrolled;
  };

  function stateOf({ visits, more }) {
    say(title, chosen.key);
    if (!visits.length) {
      say(hint, "not entered yet");
      return [];
    }
    const at = visit < 0 || visit >= visits.length ? visits.length - 1 : visit;
    const one = visits[at];
    say(hint, `${statuses[one.status]?.glyph ?? ""} ${statuses[one.status]?.label ?? one.status}`.trim());
    const chooser = visits.length > 1 && h("label", { class: "sfn-visit" }, "Visit ", h("select", {
      value: String(at),
      onchange: (event) => { visit = Number(event.target.value); show(false); },
    }, ...visits.map((each, number) => {
      const place = each.index.length ? `, Map index ${each.index.join(" › ")}` : "";
      return h("option", { value: number, selected: number === at }, `${number + 1 + more} of ${visits.length + more}${place}`);
    })));
    const took = one.took === null ? "" : `took ${one.took.toFixed(3)} s`;
    return [
      h("p", { class: "sfn-quiet" }, chooser, [one.type, took].filter(Boolean).join(" · ")),
      one.error && h("p", { class: "sfn-problem" }, one.cause ? `${one.error}: ${one.cause}` : one.error),
      ...block("Input", one.input),
      ...block("Output", one.output),
      one.attempts.length > 1 && attemptsOf(one.attempts),
    ].filter(Boolean);
  }

  const block = (label, text) => (text === null ? [] : [h("h4", {}, label), code(text, `${label} of ${chosen.key}`)]);

  const attemptsOf = (attempts) => h("table", { class: "sfn-attempts" },
    h("caption", {}, `${attempts.length} attempts`),
    h("tbody", {}, ...attempts.map((attempt, number) => h("tr", {},
      h("th", { scope: "row" }, String(number + 1)), h("td", {}, `${statuses[attempt.status]?.glyph ?? ""} ${statuses[attempt.status]?.label ?? attempt.status}`), h("td", {}, attempt.detail), h("td", {}, attempt.took === null ? "" : `${attempt.took.toFixed(3)} s`)))));

  function eventOf({ type, text }) {
    say(title, `Event ${chosen.key}`);
    say(hint, type);
    return [code(text, `Details of event ${chosen.key}`)];
  }

  const choose = (what, key) => {
    chosen = { what, key };
    visit = -1;
    element.hidden = false;
    show(true);
  };
  element.hidden = true;
  return {
    element,
    state: (name) => choose("state", name),
    event: (id) => choose("event", id),
    refresh: () => { if (chosen?.what === "state") show(false); },
  };
}
