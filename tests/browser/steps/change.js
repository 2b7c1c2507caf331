"use strict";
Steps.run(async ({ check, wait, text }) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const side = (name) => [...document.querySelectorAll("#switch button")].find((button) => button.textContent === WORDS.en[name]);
  check("there is a switch", !document.getElementById("change").hidden);
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
  check("it begins after", side("after").getAttribute("aria-checked") === "true");
  side("before").click();
  await wait();
  check("before is shown", side("before").getAttribute("aria-checked") === "true");
  check("and told", text("#told") !== "");
  side("after").click();
  await wait();
  check("and after again", side("after").getAttribute("aria-checked") === "true");
});
