// @ts-check
/**
 * The live chart: one Plotly node that is never remounted, and that follows the thumb of a slider while it is held.
 *
 * Numbers come from the server in one binary form (see `ui/api/wire.py`), with the page and over the route alike; no loss is
 * computed here. While the hand moves, the lines' paths are set directly and Plotly catches up at rest. Joined with this file
 * into one script are the sliders, `thumbs.js`; the frames of numbers, `frames.js`; the words around the panels, `labels.js`; what
 * is marked on the curves, `marks.js`, and drawn over them, `overlay.js`; the table below, `readout.js`; the piece that a mouse
 * chose, `zoom.js`; and the picture as a file, `saving.js`.
 *
 * @typedef {{rows: string[], points: number, breaks: number[], jumps: number[], kinks: number[], [row: string]: any}} CurveRows
 * @typedef {{name: string, text: string}} Label
 * Any chart may be presented, and a scene's ranges are frozen; a surface may be a triangle. What a chart of many curves says
 * more: the place of the curve under the hand, of the one that ratios refer to, and of those that are hidden; the unit of each
 * symlog row; the rows whose range stays; the marks drawn, by name, with their words; the names of the losses, and whether a
 * panel refers to the reference.
 * @typedef {{
 *   stamp: string, figure: string, frame: string, request: string, content: "curves" | "surface" | "space",
 *   sliders: Record<string, {way: number[], stops: number[] | null}>, values: Record<string, number>, labels: string[], panels: string[],
 *   ratio: string, reach: number, symbol: string, cursor: number | null, address: string, link: string, zoom: string, plotly: string,
 *   across: {slider: string, axis: string} | null, point: string | null, height: string, theme: string | null,
 *   present?: boolean, frozen?: boolean, triangle?: boolean,
 *   table?: "curves", lead?: number, reference?: number, hidden?: number[], symlog?: Record<string, number>, steady?: string[],
 *   marks?: Record<string, string>, slope?: string, losses?: string[], refers?: boolean
 * }} Data
 */

const REST_MS = 120;
/** Between the two clicks of one, as desktops have it: on a busy machine Plotly's own 300 take them for two. */
const DOUBLE_CLICK_MS = 500;
/** So long after the last news or move, no run of the page is under way any more. */
const CALM_MS = 1500;
const CUT = 0.2;
/** The least power of ten on a log axis. */
const LEAST = -12;
/** The rows that jump where the loss does; an area does nowhere, and all others where the gradient does. */
const AS_THE_LOSS = new Set(["value", "ratio", "difference", "normalised"]);
/** @type {Map<string, Promise<any>>} */
const SCRIPTS = new Map();

export default kept((place) => new LiveChart(place), (chart, { data, setStateValue }) => chart.receive(data, setStateValue));

/** Load plotly.js from our own route, once a page. @param {string} url */
function loadPlotly(url) {
  if (/** @type {any} */ (window).Plotly) return Promise.resolve(/** @type {any} */ (window).Plotly);
  let loading = SCRIPTS.get(url);
  if (!loading) {
    loading = new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = url;
      script.onload = () =>
        /** @type {any} */ (window).Plotly ? resolve(/** @type {any} */ (window).Plotly) : reject(new Error("no Plotly in " + url));
      script.onerror = () => reject(new Error("cannot load " + url));
      document.head.append(script);
    });
    loading.catch(() => SCRIPTS.delete(url));
    SCRIPTS.set(url, loading);
  }
  return loading;
}

/** The line with the pen lifted where it jumps. @param {Float32Array} x @param {Float32Array} y @param {number[]} breaks */
export function withGaps(x, y, breaks) {
  if (!breaks.length) return [x, y];
  const n = x.length + breaks.length;
  const [u, v] = [new Float32Array(n), new Float32Array(n)];
  const lifted = new Set(breaks);
  for (let i = 0, k = 0; i < x.length; i++, k++) {
    [u[k], v[k]] = [x[i], y[i]];
    if (lifted.has(i)) {
      k += 1;
      [u[k], v[k]] = [x[i + 1], NaN];
    }
  }
  return [u, v];
}

