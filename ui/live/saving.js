// @ts-check
/**
 * The picture as a file: the figure at another size with all that the overlay shows drawn into it.
 * It is joined with `chart.js` into one script.
 */

/** How large a picture may be, and its type. @type {Size[]} */
const SIZES = [["width", 1200, 200, 4000], ["height", 800, 150, 4000], ["type size", 16, 6, 72]];
/** The size of the page's type, which lines and dots are drawn for. */
const PAGE_TYPE = 13;
/** Plotly draws the numbers in space larger than it is asked to: this share of the type looks like it. */
const SOLID = 0.85;

class Saving {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    this.box = new SaveForm("Save the picture", "live-save", SIZES, (format, sizes) => this.save(format, sizes)).box;
  }

  /** @param {string} format @param {number[]} sizes */
  async save(format, [width, height, size]) {
    const { chart } = this;
    if (!chart.plotly || !chart.node._fullLayout) return;
    try {
      const url = await chart.plotly.toImage(pictureOf(chart, width, height, size), { format, width, height, scale: 1 });
      handOver(url, `${shownBy(new URLSearchParams(chart.data.link))}.${format}`);
    } catch {
      chart.say("This browser could not make the picture.");
    }
  }
}

/** What an address shows, in a word or a few: its loss, its scene, or the losses that are compared. @param {URLSearchParams} words */
function shownBy(words) {
  const losses = new Set(words.getAll("curve").map((curve) => curve.split(":")[0]));
  return words.get("loss") ?? words.get("scene") ?? ["compare", ...[...losses].slice(0, 3)].join("-");
}

/** The figure as it stands, at another size. @param {any} chart @param {number} width @param {number} height @param {number} size */
function pictureOf(chart, width, height, size) {
  const layout = JSON.parse(JSON.stringify(chart.node.layout));
  for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
    const axis = layout[name];
    axis.title = { ...axis.title, standoff: size / 2, font: { ...axis.title?.font, size: size * 1.15 } };
    axis.tickfont = { ...axis.tickfont, size };
    if (name.startsWith("y")) axis.automargin = "left"; // long numbers push their title outwards
  }
  grow(layout, size / PAGE_TYPE);
  if (layout.scene) makeRoom(layout.scene, chart.node._fullLayout.scene._scene.getCamera(), size, Math.min(width, height)); // Plotly writes a hand's turn into the first layout only
  const { plot_bgcolor: ground, template } = chart.node._fullLayout;
  const paper = ground ?? template?.layout?.plot_bgcolor ?? "#ffffff"; // in three dimensions there is no ground but the template's
  Object.assign(layout, { width, height, autosize: false, paper_bgcolor: paper, font: { ...layout.font, size } });
  const data = chart.node.data.map((/** @type {any} */ trace) => (trace.line?.width ? { ...trace, line: { ...trace.line, width: (trace.line.width * size) / PAGE_TYPE } } : trace));
  if (chart.isLines() && chart.frame) {
    placeLabels(chart, layout, height, size);
    chart.titles.into(layout, width, height, size * 1.15);
    const room = width - layout.margin.l - layout.margin.r;
    for (const [p, panel] of chart.panels().entries()) data.push(...marksInto(chart, layout, panel, p, size, room));
  } else if (chart.data?.content === "surface") {
    Object.assign(layout.margin, { l: 5.2 * size, t: size, b: 3.8 * size, autoexpand: true });
    if (chart.data.point && chart.frame) data.push(exampleOf(chart, size));
  }
  return { data, layout };
}

/** A surface in space, further away and higher in the picture, so that the words around and below it have room as their type grows.
 * @param {any} scene @param {any} camera as it stands @param {number} size @param {number} side the shorter one */
function makeRoom(scene, camera, size, side) {
  const [share, { eye, center }] = [size / side, camera];
  const by = 1 + 5 * share;
  scene.camera = { ...camera, eye: { x: eye.x * by, y: eye.y * by, z: eye.z * by }, center: { ...center, z: center.z - 4 * share } };
  for (const name of ["xaxis", "yaxis", "zaxis"]) {
    const axis = scene[name];
    scene[name] = { ...axis, nticks: 6, tickfont: { ...axis?.tickfont, size: SOLID * size }, title: { ...axis?.title, font: { ...axis?.title?.font, size } } };
  }
}

/** What is written into the figure grows with its type. @param {any} layout @param {number} by */
function grow(layout, by) {
  const notes = layout.annotations ?? [];
  const fonts = [...notes.map((/** @type {any} */ note) => note.font), ...(layout.shapes ?? []).map((/** @type {any} */ shape) => shape.label?.font)];
  for (const font of fonts) if (font?.size) font.size *= by;
  for (const note of notes) [note.ax, note.ay] = [note.ax * by, note.ay * by];
}

