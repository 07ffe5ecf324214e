// @ts-check
/**
 * What lies over the panels: the ghost of where a drag began, and the cursor with its tangent, its dots and the marks. It is
 * joined with `chart.js` into one script.
 */

const FAR = 1e5;

class Overlay {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    this.ghosts = svg("g", {});
    this.marks = svg("g", {});
    this.box = svg("svg", { class: "live-overlay", "aria-hidden": "true" }, this.ghosts, this.marks);
  }

  clear() {
    this.ghosts.replaceChildren();
    this.marks.replaceChildren();
  }

  /** @param {any[]} panels @param {boolean} quick the axes stand as they stood, and so does the ghost */
  paint(panels, quick) {
    if (!quick) this.ghosts.replaceChildren(...panels.map((panel) => this.ghostOf(panel)));
    this.marks.replaceChildren(...panels.map((panel, p) => this.marksOf(panel, p)));
  }

  /** The example on a surface. @param {number} cx @param {number} cy */
  paintPoint(cx, cy) {
    this.marks.replaceChildren(svg("circle", { cx, cy, r: 6, class: "live-point" }));
  }

  /** Where the drag began. @param {any} panel */
  ghostOf({ row, axis, x }) {
    const { ghost } = this.chart;
    const box = boxOf(x, axis);
    if (ghost?.[row]) {
      const [u, v] = this.chart.lineOf(ghost, row);
      box.append(svg("path", { d: this.chart.pathOf(u, v, { x, y: axis }), class: "live-ghost" }));
    }
    return box;
  }

  /** The cursor in one panel: its line, the tangent, a dot on each curve. @param {any} panel @param {number} p */
  marksOf({ row, axis, x }, p) {
    const { chart } = this;
    const box = boxOf(x, axis);
    const axes = { x, y: axis };
    const at = x.c2p(chart.lead().x[chart.cursor]);
    box.append(...this.regions(axes, p));
    box.append(svg("line", { x1: at, x2: at, y1: 0, y2: axis._length, class: "live-cursor" }));
    if (p === 0) box.append(...this.tangent(axes));
    if (row === "value") box.append(...this.minima(axes));
    leadLast(chart).forEach((k) => {
      const b = axis.c2p(chart.scaled(row, chart.frame.curves[k][row]?.[chart.cursor]));
      if (Number.isFinite(b)) box.append(svg("circle", { cx: at, cy: near(b), r: 5, fill: chart.colourOf(k), class: "live-dot" }));
    });
    return box;
  }

  /** The shaded parts of the axis, named where there is room. @param {{x: any, y: any}} axes @param {number} p */
  regions({ x, y }, p) {
    return regionsOf(this.chart).flatMap(({ name, lo, hi, words, panel, colour }) => {
      const [a, b] = [lo, hi].map((v) => Math.max(0, Math.min(x._length, x.c2p(v))));
      const shade = svg("rect", { x: a, y: 0, width: Math.max(0, b - a), height: y._length, fill: colour ?? "currentColor", class: `live-region ${name}` });
      const word = svg("text", { x: (a + b) / 2, y: panel ? y._length - 8 : 18, class: "live-word" }, words);
      return p === panel && b - a > 8 * words.length ? [shade, word] : [shade];
    });
  }

  /** A diamond at each curve's minimum, a bar along its plateau. @param {{x: any, y: any}} axes */
  minima({ x, y }) {
    return minimaOf(this.chart).flatMap(({ colour, lo, hi, y: value }) => {
      const [u, v, b] = [x.c2p(lo), x.c2p(hi), y.c2p(value)];
      if (!Number.isFinite(b)) return [];
      const d = `M${u - 6},${b}L${u},${b - 7}L${u + 6},${b}L${u},${b + 7}Z` + (v > u ? `M${u},${b}H${v}` : "");
      return [svg("path", { d, fill: colour, stroke: colour, class: "live-minimum" })];
    });
  }

  /** A piece of the tangent at the cursor. @param {{x: any, y: any}} axes */
  tangent(axes) {
    const ends = tangentOf(this.chart, axes);
    if (!ends.length) return [];
    const [[x1, y1], [x2, y2]] = ends.map(([u, v]) => [axes.x.c2p(u), near(axes.y.c2p(v))]);
    return [svg("line", { x1, y1, x2, y2, class: "live-tangent" })];
  }
}

/** A window on one panel, in pixels of the stage. @param {any} x @param {any} y */
function boxOf(x, y) {
  return svg("svg", { x: x._offset, y: y._offset, width: x._length, height: y._length, overflow: "hidden" });
}

/** A height that every browser can draw. @param {number} y in pixels */
function near(y) {
  return Math.max(-FAR, Math.min(FAR, y));
}
