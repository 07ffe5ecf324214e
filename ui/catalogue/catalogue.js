// @ts-check
/**
 * The catalogue: every loss as a card, found by words, kind, trait, parameter and document; and the five documents.
 *
 * Filters work here, without the server; their state is in the address (kind, trait, param, document, sort, q, view), read when
 * the page opens or Back is pressed, and every word of it is held against what there is before it is used.
 *
 * The page brings the first cards; the whole is fetched once they are painted, or at once where they are not what is asked for.
 *
 * @typedef {{value: string, gradient: string, axis: string, from: string, to: string}} Thumb
 * @typedef {{name: string, symbol: string, range: string, default: string, meaning: string}} Param
 * @typedef {{key: string, name: string, family: string, kind: string, year: number | null, claim: string, formula: string[],
 *   params: Param[], traits: Record<string, string>, limits: {words: string, href: string}[], conventions: string[], used: string,
 *   papers: {text: string, url: string}[], also: string[], documents: string[], href: string, curve: Thumb, slice: string}} Card
 * @typedef {{key: string, name: string, meaning?: string}} Facet
 * @typedef {{label: string, d: string}} Stroke
 * @typedef {{said: Stroke, right: Stroke, x: string, y: string, apart: boolean, from: string, to: string, ticks: {text: string, down: number}[], zero: number | null, href: string}} Drawing
 * @typedef {{key: string, en: string, zh: string, said: string, right: string, drawings: Drawing[], links: {name: string, href: string}[]}} Erratum
 * @typedef {{zh: string, en: string, losses: {name: string, href: string}[], note: string}} Mention
 * @typedef {{key: string, number: number, zh: string, en: string, about: string, mentions: Mention[], errata: Erratum[]}} Doc
 * @typedef {{cards: Card[], kinds: Facet[], traits: Facet[], params: Facet[], documents: Doc[]}} Contents
 * @typedef {{cards: Card[], kinds: Facet[], traits: Facet[], params: Facet[], documents: {key: string, number: number, zh: string}[]}} Opening
 * @typedef {{first: string, total: number, whole: string, base: string}} Data
 * @typedef {{view: string, kind: string, trait: string[], param: string, document: string, sort: string, q: string}} State
 */

const SORTS = { family: "Family", name: "Name", year: "Oldest paper", newest: "Newest paper", params: "Most parameters" };
const VIEWS = { losses: "Losses", documents: "From the documents" };
const LONGEST = 60;
const RETURN_MS = 4000;
const FOLLOW_MS = 5000;
const SMALLEST = 0.6;
/** How many cards are made at a time once those that the page brought are painted. */
const BATCH = 24;
/** @type {State} */
const OPENING = { view: "losses", kind: "", trait: [], param: "", document: "", sort: "family", q: "" };
/** The card that was opened last, and when Back was pressed last: who returns is put where they left. */
const trail = { opened: "", back: -Infinity };
addEventListener("popstate", (event) => event.isTrusted && (trail.back = performance.now()));

export default kept((place) => new Catalogue(place), (catalogue, { data }) => catalogue.receive(data));

