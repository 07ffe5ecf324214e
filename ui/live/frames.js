// @ts-check
/**
 * The frames of numbers that the server sends: read, kept while the picture is the same, and asked for ahead of the hand. It is
 * joined with `chart.js` into one script.
 */

/** Ask ahead for so many stops on the hand's way and one behind it, while answers are quick; keep so many frames. */
const AHEAD = 3;
const QUICK_MS = 60;
const KEPT = 256;

class Frames {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
    /** By the address asked. @type {Map<string, Promise<any>>} */ this.all = new Map();
    /** The request for a stop where the hand may be next. @type {{url: string, stop: AbortController} | null} */ this.looking = null;
    this.answerMs = 0;
  }

  /** Ask for the stops where the hand may be next, one at a time: each once, so that a whole drag asks for no more than the slider has. */
  async lookAhead() {
    if (this.looking) return;
    for (let next = this.nextPlace(); next; next = this.nextPlace()) {
      this.looking = { url: this.urlAt(next), stop: new AbortController() };
      await this.at(next, this.looking.stop.signal).catch(() => {});
      this.looking = null;
    }
  }

  /** The hand's own request does not stand beside one that only looks ahead: one is in flight. @param {string} url that the hand asks */
  giveWay(url) {
    if (this.looking && this.looking.url !== url && !this.all.has(url)) this.looking.stop.abort();
  }

  /** The nearest stop on the hand's way that was not asked for yet; none while the hand itself waits, or when answers are slow. */
  nextPlace() {
    const { hand, inFlight, stop } = this.chart;
    if (!hand || inFlight || this.answerMs > QUICK_MS || stop.signal.aborted) return null;
    for (const steps of [...Array(AHEAD).keys()].map((k) => k + 1).concat(-1)) {
      const numbers = this.further(steps * hand.way);
      if (numbers && !this.all.has(this.urlAt(numbers))) return numbers;
    }
    return null;
  }

  /** @param {Record<string, number>} numbers */
  urlAt(numbers) {
    return /** @type {Data} */ (this.chart.data).request.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(numbers[name])));
  }

  /** The frame at these numbers; one that is here or on its way is not asked for again.
   * @param {Record<string, number>} numbers @param {AbortSignal} [stop] */
  at(numbers, stop = this.chart.stop.signal) {
    const url = this.urlAt(numbers);
    const frame = this.all.get(url) ?? this.fetchFrame(url, stop);
    frame.catch(() => this.all.delete(url));
    this.all.set(url, frame);
    if (this.all.size > KEPT) this.all.delete(this.all.keys().next().value ?? "");
    return frame;
  }

  /** @param {string} url @param {AbortSignal} stop */
  async fetchFrame(url, stop) {
    const began = performance.now();
    this.answerMs = Infinity;
    const answer = await fetch(url, { signal: stop });
    if (!answer.ok || answer.headers.get("content-type") !== "application/octet-stream") throw new Error(String(answer.status));
    const frame = decode(new Uint8Array(await answer.arrayBuffer()));
    this.answerMs = performance.now() - began;
    return frame;
  }

  /** The numbers with the slider under the hand so many stops further; none beyond its ends. @param {number} steps */
  further(steps) {
    const { hand: { name, at }, numbers, data } = this.chart;
    const input = this.chart.thumbs.inputOf(name);
    const to = Number((at + steps * Number(input?.step || 1)).toFixed(10));
    if (!input || to < Number(input.min) || to > Number(input.max)) return null;
    return { ...numbers, [name]: data.sliders[name].stops?.[to] ?? to };
  }
}

/** The curves or the surface of a binary frame. @param {Uint8Array} bytes */
export function decode(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  const floats = new Float32Array(bytes.slice(4 + length).buffer);
  let at = 0;
  const take = (/** @type {number} */ n) => floats.slice(at, (at += n));
  if (head.curves) {
    for (const curve of head.curves) for (const row of curve.rows) curve[row] = take(curve.points);
  } else {
    for (const row of head.rows) {
      const flat = take(row === "x" || row === "y" ? head.points : head.points ** 2);
      head[row] = row === "x" || row === "y" ? flat : Array.from({ length: head.points }, (_, j) => flat.slice(j * head.points, (j + 1) * head.points));
    }
  }
  return head;
}
