// @ts-check
/**
 * The list of losses by family, with a search over names, keys and other names. Type, arrow down, Enter.
 *
 * @typedef {{key: string, name: string, also: string[]}} Item
 * @typedef {{families: {name: string, losses: Item[]}[], current: string, words: string, none: string}} Data
 */

export default kept(
  (place) => new Picker(place),
  (picker, { data, setTriggerValue }) => picker.receive(data, (key) => setTriggerValue("pick", key)),
);

class Picker {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = html("div", "picker");
    this.input = html("input", "", { type: "search", autocomplete: "off", spellcheck: false });
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "true", "aria-controls": "picker-list", "aria-autocomplete": "list" }))
      this.input.setAttribute(name, value);
    this.list = html("div", "", { id: "picker-list" });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Losses by family");
    this.root.append(this.input, this.list);
    parent.append(this.root);
    this.active = "";
    /** @type {string[]} */ this.keys = [];
    this.input.addEventListener("input", () => this.draw());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.choose(/** @type {HTMLElement} */ (option).dataset.key ?? "");
    });
  }

  destroy() {
    this.root.remove();
  }

  /** @param {Data} data @param {(key: string) => void} pick */
  receive(data, pick) {
    this.pick = pick;
    if (this.drawn === JSON.stringify(data)) return;
    this.drawn = JSON.stringify(data);
    this.data = data;
    this.input.placeholder = data.words;
    this.input.setAttribute("aria-label", data.words.replace("…", ""));
    this.draw();
    this.list.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }

  draw() {
    const wanted = this.input.value.trim();
    const { families } = /** @type {Data} */ (this.data);
    const found = searched(wanted, new Map(families.flatMap((family) => family.losses.map((item) => [item.key, findable(item)]))));
    const shown = families.map((family) => ({ ...family, losses: family.losses.filter((item) => found.has(item.key)) })).filter((family) => family.losses.length);
    const keys = shown.flatMap((family) => family.losses.map((item) => item.key));
    this.active = wanted ? (keys.includes(this.active) ? this.active : keys[0] ?? "") : "";
    this.keys = keys;
    this.list.replaceChildren(...(shown.length ? shown.map((family) => this.group(family)) : [this.nothing()]));
    this.mark();
  }

  /** @param {{name: string, losses: Item[]}} family */
  group(family) {
    const group = html("div");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", family.name);
    const title = html("div", "picker-family", { textContent: family.name });
    title.setAttribute("aria-hidden", "true");
    group.append(title, ...family.losses.map((item) => this.option(item)));
    return group;
  }

  /** @param {Item} item */
  option(item) {
    const option = html("div", "", { id: `picker-${item.key}`, textContent: item.name, title: [item.key, ...item.also].join(" · ") });
    option.setAttribute("role", "option");
    option.dataset.key = item.key;
    option.setAttribute("aria-selected", String(item.key === this.data?.current));
    return option;
  }

  nothing() {
    return html("p", "picker-none", { textContent: this.data?.none ?? "" });
  }

  mark() {
    for (const option of this.list.querySelectorAll("[role=option]")) option.classList.toggle("active", /** @type {HTMLElement} */ (option).dataset.key === this.active);
    if (this.active) this.input.setAttribute("aria-activedescendant", `picker-${this.active}`);
    else this.input.removeAttribute("aria-activedescendant");
    this.list.querySelector(".active")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const { keys } = this;
    const at = keys.indexOf(this.active);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const from = at < 0 ? keys.indexOf(this.data?.current ?? "") : at;
      this.active = keys[(from + (event.key === "ArrowDown" ? 1 : -1) + keys.length) % keys.length] ?? "";
      this.mark();
    } else if (event.key === "Enter" && this.active) {
      this.choose(this.active);
    } else if (event.key === "Escape") {
      this.input.value = "";
      this.draw();
    }
    event.stopPropagation();
  }

  /** @param {string} key */
  choose(key) {
    this.input.value = "";
    this.active = "";
    if (key && key !== this.data?.current) this.pick?.(key);
    this.draw();
  }
}
