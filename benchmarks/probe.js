// From an event of the hand to the frame in which the lines of the chart have changed; the same for every page.
//
// The clock starts when the event reaches the page, and stops at the start of the first frame that shows lines with other
// paths: a MutationObserver sees the paths change, and the frame is the next one, or the present one if the change was made
// while that was being prepared.
(() => {
  const TIMEOUT_MS = 4000;
  const paths = () => [...document.querySelectorAll(".js-line")].map((line) => line.getAttribute("d")).join();
  let frame = 0;
  let preparing = false;
  let shown = "";
  let steady = { frames: 0, last: "" };
  let waiting = null;
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (preparing = false);

  const tick = () => {
    frame = performance.now();
    preparing = true;
    port2.postMessage(null);
    if (waiting?.changed) finish(frame);
    const now = paths();
    if (now !== steady.last) steady = { frames: steady.frames + 1, last: now };
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
  /** How many frames had other lines than the frame before, since the last time this was asked. */
  const frames = () => {
    const { frames } = steady;
    steady.frames = 0;
    return frames;
  };

  window.probe = { arm, frames, result: null };
  addEventListener("DOMContentLoaded", () => {
    new MutationObserver(onChange).observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["d"] });
    requestAnimationFrame(tick);
  });
})();
