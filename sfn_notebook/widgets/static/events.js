// The history as a table: newest at the bottom and in sight, until the reader scrolls up.
import { h, say } from "./dom.js";

const ROWS = 200;

/** The table of events: `{element, show, select}`. */
export function eventsPart({ onSelect, signal }) {
  const body = h("tbody");
  const table = h("table", {}, h("thead", {}, h("tr", {}, ...["#", "Time", "Event", "What"].map((text) => h("th", { scope: "col" }, text)))), body);
  const scroll = h("div", { class: "sfn-rows", tabindex: 0, role: "region", "aria-label": "Events, newest last", "data-lm-suppress-shortcuts": "true" }, table);
  const count = h("span", { class: "sfn-count" });
  const newest = h("button", { type: "button", class: "sfn-newest", hidden: true, onclick: () => follow(true) }, "↓ Newest");
  const element = h("section", { class: "sfn-events", "aria-label": "Events" },
    h("header", {}, h("h3", {}, "Events"), count, newest), scroll);
  let last = 0;
  let following = true;

  const follow = (on) => {
    following = on;
    newest.hidden = on;
    if (on) scroll.scrollTop = scroll.scrollHeight;
  };
  scroll.addEventListener("scroll", () => {
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 24;
    if (atEnd !== following) follow(atEnd);
  }, { signal });

  // a view is filled before it is on the page, where nothing can be scrolled yet
  const sized = new ResizeObserver(() => following && follow(true));
  sized.observe(scroll);
  signal?.addEventListener("abort", () => sized.disconnect());

  const row = ([id, seconds, type, what, tone]) => h("tr", { "data-event": id, "data-tone": tone || null, tabindex: -1, "aria-selected": "false" },
    h("td", {}, String(id)), h("td", {}, seconds.toFixed(3)), h("td", {}, type), h("td", { title: what }, what));

  function show(snapshot) {
    const events = snapshot.events ?? [];
    if (events.length && events[0][0] > last + 1) body.replaceChildren(); // a gap: begin anew
    const fresh = events.filter(([id]) => id > last).slice(-ROWS);
    if (fresh.length) {
      body.append(...fresh.map(row));
      while (body.rows.length > ROWS) body.deleteRow(0);
      if (!body.querySelector('[tabindex="0"]')) body.rows[0].tabIndex = 0;
      last = fresh.at(-1)[0];
      if (following) follow(true);
    }
    const total = snapshot.total ?? 0;
    say(count, total > body.rows.length ? `newest ${body.rows.length} of ${total.toLocaleString("en")}` : String(total));
  }

  function select(id) {
    for (const line of body.rows) line.setAttribute("aria-selected", String(line.dataset.event === String(id)));
  }

  body.addEventListener("click", (event) => {
    const line = event.target.closest("tr");
    if (line) onSelect(Number(line.dataset.event));
  }, { signal });
  body.addEventListener("keydown", (event) => {
    const line = event.target.closest("tr");
    const next = { ArrowDown: line.nextElementSibling, ArrowUp: line.previousElementSibling }[event.key];
    if (next) {
      line.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") onSelect(Number(line.dataset.event));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { signal });

  return { element, show, select };
}
