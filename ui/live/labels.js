// @ts-check
/**
 * The words around the panels: the name of each curve at its right end, and the titles of the panels. Both are as large as
 * their room lets them be, and both say the numbers under the thumbs. It is joined with `chart.js` into one script.
 */

/** How labels give way where their heights exceed the chart's: a loss is named once, then type shrinks, then each has one line. */
const LABELS = [
  { brief: false, scale: 1 },
  { brief: true, scale: 1 },
  { brief: true, scale: 0.88 },
  { brief: true, scale: 0.78 },
  { brief: true, scale: 0.7 },
  { brief: true, scale: 0.7, cut: true },
];
/** How a title gives way where it is longer than its panel: the share of its size, and how many lines it may have. */
const TITLES = [[1, 1], [0.8, 1], [0.8, 2], [0.7, 2], [0.7, 3]];
const LINE = 1.3;
/** What a title keeps free for a number that a thumb may lead to. */
const NUMBER = "0.00";
const BETWEEN = 2;

class Labels {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    this.box = html("div", "live-labels");
    this.level = 0;
    this.said = "";
    /** In pixels. @type {number[]} */ this.heights = [];
    this.sizes = new ResizeObserver(() => this.measured() || this.chart.paint());
  }

  clear() {
    this.box.replaceChildren();
  }

  /** Whether the labels are as high as they were when they were placed: a style sheet or a font may come after them. */
  measured() {
    return [...this.box.children].every((node, i) => /** @type {HTMLElement} */ (node).offsetHeight === this.heights[i]);
  }

  /** Each curve's label at its right end, pushed apart where two would overlap. @param {any} panel @param {boolean} quick */
  paint({ x, axis, row }, quick) {
    const { width, height } = this.chart.node._fullLayout;
    const wanted = endsOf(this.chart, row, (v) => axis._offset + Math.max(0, Math.min(axis._length, axis.c2p(v) || 0)));
    const fresh = this.box.childElementCount !== wanted.length;
    if (fresh) this.box.replaceChildren(...wanted.map(() => html("div", "live-label")));
    this.box.classList.toggle("many", wanted.length > 6);
    const nodes = /** @type {HTMLElement[]} */ ([...this.box.children]);
    if (fresh) this.watch(nodes);
    const left = x._offset + x._length + 8;
    for (const { style } of nodes) [style.left, style.maxWidth] = [`${left}px`, `${Math.max(40, width - left)}px`];
    const top = Math.max(0, axis._offset - 4);
    this.fit(nodes, wanted, height - top, fresh || !quick);
    spread(wanted, this.heights, top, height).forEach((y, i) => (nodes[i].style.transform = `translateY(${y}px)`));
  }

  /** @param {HTMLElement[]} nodes */
  watch(nodes) {
    this.sizes.disconnect();
    for (const node of nodes) this.sizes.observe(node);
  }

  /** Write the labels so that all have room. While the hand moves they give way and do not come back.
   * @param {HTMLElement[]} nodes @param {{k: number, y: number, before: number}[]} wanted @param {number} room @param {boolean} anew */
  fit(nodes, wanted, room, anew) {
    if (anew) [this.level, this.said] = [0, ""];
    for (; ; this.level++) {
      const { scale, brief, cut = false } = LABELS[this.level];
      this.box.style.setProperty("--scale", String(scale));
      this.box.classList.toggle("cut", cut);
      const texts = namesOf(this.chart, wanted, brief);
      wanted.forEach(({ k }, i) => this.write(nodes[i], k, texts[i]));
      const said = `${this.level} ${texts.map((text) => text.length)}`;
      if (said !== this.said) this.heights = nodes.map((node) => node.offsetHeight); // to measure is to lay the page out
      this.said = said;
      if (heightOf(this.heights) <= room || this.level === LABELS.length - 1) return;
    }
  }

  /** A curve's label, with a piece of its line where these are told apart by it. @param {HTMLElement} node @param {number} k @param {string} text */
  write(node, k, text) {
    const pieces = piecesIn(this.chart);
    const colour = this.chart.colourOf(k);
    if (node.textContent !== text || node.dataset.colour !== colour) {
      node.dataset.colour = colour;
      const words = html("span", "live-name", { textContent: text });
      node.replaceChildren(...(pieces ? [pieceOf(this.chart.lineStyle(k), 22, "live-piece")] : []), words);
      node.style.color = pieces ? `color-mix(in srgb, ${colour} 58%, var(--st-text-color))` : colour; // small letters need contrast
    }
  }
}

