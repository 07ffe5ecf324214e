// From an event of the hand to the frame in which the lines or the heat map of the chart have changed; the same for every page.
//
// The clock starts when the event reaches the page, and stops at the start of the first frame that shows lines with other
// paths: a MutationObserver sees the paths change, and the frame is the next one, or the present one if the change was made
// while that was being prepared. A heat map is an image, which each frame looks at itself.
(() => {
  const TIMEOUT_MS = 4000;
  const paths = () => [...document.querySelectorAll(".js-line, .hm image")].map((it) => it.getAttribute("d") ?? it.getAttribute("href") ?? it.getAttribute("xlink:href")).join();
  let frame = 0;
  let preparing = false;
  let shown = "";
  let steady = { times: [], last: "" };
  let waiting = null;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (preparing = false);

  const tick = () => {
    frame = performance.now();
    preparing = true;
    port2.postMessage(null);
    const now = paths();
    if (waiting?.began && !waiting.changed && now && now !== shown) waiting.changed = frame;
    if (waiting?.changed) finish(frame);
    if (now !== steady.last) steady = { times: [...steady.times, frame], last: now };
    requestAnimationFrame(tick);
  };
  const finish = (at) => {
    const { began, changed, resolve } = waiting;
    waiting = null;
    resolve({ changed: changed - began, frame: at - began });
  };
  const onChange = () => {
    if (!waiting?.began || waiting.changed) return;
    const now = paths();
    if (!now || now === shown) return;
    waiting.changed = performance.now();
    if (preparing) finish(waiting.changed);
  };

  /** Wait for an event and the change after it; `probe.result` is a promise of both times, or of null. */
  const arm = (name) => {
    shown = paths();
    const result = new Promise((resolve) => {
      waiting = { began: 0, changed: 0, resolve };
      setTimeout(() => resolve(null), TIMEOUT_MS);
    });
    window.addEventListener(name, () => waiting && (waiting.began ||= performance.now()), { capture: true, once: true });
    window.probe.result = result;
  };
  /** When the frames were that had other lines than the frame before, since the last time this was asked. */
  const frames = () => {
    const { times } = steady;
    steady.times = [];
    return times;
  };

  window.probe = { arm, frames, result: null };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(onChange).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["d"] });
    requestAnimationFrame(tick);
  });
})();
