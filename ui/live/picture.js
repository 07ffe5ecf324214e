// @ts-check
/**
 * The example at the cursor, as a picture that follows the hand. It hears from the chart where the cursor is and at which
 * numbers (`lossary:example`), asks the server for the picture there, and draws its marks. Nothing of a loss is known here.
 * The form that saves it is `saveform.js`, joined with this file into one script; it looks as the chart's does.
 *
 * @typedef {{mark: string, at: any, role: string, by?: number[], [style: string]: any}} Mark
 * @typedef {{view: number[], aspect: number, title: string, x_ticks: [number, string][], y_ticks: [number, string][],
 *   boxed: boolean, marks: Mark[]}} Panel
 * @typedef {{caption: string, legend: {role: string, form: string, text: string}[], rows: Panel[][]}} Picture
 * @typedef {{stamp: string, picture: string, request: string, values: Record<string, number>, at: string,
 *   colours: Record<string, string>, title: string, zoom: number}} Data
 * @typedef {{stamp: string, at: string, numbers: Record<string, number>}} Example
 * @typedef {{x: (v: number) => number, y: (v: number) => number, left: number, top: number, width: number, height: number}} Field
 */

const GAP = 10;
const TITLE = 17;
const TICKS_BELOW = 17;
const TICKS_LEFT = 34;
const HEAD = 7;
const LETTER = 7.8;
const DIGIT = 6.8;
const HATCH = 6;
const SIDE = 0.66;
/** How wide a saved picture may be, and its type. @type {Size[]} */
const FILE_SIZES = [["width", 800, 200, 4000], ["type size", 16, 6, 72]];
/** The size of a picture's words on the page. */
const TYPE = 12;
const ENTRY = 22;
/** What the style sheet says of a mark, and a file must say itself. */
const STYLES = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-opacity", "stroke-linejoin", "paint-order",
  "font-family", "font-size", "font-weight", "image-rendering"];
let count = 0;

export default kept((place) => new LivePicture(place), (picture, { data }) => picture.receive(data));

/** @param {string} role */
const ink = (role) => `var(--picture-${role})`;
/** @param {number} v */
const px = (v) => Math.round(v * 100) / 100;

