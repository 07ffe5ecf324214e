// @ts-check
/**
 * The piece of a chart that was chosen with the mouse, and the camera of one in three dimensions: it is told to the page once it
 * is at rest, and taken from the page when that has another, as one text in the form of `ui/zoom.py`. It is joined with
 * `chart.js` into one script.
 */

/** How finely a piece is told: the digits behind the first of its span; and a camera: its decimals. */
const DIGITS = 4;
const DECIMALS = 3;
const PIECE = "A piece of the picture is shown; a double click on it shows the whole.";
const TURNED = "The picture is turned; a double click on it turns it back.";

class Zoom {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    this.on = false;
    /** Whether a hand is on the chart. */ this.held = false;
    /** The ends of each axis without a zoom, or the eye as it opens. @type {Record<string, number[]>} */ this.whole = {};
    /** What the word calls each axis. @type {Record<string, string>} */ this.names = {};
    /** What the page said last, and what it says once it has caught up. */ this.said = this.page = "";
    /** What it was told on the way there: it may still say so. @type {Set<string>} */ this.told = new Set();
    /** The pieces of axes that this chart lacks: they are shown once it has them again. @type {Record<string, number[]>} */ this.away = {};
    this.timer = this.pictures = 0;
    this.note = html("span", "live-zoom", { hidden: true });
    chart.node.addEventListener("dblclick", () => this.names.scene && this.undo()); // in three dimensions Plotly tells of none,
    chart.node.addEventListener("touchend", () => this.names.scene && this.onRelayout({ "scene.camera": null })); // nor of a finger
  }

  /** A new picture: its whole ends, and the piece of it that the page shows. @param {{data: any[], layout: any}} figure @param {string} text */
  open({ data, layout }, text) {
    clearTimeout(this.timer);
    const rows = Object.fromEntries(data.map(({ yaxis, meta }) => [`yaxis${(yaxis ?? "y").slice(1)}`, meta?.row]));
    const lines = this.chart.isLines();
    const names = layout.scene ? ["scene"] : axesOf(layout);
    this.names = Object.fromEntries(names.map((name) => [name, name === "scene" ? "camera" : name[0] === "x" ? "x" : lines ? rows[name] : "y"]));
    this.whole = Object.fromEntries(names.map((name) => [name, name === "scene" ? eyeOf(layout.scene.camera) : [...(layout[name].range ?? [])]]));
    this.note.textContent = layout.scene ? TURNED : PIECE;
    const ends = endsIn(text);
    for (const [name, axis] of Object.entries(this.names)) if (ends[axis]) Object.assign(layout[name], lookOf(name, ends[axis]));
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
    if (this.names.scene) this.set(text !== "");
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
    const looks = Object.entries(this.names).flatMap(([name, axis]) => {
      const numbers = ends[axis] ?? this.whole[name];
      const look = numbers?.length ? lookOf(name, numbers) : { autorange: true };
      return Object.entries(look).map(([word, value]) => [`${name}.${word}`, value]);
    });
    await plotly.relayout(node, Object.fromEntries(looks));
    this.set(here);
  }

  /** The piece that is shown, as text, with what this chart cannot show. */
  word() {
    const ends = { ...this.away };
    for (const [name, axis] of this.on || this.names.scene ? Object.entries(this.names) : []) {
      const part = this.chart.node._fullLayout[name];
      const numbers = name === "scene" ? eyeOf(part._scene.getCamera()) : part.range.map(Number);
      const exponent = Number(Math.abs(numbers[1] - numbers[0]).toExponential().split("e")[1]);
      const decimals = name === "scene" ? DECIMALS : Math.min(20, Math.max(0, DIGITS - exponent));
      const rounded = (/** @type {number[]} */ all) => all.map((end) => Number(end.toFixed(decimals)));
      if (String(rounded(numbers)) !== String(rounded(this.whole[name]))) ends[axis] = rounded(numbers);
    }
    return wordOf(ends);
  }

  /** @param {boolean} on */
  set(on) {
    this.on = on;
    this.note.hidden = !on;
  }
}

/** Where the eye of a camera is, from what it looks at. @param {any} camera */
function eyeOf({ eye, center = { x: 0, y: 0, z: 0 } }) {
  return [eye.x - center.x, eye.y - center.y, eye.z - center.z];
}

/** What a layout has for the ends of an axis, or for the eye of its camera. @param {string} name @param {number[]} numbers */
function lookOf(name, numbers) {
  const [x, y, z] = numbers;
  return name === "scene" ? { camera: { eye: { x, y, z } } } : { range: [...numbers] };
}

/** The ends that a text says, by the name of their axis. @param {string} text @returns {Record<string, number[]>} */
function endsIn(text) {
  const parts = text ? text.split(",").map((part) => part.split(":")) : [];
  return Object.fromEntries(parts.map(([name, ...ends]) => [name, ends.map(Number)]));
}

/** The text of some ends. @param {Record<string, number[]>} ends */
function wordOf(ends) {
  return Object.entries(ends).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, numbers]) => [name, ...numbers].join(":")).join(",");
}
