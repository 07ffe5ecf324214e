// @ts-check
/** What the scripts of all components share: it is joined in front of each. */

const SVG = "http://www.w3.org/2000/svg";
/** The strokes of each of Plotly's dashes, in pixels. @type {Record<string, string>} */
const STROKES = { solid: "", dash: "7 4", dot: "2 3", dashdot: "7 3 2 3", longdash: "12 4", longdashdot: "12 3 2 3" };

/**
 * What Streamlit calls to draw: one thing is made in each place, told the news whenever there is some, and taken away with its place.
 * @template {{destroy: () => void}} T @param {(place: HTMLElement) => T} make @param {(one: T, news: any) => void} tell
 */
function kept(make, tell) {
  /** @type {WeakMap<HTMLElement, T>} */
  const all = new WeakMap();
  return (/** @type {any} */ component) => {
    const place = component.parentElement;
    const one = all.get(place) ?? make(place);
    all.set(place, one);
    tell(one, component);
    return () => {
      one.destroy();
      all.delete(place);
    };
  };
}

/** @template {keyof HTMLElementTagNameMap} K @param {K} tag @param {string} [className] @param {Record<string, any>} [more] */
function html(tag, className = "", more = {}) {
  return Object.assign(document.createElement(tag), { className, ...more });
}

/** @template {keyof SVGElementTagNameMap} K @param {K} tag @param {Record<string, string | number>} attributes @param {...(Node | string)} inside */
function svg(tag, attributes, ...inside) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...inside);
  return node;
}

/** A piece of a line, as it stands beside its name. @param {{color?: string, dash?: string}} line @param {number} width @param {string} name of its class */
function pieceOf({ color = "currentColor", dash = "solid" }, width, name) {
  const line = svg("line", { x1: 0, y1: 4, x2: width, y2: 4, stroke: color, "stroke-width": 2.8, "stroke-dasharray": STROKES[dash] });
  return svg("svg", { viewBox: `0 0 ${width} 8`, width, height: 8, class: name, "aria-hidden": "true" }, line);
}

/** Text as a search reads it: without accents and capitals. @param {string} text */
function folded(text) {
  return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
}

/**
 * The keys of what holds every word of a search. Where nothing does, its "loss" counts for nothing: everything is one.
 * @param {string} text @param {Map<string, string>} names what each is found by, folded
 */
function searched(text, names) {
  const holding = (/** @type {string[]} */ words) => new Set([...names].filter(([, own]) => words.every((word) => own.includes(word))).map(([key]) => key));
  const words = folded(text).split(/\s+/).filter(Boolean);
  const found = holding(words);
  return found.size ? found : holding(words.filter((word) => !/^loss(es)?$/.test(word)));
}

/** What a loss is found by. @param {{key: string, name: string, also: string[]}} loss @param {...(string | undefined)} more */
function findable(loss, ...more) {
  return folded([loss.name, loss.key, loss.key.replaceAll("_", " "), ...loss.also, ...more].join(" \n "));
}
