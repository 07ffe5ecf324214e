// @ts-check
/**
 * The cards of the scenes. Each is a link: a click opens the scene in this page, and a middle click in another tab.
 *
 * @typedef {{d: string, dash: string, light: string, dark: string}} Line
 * @typedef {{key: string, title: string, cite: string, lines: Line[]}} Card
 * @typedef {Card[]} Cards
 * @typedef {{cards: string, theme: "light" | "dark", words: string}} Data
 */

const SVG = "http://www.w3.org/2000/svg";

/** @param {any} component */
export default function render({ parentElement, data, setTriggerValue }) {
  const list = document.createElement("ul");
  list.className = "bill";
  list.append(...JSON.parse(data.cards).map((/** @type {Card} */ card) => item(card, data, setTriggerValue)));
  parentElement.querySelector(".bill")?.remove();
  parentElement.append(list);
  return () => list.remove();
}

/** @param {Card} card @param {Data} shown @param {(name: string, value: any) => void} send */
function item({ key, title, cite, lines }, { theme, words }, send) {
  const link = document.createElement("a");
  link.href = `?scene=${key}${words}`;
  link.className = "bill-card";
  link.dataset.scene = key;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 320 150");
  picture.setAttribute("aria-hidden", "true");
  for (const line of lines) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", line.d);
    path.setAttribute("stroke", line[theme]);
    path.setAttribute("stroke-dasharray", line.dash);
    picture.append(path);
  }
  const [sentence, source] = [document.createElement("strong"), document.createElement("span")];
  [sentence.textContent, source.textContent] = [title, cite];
  link.append(picture, sentence, source);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    send("open", key);
  });
  const row = document.createElement("li");
  row.append(link);
  return row;
}
