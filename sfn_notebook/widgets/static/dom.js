// Small helpers for the DOM. Texts enter the page as text nodes only; nothing here parses HTML.

/** An element: `h("button", {class: "x", onclick: f}, "text", child)`; null and false children are left out. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Set the text of an element only when it differs, so that screen readers and selections are left in peace. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Seconds in words of a clock: 7 s, 4:05, 1:00:09, 3 d 04:00:00. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const two = (number) => String(number).padStart(2, "0");
  const [days, hours, minutes] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60];
  const tail = `${two(minutes)}:${two(whole % 60)}`;
  if (days) return `${days} d ${two(hours)}:${tail}`;
  return hours ? `${hours}:${tail}` : `${minutes}:${two(whole % 60)}`;
}

/** A scroll box with JSON text in it, reachable by keyboard. */
export function code(text, label) {
  return h("pre", { class: "sfn-code", tabindex: 0, role: "region", "aria-label": label }, text);
}