/** A number as a reader wants it: four digits, a true minus, powers of ten where zeros would pile up. @param {number} v */
export function format(v) {
  if (!Number.isFinite(v)) return Number.isNaN(v) ? "–" : v > 0 ? "∞" : "−∞";
  const size = Math.abs(v);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? Number(v.toPrecision(3)).toExponential().replace("e+", "e") : String(Number(v.toPrecision(4)));
  return text.replaceAll("-", "−");
}

class LiveChart {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = html("div", "live");
    this.node = /** @type {any} */ (html("div", "live-plot"));
    this.overlay = new Overlay(this);
    this.labels = new Labels(this);
    this.titles = new Titles(this);
    this.readout = new Readout(this);
    this.copy = html("button", "live-copy", { type: "button", textContent: "Copy link" });
    this.zoom = new Zoom(this);
    this.note = html("p", "live-note");
    this.note.setAttribute("role", "status");
    this.stage = html("div", "live-stage");
    this.stage.append(this.node, this.overlay.box, this.labels.box);
    this.saving = new Saving(this);
    this.root.append(this.stage, this.readout.box, this.copy, this.saving.box, this.zoom.note, this.note);
    parent.append(this.root);
    /** @type {Data | null} */ this.data = null;
    /** @type {any} */ this.frame = null;
    /** @type {CurveRows | null} */ this.ghost = null;
    /** The named places that the figure was made with. @type {number[]} */ this.marked = [];
    this.plotly = null;
    this.stamp = "";
    /** The stamp of the figure that is drawn. */ this.drawn = "";
    this.pending = false;
    this.inFlight = false;
    this.held = false;
    this.moving = false;
    /** Where the hand is on its slider, and which way it went. @type {{name: string, at: number, way: number} | null} */ this.hand = null;
    this.thumbs = new Thumbs(this);
    this.frames = new Frames(this);
    /** The numbers at which the frame was computed. @type {Record<string, number>} */ this.numbers = {};
    this.cursor = 0;
    /** The place of a surface that was last under the pointer. @type {number[] | null} */ this.point = null;
    this.restTimer = this.calmTimer = 0;
    /** The page's numbers that a thumb was last found away from. */ this.lost = "";
    this.written = this.path = "";
    /** What Plotly is at. @type {Promise<any>} */ this.drawing = Promise.resolve();
    this.stop = new AbortController();
    this.observer = new MutationObserver((records) => this.onMutations(records));
    this.resizer = new ResizeObserver(() => this.resize());
    this.themes = new MutationObserver(() => this.onTheme());
    this.listen();
  }

  listen() {
    const { signal } = this.stop;
    const main = document.querySelector("[data-testid=stMain]") ?? document.body;
    this.observer.observe(main, { subtree: true, attributes: true, attributeFilter: ["aria-valuetext"] });
    this.resizer.observe(this.stage);
    const app = document.querySelector("[data-testid=stApp]");
    if (app) this.themes.observe(app, { attributes: true, attributeFilter: ["class"] });
    document.addEventListener("pointerdown", ({ target }) => ([this.held, this.zoom.held] = [true, this.stage.contains(/** @type {Node} */ (target))]), { signal, capture: true });
    for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => this.onRelease(), { signal, capture: true });
    window.addEventListener("popstate", () => this.calm(), { signal });
    this.copy.addEventListener("click", () => this.copyLink(), { signal });
    this.stage.tabIndex = 0;
    this.stage.addEventListener("keydown", (e) => this.onKey(e), { signal });
  }

  destroy() {
    this.stop.abort();
    this.frames.looking?.stop.abort();
    this.observer.disconnect();
    this.resizer.disconnect();
    this.labels.sizes.disconnect();
    this.themes.disconnect();
    for (const timer of [this.restTimer, this.calmTimer, this.zoom.timer]) clearTimeout(timer);
    this.root.remove();
    const purge = () => this.drawing.catch(() => {}).then(() => this.plotly?.purge(this.node)); // a drawing under way still needs its node
    if (this.held) document.addEventListener("pointerup", () => setTimeout(purge), { once: true }); // and so does a zoom that a hand still draws
    else purge();
  }

  /** New data from the page: after a release, a choice, a change of theme. @param {Data} data @param {(name: string, value: any) => void} send */
  async receive(data, send) {
    this.send = send;
    const changed = data.stamp !== this.drawn;
    this.data = data;
    this.stamp = data.stamp;
    if (data.address !== this.written) this.writeAddress(); // a chart that is about to go may be told the same once more
    try {
      this.plotly = await loadPlotly(data.plotly);
    } catch {
      this.say("The drawing library did not load, so this chart is drawn by the page instead; it follows when you let go.");
      send("broken", true);
      return;
    }
    if (changed) await this.zoom.handAway();
    if (this.data !== data || this.stop.signal.aborted) return;
    if (data.content === "space" && !document.createElement("canvas").getContext("webgl")) {
      send("flat", true);
      return;
    }
    const ahead = !changed && this.touching() && this.thumbs.ahead(data.values);
    const frame = data.frame ? decode(Uint8Array.from(atob(data.frame), (c) => c.charCodeAt(0))) : null;
    this.marked = frame?.places?.map((/** @type {any} */ { mark }) => mark) ?? [];
    if (!ahead) {
      this.frame = frame;
      this.numbers = data.values;
      this.moving = this.held && this.moving;
    }
    if (changed) {
      this.ghost = null;
      this.hand = null;
      this.frames.all.clear();
    }
    await this.place(changed);
    if (ahead) this.ask();
    this.calm();
    this.root.dataset.shown = data.address;
    this.root.dataset.link = data.link;
    this.root.dataset.theme = data.theme ?? "";
  }

  /** The page does not run again by itself when its theme changes, by its menu or with the system: say so. */
  onTheme() {
    const app = /** @type {Element} */ (document.querySelector("[data-testid=stApp]"));
    const theme = getComputedStyle(app).colorScheme;
    if (this.data && this.send && theme !== this.data.theme) this.send("theme", theme);
  }

  /** A hand may be quicker than the page: one run overtakes another, and what that had to say to a slider, or to the address, is
   * lost. Once all is at rest, both are set right. */
  calm() {
    clearTimeout(this.calmTimer);
    this.calmTimer = window.setTimeout(() => this.reconcile(), CALM_MS);
  }

  reconcile() {
    if (!this.data || this.held || this.inFlight) return;
    if (location.pathname === this.path) this.writeAddress();
    const lost = JSON.stringify(this.data.values);
    if (lost === this.lost || !this.thumbs.ahead(this.data.values)) return;
    this.lost = lost;
    this.send?.("astray", performance.now());
  }

  writeAddress() {
    const { address } = /** @type {Data} */ (this.data);
    [this.written, this.path] = [address, location.pathname];
    const embedded = [...new URLSearchParams(location.search)].filter(([word]) => word.startsWith("embed"));
    const search = address + (embedded.length ? "&" + new URLSearchParams(embedded) : "");
    if (address && location.search !== search) history.replaceState(history.state, "", location.pathname + search + location.hash);
  }

  /** The link says every word, at the thumbs' values. Without the clipboard (a page that is not secure) it is shown to be copied. */
  async copyLink() {
    const link = location.origin + location.pathname + /** @type {Data} */ (this.data).link;
    try {
      await navigator.clipboard.writeText(link);
      this.copy.textContent = "Copied";
      window.setTimeout(() => (this.copy.textContent = "Copy link"), 1500);
    } catch {
      this.say(link);
      getSelection()?.selectAllChildren(this.note);
    }
  }

  /** Put the figure into the node: whole after a choice, only new numbers after a release. @param {boolean} whole */
  async place(whole) {
    const figure = JSON.parse(/** @type {Data} */ (this.data).figure);
    if (/** @type {Data} */ (this.data).present) this.magnify(figure);
    this.titles.learn(figure.layout);
    this.stage.style.height = /** @type {Data} */ (this.data).height;
    if (whole || !this.node.data) {
      this.fill(figure.data);
      const config = { displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "", doubleClick: false, doubleClickDelay: DOUBLE_CLICK_MS, responsive: false };
      this.fit(figure.layout);
      this.zoom.open(figure, /** @type {Data} */ (this.data).zoom);
      const { stamp } = this;
      await (this.drawing = this.plotly.react(this.node, figure.data, figure.layout, config));
      this.drawn = stamp;
      this.bind();
      this.point = null;
      this.cursor = this.indexOf(/** @type {Data} */ (this.data).cursor);
    } else {
      this.fill(this.node.data);
      [this.node.layout.annotations, this.node.layout.shapes] = [figure.layout.annotations, figure.layout.shapes];
      this.fit(this.node.layout);
      this.movePlaces();
      if (!this.held) this.rescale();
      if (this.data?.content !== "space") await this.redraw(); // that has no new numbers, and a hand may be turning it
      this.zoom.hear(/** @type {Data} */ (this.data).zoom);
    }
    this.paint();
  }

  /** The margins that labels and titles need, and the titles. @param {any} layout */
  fit(layout) {
    if (!this.isLines()) return;
    const [narrow, wide] = piecesIn(this) ? [118, 152] : [84, 126];
    const r = this.stage.clientWidth < 620 ? narrow : wide;
    const powers = layout.yaxis?.type === "log" ? 22 : 0;
    layout.margin = { ...(layout.margin ?? {}), ...(this.data?.present ? this.enlarged({ l: 106 + powers, t: 10, b: 66, r: 1.5 * r }) : { l: 84 + powers, t: 8, b: 46, r }) };
    this.titles.all = this.titles.into(layout, this.stage.clientWidth, this.stage.clientHeight);
  }

  /** How much larger than the smallest projector the screen is. */
  factor() {
    return Math.max(1, Math.min(innerWidth / 1024, innerHeight / 768));
  }

  /** @param {Record<string, number>} sizes */
  enlarged(sizes) {
    return Object.fromEntries(Object.entries(sizes).map(([side, size]) => [side, size * this.factor()]));
  }

  /** Presented, type and lines grow with the screen. @param {{data: any[], layout: any}} figure */
  magnify({ data, layout }) {
    const k = (this.scale = this.factor());
    const axes = axesOf(layout).map((name) => layout[name]);
    const fonts = [...axes.flatMap((axis) => [axis.tickfont, axis.title?.font]), ...(layout.annotations ?? []).map((/** @type {any} */ a) => a.font), ...(layout.shapes ?? []).map((/** @type {any} */ s) => s.label?.font)];
    for (const font of fonts) if (font?.size) font.size *= k;
    for (const note of layout.annotations ?? []) [note.ax, note.ay] = [note.ax * k, note.ay * k];
    for (const { line } of data) if (line?.width) line.width *= k;
  }

  bind() {
    if (this.bound) return;
    this.bound = true;
    this.node.on("plotly_relayout", (/** @type {any} */ change) => this.zoom.onRelayout(change));
    this.node.on("plotly_doubleclick", () => this.zoom.undo());
    this.node.on("plotly_afterplot", () => this.paint());
    this.node.on("plotly_hover", (/** @type {any} */ event) => (this.isLines() ? this.moveTo(this.indexOf(event.xvals?.[0] ?? event.points[0].x)) : this.pointTo(event.points[0])));
    this.node.on("plotly_click", () => this.tellCursor());
    this.node.addEventListener("pointermove", (/** @type {PointerEvent} */ event) => {
      const place = this.data?.triangle && this.frame ? this.placeUnder(event) : null;
      if (place) this.pointTo(place);
    });
  }

  isLines() {
    return this.data?.content === "curves";
  }

  /** Give the traces their numbers. @param {any[]} traces */
  fill(traces) {
    if (!this.frame) return;
    for (const trace of traces) {
      const { curve, row } = trace.meta ?? {};
      if (this.isLines()) {
        [trace.x, trace.y] = this.lineOf(this.frame.curves[curve], row);
        trace.name = this.labelOf(curve).join(" ");
      } else if (this.frame[row] && row !== "path") {
        trace.z = this.frame[row];
        const [first, second] = this.data?.triangle ? ["a", "b"] : ["x", "y"];
        [trace[first], trace[second]] = [this.frame.x, this.frame.y];
      } else if (row === "paper") {
        [trace.a, trace.b] = [this.frame.x, this.frame.y];
        const bent = [...this.frame.y].map((b) => [...this.frame.x].map((a) => this.placed(a, b)));
        [trace.x, trace.y] = [0, 1].map((k) => bent.map((places) => places.map((place) => place[k])));
      } else if (row === "path" && this.frame.path) {
        [trace.x, trace.y] = this.frame.path;
      } else if (row === "across" && this.data?.across) {
        const { slider, axis } = this.data.across;
        trace[axis] = [this.numbers[slider], this.numbers[slider]];
      }
    }
  }

  /** Where a place of the plane is drawn: in a triangle its second coordinate is the height, and draws the first together. @param {number} a @param {number} b */
  placed(a, b) {
    return this.data?.triangle ? [a * (1 - b) + b / 2, b] : [a, b];
  }

  /** The place of a triangle under a pointer; null beside it. @param {PointerEvent} event */
  placeUnder({ clientX, clientY }) {
    const { x, y } = this.axes(this.node._fullData[0]);
    const box = this.node.getBoundingClientRect();
    const b = y.p2c(clientY - box.top - y._offset);
    const a = (x.p2c(clientX - box.left - x._offset) - b / 2) / (1 - b);
    const within = (/** @type {number} */ v, /** @type {Float32Array} */ grid) => v >= grid[0] && v <= grid[grid.length - 1];
    return within(a, this.frame.x) && within(b, this.frame.y) ? { x: a, y: b } : null;
  }

  /** A row as it is drawn: on its panel's scale, with the pen lifted where it jumps. @param {CurveRows} curve @param {string} row */
  lineOf(curve, row) {
    const y = this.data?.symlog?.[row] ? Float32Array.from(curve[row], (/** @type {number} */ v) => this.scaled(row, v)) : curve[row];
    return row === "area" ? [curve.x, y] : withGaps(curve.x, y, AS_THE_LOSS.has(row) ? curve.jumps : curve.breaks);
  }

  /** A value where its panel's axis has it. @param {string} row @param {number} v */
  scaled(row, v) {
    const unit = this.data?.symlog?.[row];
    return unit ? Math.asinh(v / (2 * unit)) / Math.LN10 : v;
  }

  /** The curve under the hand. @returns {CurveRows} */
  lead() {
    return this.frame.curves[this.data?.lead ?? 0];
  }

  /** The places of the curves that are seen. @returns {number[]} */
  shown() {
    const hidden = this.data?.hidden ?? [];
    return [...this.frame.curves.keys()].filter((k) => !hidden.includes(k));
  }

  // --- following the hand ---------------------------------------------------------------------------------------------

  /** Whether a hand is on a slider: only then are the thumbs ahead of what the page says. */
  touching() {
    return this.held || !!this.thumbs.sliderOf(document.activeElement);
  }

  /** @param {MutationRecord[]} records */
  onMutations(records) {
    if (!this.data || !this.plotly || !this.touching()) return;
    const name = records.map(({ target }) => this.thumbs.sliderOf(target)).find(Boolean);
    if (!name || (!this.inFlight && !this.thumbs.ahead(this.numbers))) return;
    if (!this.moving) {
      this.moving = true;
      this.ghost = this.isLines() && this.frame ? { ...this.lead() } : null;
      this.paint();
    }
    const [at, before] = [Number(this.thumbs.inputOf(name)?.value), this.hand];
    this.hand = { name, at, way: before && before.name === name && at < before.at ? -1 : 1 };
    this.ask();
    this.calm();
  }

  /** Ask for the curves at the thumbs; one position at a time, and the latest wins. */
  async ask() {
    this.pending = true;
    if (this.inFlight) return;
    this.inFlight = true;
    this.root.dataset.busy = "1";
    try {
      while (this.pending && !this.stop.signal.aborted) {
        this.pending = false;
        await this.follow();
      }
    } finally {
      this.inFlight = false;
      delete this.root.dataset.busy;
    }
    this.frames.lookAhead();
  }

  async follow() {
    const { stamp } = /** @type {Data} */ (this.data);
    const numbers = this.thumbs.numbers();
    this.frames.giveWay(this.frames.urlAt(numbers));
    try {
      const frame = await this.frames.at(numbers);
      if (stamp !== this.stamp) return;
      this.frame = frame;
      this.numbers = numbers;
      this.say("");
      this.drawNow();
    } catch (error) {
      if (this.stop.signal.aborted) return;
      this.say("Live drawing is out of reach right now; the chart follows when you let go of the slider.");
    }
  }

  /** The short way: new numbers into the traces, and straight into the lines' paths. */
  drawNow() {
    const before = this.node.data.map((/** @type {any} */ { x, y }) => ({ x, y }));
    this.fill(this.node.data);
    if (this.isLines()) {
      let bare = false; // Plotly makes no path for a curve that was infinite everywhere
      this.titles.follow(this.node);
      this.movePlaces();
      this.node._fullData.forEach((/** @type {any} */ full, /** @type {number} */ i) => {
        const { x, y } = this.node.data[i];
        if (isSame(x, before[i].x) && isSame(y, before[i].y)) return;
        const line = this.node.querySelector(`.trace${full.uid} .js-line`);
        if (line) line.setAttribute("d", this.pathOf(x, y, this.axes(full)));
        else if ([...y].some(Number.isFinite)) bare = true;
      });
      if (bare) this.redraw();
      this.paint(true);
    } else {
      this.recast();
    }
    this.rest();
    this.root.dispatchEvent(new CustomEvent("lossary:drawn", { bubbles: true }));
  }

  /** The named places go to where the frame has them; one that it has not is not shown. */
  movePlaces() {
    if (!this.isLines()) return;
    (this.node.layout.annotations ?? []).forEach((/** @type {any} */ note, /** @type {number} */ i) => {
      const place = this.frame.places?.find((/** @type {any} */ { mark }) => mark === this.marked[i]);
      const drawn = /** @type {HTMLElement | null} */ (this.node.querySelector(`.annotation[data-index="${i}"]`));
      const { x, y } = this.axes({ xaxis: note.xref, yaxis: note.yref });
      note.visible = !!place;
      if (drawn) {
        drawn.dataset.at ??= `${note.x},${note.y}`; // where Plotly drew it: each of its redraws makes the note anew
        drawn.style.visibility = place ? "" : "hidden";
      }
      if (!place) return;
      [note.x, note.y, note.text] = [place.x, y.d2r(place.y), `<b>${escaped(place.words)}</b>`];
      if (!drawn) return;
      const [a, b] = String(drawn.dataset.at).split(",").map(Number);
      drawn.setAttribute("transform", `translate(${x.r2p(note.x) - x.r2p(a)},${y.r2p(note.y) - y.r2p(b)})`);
      const words = drawn.querySelector("tspan");
      if (words && words.textContent !== place.words) words.textContent = place.words;
    });
  }

  /** The short way for a map: each trace is drawn by its own part of Plotly; axes, scale and margins stay as they are. */
  recast() {
    const { _fullData: traces, calcdata: known } = this.node;
    if (!traces.every((/** @type {any} */ _, /** @type {number} */ i) => known?.[i]?.[0])) {
      this.redraw(); // Plotly is about to draw all of it anew
      return;
    }
    this.forget();
    traces.forEach((/** @type {any} */ full, /** @type {number} */ i) => {
      const trace = this.node.data[i]; // numbers that the page sent packed have no length: Plotly has unpacked them
      for (const name of ["x", "y", "z", "a", "b"]) if (trace[name]?.length) full[name] = trace[name];
      const cast = full._module.calc(this.node, full);
      Object.assign(cast[0], { trace: full, t: known[i][0].t });
      known[i] = cast;
    });
    for (const part of this.node._fullLayout._basePlotModules) part.plot(this.node);
    this.paint();
  }

  /** A map on a carpet draws its first numbers for ever, unless it is made to forget them. */
  forget() {
    for (const full of this.node._fullData) if (full.type === "contourcarpet") delete full._z;
  }

  /** All of Plotly's own drawing. */
  redraw() {
    this.forget();
    return (this.drawing = this.plotly.redraw(this.node));
  }

  /** Plotly learns what the paths already show: its redraw takes longer than a frame, so it waits until the hand is away. */
  async catchUp() {
    if (this.stop.signal.aborted) return;
    await this.redraw();
  }

  rest() {
    clearTimeout(this.restTimer);
    if (!this.held) this.restTimer = window.setTimeout(() => this.catchUp(), REST_MS);
  }

  onRelease() {
    this.held = this.zoom.held = false;
    if (!this.moving) return;
    this.moving = false;
    if (this.isLines() && this.rescale()) this.catchUp();
    else this.rest();
  }

  /** With the hand away: a new y-range where over a fifth of the first curve is cut off or it has gone flat. */
  rescale() {
    if (!this.isLines() || this.zoom.on || this.data?.frozen || !this.frame) return false;
    let changed = false;
    this.panels().forEach(({ row, axis, name }) => {
      if (this.data?.steady?.includes(row)) return;
      const rows = this.shown().map((k) => this.frame.curves[k][row]).filter(Boolean);
      const log = axis.type === "log";
      const to = (/** @type {number} */ v) => (log ? Math.log10(v) : this.scaled(row, v));
      const [low, high] = axis.range;
      const seen = [...(this.lead()[row] ?? [])].map(to).filter(Number.isFinite);
      const cut = seen.filter((v) => v < low || v > high).length / Math.max(1, seen.length);
      const span = Math.max(...seen) - Math.min(...seen);
      const flat = span > 0 && span < CUT * (high - low);
      if (cut <= CUT && !flat) return;
      const range = rangeOf(rows.map((/** @type {Float32Array} */ r) => [...r].map(to).filter(Number.isFinite)), log ? LEAST : undefined);
      [this.node.layout[name].range, this.zoom.whole[name]] = [range, [...range]];
      changed = true;
    });
    return changed;
  }

  // --- geometry -------------------------------------------------------------------------------------------------------

  /** @param {any} full */
  axes(full) {
    const layout = this.node._fullLayout;
    const axis = (/** @type {string} */ id) => layout[id[0] + "axis" + id.slice(1)];
    return { x: axis(full.xaxis ?? "x"), y: axis(full.yaxis ?? "y") };
  }

  /** The panels from the top: the row each shows and its axes. */
  panels() {
    /** @type {Map<string, any>} */
    const found = new Map();
    this.node._fullData.forEach((/** @type {any} */ full) => {
      const row = full.meta?.row;
      if (!found.has(row)) {
        const { x, y } = this.axes(full);
        found.set(row, { row, axis: y, x, name: y._name });
      }
    });
    return [...found.values()];
  }

  /** Plotly's axes round to hundredths of a pixel. @param {ArrayLike<number>} xs @param {ArrayLike<number>} ys @param {{x: any, y: any}} axes */
  pathOf(xs, ys, { x, y }) {
    let path = "";
    let pen = "M";
    for (let i = 0; i < xs.length; i++) {
      const b = y.c2p(ys[i]);
      if (Number.isFinite(b)) {
        path += `${pen}${x.c2p(xs[i])},${near(b)}`;
        pen = "L";
      } else {
        pen = "M";
      }
    }
    return path;
  }

  // --- over the panels and around them: overlay, labels, table --------------------------------------------------------

  /** @param {boolean} quick the axes stand as they stood: what hangs on them alone is left alone */
  paint(quick = false) {
    if (this.stamp !== this.drawn) return; // the page has sent another figure, which is not drawn yet
    if (!this.node._fullLayout || !this.frame || !this.isLines()) {
      this.overlay.clear();
      this.labels.clear();
      this.readout.clear();
      if (this.data?.point && this.node._fullLayout && this.frame) this.paintPoint();
      return;
    }
    const panels = this.panels();
    this.overlay.paint(panels, quick);
    this.labels.paint(panels[0], quick);
    this.readout.paint(panels);
    this.tellExample();
  }

  /** On a surface the example drawn is the one last under the pointer. @param {{x: number, y: number}} point */
  pointTo({ x, y }) {
    if (!this.data?.point || (this.point?.[0] === x && this.point[1] === y)) return;
    this.point = [x, y];
    this.paint();
  }

  /** Before any pointer, the example is where the page says: on the curve's slice, which a thumb may move. */
  pointOfPage() {
    const said = /** @type {Data} */ (this.data).point ?? "";
    return said.replace(/\{(\w+)\}/g, (_, name) => String(this.numbers[name])).split(",").map(Number);
  }

  paintPoint() {
    const [a, b] = this.point ?? this.pointOfPage();
    const { x, y } = this.axes(this.node._fullData[0]);
    const [u, v] = this.placed(a, b);
    this.overlay.paintPoint(x._offset + x.c2p(u), y._offset + y.c2p(v));
    this.tellExample([a, b].map((v) => Number(v.toPrecision(6))).join(","));
  }

  /** Who draws the example at the cursor hears where that is, and at which numbers. @param {string} [point] */
  tellExample(point) {
    const at = point ?? String(Number(this.frame.curves[0].x[this.cursor].toPrecision(6)));
    const texts = Object.fromEntries(Object.entries(this.numbers).map(([name, value]) => [name, format(value)]));
    this.root.dispatchEvent(new CustomEvent("lossary:example", { bubbles: true, detail: { stamp: this.stamp, at, numbers: this.numbers, texts } }));
  }

  /** @param {number} k @returns {{color?: string, dash?: string}} */
  lineStyle(k) {
    return this.node._fullData.find((/** @type {any} */ full) => full.meta?.curve === k)?.line ?? {};
  }

  /** @param {number} k */
  colourOf(k) {
    return this.lineStyle(k).color ?? "currentColor";
  }

  /** The name of a curve and its numbers, as they stand under the thumbs. @param {number} k */
  labelOf(k) {
    return this.filled(/** @type {Data} */ (this.data).labels[k] ?? "").split("\n");
  }

  /** Words with the numbers under the thumbs. @param {string} text with `{key}` for that of a slider */
  filled(text) {
    return text.replace(/\{(\w+)\}/g, (_, name) => format(this.numbers[name]));
  }

  // --- the cursor -----------------------------------------------------------------------------------------------------

  /** The sample nearest to an x. @param {number | null} at */
  indexOf(at) {
    const xs = this.frame?.curves?.[0]?.x;
    if (!xs) return 0;
    const x = at ?? (xs[0] + xs[xs.length - 1]) / 2;
    const i = Math.round(((x - xs[0]) / (xs[xs.length - 1] - xs[0])) * (xs.length - 1));
    return Math.max(0, Math.min(xs.length - 1, i));
  }

  /** @param {number} index */
  moveTo(index) {
    if (index === this.cursor) return;
    this.cursor = index;
    this.paint(true);
  }

  /** The page keeps the cursor too: its snippet, its picture and its link are about this example. */
  tellCursor() {
    const xs = this.frame?.curves?.[0]?.x;
    if (xs) this.send?.("at", Number(xs[this.cursor].toPrecision(6)));
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageDown: -20, PageUp: 20, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined || !this.isLines() || !this.frame) return;
    event.preventDefault();
    event.stopPropagation();
    const last = this.frame.curves[0].x.length - 1;
    this.moveTo(Math.max(0, Math.min(last, this.cursor + step * (event.shiftKey ? 10 : 1))));
    clearTimeout(this.cursorTimer);
    this.cursorTimer = window.setTimeout(() => this.tellCursor(), 500);
  }

  resize() {
    if (!this.plotly || !this.node._fullLayout || !this.node.isConnected || this.stamp !== this.drawn) return;
    if (this.data?.present && this.scale !== this.factor()) this.place(true); // other type, in the size before: it is resized as well
    this.fit(this.node.layout);
    this.plotly.Plots.resize(this.node);
  }

  /** @param {string} text */
  say(text) {
    if (this.note.textContent !== text) this.note.textContent = text;
  }
}

