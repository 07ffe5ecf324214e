// @ts-check
/**
 * A small form that saves a drawing as a file, at sizes that are asked for. It is joined with the script that uses it.
 *
 * @typedef {[string, number, number, number]} Size  its name, what it usually is, the least and the most
 */

class SaveForm {
  /**
   * @param {string} said @param {string} style @param {Size[]} sizes
   * @param {(format: string, sizes: number[]) => Promise<void>} save
   */
  constructor(said, style, sizes, save) {
    this.box = html("details", `live-copy ${style}`);
    const title = html("summary", "", { textContent: said });
    const form = html("div", "live-save-form");
    this.inputs = sizes.map(sizeInput);
    form.append(...this.inputs.map((input) => /** @type {HTMLElement} */ (input.parentElement)));
    for (const format of ["SVG", "PNG"]) {
      const button = html("button", "live-copy", { type: "button", textContent: format });
      button.addEventListener("click", () => save(format.toLowerCase(), this.inputs.map(sizeOf)));
      form.append(button);
    }
    this.box.append(title, form);
  }
}

/** Hand a file to the visitor. @param {string} url @param {string} name */
function handOver(url, name) {
  html("a", "", { href: url, download: name }).click();
}

/** A labelled field for one of the sizes. @param {Size} size */
function sizeInput([name, value, low, high]) {
  const label = html("label");
  const input = html("input", "", { type: "number", name, defaultValue: String(value), min: String(low), max: String(high) });
  label.append(name + " ", input);
  return input;
}

/** The whole number in a field, within its ends. @param {HTMLInputElement} input */
function sizeOf(input) {
  const said = Math.round(input.valueAsNumber) || Number(input.defaultValue);
  return Math.min(Number(input.max), Math.max(Number(input.min), said));
}
