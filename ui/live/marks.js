// @ts-check
/**
 * What is marked on the curves, in the coordinates of its panel: the overlay and the saved picture draw the same. It is joined
 * with `chart.js` into one script.
 */

/** The shaded parts of the axis: where they are, their words, the panel that has these, and their colour if it is a curve's.
 * @param {any} chart @returns {{name: string, lo: number, hi: number, words: string, panel: number, colour: string | null}[]} */
function regionsOf(chart) {
  const { regions = {} } = chart.lead();
  return Object.entries(chart.data.marks ?? {}).flatMap(([name, words]) => {
    const [panel, colour] = name === "quiet" ? [1, chart.colourOf(chart.data.lead ?? 0)] : [0, null];
    return (regions[name] ?? []).map((/** @type {number[]} */ [lo, hi]) => ({ name, lo, hi, words, panel, colour }));
  });
}

/** The ends of a piece of the tangent of the curve under the hand, at the cursor, `reach` of the axis to each side; none on a log scale. @param {any} chart @param {{x: any, y: any}} axes */
function tangentOf(chart, { x, y }) {
  const { x: xs, value, gradient } = chart.lead();
  const [u, v, slope] = [xs, value, gradient].map((row) => row[chart.cursor]);
  const reach = chart.data.reach * Math.abs(x.range[1] - x.range[0]);
  if (!reach || y.type === "log" || !Number.isFinite(v) || !Number.isFinite(slope)) return [];
  return [-reach, reach].map((d) => [u + d, v + slope * d]);
}

/** The curves that are seen, that under the hand last: where two dots meet, its own lies on top. @param {any} chart @returns {number[]} */
function leadLast(chart) {
  const lead = chart.data?.lead ?? 0;
  return chart.shown().sort((/** @type {number} */ a, /** @type {number} */ b) => Number(a === lead) - Number(b === lead));
}

/** Each curve's minimum, and from where to where its plateau goes. @param {any} chart @returns {{colour: string, lo: number, hi: number, y: number}[]} */
function minimaOf(chart) {
  return chart.shown().flatMap((/** @type {number} */ k) => {
    const { minimum } = chart.frame.curves[k];
    return minimum ? [{ colour: chart.colourOf(k), lo: minimum.lo, hi: minimum.hi, y: chart.scaled("value", minimum.value) }] : [];
  });
}