class LivePicture {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = html("figure", "picture");
    this.canvas = svg("svg", { role: "img" });
    this.legend = html("div", "picture-legend");
    this.caption = html("figcaption");
    this.saving = new SaveForm("Save the example", "picture-save", FILE_SIZES, (format, sizes) => this.save(format, sizes));
    this.root.append(this.canvas, this.legend, this.caption, this.saving.box);
    parent.append(this.root);
    /** @type {Data | null} */ this.data = null;
    /** @type {Picture | null} */ this.picture = null;
    /** @type {Example | null} */ this.example = null;
    /** Ids inside one drawing must not meet those of another on the page. */ this.name = `picture-${(count += 1)}`;
    this.shown = "";
    this.wanted = "";
    this.inFlight = false;
    this.frame = 0;
    this.stop = new AbortController();
    document.addEventListener("lossary:example", (e) => this.onExample(/** @type {CustomEvent} */ (e).detail), { signal: this.stop.signal });
    this.resizer = new ResizeObserver(() => this.paint());
    this.resizer.observe(this.root);
  }

  destroy() {
    this.stop.abort();
    this.resizer.disconnect();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  /** New data from the page. @param {Data} data */
  receive(data) {
    const changed = data.stamp !== this.data?.stamp;
    this.data = data;
    for (const [role, colour] of Object.entries(data.colours)) this.root.style.setProperty(`--picture-${role}`, colour);
    const heard = this.example?.stamp === data.stamp;
    if (changed || !heard) {
      this.shown = this.wanted = this.url(data.at, data.values);
      this.show(JSON.parse(data.picture));
    }
    if (heard) this.want();
  }

  /** @param {Example} example */
  onExample(example) {
    this.example = example;
    if (example.stamp === this.data?.stamp) this.want();
  }

  /** The picture at the cursor is wanted, once a frame: the chart may still move it. */
  want() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      if (!this.example || this.example.stamp !== this.data?.stamp) return;
      this.wanted = this.url(this.example.at, this.example.numbers);
      this.ask();
    });
  }

  /** @param {string} at @param {Record<string, number>} numbers */
  url(at, numbers) {
    const { request, values } = /** @type {Data} */ (this.data);
    const fill = (/** @type {string} */ text) => text.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(numbers[name] ?? values[name])));
    return `${fill(request)}&at=${fill(at).split(",").map((part) => encodeURIComponent(String(Number(part)))).join(",")}`;
  }

  /** One request at a time, and the latest place wins. Without an answer the last picture stays. */
  async ask() {
    if (this.inFlight) return;
    this.inFlight = true;
    this.root.dataset.busy = "1";
    try {
      while (this.wanted !== this.shown && !this.stop.signal.aborted) {
        const [url, stamp] = [this.wanted, this.data?.stamp];
        const answer = await fetch(url, { signal: this.stop.signal });
        if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/json")) break;
        const picture = await answer.json();
        if (stamp !== this.data?.stamp) continue;
        this.shown = url;
        this.show(picture);
      }
    } catch {
      // The page draws it again on release.
    } finally {
      this.inFlight = false;
      delete this.root.dataset.busy;
    }
  }

  /** @param {Picture} picture */
  show(picture) {
    this.picture = picture;
    this.root.dataset.shown = this.shown;
    const tall = picture.rows.reduce((sum, row) => sum + Math.max(...row.map(({ aspect }) => aspect)) / row.length, 0);
    this.root.style.setProperty("--picture-tall", String(Math.max(1, tall)));
    this.paint();
  }

  // --- drawing --------------------------------------------------------------------------------------------------------

  /** How much larger than on the page everything is drawn: presented, it grows with the screen. */
  zoom() {
    const zoom = this.data?.zoom ?? 1;
    return zoom === 1 ? 1 : zoom * Math.max(1, Math.min(innerWidth / 1024, innerHeight / 768));
  }

  paint() {
    const width = this.root.clientWidth / this.zoom();
    if (!this.picture || !width) return;
    const { caption, legend } = this.picture;
    const { parts, height } = this.draw(width);
    this.canvas.replaceChildren(...parts);
    this.canvas.setAttribute("viewBox", `0 0 ${px(width)} ${px(height)}`);
    this.canvas.setAttribute("height", String(px(height * this.zoom())));
    this.canvas.setAttribute("aria-label", `${this.data?.title ?? ""}. ${caption}`);
    this.caption.textContent = caption;
    const key = JSON.stringify(legend);
    if (this.legend.dataset.key !== key) {
      this.legend.dataset.key = key;
      this.legend.replaceChildren(...legend.map((entry) => this.entry(entry)));
    }
  }

  /** All panels at a width, and how high they are together. @param {number} width */
  draw(width) {
    const { rows, legend } = /** @type {Picture} */ (this.picture);
    this.hatched = new Set(legend.filter(({ form }) => form === "hatch").map(({ role }) => role));
    const drawn = svg("g", {});
    let top = 0;
    for (const row of rows) {
      const outer = (width - GAP * (row.length - 1)) / row.length;
      let bottom = top;
      row.forEach((panel, k) => {
        const field = this.fieldOf(panel, k * (outer + GAP), top, outer);
        drawn.append(this.panel(panel, field, k + "-" + top));
        bottom = Math.max(bottom, field.top + field.height + (panel.x_ticks.length ? TICKS_BELOW : 2));
      });
      top = bottom + GAP * 0.6;
    }
    const defs = svg("defs", {}, ...[...this.hatched].map((role) => hatch(`${this.name}-hatch-${role}`, role)));
    return { parts: [defs, drawn], height: top };
  }

  // --- as a file ------------------------------------------------------------------------------------------------------

  /** @param {string} format @param {number[]} sizes */
  async save(format, [width, size]) {
    if (!this.picture) return;
    const file = this.file(width, size / TYPE);
    const text = new XMLSerializer().serializeToString(file);
    const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    const words = new URL(this.shown, location.href).searchParams;
    handOver(format === "svg" ? url : await png(url, file), `${words.get("loss") ?? words.get("scene")}-example.${format}`);
  }

  /** The picture with its legend, on paper, every style written into it. @param {number} width @param {number} zoom */
  file(width, zoom) {
    const { caption, legend } = /** @type {Picture} */ (this.picture);
    const name = this.name;
    this.name = `${name}-file`;
    const room = width / zoom - 2 * GAP;
    const { parts, height } = this.draw(room);
    const { entries, bottom } = this.entries(legend, room, height + GAP);
    this.name = name;
    const whole = svg("g", { transform: `scale(${zoom}) translate(${GAP} ${GAP})` }, ...parts, ...entries);
    const high = Math.ceil((bottom + 2 * GAP) * zoom);
    const described = svg("desc", {}, `${this.data?.title ?? ""}. ${caption}`);
    const paper = svg("rect", { width, height: high, class: "picture-paper" });
    const file = svg("svg", { width, height: high, viewBox: `0 0 ${width} ${high}`, class: "picture-file" }, described, paper, whole);
    this.root.append(file);
    for (const node of file.querySelectorAll("*")) inline(node);
    file.remove();
    file.removeAttribute("class");
    return file;
  }

  /** The legend in lines. @param {Picture["legend"]} legend @param {number} width @param {number} top */
  entries(legend, width, top) {
    let [x, y] = [0, top];
    const entries = legend.map((entry) => {
      const wide = ENTRY + 6 + LETTER * entry.text.length + GAP;
      if (x && x + wide > width) [x, y] = [0, y + 1.5 * TYPE];
      const group = svg("g", { transform: `translate(${px(x)} ${px(y)})` }, ...this.sample(entry), word(ENTRY + 5, 11.5, entry.text, "picture-title", "start"));
      x += wide;
      return group;
    });
    return { entries, bottom: y + 1.5 * TYPE };
  }

  /** @param {Panel} panel @param {number} x @param {number} y @param {number} outer @returns {Field} */
  fieldOf(panel, x, y, outer) {
    const left = x + (panel.y_ticks.length ? TICKS_LEFT : 1);
    const top = y + (panel.title ? TITLE : 2);
    const width = outer - (left - x) - 1;
    const height = width * panel.aspect;
    const [x0, x1, y0, y1] = panel.view;
    return { left, top, width, height, x: (v) => left + ((v - x0) / (x1 - x0)) * width, y: (v) => top + ((v - y1) / (y0 - y1)) * height };
  }

  /** @param {Panel} panel @param {Field} field @param {string} name */
  panel(panel, field, name) {
    const { left, top, width, height } = field;
    const clip = `${this.name}-clip-${name.replace(/\W/g, "_")}`;
    const whole = { x: px(left), y: px(top), width: px(width), height: px(height) };
    const inside = svg("g", { "clip-path": `url(#${clip})` });
    const above = svg("g", {});
    const maps = panel.marks.filter(({ mark }) => mark === "heat");
    for (const mark of panel.marks) {
      if (mark.mark === "text") above.append(...this.text(mark, field));
      else if (mark.mark !== "heat") inside.append(...this.mark(mark, field));
      else if (mark === maps[maps.length - 1]) inside.append(this.heat(maps, field));
    }
    const group = svg("g", {}, svg("clipPath", { id: clip }, svg("rect", whole)));
    if (panel.boxed) group.append(svg("rect", { ...whole, class: "picture-paper" }));
    group.append(inside, above);
    if (panel.boxed) group.append(svg("rect", { ...whole, class: "picture-frame" }));
    if (panel.title) group.append(word(left, top - 5, panel.title, "picture-title", "start"));
    for (const [at, said] of panel.x_ticks) {
      const x = field.x(at);
      group.append(svg("line", { x1: px(x), x2: px(x), y1: px(top + height), y2: px(top + height + 4), class: "picture-tick" }));
      const half = (DIGIT * said.length) / 2;
      group.append(word(Math.max(left + half - TICKS_LEFT, Math.min(left + width - half + 2, x)), top + height + 15, said, "picture-number", "middle"));
    }
    for (const [at, said] of panel.y_ticks) {
      const y = field.y(at);
      group.append(svg("line", { x1: px(left - 4), x2: px(left), y1: px(y), y2: px(y), class: "picture-tick" }));
      group.append(word(left - 6, y + 4, said, "picture-number", "end"));
    }
    return group;
  }

  /** @param {Mark} mark @param {Field} field @returns {Element[]} */
  mark(mark, field) {
    const draw = { rect: this.rect, line: this.line, circle: this.circle, dot: this.dot, bars: this.bars, arrow: this.arrow, outline: this.outline, squares: this.squares }[mark.mark];
    return draw ? draw.call(this, mark, field) : [];
  }

  /** @param {string} role */
  hatchOf(role) {
    return `url(#${this.name}-hatch-${role})`;
  }

  /** Stroke, fill and hatching of a mark. @param {Mark} mark */
  paintOf({ role, fill, edge, dash, hatch: lines }) {
    const style = [`stroke:${edge ? ink(role) : "none"}`, `stroke-width:${edge ?? 0}`, `fill:${fill ? ink(role) : "none"}`, `fill-opacity:${fill ?? 0}`];
    if (dash) style.push(`stroke-dasharray:${STROKES[dash]}`);
    if (lines) this.hatched?.add(role);
    return style.join(";");
  }

  /** @param {Mark} mark @param {Field} field */
  rect(mark, { x, y }) {
    const [a, b, c, d] = mark.at;
    const box = { x: px(Math.min(x(a), x(c))), y: px(Math.min(y(b), y(d))), width: px(Math.abs(x(c) - x(a))), height: px(Math.abs(y(d) - y(b))) };
    const found = [svg("rect", { ...box, style: this.paintOf(mark) })];
    if (mark.hatch) found.push(svg("rect", { ...box, fill: this.hatchOf(mark.role) }));
    return found;
  }

  /** @param {Mark} mark @param {Field} field */
  bars(mark, { x, y }) {
    const d = mark.at.map((/** @type {number[]} */ [a, b, c, e]) => `M${px(x(a))},${px(y(b))}H${px(x(c))}V${px(y(e))}H${px(x(a))}Z`).join("");
    const found = [svg("path", { d, style: this.paintOf(mark) })];
    if (mark.hatch) found.push(svg("path", { d, fill: this.hatchOf(mark.role) }));
    return found;
  }

  /** @param {Mark} mark @param {Field} field */
  line(mark, { x, y }) {
    const points = mark.at.map((/** @type {number[]} */ [a, b]) => `${px(x(a))},${px(y(b))}`).join(" ");
    return [svg("polyline", { points, style: this.paintOf({ edge: 1.5, ...mark }) })];
  }

  /** @param {Mark} mark @param {Field} field */
  outline(mark, { x, y }) {
    const d = mark.at.map((/** @type {number[]} */ [a, b, c, e]) => `M${px(x(a))},${px(y(b))}L${px(x(c))},${px(y(e))}`).join("");
    return [svg("path", { d, style: this.paintOf({ edge: 1.5, ...mark, dash: mark.dash && "dot" }) })];
  }

  /** @param {Mark} mark @param {Field} field */
  circle(mark, { x, y }) {
    const [a, b, r] = mark.at;
    return [svg("circle", { cx: px(x(a)), cy: px(y(b)), r: px(Math.abs(x(a + r) - x(a))), style: this.paintOf({ edge: 1.4, ...mark }) })];
  }

  /** @param {Mark} mark @param {Field} field */
  dot(mark, { x, y }) {
    const [a, b] = [x(mark.at[0]), y(mark.at[1])];
    return [shape(mark.form, a, b, mark.role, mark.size ?? 5)];
  }

  /** @param {Mark} mark @param {Field} field */
  text(mark, { x, y, left, top, width, height }) {
    const room = LETTER * mark.text.length;
    const before = { start: 0, middle: room / 2, end: room }[/** @type {string} */ (mark.anchor)] ?? 0;
    const a = Math.max(left + 3 + before, Math.min(left + width - 3 - (room - before), x(mark.at[0]) + (mark.dx ?? 0)));
    const b = Math.max(top + 12, Math.min(top + height - 4, y(mark.at[1]) + (mark.dy ?? 0)));
    const node = word(a, b, mark.text, `picture-word${mark.halo ? " picture-halo" : ""}${mark.bold ? " picture-bold" : ""}`, mark.anchor);
    node.style.fill = `color-mix(in srgb, ${ink(mark.role)} 70%, var(--picture-ink))`;
    return [node];
  }

  /** @param {Mark} mark @param {Field} field */
  arrow(mark, { x, y }) {
    const [a, b] = mark.at;
    const [dx, dy] = /** @type {number[]} */ (mark.by);
    const [along, up] = [x(a + dx) - x(a), y(b + dy) - y(b)];
    const long = Math.hypot(along, up);
    if (long < 1.5) return [];
    const head = Math.min(HEAD, long);
    const [u, v] = [along / long, up / long];
    const [x1, y1] = [x(a) + u * (mark.rim ?? 0), y(b) + v * (mark.rim ?? 0)];
    const [x2, y2] = [x1 + along, y1 + up];
    const [bx, by] = [x2 - u * head, y2 - v * head];
    const half = head * 0.5;
    const tip = `${px(x2)},${px(y2)} ${px(bx - v * half)},${px(by + u * half)} ${px(bx + v * half)},${px(by - u * half)}`;
    return [
      svg("line", { x1: px(x1), y1: px(y1), x2: px(bx), y2: px(by), style: `stroke:${ink(mark.role)}`, class: "picture-arrow" }),
      svg("polygon", { points: tip, style: `fill:${ink(mark.role)}` }),
    ];
  }

  /** A square in the middle of each cell, as long as the cell's number says and never so long that it hides the cell. @param {Mark} mark @param {Field} field */
  squares(mark, { x, y }) {
    const [x0, y0, x1] = mark.at;
    const cells = atob(mark.cells);
    let d = "";
    for (let k = 0; k < cells.length; k++) {
      const half = (SIDE * cells.charCodeAt(k)) / 510;
      if (!half) continue;
      const [a, b] = [x0 + (k % (x1 - x0)) + 0.5, y0 + Math.floor(k / (x1 - x0)) + 0.5];
      d += `M${px(x(a - half))},${px(y(b - half))}H${px(x(a + half))}V${px(y(b + half))}H${px(x(a - half))}Z`;
    }
    return [svg("path", { d, style: `fill:${ink(mark.role)}${mark.rim ? `;stroke:${ink(mark.rim)};stroke-width:0.6;stroke-opacity:0.6` : ""}` })];
  }

  /** The grids of a panel, laid over each other once and stretched. @param {Mark[]} maps @param {Field} field */
  heat(maps, { x, y }) {
    const [x0, y0, x1, y1] = maps[0].at;
    const [width, height] = [x1 - x0, y1 - y0];
    const grid = document.createElement("canvas");
    [grid.width, grid.height] = [width, height];
    const context = /** @type {CanvasRenderingContext2D} */ (grid.getContext("2d"));
    const image = context.createImageData(width, height);
    for (const { role, cells } of maps) layOver(image.data, rgbOf(/** @type {Data} */ (this.data).colours[role]), atob(cells));
    context.putImageData(image, 0, 0);
    const box = { x: px(x(x0)), y: px(y(y0)), width: px(x(x1) - x(x0)), height: px(y(y1) - y(y0)) };
    return svg("image", { ...box, href: grid.toDataURL(), preserveAspectRatio: "none", class: "picture-heat" });
  }

  /** @param {{role: string, form: string, text: string}} entry */
  entry(entry) {
    const node = document.createElement("span");
    const sample = svg("svg", { width: ENTRY, height: 14, viewBox: `0 0 ${ENTRY} 14`, "aria-hidden": "true" }, ...this.sample(entry));
    node.append(sample, document.createTextNode(entry.text));
    return node;
  }

  /** What a role looks like. @param {{role: string, form: string}} entry @returns {Element[]} */
  sample({ role, form }) {
    /** @type {Field} */
    const field = { left: 0, top: 0, width: 22, height: 14, x: (v) => v, y: (v) => v };
    const box = { mark: "rect", at: [2, 2, 20, 12], role, edge: 1.6 };
    /** @type {Record<string, () => Element[]>} */
    const forms = {
      box: () => this.rect({ ...box, fill: 0.6 }, field),
      "dashed box": () => this.rect({ ...box, dash: "dash", fill: 0.15 }, field),
      "dotted box": () => this.rect({ ...box, dash: "dot" }, field),
      hatch: () => this.rect({ ...box, edge: 1.2, hatch: true, fill: 0.25 }, field),
      arrow: () => this.arrow({ mark: "arrow", at: [1, 7], by: [20, 0], role }, field),
      ring: () => [svg("circle", { cx: 11, cy: 7, r: 5.5, style: this.paintOf({ mark: "", at: 0, role, edge: 1.6, dash: "dot" }) })],
      "dashed ring": () => [svg("circle", { cx: 11, cy: 7, r: 5.5, style: this.paintOf({ mark: "", at: 0, role, edge: 1.6, dash: "dash" }) })],
      line: () => this.line({ mark: "line", at: [[1, 7], [21, 7]], role, edge: 2 }, field),
      "dashed line": () => this.line({ mark: "line", at: [[1, 7], [21, 7]], role, edge: 2, dash: "dash" }, field),
      "dotted line": () => this.line({ mark: "line", at: [[1, 7], [21, 7]], role, edge: 2, dash: "dot" }, field),
      disc: () => [shape("disc", 11, 7, role, 5)],
      square: () => [shape("square", 11, 7, role, 5)],
      triangle: () => [shape("triangle", 11, 7, role, 5)],
      plus: () => [...this.rect({ ...box, edge: 0, fill: 0.75 }, field), word(11, 11.5, "+", "picture-word picture-bold", "middle")],
      minus: () => [...this.rect({ ...box, edge: 0, fill: 0.75 }, field), word(11, 11.5, "−", "picture-word picture-bold", "middle")],
    };
    return forms[form]?.() ?? [];
  }
}