/** Words as Plotly's own markup would not read them. @param {string} text */
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** The names of a layout's axes. @param {any} layout */
function axesOf(layout) {
  return Object.keys(layout).filter((name) => /^[xy]axis/.test(name));
}

/** @param {Float32Array} a @param {Float32Array} b */
function isSame(a, b) {
  return a === b || (a.length === b?.length && a.every((v, i) => Object.is(v, b[i])));
}

/** The body of all rows with its outliers cut, as `range_of` in `ui/charts/lines.py` has it for the page's own first range.
 * @param {number[][]} rows @param {number} least what is less is drawn there */
function rangeOf(rows, least = -Infinity) {
  const seen = rows.flat().map((v) => Math.max(least, v)).sort((a, b) => a - b);
  if (!seen.length) return [0, 1];
  const quantile = (/** @type {number} */ q) => {
    const at = q * (seen.length - 1);
    const i = Math.floor(at);
    return seen[i] + (at - i) * ((seen[i + 1] ?? seen[i]) - seen[i]);
  };
  const slack = 1.5 * (quantile(0.97) - quantile(0.03));
  const bottom = Math.max(seen[0], quantile(0.03) - slack);
  const top = Math.min(seen[seen.length - 1], quantile(0.97) + slack);
  const pad = 0.05 * (top - bottom) || Math.max(0.5 * Math.abs(top), 0.5);
  return [bottom - pad, top + pad];
}
