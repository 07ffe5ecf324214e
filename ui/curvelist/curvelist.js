// @ts-check
/**
 * The list of curves: a click puts one under the sliders; buttons hide, move and remove it. Its numbers follow the hand.
 *
 * @typedef {{label: string, colour: string, dash: string, hidden: boolean, note: string}} Curve
 * @typedef {{curves: Curve[], active: number, numbers: Record<string, string>}} Data
 */

const SVG = "http://www.w3.org/2000/svg";
/** The strokes of each dash, in pixels. @type {Record<string, string>} */
const STROKES = { solid: "", dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "12 4", longdashdot: "12 3 2 3" };
/** What a row's buttons do, what they are called, and the path of their picture in a box of 20. */
const BUTTONS = [
  ["up", "Move up", "M5 12l5-5 5 5"],
  ["down", "Move down", "M5 8l5 5 5-5"],
  ["remove", "Remove", "M5.5 5.5l9 9M14.5 5.5l-9 9"],
  ["hide", "Hide", "M2.5 10c2-3.4 4.6-5 7.5-5s5.5 1.6 7.5 5c-2 3.4-4.6 5-7.5 5s-5.5-1.6-7.5-5zM10 7.8a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4z"],
];
const HIDDEN = "M3 10c2-2.3 4.4-3.5 7-3.5s5 1.2 7 3.5M4 16L16 4";
/** @type {WeakMap<Element, CurveList>} */
const LISTS = new WeakMap();

/** @param {any} component */
export default function render({ parentElement, data, setTriggerValue }) {
  let list = LISTS.get(parentElement);
  if (!list) {
    list = new CurveList(parentElement);
    LISTS.set(parentElement, list);
  }
  list.receive(data, (/** @type {string} */ what, /** @type {number} */ place) => setTriggerValue("act", { do: what, place }));
  return () => {
    list.destroy();
    LISTS.delete(parentElement);
  };
}

/** @param {string} tag @param {Record<string, string>} attributes */
function svg(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

/** A button's picture. @param {string} d */
function icon(d) {
  const box = svg("svg", { viewBox: "0 0 20 20", width: "18", height: "18", "aria-hidden": "true" });
  box.append(svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": "1.6", "stroke-linecap": "round", "stroke-linejoin": "round" }));
  return box;
}

class CurveList {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = document.createElement("ul");
    this.root.className = "curves";
    this.root.setAttribute("aria-label", "Curves");
    parent.append(this.root);
    this.stop = new AbortController();
    document.addEventListener("lossary:example", (event) => this.follow(/** @type {CustomEvent} */ (event).detail.texts), { signal: this.stop.signal });
  }

  destroy() {
    this.stop.abort();
    this.root.remove();
  }

  /** @param {Data} data @param {(what: string, place: number) => void} act */
  receive(data, act) {
    this.act = act;
    const drawn = JSON.stringify(data);
    if (this.drawn === drawn) return;
    this.drawn = drawn;
    this.data = data;
    const held = /** @type {HTMLElement | null} */ (this.root.contains(document.activeElement) ? document.activeElement : null)?.dataset;
    this.root.replaceChildren(...data.curves.map((curve, place) => this.row(curve, place)));
    this.follow(data.numbers);
    if (held) /** @type {HTMLElement | null} */ (this.root.querySelector(`.active [data-do="${held.do}"]`))?.focus();
  }

  /** @param {Curve} curve @param {number} place */
  row(curve, place) {
    const row = document.createElement("li");
    row.className = ["curve", place === this.data?.active ? "active" : "", curve.hidden ? "hidden" : ""].join(" ").trim();
    const line = svg("svg", { viewBox: "0 0 30 10", width: "30", height: "10", "aria-hidden": "true" });
    line.append(svg("line", { x1: "1", y1: "5", x2: "29", y2: "5", stroke: curve.colour, "stroke-width": "3", "stroke-dasharray": STROKES[curve.dash] ?? "" }));
    const label = document.createElement("span");
    label.className = "curve-label";
    const pick = this.button("activate", place, "");
    pick.className = "curve-pick";
    pick.setAttribute("aria-pressed", String(place === this.data?.active));
    const words = document.createElement("span");
    words.className = "curve-words";
    words.append(label);
    if (curve.note) words.append(Object.assign(document.createElement("span"), { className: "curve-note", textContent: curve.note }));
    pick.append(line, words);
    const tools = document.createElement("span");
    tools.className = "curve-tools";
    for (const [what, name, d] of BUTTONS) {
      const off = (what === "up" && place === 0) || (what === "down" && place === (this.data?.curves.length ?? 0) - 1) || (what === "remove" && this.data?.curves.length === 1);
      const button = this.button(what, place, what === "hide" && curve.hidden ? "Show" : name);
      button.disabled = off;
      button.append(icon(what === "hide" && curve.hidden ? HIDDEN : d));
      tools.append(button);
    }
    row.append(pick, tools);
    return row;
  }

  /** @param {string} what @param {number} place @param {string} name */
  button(what, place, name) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.do = what;
    if (name) button.title = name;
    button.addEventListener("click", () => this.act?.(what, place));
    return button;
  }

  /** The numbers under the thumbs, in the labels. @param {Record<string, string>} numbers as they are written */
  follow(numbers) {
    this.root.querySelectorAll(".curve").forEach((row, place) => {
      const template = this.data?.curves[place]?.label ?? "";
      const text = template.replace(/\{(\w+)\}/g, (all, name) => numbers[name] ?? all);
      const label = row.querySelector(".curve-label");
      if (label && label.textContent !== text) label.textContent = text;
      for (const button of row.querySelectorAll(".curve-tools button")) button.setAttribute("aria-label", `${/** @type {HTMLElement} */ (button).title} ${text}`);
    });
  }
}
