// @ts-check
/**
 * The cards of the scenes. Each is a link: a click opens the scene in this page, and a middle click in another tab.
 *
 * @typedef {{d: string, dash: string, light: string, dark: string}} Line
 * @typedef {{key: string, title: string, cite: string, lines: Line[]}} Card
 * @typedef {Card[]} Cards
 * @typedef {{cards: string, theme: "light" | "dark", words: string}} Data
 */

/** @param {any} component */
export default function render({ parentElement, data, setTriggerValue }) {
  const list = html("ul", "bill");
  list.append(...JSON.parse(data.cards).map((/** @type {Card} */ card) => item(card, data, setTriggerValue)));
  parentElement.querySelector(".bill")?.remove();
  parentElement.append(list);
  return () => list.remove();
}

/** @param {Card} card @param {Data} shown @param {(name: string, value: any) => void} send */
function item({ key, title, cite, lines }, { theme, words }, send) {
  const link = html("a", "bill-card", { href: `?scene=${key}${words}` });
  link.dataset.scene = key;
  const paths = lines.map((line) => svg("path", { d: line.d, stroke: line[theme], "stroke-dasharray": STROKES[line.dash] }));
  const picture = svg("svg", { viewBox: "0 0 320 150", "aria-hidden": "true" }, ...paths);
  link.append(picture, html("strong", "", { textContent: title }), html("span", "", { textContent: cite }));
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    send("open", key);
  });
  const row = html("li");
  row.append(link);
  return row;
}
