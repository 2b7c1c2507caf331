"use strict";
// Steps of a test inside a page: what they find goes into the page's text, where the test reads it.
const Steps = (() => {
  const found = { checks: [], errors: [] };
  window.addEventListener("error", (event) => found.errors.push(String(event.message)));
  window.addEventListener("securitypolicyviolation", (event) => found.errors.push("blocked: " + event.blockedURI));
  const wait = (ms = 120) => new Promise((done) => setTimeout(done, ms));
  const check = (what, holds, seen) => found.checks.push({ what, holds: Boolean(holds), seen: String(seen ?? "") });
  const text = (selector) => document.querySelector(selector)?.textContent ?? "";

  /** Presses the pointer where it would be, on whatever lies there. */
  function press(x, y) {
    for (const kind of ["mousemove", "mousedown", "mouseup", "click"]) {
      document.elementFromPoint(x, y).dispatchEvent(
        new MouseEvent(kind, { bubbles: true, cancelable: true, view: window, clientX: x, clientY: y, button: 0 }));
    }
  }
  function type(selector, value) {
    const field = document.querySelector(selector);
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  async function run(steps) {
    try {
      await wait(400);
      await steps({ found, wait, check, text, press, type });
    } catch (error) {
      found.errors.push(String(error.stack || error));
    }
    found.requests = performance.getEntriesByType("resource").map((entry) => entry.name);
    const result = document.createElement("pre");
    result.id = "test-result";
    result.textContent = btoa(unescape(encodeURIComponent(JSON.stringify(found))));
    document.body.append(result);
  }
  return { run };
})();
