// @ts-check
/**
 * The keys of a lecture. A field that has the focus keeps all keys, a slider or a chart those that move it; Escape takes the
 * focus away.
 *
 * @typedef {{key: string, action: string, words: string}} Key
 * @typedef {{keys: Key[]}} Data
 */

const NAMES = { "→": ["ArrowRight", "PageDown"], "←": ["ArrowLeft", "PageUp"], Esc: ["Escape"] };
/** Who is typed into keeps every key; who is moved keeps those that move it. */
const TYPED = "input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=listbox], [role=menu]";
const MOVED = "input, [role=slider], [role=radio], [role=tab]";
/** Who is moved by keys when keys lead to it; a click has chosen already. */
const CHOSEN = "input[type=radio], input[type=checkbox], [role=radio], [role=tab]";
const SAID_MS = 2500;

export default kept((place) => new Keys(place), (keys, { data, setTriggerValue }) => keys.receive(data.keys, setTriggerValue));

class Keys {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    /** @type {Key[]} */ this.list = [];
    this.count = 0;
    this.stop = new AbortController();
    this.said = html("p", "keys-said");
    this.said.setAttribute("role", "status");
    this.help = html("dialog", "keys-help");
    this.help.setAttribute("aria-label", "Keys");
    parent.append(this.said, this.help);
    this.pointed = false;
    document.addEventListener("pointerdown", () => (this.pointed = true), { signal: this.stop.signal, capture: true });
    document.addEventListener("keydown", () => (this.pointed = false), { signal: this.stop.signal, capture: true });
    document.addEventListener("keydown", (event) => this.onKey(event), { signal: this.stop.signal });
    document.addEventListener("click", (event) => this.onClick(event), { signal: this.stop.signal });
    // A choice keeps its click to itself, so it is heard on the way there.
    document.addEventListener("click", () => this.free(), { signal: this.stop.signal, capture: true });
  }

  /** @param {Key[]} list @param {(name: string, value: any) => void} send */
  receive(list, send) {
    this.list = list;
    this.send = send;
    const table = html("table");
    for (const { key, words } of list) {
      const row = table.insertRow();
      const cap = html("th");
      cap.append(html("kbd", "", { textContent: key }));
      row.append(cap, html("td", "", { textContent: words }));
    }
    const close = html("button", "", { type: "button", textContent: "Close" });
    close.addEventListener("click", () => this.help.close());
    this.help.replaceChildren(table, close);
  }

  destroy() {
    this.stop.abort();
    clearTimeout(this.timer);
    this.said.remove();
    this.help.remove();
  }

  /** @param {KeyboardEvent} event */
  actionOf(event) {
    return this.list.find(({ key }) => (NAMES[/** @type {keyof typeof NAMES} */ (key)] ?? [key, key.toLowerCase()]).includes(event.key))?.action;
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const action = this.actionOf(event);
    if (!action) return;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    if (action === "blur") {
      if (focused?.matches(`${TYPED}, ${MOVED}`)) focused.blur();
      return;
    }
    if ((this.help.open && action !== "help") || focused?.closest(TYPED) || (event.key.length > 1 && focused?.closest(MOVED))) return;
    event.preventDefault();
    this.act(action);
  }

  /** A choice made with a mouse leaves the arrows to the scenes. */
  free() {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    if (this.pointed && this.list.some(({ key }) => key === "→") && focused?.matches(CHOSEN)) focused.blur();
  }

  /** The footer's keys are buttons for a mouse too. @param {MouseEvent} event */
  onClick(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest?.(".sheet-key");
    if (button instanceof HTMLElement) this.act(button.dataset.action ?? "");
  }

  /** @param {string} action */
  act(action) {
    if (action === "full") this.full();
    else if (action === "link") this.link();
    else if (action === "help") this.help.open ? this.help.close() : this.help.showModal();
    else this.send?.("action", `${action} ${(this.count += 1)}`);
  }

  full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen?.().catch(() => this.say("The browser does not allow full screen here."));
  }

  async link() {
    const chart = /** @type {HTMLElement | null} */ (document.querySelector(".live"));
    const link = location.origin + location.pathname + (chart?.dataset.link ?? location.search);
    try {
      await navigator.clipboard.writeText(link);
      this.say("The link is copied.");
    } catch {
      this.say(link);
    }
  }

  /** @param {string} text */
  say(text) {
    this.said.textContent = text;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => (this.said.textContent = ""), SAID_MS * (text.startsWith("http") ? 4 : 1));
  }
}
