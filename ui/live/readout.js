// @ts-check
/**
 * The numbers at the cursor: a table under the chart, and the cursor as a slider for who does not see it. It is joined with
 * `chart.js` into one script.
 */

class Readout {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    this.box = html("div", "live-readout");
  }

  clear() {
    this.box.replaceChildren();
    delete this.box.dataset.shape;
  }

  /** @param {any[]} panels */
  paint(panels) {
    const { chart } = this;
    const data = /** @type {Data} */ (chart.data);
    const { curves } = chart.frame;
    const x = `${data.symbol} = ${place(curves[0].x[chart.cursor])}`;
    if (data.table === "curves") {
      this.writeTable(...this.byCurve(x));
      this.tellSlider(x, chart.labelOf(data.lead ?? 0)[0] + ` ${format(reading(chart.lead().value, chart.cursor))}`);
      return;
    }
    const names = curves.map((/** @type {any} */ _, /** @type {number} */ k) => chart.labelOf(k)[0]);
    const rows = panels.map(({ row }, p) => {
      const numbers = curves.map((/** @type {CurveRows} */ c) => reading(c[row], chart.cursor));
      return [data.panels[p], ...numbers.map(format), ...(data.ratio ? [factor(numbers[1] / numbers[0])] : [])];
    });
    const head = [`at ${x}`, ...names, ...(data.ratio ? [data.ratio] : [])];
    this.writeTable(head, rows);
    this.tellSlider(x, rows.map((r) => `${r[0]} ${r[1]}`).join(", "));
  }

  /** The cursor as a slider, for who does not see it. @param {string} x @param {string} words */
  tellSlider(x, words) {
    const { stage, frame, cursor } = this.chart;
    const xs = frame.curves[0].x;
    const plain = (/** @type {number} */ v) => String(Number(v.toFixed(6))); // no 1e-7: an ARIA number has no exponent
    const said = { label: "Cursor on the curve", valuemin: plain(xs[0]), valuemax: plain(xs[xs.length - 1]), valuenow: plain(xs[cursor]), valuetext: `${x}; ${words}` };
    stage.setAttribute("role", "slider");
    for (const [name, text] of Object.entries(said)) stage.setAttribute(`aria-${name}`, text);
  }

  /** A row for each curve: its loss and gradient at the cursor, both against the reference, and its minimum. @param {string} x @returns {[string[], string[][], number[]]} */
  byCurve(x) {
    const { chart } = this;
    const { reference = 0, marks = {}, slope: title = "gradient", symbol } = /** @type {Data} */ (chart.data);
    const i = chart.cursor;
    /** @type {number[]} */ const shown = chart.shown();
    const named = chart.labelOf(reference)[0];
    const head = [`at ${x}`, "loss", title, `loss vs ${named}`, `gradient vs ${named}`, ...(marks.minimum ? ["minimum"] : [])];
    const rows = shown.map((k) => {
      const { value, gradient, ratio, gradient_ratio: slopes, minimum } = chart.frame.curves[k];
      const [height, slope] = [value, gradient].map((row) => format(reading(row, i)));
      const told = k === reference ? ["", ""] : [times(ratio[i]), times(slopes[i])];
      return [chart.labelOf(k)[0], height, slope, ...told, ...(marks.minimum ? [floor(minimum, symbol, chart.frame.curves[k].x)] : [])];
    });
    return [head, rows, shown];
  }

  /** @param {string[]} head @param {string[][]} rows @param {number[]} places of the curves that the rows tell of */
  writeTable(head, rows, places = []) {
    const shape = `${head.length}x${rows.length} ${places.map((k) => this.chart.colourOf(k))}`;
    if (this.box.dataset.shape !== shape) {
      this.box.dataset.shape = shape;
      const table = html("table", places.length ? "live-table curves" : "live-table");
      for (const [r, row] of [head, ...rows].entries()) {
        const line = document.createElement("tr");
        line.append(...row.map((_, c) => document.createElement(r === 0 || c === 0 ? "th" : "td")));
        table.append(line);
      }
      this.box.replaceChildren(table);
      if (places.length) this.box.tabIndex = 0; // a wide table scrolls, with the keyboard too
      else this.box.removeAttribute("tabindex");
    }
    const cells = this.box.querySelectorAll("th, td");
    [head, ...rows].flat().forEach((text, i) => {
      if (cells[i].textContent !== text) cells[i].textContent = text;
    });
    places.forEach((k, r) => {
      const name = cells[(r + 1) * head.length];
      if (!name.firstElementChild) name.prepend(pieceOf(this.chart.lineStyle(k), 22, "live-piece"));
    });
  }
}

/** The number of a row at a sample. It is 0 where it is less than a billionth of a thousandth of what it is a step to either side: the
 * curve meets 0 there, and what rounding has left is no number of the loss. @param {Float32Array | undefined} row @param {number} i */
function reading(row, i) {
  if (!row) return NaN;
  const beside = Math.min(Math.abs(row[i - 1]), Math.abs(row[i + 1]));
  return beside < Infinity && Math.abs(row[i]) < 1e-12 * beside ? 0 : row[i];
}

/** @param {number} ratio */
function factor(ratio) {
  return format(ratio) + (Number.isNaN(ratio) ? "" : "×");
}

/** How much less or more than the reference, in words. @param {number} ratio */
function times(ratio) {
  if (!Number.isFinite(ratio)) return "–"; // against nothing
  if (Math.abs(ratio - 1) < 5e-5) return "the same";
  if (ratio < 0) return `${format(ratio)}×`;
  if (ratio === 0) return "none";
  return ratio < 1 ? `${format(1 / ratio)}× less` : `${format(ratio)}× more`;
}

/** The least value and where it is taken. @param {{lo: number, hi: number, value: number} | undefined} minimum @param {string} symbol
 * @param {Float32Array} x what is drawn: an open end lies beyond it, and is only approached */
function floor(minimum, symbol, x) {
  if (!minimum) return "–";
  const { lo, hi, value } = minimum;
  const [at] = Float32Array.of(lo);
  const sign = at < x[0] || at > x[x.length - 1] ? "→" : "=";
  return `${format(Math.abs(value) < 1e-9 ? 0 : value)} at ${symbol} ${hi > lo ? `from ${place(lo)} to ${place(hi)}` : `${sign} ${place(lo)}`}`;
}

/** A place on an axis: rounded from what the page sends, not from its nearest float32; the ends of an open axis are not 0 and 1.
 * @param {number} v */
function place(v) {
  const known = Number(v.toPrecision(6));
  return Math.abs(known) < 1 && Math.abs(known) > 0.9999 ? String(known).replace("-", "−") : format(known);
}
