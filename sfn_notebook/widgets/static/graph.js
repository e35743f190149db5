// The graph: an SVG drawn once in the kernel, recoloured by element id; zoom, pan, keyboard.
import { h } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const ELEMENTS = new Set(["svg", "g", "title", "desc", "path", "polygon", "polyline", "ellipse", "circle", "rect", "text", "tspan"]);
const ATTRIBUTES = new Set(
  ("id class role viewBox width height transform data-state d points cx cy r rx ry x y dx dy fill stroke " +
    "stroke-width stroke-dasharray fill-opacity stroke-opacity text-anchor font-family font-size font-weight " +
    "font-style text-decoration").split(" "),
);

/** The SVG of a text, of allowed elements and attributes only: no script, link, style or foreign content. */
export function cleanSvg(text) {
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (parsed.nodeName !== "svg") throw new Error("the graph is not an SVG");
  const copy = (source) => {
    const element = document.createElementNS(SVG, source.localName);
    for (const { name, value } of source.attributes) {
      if (ATTRIBUTES.has(name) && !/url\s*\(/i.test(value)) element.setAttribute(name, value);
    }
    for (const child of source.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) element.append(child.nodeValue);
      else if (child.nodeType === Node.ELEMENT_NODE && child.namespaceURI === SVG && ELEMENTS.has(child.localName)) {
        element.append(copy(child));
      }
    }
    return element;
  };
  return copy(parsed);
}