/** @type {Record<string, string>} */
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** @param {string | number} text */
const esc = (text) => String(text).replace(/[&<>"']/g, (c) => ENTITIES[c]);
/** @template T @param {T[]} items @param {(item: T) => string} draw */
const each = (items, draw) => items.map(draw).join("");

/** A formula too long for its card is set smaller. All are measured before one is set: one layout for all. @param {Element[]} cards */
function fit(cards) {
  const formulas = /** @type {HTMLElement[]} */ (cards.map((card) => card.querySelector(".cat-formula")).filter(Boolean));
  for (const formula of formulas) formula.style.fontSize = "";
  const sizes = formulas.map((formula) => {
    const longest = Math.max(...[...formula.children].map((piece) => piece.scrollWidth));
    const room = formula.clientWidth - 12;
    return longest > room && room > 0 ? `${Math.max(SMALLEST, room / longest).toFixed(3)}em` : "";
  });
  formulas.forEach((formula, k) => (formula.style.fontSize = sizes[k]));
}

class Catalogue {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    this.root = html("div", "cat");
    parent.append(this.root);
    this.where = "";
    /** @type {State} */ this.state = OPENING;
    this.stop = new AbortController();
    const signal = this.stop.signal;
    this.root.addEventListener("click", (event) => this.onClick(event), { signal });
    this.root.addEventListener("input", (event) => this.onInput(event), { signal });
    this.root.addEventListener("keydown", (event) => this.onKey(event), { signal });
    this.root.addEventListener("contentvisibilityautostatechange", (event) => fit([/** @type {Element} */ (event.target)]), { capture: true, signal });
    this.resized = new ResizeObserver(() => fit([...this.root.querySelectorAll(".cat-card")].filter((card) => card.checkVisibility({ contentVisibilityAuto: true }))));
    this.resized.observe(this.root);
    addEventListener("popstate", (event) => event.isTrusted && this.data && this.go(this.fromAddress()), { signal });
  }

  destroy() {
    this.stop.abort();
    this.cancel();
    this.resized.disconnect();
    this.root.remove();
  }

  /** @param {Data} data */
  receive(data) {
    if (this.where === data.whole) return;
    this.where = data.whole;
    this.base = data.base;
    this.total = data.total;
    this.whole = false;
    this.data = /** @type {Contents} */ (JSON.parse(data.first));
    this.build();
    this.screenful = this.data.cards.length;
    const state = this.fromAddress();
    this.odd.hidden = this.allOf(location.search, state);
    this.go(state);
    if (!this.odd.hidden) this.toAddress(false);
  }

  /** The whole catalogue. Where it does not come, the page says so and offers to try again. */
  async fetch() {
    if (this.asked) return;
    this.asked = true;
    this.again.hidden = true;
    try {
      const answer = await fetch(`${this.base}/${this.where}`, { signal: this.stop.signal });
      if (!answer.ok || !answer.headers.get("content-type")?.includes("json")) throw new Error(`${answer.status}`);
      this.data = /** @type {Contents} */ (await answer.json());
      this.whole = true;
    } catch {
      if (this.stop.signal.aborted) return;
      this.asked = false;
      this.status.textContent = `Only the first of ${this.total} losses are here: the others did not come.`;
      this.again.hidden = false;
      return;
    }
    this.index();
    this.go(this.state);
    this.welcomeBack();
  }

  // --- the address ------------------------------------------------------------------------------------------------

  /** @returns {State} */
  fromAddress() {
    const words = new URLSearchParams(location.search);
    const { kinds, traits, params, documents } = /** @type {Contents} */ (this.data);
    const known = (/** @type {{key: string}[]} */ facets, /** @type {string} */ word) => facets.find((f) => f.key === words.get(word))?.key ?? "";
    return {
      view: words.get("view") === "documents" ? "documents" : "losses",
      kind: known(kinds, "kind"),
      trait: traits.map((t) => t.key).filter((key) => words.getAll("trait").includes(key)),
      param: words.get("param") === "none" ? "none" : known(params, "param"),
      document: known(documents, "document"),
      sort: Object.hasOwn(SORTS, words.get("sort") ?? "") ? String(words.get("sort")) : "family",
      q: (words.get("q") ?? "").replace(/[\p{Cc}\p{Cf}]/gu, "").slice(0, LONGEST),
    };
  }

  /** Whether a state has every word of an address; Streamlit's own are not ours to judge. @param {string} search @param {State} state */
  allOf(search, state) {
    const held = (/** @type {string} */ word, /** @type {string} */ text) => [/** @type {any} */ (state)[word]].flat().includes(text);
    return [...new URLSearchParams(search)].every(([word, text]) => word === "q" || word.startsWith("embed") || held(word, text));
  }

  /** @param {boolean} entry whether Back should return to how it was */
  toAddress(entry) {
    const { view, kind, trait, param, document, sort, q } = this.state;
    const words = new URLSearchParams();
    if (view !== "losses") words.set("view", view);
    for (const [word, text] of Object.entries({ kind, param, document, q: q.trim() })) if (text) words.set(word, text);
    for (const key of trait) words.append("trait", key);
    if (sort !== "family") words.set("sort", sort);
    const query = words.toString();
    const url = location.pathname + (query ? `?${query}` : "");
    if (url === location.pathname + location.search) return;
    if (entry) history.pushState(history.state, "", url);
    else history.replaceState(history.state, "", url);
  }

  // --- what is shown ----------------------------------------------------------------------------------------------

  /** @param {State} state */
  go(state) {
    this.state = state;
    for (const select of /** @type {NodeListOf<HTMLSelectElement>} */ (this.root.querySelectorAll("select"))) select.value = /** @type {any} */ (state)[select.name];
    if (this.search.value !== state.q) this.search.value = state.q;
    for (const chip of this.buttons("trait")) chip.setAttribute("aria-pressed", String(state.trait.includes(chip.dataset.trait ?? "")));
    for (const tab of this.buttons("view")) tab.setAttribute("aria-pressed", String(tab.dataset.view === state.view));
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-part]"))) part.hidden = part.dataset.part !== state.view;
    this.cancel();
    if (!this.whole && (trail.opened || Object.entries(state).some(([word, value]) => String(value) !== String(OPENING[/** @type {keyof State} */ (word)])))) this.fetch();
    else if (state.view === "documents") this.showDocuments();
    else this.showCards();
  }

  /** All that was asked for is there, or is fetched now. */
  shown() {
    if (this.whole) this.root.dataset.shown = this.state.view;
    else this.after(() => this.fetch());
  }

  /** Do it once the next frame is painted. @param {() => void} work */
  after(work) {
    this.frame = requestAnimationFrame(() => (this.timer = window.setTimeout(work)));
  }

  /** Cards that are still to come do not. */
  cancel() {
    cancelAnimationFrame(this.frame ?? 0);
    clearTimeout(this.timer);
  }

  /** A choice, which Back undoes; the letters of a search are none. @param {Partial<State>} change @param {boolean} [entry] */
  change(change, entry = true) {
    this.go({ ...this.state, ...change });
    this.toAddress(entry);
  }

  /** @param {string} word @returns {NodeListOf<HTMLButtonElement>} */
  buttons(word) {
    return this.root.querySelectorAll(`button[data-${word}]`);
  }

  /** Whether a card has what is asked for, leaving one question out. @param {Card} card @param {string} [except] */
  fits(card, except = "") {
    const { kind, trait, param, document } = this.state;
    return (
      (except === "kind" || !kind || card.kind === kind) &&
      trait.every((key) => Object.hasOwn(card.traits, key)) &&
      (except === "param" || !param || (param === "none" ? !card.params.length : card.params.some((p) => p.name === param))) &&
      (except === "document" || !document || card.documents.includes(document)) &&
      this.found.has(card.key)
    );
  }

  showCards() {
    const { cards } = /** @type {Contents} */ (this.data);
    this.found = searched(this.state.q, this.names);
    const shown = cards.filter((card) => this.fits(card));
    this.place(this.sorted(shown));
    this.none.hidden = shown.length > 0;
    this.status.textContent = shown.length === cards.length ? `${this.total} losses` : `${shown.length} of ${this.total} losses`;
    const { kind, trait, param, document, q } = this.state;
    this.clear.hidden = !(kind || trait.length || param || document || q);
    if (!this.whole) return;
    this.count("kind", cards, (card) => [card.kind]);
    this.count("param", cards, (card) => (card.params.length ? card.params.map((p) => p.name) : ["none"]));
    this.count("document", cards, (card) => card.documents);
  }

  /**
   * Put the cards on the page. At first a screenful: the others are made once that is painted, however many there are. Who
   * comes back to a card finds all of them.
   * @param {Card[]} order
   */
  place(order) {
    let family = "";
    const nodes = (/** @type {Card[]} */ cards) =>
      cards.flatMap((card) => {
        const headed = this.state.sort === "family" && card.family !== family;
        family = card.family;
        return headed ? [this.heading(family), this.node(card)] : [this.node(card)];
      });
    let made = this.nodes.size === this.total || trail.opened ? order.length : this.screenful;
    const keys = (/** @type {Card[]} */ cards) => [this.state.sort === "family", ...cards.map((card) => card.key)].join(" ");
    const head = order.slice(0, made);
    const headed = nodes(head);
    if (this.placed !== keys(head)) this.grid.replaceChildren(...headed);
    this.placed = keys(head);
    const more = () => {
      if (made >= order.length) return this.shown();
      this.grid.append(...nodes(order.slice(made, (made += BATCH))));
      this.placed = keys(order.slice(0, made));
      this.timer = window.setTimeout(more);
    };
    if (made >= order.length) this.shown();
    else this.after(more);
  }

  /** @param {Card[]} cards */
  sorted(cards) {
    const byName = (/** @type {Card} */ a, /** @type {Card} */ b) => a.name.localeCompare(b.name);
    const late = (/** @type {Card} */ card) => card.year ?? 9999;
    const rules = {
      family: () => 0,
      name: byName,
      year: (/** @type {Card} */ a, /** @type {Card} */ b) => late(a) - late(b) || byName(a, b),
      newest: (/** @type {Card} */ a, /** @type {Card} */ b) => (b.year ?? 0) - (a.year ?? 0) || byName(a, b),
      params: (/** @type {Card} */ a, /** @type {Card} */ b) => b.params.length - a.params.length || byName(a, b),
    };
    return [...cards].sort(rules[/** @type {keyof typeof rules} */ (this.state.sort)]);
  }

  /** How many cards each choice would leave. @param {string} word @param {Card[]} cards @param {(card: Card) => string[]} of */
  count(word, cards, of) {
    /** @type {Map<string, number>} */ const left = new Map();
    for (const card of cards) if (this.fits(card, word)) for (const key of of(card)) left.set(key, (left.get(key) ?? 0) + 1);
    const select = /** @type {HTMLSelectElement} */ (this.root.querySelector(`select[name=${word}]`));
    for (const option of select.options) {
      if (!option.value) continue;
      const n = left.get(option.value) ?? 0;
      option.textContent = `${option.dataset.name} (${n})`;
      option.disabled = n === 0 && !option.selected;
    }
  }

  showDocuments() {
    const chosen = this.state.document;
    const section = /** @type {HTMLElement} */ (this.root.querySelector("[data-part=documents]"));
    if (!section.childElementCount) section.innerHTML = this.documents(/** @type {Contents} */ (this.data).documents);
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll(".cat-document"))) part.hidden = !!chosen && part.dataset.document !== chosen;
    for (const button of this.buttons("document")) button.setAttribute("aria-pressed", String(button.dataset.document === chosen));
    this.shown();
  }

  /** The card that was opened is in sight and has the focus again. */
  welcomeBack() {
    const card = performance.now() - trail.back < RETURN_MS ? this.nodes.get(trail.opened) : undefined;
    trail.opened = "";
    if (!card?.isConnected) return;
    card.scrollIntoView({ block: "center" });
    /** @type {HTMLElement} */ (card.querySelector("a")).focus({ preventScroll: true });
  }

  // --- what a hand does -------------------------------------------------------------------------------------------

  /** @param {MouseEvent} event */
  onClick(event) {
    const target = /** @type {Element} */ (event.target);
    const button = /** @type {HTMLButtonElement | null} */ (target.closest("button"));
    if (button) return this.onButton(button);
    const link = /** @type {HTMLAnchorElement | null} */ (target.closest("a[data-inside]"));
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    trail.opened = /** @type {HTMLElement | null} */ (link.closest("[data-key]"))?.dataset.key ?? "";
    this.open(link.href);
  }

  /**
   * Another page of this application, without loading it again: Streamlit follows the address as it does on Back and Forward.
   * (Its own `st.switch_page` writes the new words under the old page first, and Back would land there.)
   * @param {string} url
   */
  open(url) {
    history.pushState(null, "", url);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
    setTimeout(() => this.root.isConnected && location.assign(url), FOLLOW_MS);
  }

  /** @param {HTMLButtonElement} button */
  onButton(button) {
    const { trait, view, document } = button.dataset;
    if (button === this.again) this.fetch();
    else if (button === this.clear) this.change({ kind: "", trait: [], param: "", document: "", q: "" });
    else if (view) this.change({ view });
    else if (document !== undefined) this.change({ document });
    else if (trait) {
      const old = this.state.trait;
      this.change({ trait: old.includes(trait) ? old.filter((key) => key !== trait) : [...old, trait] });
    }
    if (button === this.clear) this.search.focus();
  }

  /** @param {Event} event */
  onInput(event) {
    const field = /** @type {HTMLInputElement | HTMLSelectElement} */ (event.target);
    if (field.name) this.change({ [field.name]: field.value }, field !== this.search);
  }

  /** Keys typed here are not the page's shortcuts. @param {KeyboardEvent} event */
  onKey(event) {
    if (event.target !== this.search) return;
    event.stopPropagation();
    if (event.key === "Escape" && this.search.value) this.change({ q: "" });
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      /** @type {HTMLElement | null} */ (this.grid.querySelector(".cat-card a"))?.focus();
    }
  }

  // --- drawing ----------------------------------------------------------------------------------------------------

  build() {
    const data = /** @type {Contents} */ (this.data);
    this.root.innerHTML = `
      <div class="cat-tabs" role="group" aria-label="View">${each(Object.entries(VIEWS), ([key, name]) => `<button type="button" data-view="${key}">${name}</button>`)}</div>
      <section data-part="losses" aria-label="Losses">
        <div class="cat-bar">
          <label class="cat-search"><span>Search</span><input type="search" name="q" maxlength="${LONGEST}" autocomplete="off" spellcheck="false" placeholder="Name, key, other name, 中文…"></label>
          ${this.select("kind", "Kind", "Every kind", data.kinds)}
          ${this.select("param", "Parameter", "Any parameter", [...data.params, { key: "none", name: "no parameter" }])}
          ${this.select("document", "Document", "Any document", data.documents.map((d) => ({ key: d.key, name: `${d.number}  ${d.zh}` })))}
          ${this.select("sort", "Sort by", "", Object.entries(SORTS).map(([key, name]) => ({ key, name })))}
        </div>
        <div class="cat-chips" role="group" aria-label="Traits, each a tested claim">${each(data.traits, (t) => `<button type="button" data-trait="${t.key}" title="${esc(t.meaning ?? "")}">${esc(t.name)}</button>`)}</div>
        <p class="cat-odd" role="alert" hidden>A part of the address means nothing here and was left out.</p>
        <div class="cat-line"><p class="cat-status" role="status"></p><button type="button" class="cat-again" hidden>Try again</button><button type="button" class="cat-clear" hidden>Clear the filters</button>
          <p class="cat-legend"><svg viewBox="0 0 26 8" aria-hidden="true"><path class="cat-value" d="M1 4H25"/></svg> loss <svg viewBox="0 0 26 8" aria-hidden="true"><path class="cat-gradient" d="M1 4H25"/></svg> gradient, each to its own scale</p></div>
        <p class="cat-none" hidden>No loss has all of this.</p>
        <div class="cat-grid"></div>
      </section>
      <section data-part="documents" aria-label="From the documents" hidden></section>`;
    const find = (/** @type {string} */ name) => /** @type {HTMLElement} */ (this.root.querySelector(name));
    this.search = /** @type {HTMLInputElement} */ (find("input"));
    this.grid = find(".cat-grid");
    this.status = find(".cat-status");
    this.clear = find(".cat-clear");
    this.again = find(".cat-again");
    this.odd = find(".cat-odd");
    this.none = find(".cat-none");
    this.traits = new Map(data.traits.map((t) => [t.key, t]));
    this.draft = document.createElement("template");
    /** @type {Map<string, Element>} */ this.nodes = new Map();
    this.placed = "";
    /** @type {Set<string>} */ this.found = new Set();
    this.index();
  }

  /** What a search looks through. */
  index() {
    const { cards, kinds } = /** @type {Contents} */ (this.data);
    const named = new Map(kinds.map((k) => [k.key, k.name]));
    this.names = new Map(cards.map((c) => [c.key, findable(c, c.family, named.get(c.kind))]));
  }

  /** @param {string} word @param {string} label @param {string} all @param {Facet[]} facets */
  select(word, label, all, facets) {
    const options = each(facets, (f) => `<option value="${f.key}" data-name="${esc(f.name)}">${esc(f.name)}</option>`);
    return `<label class="cat-select"><span>${label}</span><select name="${word}">${all ? `<option value="">${all}</option>` : ""}${options}</select></label>`;
  }

  /** @param {string} family */
  heading(family) {
    return html("h3", "cat-family", { textContent: family });
  }

  /** A link into Explore or Compare. @param {string} where @param {string} inner @param {string} [label] where the words alone do not tell it from others */
  link(where, inner, label) {
    return `<a href="${esc(`${this.base}/${where}`)}"${label ? ` aria-label="${esc(label)}"` : ""} data-inside>${inner}</a>`;
  }

  /** The element of a card, made when it is first asked for. @param {Card} card */
  node(card) {
    let node = this.nodes.get(card.key);
    if (!node) {
      this.draft.innerHTML = this.card(card);
      this.nodes.set(card.key, (node = /** @type {Element} */ (this.draft.content.firstElementChild)));
    }
    return node;
  }

  /** @param {Card} card */
  card(card) {
    const badge = (/** @type {[string, string]} */ [key, words]) => `<li class="cat-badge" title="${esc(this.traits.get(key)?.meaning ?? "")}">${esc(words)}</li>`;
    const param = (/** @type {Param} */ p) => `<div><dt><i>${esc(p.symbol)}</i> <code>${esc(p.name)}</code></dt><dd>${esc(p.range)}, default ${esc(p.default)}: ${esc(p.meaning)}</dd></div>`;
    const paper = (/** @type {{text: string, url: string}} */ p) => (p.url ? `<a href="${esc(p.url)}" target="_blank" rel="noopener noreferrer">${esc(p.text)}</a>` : esc(p.text));
    const badges = Object.entries(card.traits);
    const meta = [card.family, card.year].filter(Boolean).join(" · ");
    return `<article class="cat-card" data-key="${card.key}">
      <div class="cat-plot"><svg viewBox="0 0 160 100" preserveAspectRatio="none" aria-hidden="true"><path class="cat-gradient" d="${card.curve.gradient}"/><path class="cat-value" d="${card.curve.value}"/></svg>
        <p class="cat-axis"><span>${esc(card.curve.from)}</span><i>${esc(card.curve.axis)}</i><span>${esc(card.curve.to)}</span></p></div>
      <div class="cat-head"><h4>${this.link(card.href, esc(card.name))}</h4><p class="cat-meta">${esc(meta)}</p><p class="cat-claim">${esc(card.claim)}</p></div>
      <div class="cat-formula">${each(card.formula, (f) => `<span>${f}</span>`)}</div>
      ${card.params.length ? `<dl class="cat-params">${each(card.params, param)}</dl>` : ""}
      ${badges.length ? `<ul class="cat-badges" aria-label="Traits">${each(badges, badge)}</ul>` : ""}
      ${card.limits.length ? `<div class="cat-limits">${each(card.limits, (l) => this.link(l.href, esc(l.words)))}</div>` : ""}
      <div class="cat-foot">
        ${card.used ? `<p>Used in ${esc(card.used)}.</p>` : ""}
        <p>${card.papers.map(paper).join(" · ")}</p>
        ${card.also.length ? `<p class="cat-also">${esc(card.also.join(" · "))}</p>` : ""}
      </div></article>`;
  }

  /** @param {Doc[]} documents */
  documents(documents) {
    const errors = documents.reduce((n, d) => n + d.errata.length, 0);
    const drawn = documents.reduce((n, d) => n + d.errata.filter((e) => e.drawings.length).length, 0);
    const pick = (/** @type {string} */ key, /** @type {string} */ inner) => `<button type="button" data-document="${key}">${inner}</button>`;
    return `<p class="cat-intro">Five articles brought these losses together. Here is what each of them names and where it is in Lossary; and ${errors} places where one of them errs, with the right reading, ${drawn} of them drawn: <span class="cat-key"><svg viewBox="0 0 26 8" aria-hidden="true"><path class="cat-said" d="M1 4H25"/></svg> as it is said,</span> <span class="cat-key"><svg viewBox="0 0 26 8" aria-hidden="true"><path class="cat-right" d="M1 4H25"/></svg> as it is.</span></p>
      <div class="cat-picks" role="group" aria-label="Document">${pick("", "All five")}${each(documents, (d) => pick(d.key, `<b>${d.number}</b> <span lang="zh">${esc(d.zh)}</span>`))}</div>
      ${each(documents, (d) => this.document(d))}`;
  }

  /** @param {Doc} d */
  document(d) {
    const mention = (/** @type {Mention} */ m) => `<tr><th scope="row">${m.zh ? `<span lang="zh">${esc(m.zh)}</span>` : ""}<small>${esc(m.en)}</small></th>
      <td>${each(m.losses, (l) => this.link(l.href, esc(l.name)))}${m.note ? `<small class="cat-note">${esc(m.note)}</small>` : ""}</td></tr>`;
    return `<article class="cat-document" data-document="${d.key}">
      <h3><span class="cat-number">${d.number}</span><span><span lang="zh">${esc(d.zh)}</span><small>${esc(d.en)}</small></span></h3>
      <p class="cat-about">${esc(d.about)}</p>
      <div class="cat-columns">
        <section aria-label="What it names"><h4>What it names</h4><table>${each(d.mentions, mention)}</table></section>
        <section aria-label="Where it errs"><h4>Where it errs</h4>${d.errata.length ? each(d.errata, (e) => this.erratum(e)) : "<p>Nowhere that we have seen.</p>"}</section>
      </div></article>`;
  }

  /** @param {Erratum} e */
  erratum(e) {
    return `<div class="cat-erratum" id="${e.key}">
      <h5>${esc(e.en)}<span lang="zh">${esc(e.zh)}</span></h5>
      <div class="cat-reading"><p class="cat-wrong"><b>It says</b> ${e.said}</p><p class="cat-true"><b>It is</b> ${e.right}</p>
      ${e.links.length ? `<p class="cat-seen">${each(e.links, (l) => this.link(l.href, esc(l.name)))}</p>` : ""}</div>
      ${e.drawings.length ? `<div class="cat-drawings">${each(e.drawings, (d) => this.drawing(d))}</div>` : ""}</div>`;
  }

  /** @param {Drawing} d */
  drawing(d) {
    const words = `${d.y} over ${d.x}: ${d.said.label}, beside ${d.right.label}`;
    return `<div class="cat-drawing"><figure role="img" aria-label="${esc(words)}">
      <div class="cat-frame"><p class="cat-scale"><i>${d.y}${d.apart ? ", two scales" : ""}</i>${each(d.ticks, (t) => `<span style="top: ${t.down}%">${esc(t.text)}</span>`)}</p>
        <svg viewBox="0 0 320 150" preserveAspectRatio="none" aria-hidden="true">${d.zero === null ? "" : `<path class="cat-zero" d="M0 ${d.zero}H320"/>`}<path class="cat-right" d="${d.right.d}"/><path class="cat-said" d="${d.said.d}"/></svg></div>
      <p class="cat-axis"><span>${esc(d.from)}</span><i>${esc(d.x)}</i><span>${esc(d.to)}</span></p>
      <figcaption><span class="cat-key"><svg viewBox="0 0 26 8" aria-hidden="true"><path class="cat-said" d="M1 4H25"/></svg> ${esc(d.said.label)}</span>
        <span class="cat-key"><svg viewBox="0 0 26 8" aria-hidden="true"><path class="cat-right" d="M1 4H25"/></svg> ${esc(d.right.label)}</span></figcaption></figure>
      <p class="cat-seen">${this.link(d.href, "Open in Compare", `Open in Compare: ${d.said.label}, beside ${d.right.label}`)}</p></div>`;
  }
}