/** @param {number} x @param {number} y @param {string} said @param {string} style @param {string} anchor */
function word(x, y, said, style, anchor) {
  const node = /** @type {SVGTextElement} */ (svg("text", { x: px(x), y: px(y), class: style, "text-anchor": anchor }));
  node.textContent = said;
  return node;
}

/** @param {string} form @param {number} x @param {number} y @param {string} role @param {number} r */
function shape(form, x, y, role, r) {
  const style = form === "ring" ? `fill:none;stroke:${ink(role)};stroke-width:2` : `fill:${ink(role)}`;
  if (form === "square") return svg("rect", { x: px(x - r), y: px(y - r), width: 2 * r, height: 2 * r, style, class: "picture-dot" });
  if (form === "triangle") {
    const points = `${px(x)},${px(y - 1.3 * r)} ${px(x - 1.2 * r)},${px(y + 0.9 * r)} ${px(x + 1.2 * r)},${px(y + 0.9 * r)}`;
    return svg("polygon", { points, style, class: "picture-dot" });
  }
  return svg("circle", { cx: px(x), cy: px(y), r: form === "ring" ? r + 3 : r, style, class: form === "ring" ? "" : "picture-dot" });
}

/** @param {string} id @param {string} role */
function hatch(id, role) {
  const lines = svg("path", { d: `M0,${HATCH}L${HATCH},0M-1,1L1,-1M${HATCH - 1},${HATCH + 1}L${HATCH + 1},${HATCH - 1}`, style: `stroke:${ink(role)};stroke-width:1.3` });
  return svg("pattern", { id, width: HATCH, height: HATCH, patternUnits: "userSpaceOnUse" }, lines);
}

