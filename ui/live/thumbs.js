// @ts-check
/**
 * The sliders of the page as the browser has them: which one moves, and the numbers under their thumbs. It is joined with
 * `chart.js` into one script.
 */

class Thumbs {
  /** @param {any} chart */
  constructor(chart) {
    this.chart = chart;
  }

  /** The name of the slider that an element is part of. @param {any} element @returns {string | undefined} */
  sliderOf(element) {
    const box = element?.closest?.("[class*='st-key-']");
    const keys = [...(box?.classList ?? [])].filter((c) => c.startsWith("st-key-")).map((c) => c.slice(7));
    return keys.find((key) => key in (this.chart.data?.sliders ?? {}));
  }

  /** @param {string} name @returns {HTMLInputElement | null} */
  inputOf(name) {
    return document.querySelector(`.st-key-${CSS.escape(name)} input[type=range]`);
  }

  /** The number under the thumb, through the slider's own scale; the page's where the slider is one that the page has not told of
   * yet: a loss that was just chosen may have one of the same name. @param {string} name @returns {number} */
  valueOf(name) {
    const { sliders, values } = /** @type {Data} */ (this.chart.data);
    const { way, stops } = sliders[name];
    const input = this.inputOf(name);
    if (!input || [input.min, input.max, input.step].map(Number).some((part, i) => part !== way[i])) return values[name];
    return stops ? stops[Number(input.value)] : Number(input.value);
  }

  /** The numbers under all thumbs, and those that no slider shows. @returns {Record<string, number>} */
  numbers() {
    const { sliders, values } = /** @type {Data} */ (this.chart.data);
    return { ...values, ...Object.fromEntries(Object.keys(sliders).map((name) => [name, this.valueOf(name)])) };
  }

  /** Whether a thumb stands elsewhere than at these numbers. @param {Record<string, number>} numbers */
  ahead(numbers) {
    return Object.entries(this.numbers()).some(([name, value]) => Math.abs(value - numbers[name]) > 1e-9);
  }
}