/** Whether a label has a piece of its line: in Compare, and in a scene of more than one curve. @param {any} chart */
function piecesIn({ data, frame }) {
  return data?.table === "curves" || (Boolean(data?.frozen) && frame?.curves.length > 1);
}

/** Where the curves that are seen end, and where they are half-way. @param {any} chart @param {string} row @param {(v: number) => number} pixel */
function endsOf(chart, row, pixel) {
  return chart.shown().map((/** @type {number} */ k) => {
    const curve = chart.frame.curves[k];
    return { k, y: pixel(chart.scaled(row, lastFinite(curve[row]))), before: pixel(chart.scaled(row, curve[row][curve.points >> 1])) };
  });
}

/** What the labels say. Brief, the loss that most curves share is named by the highest of them alone.
 * @param {any} chart @param {{k: number, y: number}[]} wanted @param {boolean} brief @returns {string[]} */
function namesOf(chart, wanted, brief) {
  const { losses = [], reference, refers } = chart.data;
  const heads = wanted.map(({ k }) => `${losses[k]}, `);
  const texts = wanted.map(({ k }) => chart.labelOf(k).join("\n"));
  if (brief) {
    const count = (/** @type {string} */ head) => heads.filter((other) => other === head).length;
    const shared = [...heads].sort((a, b) => count(b) - count(a))[0];
    const own = wanted.map((_, i) => i).filter((i) => heads[i] === shared).sort((a, b) => wanted[a].y - wanted[b].y);
    for (const i of own.slice(1)) if (texts[i].startsWith(shared)) texts[i] = texts[i].slice(shared.length);
  }
  return texts.map((text, i) => (refers && wanted[i].k === reference ? `${text} (reference)` : text));
}

/** @param {number[]} heights of labels that stand one below the other */
function heightOf(heights) {
  return heights.reduce((sum, height) => sum + height, BETWEEN * (heights.length - 1));
}

/** The tops of labels that want to be level with their lines' ends, pushed apart and kept between two edges; lines that end
 * together keep the order in which they came. @param {{k: number, y: number, before: number}[]} wanted @param {number[]} heights
 * @param {number} top @param {number} bottom */
function spread(wanted, heights, top, bottom) {
  const order = [...wanted.keys()].sort((a, b) => {
    const [u, v] = [wanted[a], wanted[b]];
    return Math.round(u.y / 4) - Math.round(v.y / 4) || u.before - v.before || u.k - v.k;
  });
  const tops = new Array(wanted.length).fill(0);
  let edge = top;
  for (const i of order) {
    tops[i] = Math.max(edge, wanted[i].y - heights[i] / 2);
    edge = tops[i] + heights[i] + BETWEEN;
  }
  edge = bottom;
  for (const i of order.reverse()) {
    tops[i] = Math.max(0, Math.min(tops[i], edge - heights[i]));
    edge = tops[i] - BETWEEN;
  }
  return tops;
}

/** @param {ArrayLike<number>} row */
function lastFinite(row) {
  for (let i = row.length - 1; i >= 0; i--) if (Number.isFinite(row[i])) return row[i];
  return NaN;
}

// --- titles ---------------------------------------------------------------------------------------------------------