/** The curves' labels as annotations at the right of the first panel. @param {any} chart @param {any} layout @param {number} height @param {number} size */
function placeLabels(chart, layout, height, size) {
  const { axis, row } = chart.panels()[0];
  layout.margin = { l: 5.2 * size, t: size, b: 3.8 * size, r: 0 };
  const room = height - layout.margin.t - layout.margin.b;
  const [low, high] = axis.domain;
  const wanted = endsOf(chart, row, (v) => layout.margin.t + room * (1 - high + (high - low) * Math.max(0, Math.min(1, axis.c2p(v) / axis._length || 0))));
  const { texts, type } = textsOf(namesOf(chart, wanted, false), room, size);
  const piece = piecesIn(chart) ? 2 * type : 0; // as on the page, a piece of the line before the name
  layout.margin.r = piece + 0.64 * type * Math.max(4, ...texts.flat().map((line) => line.length)) + 1.5 * type;
  const tops = spread(wanted, texts.map((lines) => lines.length * type * LINE), layout.margin.t, height);
  layout.annotations = [...(layout.annotations ?? []), ...wanted.map((/** @type {any} */ { k }, /** @type {number} */ i) => ({
    text: texts[i].map(escaped).join("<br>"), showarrow: false, align: "left", font: { size: type, color: chart.colourOf(k), weight: 600 },
    xref: "paper", x: 1, xanchor: "left", xshift: size / 2 + piece, yref: "paper", y: 1 - (tops[i] - layout.margin.t) / room, yanchor: "top", borderpad: 0,
  }))];
  if (!piece) return;
  layout.shapes = [...(layout.shapes ?? []), ...wanted.map((/** @type {any} */ { k }, /** @type {number} */ i) => ({
    type: "line", xref: "paper", xsizemode: "pixel", xanchor: 1, x0: size / 2, x1: size / 2 + 1.7 * type, yref: "paper", ysizemode: "pixel",
    yanchor: 1 - (tops[i] - layout.margin.t) / room, y0: -0.75 * type, y1: -0.75 * type, line: { color: chart.colourOf(k), width: (2.6 * size) / PAGE_TYPE, dash: chart.lineStyle(k).dash ?? "solid" },
  }))];
}

/** Labels in lines and their type, so that all have room: broken at commas, else each on one line, else smaller.
 * @param {string[]} names @param {number} room @param {number} size */
function textsOf(names, room, size) {
  const broken = names.map((name) => name.split(/\n|(?<=,) /));
  const whole = names.map((name) => [name.replaceAll("\n", ", ")]);
  const height = (/** @type {string[][]} */ texts) => heightOf(texts.map((lines) => lines.length * size * LINE));
  if (height(broken) <= room) return { texts: broken, type: size };
  return { texts: whole, type: size * Math.min(1, room / height(whole)) };
}

/** The cursor, the tangent, the shaded regions and the minima of one panel: shapes and words go into the layout, traces come back.
 * @param {any} chart @param {any} layout @param {any} panel @param {number} p @param {number} size @param {number} room */
function marksInto(chart, layout, panel, p, size, room) {
  const { row, axis, x } = panel;
  const ink = chart.node._fullLayout.font.color;
  const lead = chart.lead();
  const at = lead.x[chart.cursor];
  const on = { xaxis: x._id, yaxis: axis._id, hoverinfo: "skip", showlegend: false };
  const across = { xref: x._id, yref: `${axis._id} domain` };
  layout.shapes = [...(layout.shapes ?? []), { type: "line", ...across, x0: at, x1: at, y0: 0, y1: 1, opacity: 0.55, line: { color: ink, width: size / PAGE_TYPE, dash: "dot" } }];
  for (const { lo, hi, words, panel, colour } of regionsOf(chart)) {
    layout.shapes.push({ type: "rect", ...across, x0: lo, x1: hi, y0: 0, y1: 1, layer: "below", line: { width: 0 }, opacity: colour ? 0.11 : 0.06, fillcolor: colour ?? ink });
    const wide = (room * (hi - lo)) / Math.abs(x.range[1] - x.range[0]) > 0.62 * size * words.length;
    if (wide && p === panel) layout.annotations.push({ text: escaped(words), showarrow: false, ...across, x: (lo + hi) / 2, y: panel ? 0 : 1, yanchor: panel ? "bottom" : "top", font: { size, color: ink }, opacity: 0.72 });
  }
  const dots = leadLast(chart).filter((/** @type {number} */ k) => chart.frame.curves[k][row]);
  /** @type {any[]} */
  const traces = [{
    ...on, mode: "markers", x: dots.map(() => at), y: dots.map((/** @type {number} */ k) => chart.scaled(row, chart.frame.curves[k][row][chart.cursor])),
    marker: { size: (10 * size) / PAGE_TYPE, color: dots.map((/** @type {number} */ k) => chart.colourOf(k)), line: { color: layout.paper_bgcolor, width: 1.5 } }, meta: { row: "cursor" },
  }];
  const ends = p === 0 ? tangentOf(chart, { x, y: axis }) : [];
  if (ends.length) traces.push({ ...on, mode: "lines", x: ends.map(([u]) => u), y: ends.map(([, v]) => v), line: { color: ink, width: (1.4 * size) / PAGE_TYPE }, meta: { row: "tangent" } });
  for (const { colour: color, lo, hi, y } of row === "value" ? minimaOf(chart) : [])
    traces.push({ ...on, mode: "lines+markers", x: [lo, hi], y: [y, y], line: { color, width: (2.5 * size) / PAGE_TYPE }, marker: { symbol: "diamond", size: (12 * size) / PAGE_TYPE, color }, meta: { row: "minimum" } });
  return traces;
}

/** The ring at the example that is drawn beside a surface. @param {any} chart @param {number} size */
function exampleOf(chart, size) {
  const [a, b] = chart.point ?? chart.pointOfPage();
  const [x, y] = chart.placed(a, b);
  return { type: "scatter", mode: "markers", x: [x], y: [y], hoverinfo: "skip", showlegend: false, marker: { symbol: "circle-open", size: (12 * size) / PAGE_TYPE, color: "#ffffff", line: { width: 2.5 } }, meta: { row: "example" } };
}