/** Lay one colour over a grid, each cell at its own opacity. @param {Uint8ClampedArray} grid @param {number[]} rgb @param {string} shades */
function layOver(grid, rgb, shades) {
  for (let k = 0; k < shades.length; k++) {
    const over = shades.charCodeAt(k) / 255;
    if (!over) continue;
    const under = (grid[4 * k + 3] / 255) * (1 - over);
    const whole = over + under;
    for (let c = 0; c < 3; c++) grid[4 * k + c] = (rgb[c] * over + grid[4 * k + c] * under) / whole;
    grid[4 * k + 3] = 255 * whole;
  }
}

/** What the page's style says of a node, on the node itself. @param {Element} node */
function inline(node) {
  const seen = getComputedStyle(node);
  const said = STYLES.map((name) => [name, seen.getPropertyValue(name)]).map(([name, value]) => `${name}:${/^color/.test(value) ? plain(value) : value}`);
  node.setAttribute("style", said.join(";"));
  node.removeAttribute("class");
}

/** A mixed colour as every program knows it. @param {string} colour */
function plain(colour) {
  const context = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return `rgb(${r}, ${g}, ${b})`;
}

/** A drawing as pixels. @param {string} url @param {Element} drawing */
async function png(url, drawing) {
  const image = new Image();
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = ["width", "height"].map((side) => Number(drawing.getAttribute(side)));
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0);
  return canvas.toDataURL("image/png");
}

/** @param {string} hex */
function rgbOf(hex) {
  const value = parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