class Titles {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    /** Those that stand, from the top: the axis of each and its lines. @type {{name: string, lines: string[]}[]} */
    this.all = [];
    this.usual = 0;
    /** That of x, whole. @type {{name: string, title: string} | null} */ this.across = null;
    this.pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  }

  /** How large titles are where they have room, and what x's says. @param {any} layout as the page sends it */
  learn(layout) {
    this.usual = layout.yaxis?.title?.font?.size ?? layout.template?.layout?.yaxis?.title?.font?.size;
    const name = axesOf(layout).find((axis) => axis.startsWith("x") && layout[axis].title?.text);
    this.across = name ? { name, title: layout[name].title.text } : null;
  }

  /** Write the titles into a layout of a width and height, those of the panels in one size, and make room for those of more than a
   * line. @param {any} layout @param {number} width @param {number} height @param {number} usual */
  into(layout, width, height, usual = this.usual) {
    const { margin } = layout;
    const asked = this.chart.data.panels.map((/** @type {string} */ title, /** @type {number} */ p) => {
      const [low, high] = layout[axisOf(p)].domain ?? [0, 1];
      return { name: axisOf(p), title, room: (height - margin.t - margin.b) * (high - low) };
    });
    const size = Math.min(...asked.map((/** @type {any} */ { title, room }) => this.within(title, room, usual).size));
    const all = asked.map((/** @type {any} */ { name, title, room }) => ({ name, lines: this.broken(title, room, size).lines }));
    for (const { name, lines } of all) this.write(layout[name], lines, size);
    margin.l += Math.max(0, ...all.map((/** @type {any} */ { lines }) => LINE * size * (lines.length - 1)));
    if (this.across) {
      const below = this.within(this.across.title, width - margin.l - margin.r, usual);
      this.write(layout[this.across.name], below.lines, below.size);
      margin.b += LINE * below.size * (below.lines.length - 1);
    }
    return all;
  }

  /** @param {any} axis @param {string[]} lines @param {number} size */
  write(axis, lines, size) {
    axis.title = { ...axis.title, text: lines.map((line) => escaped(this.chart.filled(line))).join("<br>"), font: { ...axis.title?.font, size } };
  }

  /** A title in lines that are no longer than the room, if there is such a way. @param {string} title @param {number} room @param {number} usual */
  within(title, room, usual) {
    const found = TITLES.map(([share, most]) => ({ most, size: usual * share, ...this.broken(title, room, usual * share) }));
    const { lines, size } = found.find(({ lines, most, widest }) => lines.length <= most && widest <= room) ?? found[found.length - 1];
    return { lines, size };
  }

  /** @param {string} title @param {number} room @param {number} size */
  broken(title, room, size) {
    this.pen.font = `${size}px ${getComputedStyle(this.chart.root).fontFamily}`;
    const width = (/** @type {string} */ words) => this.pen.measureText(words.replace(/\{\w+\}/g, NUMBER)).width;
    /** @type {string[]} */ const lines = [];
    for (const word of title.split(" ")) {
      const longer = `${lines[lines.length - 1]} ${word}`;
      if (lines.length && width(longer) <= room) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return { lines, widest: Math.max(...lines.map(width)) };
  }

  /** The short way: the numbers under the thumbs into the titles that stand. @param {any} node of Plotly */
  follow(node) {
    for (const { name, lines } of this.all) {
      if (!lines.some((line) => line.includes("{"))) continue;
      const texts = lines.map((line) => this.chart.filled(line));
      node.layout[name].title.text = texts.map(escaped).join("<br>");
      const drawn = node.querySelector(`.g-${name.replace("axis", "")}title text`);
      const pieces = lines.length > 1 ? drawn?.querySelectorAll(".line") : [drawn];
      if (pieces?.length === texts.length) texts.forEach((text, i) => pieces[i] && (pieces[i].textContent = text));
    }
  }
}

/** Plotly's name of the y-axis of a panel. @param {number} p */
function axisOf(p) {
  return p ? `yaxis${p + 1}` : "yaxis";
}
