// @ts-check
/**
 * The piece of a chart that was chosen with the mouse: it is told to the page once it is at rest, and taken from the page when
 * that has another, as one text in the form of `ui/zoom.py`. It is joined with `chart.js` into one script.
 */

/** How finely a piece is told: the digits behind the first of its span. */
const DIGITS = 4;

class Zoom {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    this.on = false;
    /** Whether a hand is on the chart. */ this.held = false;
    /** The ends of each axis without a zoom. @type {Record<string, number[]>} */ this.whole = {};
    /** What the word calls each axis. @type {Record<string, string>} */ this.names = {};
    /** What the page said last, and what it says once it has caught up. */ this.said = this.page = "";
    /** What it was told on the way there: it may still say so. @type {Set<string>} */ this.told = new Set();
    /** The pieces of axes that this chart lacks: they are shown once it has them again. @type {Record<string, number[]>} */ this.away = {};
    this.timer = this.pictures = 0;
    this.note = html("span", "live-zoom", { textContent: "A piece of the picture is shown; a double click on it shows the whole.", hidden: true });
  }

  /** A new picture: its whole ends, and the piece of it that the page shows. @param {{data: any[], layout: any}} figure @param {string} text */
  open({ data, layout }, text) {
    clearTimeout(this.timer);
    const rows = Object.fromEntries(data.map(({ yaxis, meta }) => [`yaxis${(yaxis ?? "y").slice(1)}`, meta?.row]));
    const lines = this.chart.isLines();
    this.names = Object.fromEntries(axesOf(layout).map((name) => [name, name[0] === "x" ? "x" : lines ? rows[name] : "y"]));
    this.whole = Object.fromEntries(axesOf(layout).map((name) => [name, [...(layout[name].range ?? [])]]));
    const ends = endsIn(text);
    for (const [name, axis] of Object.entries(this.names)) if (ends[axis]) layout[name].range = [...ends[axis]];
    layout.uirevision = ++this.pictures; // or Plotly would keep the piece of the picture before
    this.said = this.page = wordOf(ends);
    this.told.clear();
    this.set(this.setApart(ends));
  }

  /** The piece that a hand still draws is one of the picture under it, and Plotly finds no other's axes at its end: so that waits. */
  async handAway() {
    if (this.held) await new Promise((away) => document.addEventListener("pointerup", () => setTimeout(away), { once: true }));
  }

  /** Set apart the pieces of axes that this chart lacks; returns whether one is left that it has. @param {Record<string, number[]>} ends */
  setApart(ends) {
    const here = Object.values(this.names);
    this.away = Object.fromEntries(Object.entries(ends).filter(([axis]) => !here.includes(axis)));
    return Object.keys(ends).some((axis) => here.includes(axis));
  }

  /** What the page says of the picture that is drawn: news, if it has not been told it. @param {string} text */
  hear(text) {
    const ends = endsIn(text);
    const said = wordOf(ends);
    if (said === this.said) return;
    this.said = said;
    if (said === this.page) this.told.clear();
    else if (!this.told.has(said)) {
      this.page = said;
      this.show(ends);
    }
  }

  /** @param {any} change what Plotly says of a new layout */
  onRelayout(change) {
    const keys = Object.keys(change);
    if (keys.some((key) => key.includes("range["))) this.set(true);
    if (keys.some((key) => /range$/.test(key))) this.set(false); // all of it again gives whole ranges
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.tell(), REST_MS);
  }

  tell() {
    const { data, send, stamp } = this.chart;
    if (!data || this.chart.stop.signal.aborted) return;
    const text = this.word();
    if (text === this.page) return;
    this.told.add(this.page).add(text);
    this.page = text;
    send?.("zoom", { text, stamp, time: performance.now() });
  }

  /** All of the picture again. Plotly's own way back leads to the first picture that the node ever had. */
  undo() {
    if (this.on || this.page) this.show({});
  }

  /** @param {Record<string, number[]>} ends of the axes that show a piece */
  async show(ends) {
    const { plotly, node } = this.chart;
    const here = this.setApart(ends);
    const ranges = Object.entries(this.names).map(([name, axis]) => {
      const range = ends[axis] ?? this.whole[name];
      return range?.length ? [`${name}.range`, [...range]] : [`${name}.autorange`, true];
    });
    await plotly.relayout(node, Object.fromEntries(ranges));
    this.set(here);
  }

  /** The piece that is shown, as text, with what this chart cannot show. */
  word() {
    const ends = { ...this.away };
    for (const [name, axis] of this.on ? Object.entries(this.names) : []) {
      const range = this.chart.node._fullLayout[name].range.map(Number);
      const exponent = Number(Math.abs(range[1] - range[0]).toExponential().split("e")[1]);
      const rounded = (/** @type {number[]} */ all) => all.map((end) => Number(end.toFixed(Math.min(20, Math.max(0, DIGITS - exponent)))));
      if (String(rounded(range)) !== String(rounded(this.whole[name]))) ends[axis] = rounded(range);
    }
    return wordOf(ends);
  }

  /** @param {boolean} on */
  set(on) {
    this.on = on;
    this.note.hidden = !on;
  }
}

/** The ends that a text says, by the name of their axis. @param {string} text @returns {Record<string, number[]>} */
function endsIn(text) {
  const parts = text ? text.split(",").map((part) => part.split(":")) : [];
  return Object.fromEntries(parts.map(([name, ...ends]) => [name, ends.map(Number)]));
}

/** The text of some ends. @param {Record<string, number[]>} ends */
function wordOf(ends) {
  return Object.entries(ends).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, [lo, hi]]) => `${name}:${lo}:${hi}`).join(",");
}
