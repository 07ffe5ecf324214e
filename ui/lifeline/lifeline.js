// @ts-check
/**
 * What is shown when the page cannot reach its server by websocket: one sentence, and a chart that asks the API by plain
 * requests. It follows a slider when it is let go. No loss is computed here.
 */

/* WHERE, the addresses of the API and of plotly.js, is written above by the server. */

/** @type {any} */ (window).__streamlit ??= { BACKEND_BASE_URL: location.origin + WHERE.base };

const PATIENCE_MS = 8000;
const LOOK_MS = 500;

const connected = () => document.querySelector("[data-test-connection-state]")?.getAttribute("data-test-connection-state") === "CONNECTED";

let waited = 0;
const watch = window.setInterval(() => {
  const plain = document.getElementById("lifeline");
  if (connected()) {
    plain?.remove();
    window.clearInterval(watch);
  } else if ((waited += LOOK_MS) >= PATIENCE_MS && !plain) {
    open();
  }
}, LOOK_MS);

/** @param {string} tag @param {Record<string, any>} attributes @param {(Node | string)[]} children */
function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) name in node ? (/** @type {any} */ (node)[name] = value) : node.setAttribute(name, value);
  node.append(...children);
  return node;
}

async function open() {
  const chart = make("div", { style: "height:min(60vh,520px)" });
  const sliders = make("div", { style: "display:grid;gap:.6rem;margin:.8rem 0" });
  const said = make("p", { role: "alert", style: "padding:.7rem .9rem;border-left:4px solid #1f77b4;background:#f4f8fb" },
    "This page cannot open its websocket to the server; a proxy in between may not let it through. " +
    "Here is a plain chart instead: it follows a slider when you let go.");
  const choice = /** @type {HTMLSelectElement} */ (make("select", { style: "font:inherit;padding:.4rem" }));
  const page = make("main", { id: "lifeline", style: "position:fixed;inset:0;z-index:10;overflow:auto;padding:1.2rem clamp(1rem,6vw,6rem);background:#fff;color:#1c2430;font:15px 'DejaVu Sans',Verdana,sans-serif" },
    make("h1", { style: "font-size:1.4rem" }, "Lossary"), said, make("label", {}, "Loss ", choice), sliders, chart);
  document.body.append(page);
  try {
    const answer = await (await fetch(WHERE.api + "losses")).json();
    const losses = Array.isArray(answer) ? answer : answer.losses;
    await new Promise((resolve, reject) => document.head.append(make("script", { src: WHERE.plotly, onload: resolve, onerror: reject })));
    const words = new URLSearchParams(location.search);
    choice.append(...losses.map((/** @type {any} */ one) => make("option", { value: one.key }, one.name)));
    choice.value = losses.some((/** @type {any} */ one) => one.key === words.get("loss")) ? words.get("loss") ?? "focal" : "focal";
    choice.onchange = () => show(losses, choice.value, sliders, chart);
    await show(losses, choice.value, sliders, chart);
  } catch {
    said.textContent = "This page cannot reach its server; it may be down, or a proxy in between may not let the page through.";
  }
}

/** Sliders for one loss, and its curve. @param {any[]} losses @param {string} key @param {HTMLElement} sliders @param {HTMLElement} chart */
async function show(losses, key, sliders, chart) {
  const loss = losses.find((one) => one.key === key);
  const inputs = loss.params.map((/** @type {any} */ p) => {
    const input = make("input", { type: "range", min: String(p.lo), max: String(p.hi), step: "any", value: String(p.default) });
    input.dataset.name = p.name;
    const number = make("output", {}, String(p.default));
    input.addEventListener("change", () => {
      number.textContent = Number(/** @type {HTMLInputElement} */ (input).value).toPrecision(3);
      draw(key, inputs, chart);
    });
    return { input, row: make("label", {}, `${p.name}, ${p.meaning} `, input, " ", number) };
  });
  sliders.replaceChildren(...inputs.map((/** @type {any} */ one) => one.row));
  await draw(key, inputs, chart);
}

/** @param {string} key @param {any[]} inputs @param {HTMLElement} chart */
async function draw(key, inputs, chart) {
  const words = new URLSearchParams({ loss: key });
  for (const { input } of inputs) words.set(input.dataset.name, String(Number(Number(input.value).toPrecision(6))));
  const curve = await (await fetch(`${WHERE.api}curve?${words}`)).json();
  /** @type {any} */ (window).Plotly.react(
    chart,
    [
      { x: curve.x, y: curve.value, name: "loss", line: { color: "#1f77b4", width: 3 } },
      { x: curve.x, y: curve.gradient, name: "gradient", yaxis: "y2", line: { color: "#ff7f0e", width: 3, dash: "dash" } },
    ],
    { grid: { rows: 2, columns: 1, subplots: [["xy"], ["xy2"]] }, yaxis: { title: { text: "loss" } }, yaxis2: { title: { text: "gradient" } }, xaxis: { title: { text: curve.view.slice } }, showlegend: false, margin: { t: 10 } },
    { displayModeBar: false, displaylogo: false, showSendToCloud: false, plotlyServerURL: "" },
  );
}