/** The graph as a part of the view: `{element, load, colour, select}`. */
export function graphPart({ statuses, onSelect, signal }) {
  const stage = h("div", { class: "sfn-stage", "data-lm-suppress-shortcuts": "true" });
  const tools = h("div", { class: "sfn-tools", role: "group", "aria-label": "Zoom" });
  const element = h("div", { class: "sfn-graph-part", role: "group", "aria-label": "Graph of the state machine" }, stage, tools);
  let svg = null;
  let nodes = new Map(); // element id -> group of a state
  let whole = [0, 0, 1, 1];
  let box = whole;

  const show = (next) => {
    box = next;
    svg.setAttribute("viewBox", box.map((number) => number.toFixed(2)).join(" "));
  };
  const zoom = (factor, x = box[0] + box[2] / 2, y = box[1] + box[3] / 2) => {
    const width = Math.min(Math.max(box[2] * factor, whole[2] / 40), whole[2] * 3);
    const scale = width / box[2];
    show([x - (x - box[0]) * scale, y - (y - box[1]) * scale, width, box[3] * scale]);
  };
  const fit = () => show([...whole]);
  for (const [sign, label, act] of [
    ["+", "Zoom in", () => zoom(0.8)],
    ["−", "Zoom out", () => zoom(1.25)],
    ["⤢", "Fit the graph", fit],
  ]) {
    tools.append(h("button", { type: "button", title: label, "aria-label": label, onclick: () => svg && act() }, sign));
  }

  function load(text, height) {
    svg = cleanSvg(text);
    whole = (svg.getAttribute("viewBox") ?? "0 0 300 100").split(/[\s,]+/).map(Number);
    svg.setAttribute("class", "sfn-svg");
    svg.removeAttribute("width");
    svg.removeAttribute("height");
    svg.setAttribute("role", "group");
    for (const title of svg.querySelectorAll(":scope > title")) title.remove(); // the part has a label; a tooltip over all of it is in the way
    svg.style.height = `${Math.round(Math.min(height, Math.max(140, whole[3] * 1.15)))}px`;
    nodes = new Map([...svg.querySelectorAll("g.state[id]")].map((group) => [group.id, group]));
    for (const group of nodes.values()) {
      group.setAttribute("role", "button");
      group.setAttribute("tabindex", "-1");
      group.dataset.about = group.querySelector(":scope > title")?.textContent ?? group.dataset.state;
      name(group, "");
    }
    nodes.values().next().value?.setAttribute("tabindex", "0"); // one tab stop; arrows go from state to state
    stage.replaceChildren(svg);
    fit();
  }

  const name = (group, status) => {
    const told = [group.dataset.about, statuses[status]?.label].filter(Boolean).join(", ");
    group.setAttribute("aria-label", told);
    const title = group.querySelector(":scope > title");
    if (title) title.textContent = told;
  };

  function colour(states) {
    for (const [id, group] of nodes) {
      const status = states[id] ?? "";
      if ((group.dataset.status ?? "") === status) continue;
      if (status) group.dataset.status = status;
      else delete group.dataset.status;
      name(group, status);
      badge(group, statuses[status]?.glyph ?? "");
    }
  }

  function badge(group, glyph) {
    let mark = group.querySelector(":scope > .sfn-badge");
    if (!glyph) return mark?.remove();
    if (!mark) {
      mark = document.createElementNS(SVG, "g");
      mark.setAttribute("class", "sfn-badge");
      mark.setAttribute("aria-hidden", "true");
      mark.append(document.createElementNS(SVG, "circle"), document.createElementNS(SVG, "text"));
      mark.firstChild.setAttribute("r", "8");
      const { x, y, width, height } = outline(group.querySelector("path,polygon,ellipse"));
      // on the corner of a box; beside the slope of a diamond or an ellipse
      const [slope, off] = group.matches(".choice, .succeed") ? [0.2, 5] : group.matches(".wait, .fail") ? [0.12, 2] : [0.02, 0];
      mark.setAttribute("transform", `translate(${x + width * (1 - slope) + off} ${y + height * slope - off})`);
      group.append(mark);
    }
    mark.lastChild.textContent = glyph;
  }

  function select(state) {
    for (const group of nodes.values()) {
      const chosen = group.dataset.state === state;
      group.classList.toggle("sfn-chosen", chosen);
      group.setAttribute("aria-pressed", String(chosen));
    }
  }

  const groupOf = (target) => target.closest?.("g.state[id]") ?? null;
  const focus = (group) => {
    for (const other of nodes.values()) other.setAttribute("tabindex", other === group ? "0" : "-1");
    group.focus({ preventScroll: true });
    const shape = group.getBoundingClientRect();
    const frame = stage.getBoundingClientRect();
    if (shape.left < frame.left || shape.right > frame.right || shape.top < frame.top || shape.bottom > frame.bottom) {
      const middle = toGraph(shape.left + shape.width / 2, shape.top + shape.height / 2);
      show([middle.x - box[2] / 2, middle.y - box[3] / 2, box[2], box[3]]);
    }
  };
  const toGraph = (x, y) => new DOMPoint(x, y).matrixTransform(svg.getScreenCTM().inverse());
  const step = (group, by) => {
    const all = [...nodes.values()];
    focus(all[(all.indexOf(group) + by + all.length) % all.length]);
  };
  const keys = {
    Enter: (group) => group && onSelect(group.dataset.state),
    " ": (group) => group && onSelect(group.dataset.state),
    ArrowDown: (group) => group && step(group, 1),
    ArrowRight: (group) => group && step(group, 1),
    ArrowUp: (group) => group && step(group, -1),
    ArrowLeft: (group) => group && step(group, -1),
    Home: () => nodes.size && focus([...nodes.values()][0]),
    End: () => nodes.size && focus([...nodes.values()].at(-1)),
    "+": () => zoom(0.8),
    "-": () => zoom(1.25),
    0: fit,
  };
  stage.addEventListener("keydown", (event) => {
    const act = !event.ctrlKey && !event.metaKey && !event.altKey && svg && keys[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act(groupOf(event.target));
  }, { signal });

  let drag = null;
  let moved = false;
  stage.addEventListener("pointerdown", (event) => {
    moved = false;
    drag = event.button === 0 && svg ? { x: event.clientX, y: event.clientY, box: [...box] } : null;
  }, { signal });
  stage.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!moved && Math.abs(dx) + Math.abs(dy) > 4) {
      moved = true;
      stage.setPointerCapture(event.pointerId);
    }
    const scale = 1 / svg.getScreenCTM().a;
    if (moved) show([drag.box[0] - dx * scale, drag.box[1] - dy * scale, box[2], box[3]]);
  }, { signal });
  for (const end of ["pointerup", "pointercancel"]) stage.addEventListener(end, () => { drag = null; }, { signal });
  stage.addEventListener("click", (event) => {
    const group = moved ? null : groupOf(event.target);
    if (group) onSelect(group.dataset.state);
  }, { signal });
  stage.addEventListener("wheel", (event) => {
    if (!svg || !(event.ctrlKey || event.metaKey)) return; // a plain wheel scrolls the notebook
    event.preventDefault();
    const { x, y } = toGraph(event.clientX, event.clientY);
    zoom(event.deltaY > 0 ? 1.1 : 0.9, x, y);
  }, { signal, passive: false });

  return { element, load, colour, select };
}

// the box around a shape as Graphviz writes it; getBBox would be all zeros before the view is on the page
function outline(shape) {
  const number = (name) => Number(shape.getAttribute(name));
  if (shape.localName === "ellipse") {
    const [rx, ry] = [number("rx"), number("ry")];
    return { x: number("cx") - rx, y: number("cy") - ry, width: 2 * rx, height: 2 * ry };
  }
  const points = [...(shape.getAttribute("points") ?? shape.getAttribute("d") ?? "").matchAll(/(-?[\d.]+),(-?[\d.]+)/g)];
  const [xs, ys] = [1, 2].map((part) => points.map((point) => Number(point[part])));
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
