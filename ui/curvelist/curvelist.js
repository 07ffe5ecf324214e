// @ts-check
/**
 * The list of curves: a click puts one under the sliders; buttons hide, move and remove it. Its numbers follow the hand.
 *
 * @typedef {{label: string, colour: string, dash: string, hidden: boolean, note: string}} Curve
 * @typedef {{curves: Curve[], active: number, numbers: Record<string, string>}} Data
 */

/** What a row's buttons do, what they are called, and the path of their picture in a box of 20. */
const BUTTONS = [
  ["up", "Move up", "M5 12l5-5 5 5"],
  ["down", "Move down", "M5 8l5 5 5-5"],
  ["remove", "Remove", "M5.5 5.5l9 9M14.5 5.5l-9 9"],
  ["hide", "Hide", "M2.5 10c2-3.4 4.6-5 7.5-5s5.5 1.6 7.5 5c-2 3.4-4.6 5-7.5 5s-5.5-1.6-7.5-5zM10 7.8a2.2 2.2 0 1 0 0 4.4a2.2 2.2 0 1 0 0-4.4z"],
];
const HIDDEN = "M3 10c2-2.3 4.4-3.5 7-3.5s5 1.2 7 3.5M4 16L16 4";
export default kept(
  (place) => new CurveList(place),
  (list, { data, setTriggerValue }) => list.receive(data, (what, place) => setTriggerValue("act", { do: what, place })),
);

/** A button's picture. @param {string} d */
function icon(d) {
  const path = svg("path", { d, fill: "none", stroke: "currentColor", "stroke-width": 1.6, "stroke-linecap": "round", "stroke-linejoin": "round" });
  return svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, path);
}

class CurveList {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = html("ul", "curves");
    this.root.setAttribute("aria-label", "Curves");
    parent.append(this.root);
    this.drawn = "";
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
    const held = /** @type {HTMLElement | null} */ (this.root.contains(document.activeElement) ? document.activeElement : null);
    const rows = [...this.root.children];
    const from = rows.findIndex((row) => row.contains(held));
    const curve = /** @type {HTMLElement | undefined} */ (rows[from])?.dataset.curve;
    this.root.replaceChildren(...data.curves.map((curve, place) => this.row(curve, place)));
    this.follow(data.numbers);
    if (held) this.hold(held.dataset.do ?? "", curve ?? "", from);
  }

  /** Focus a button of a curve, or its neighbour where it can do no more; of a curve that is gone, the one in its place.
   * @param {string} what @param {string} curve @param {number} from */
  hold(what, curve, from) {
    const rows = /** @type {HTMLElement[]} */ ([...this.root.children]);
    const row = rows.find((one) => one.dataset.curve === curve);
    const button = row?.querySelector(`[data-do="${what}"]`);
    const near = row ? [button, button?.previousElementSibling, button?.nextElementSibling] : [rows[Math.min(from, rows.length - 1)]?.querySelector(".curve-pick")];
    /** @type {HTMLButtonElement | undefined} */ (near.find((one) => one instanceof HTMLButtonElement && !one.disabled))?.focus();
  }

  /** @param {Curve} curve @param {number} place */
  row(curve, place) {
    const row = html("li", ["curve", place === this.data?.active ? "active" : "", curve.hidden ? "hidden" : ""].join(" ").trim());
    // No two curves share both, and they stay with the curve.
    row.dataset.curve = `${curve.colour} ${curve.dash}`;
    const pick = this.button("activate", place, "");
    pick.className = "curve-pick";
    pick.setAttribute("aria-pressed", String(place === this.data?.active));
    const words = html("span", "curve-words");
    words.append(html("span", "curve-label"));
    if (curve.note) words.append(html("span", "curve-note", { textContent: curve.note }));
    pick.append(pieceOf({ color: curve.colour, dash: curve.dash }, 30, ""), words);
    const tools = html("span", "curve-tools");
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
    const button = html("button", "", { type: "button" });
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
