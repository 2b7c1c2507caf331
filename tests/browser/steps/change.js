"use strict";
Steps.run(async ({ check, wait, text }) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const side = (name) => [...document.querySelectorAll("#switch button")].find((button) => button.textContent === WORDS.en[name]);
  check("the change is told", !document.getElementById("change").hidden);
  check("somebody moves", data.before.moved.length > 0, data.before.moved.length);
  check("every unit was in a grid", data.before.grid.every((grid) => grid >= 0));
  check("who moves was elsewhere", data.before.moved.every(({ unit, from, to }) => from !== to
    && data.before.grids[data.before.grid[data.units.cell[unit]]].grid === from));
  check("who stays was here", data.units.id.every((_, unit) => {
    const cell = data.units.cell[unit];
    return data.before.moved.some((moved) => moved.unit === unit)
      || data.before.grids[data.before.grid[cell]].grid === data.grids[data.cells.grid[cell]].grid;
  }));
  check("reasons in both languages", data.before.moved.every(({ reason }) => reason.en && reason.zh !== reason.en),
    JSON.stringify(data.before.moved.map(({ reason }) => reason)));
  check("who it is told", text("#told") !== "");

  // Without a screen there are no frames; what waits for one is drawn a little later.
  window.requestAnimationFrame = (draw) => setTimeout(draw, 10);
  // The line, and what is drawn on both sides of it.
  const line = document.getElementById("divider"), canvas = document.querySelector("#map canvas");
  const box = () => document.getElementById("map").getBoundingClientRect();
  const share = () => Number(line.getAttribute("aria-valuenow"));
  const middle = () => line.getBoundingClientRect().left + line.clientWidth / 2;
  const near = (seen, to) => Math.abs(seen - to) <= 1;
  const pixels = () => {
    const { width, height } = canvas;
    const copy = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    return { data: new Uint32Array(data.buffer), width, height };
  };
  /** How many pixels differ between two columns of the canvas. */
  const differ = (a, b, from, to) => {
    let found = 0;
    for (let y = 0; y < a.height; y++) {
      for (let x = Math.max(0, Math.ceil(from)); x < Math.min(a.width, to); x++) {
        if (a.data[y * a.width + x] !== b.data[y * b.width + x]) found++;
      }
    }
    return found;
  };
  const after = async (act) => { await act(); await wait(400); return pixels(); };
  check("it is a slider", line.getAttribute("role") === "slider" && line.tabIndex === 0 && line.getAttribute("aria-label") !== "");
  check("it begins in the middle", share() === 50 && side("side_by_side").getAttribute("aria-checked") === "true", share());
  const new_plan = await after(() => side("after").click());
  check("after alone", share() === 0 && side("after").getAttribute("aria-checked") === "true", share());
  const old_plan = await after(() => side("before").click());
  check("before alone", share() === 100 && side("before").getAttribute("aria-checked") === "true", share());
  check("they are two pictures", differ(new_plan, old_plan, 0, Infinity) > 200, `${differ(new_plan, old_plan, 0, Infinity)} of ${new_plan.data.length}`);
  const both = await after(() => side("side_by_side").click());
  const at = (middle() - canvas.getBoundingClientRect().left) * (canvas.width / canvas.getBoundingClientRect().width);
  check("left of it before", differ(both, old_plan, 0, at - 3) === 0, differ(both, old_plan, 0, at - 3));
  check("right of it after", differ(both, new_plan, at + 3, Infinity) === 0, differ(both, new_plan, at + 3, Infinity));
  check("and not the other way round", differ(both, new_plan, 0, at - 3) + differ(both, old_plan, at + 3, Infinity) > 100);

  // By mouse, by finger, by keys; the map stays where it is.
  const corner = () => JSON.stringify(canvas.getBoundingClientRect());
  const stands = corner();
  for (const [pointerType, to] of [["mouse", 0.25], ["touch", 0.8]]) {
    const point = (kind, x, over = document) => over.dispatchEvent(new PointerEvent(kind,
      { bubbles: true, cancelable: true, pointerId: 7, pointerType, button: 0, buttons: 1, clientX: x, clientY: box().top + 200 }));
    const under = document.elementFromPoint(middle(), box().top + 200);
    check("the line lies under the pointer", line.contains(under), under.outerHTML.slice(0, 60));
    point("pointerdown", middle(), under);
    point("pointermove", box().left + to * box().width);
    check(`moved by ${pointerType}`, near(share(), 100 * to) && Math.abs(middle() - box().left - to * box().width) < 2, share());
    point("pointerup", box().left + to * box().width);
    point("pointermove", box().left + 5);
    check(`let go by ${pointerType}`, near(share(), 100 * to), share());
  }
  check("the map has not moved", corner() === stands, corner());
  const key = (name, shiftKey = false) =>
    line.dispatchEvent(new KeyboardEvent("keydown", { key: name, shiftKey, bubbles: true, cancelable: true }));
  line.focus();
  check("it has the focus", document.activeElement === line);
  key("ArrowLeft");
  check("a key moves it a little", near(share(), 78), share());
  key("ArrowRight", true);
  check("with shift farther", near(share(), 88), share());
  key("Home");
  check("to one end", share() === 0, share());
  key("End");
  key("ArrowRight");
  check("and not beyond the other", share() === 100, share());
  check("it says where it is", line.getAttribute("aria-valuetext").includes("100"), line.getAttribute("aria-valuetext"));

  // What lies under the pointer is the plan of that side: the hint over it says so.
  const hint = async (to) => {
    side(to).click();
    await wait();
    const { left, top, width, height } = box();
    for (const [dx, dy] of [[0.5, 0.5], [0.45, 0.4], [0.55, 0.6]]) {
      const [x, y] = [left + dx * width, top + dy * height];
      document.elementFromPoint(x, y).dispatchEvent(new MouseEvent("mousemove", { bubbles: true, view: window, clientX: x, clientY: y }));
      // The hint before fades away.
      await wait(600);
      const told = text(".leaflet-tooltip strong");
      if (told && !told.startsWith("u")) return told;
    }
    return "";
  };
  check("before, a grid of before", (await hint("before")).includes(WORDS.en.before.toLowerCase()));
  const now = await hint("after");
  check("after, a grid of after", now !== "" && !now.includes(WORDS.en.before.toLowerCase()), now);

  document.getElementById("language").click();
  await wait();
  check("in Chinese, too", line.getAttribute("aria-label") === WORDS.zh.slider && text("#divider .before") === WORDS.zh.before
    && text("#divider .after") === WORDS.zh.after && text("#slide") === WORDS.zh.slide, line.outerHTML);
});
