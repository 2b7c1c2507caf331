// Zooms with the wheel around the pointer and moves with the pointer held down.
const svg = document.querySelector("svg");
const view = svg.viewBox.baseVal;
const whole = { x: view.x, y: view.y, width: view.width, height: view.height };
const show = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
const perPixel = () => 1 / svg.getScreenCTM().a;
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const factor = Math.exp(event.deltaY / 500);
  const width = Math.min(whole.width, Math.max(whole.width / 100, view.width * factor));
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const share = width / view.width;
  view.x = at.x - (at.x - view.x) * share;
  view.y = at.y - (at.y - view.y) * share;
  view.height *= share;
  view.width = width;
  show();
}, { passive: false });
svg.addEventListener("pointermove", (event) => {
  if (!event.buttons) return;
  view.x -= event.movementX * perPixel();
  view.y -= event.movementY * perPixel();
  show();
});
svg.addEventListener("dblclick", () => { Object.assign(view, whole); show(); });
