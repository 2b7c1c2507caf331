"use strict";
Steps.run(async ({ found, wait, check, text, press, type }) => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const mesh = Mesh.of(data);
  const map = document.getElementById("map");

  // Words of the data are words and nothing else.
  check("no script of the data ran", window.hacked === undefined, window.hacked);
  check("hostile names are shown", text("#modelled").includes("<script>"), text("#modelled"));
  check("nothing made an image", !document.querySelector("#modelled img"));

  // A click on the map tells who answers there.
  const box = map.getBoundingClientRect();
  press(box.left + box.width * 0.3, box.top + box.height * 0.4);
  await wait();
  check("a click opens a place", !document.getElementById("details").hidden);
  for (const word of ["subdistrict", "community", "grid", "central", "officer", "station"]) {
    check("the chain names the " + word, text(".chain").includes(WORDS.en[word]), text(".chain"));
  }
  check("the grid is in the address", location.hash.startsWith("#grid="), location.hash);

  // Search by code, by id, by address.
  for (const [query, answer] of [["u42", "u42"], ["no. 42 \"long\" street", "u42"], [data.grids[3].grid, data.grids[3].grid]]) {
    type("#query", query);
    await wait();
    document.querySelector("#found button")?.click();
    await wait();
    check("search for " + query, text("#details .code") === answer, text("#details .code"));
  }
  type("#query", "nobody is called so");
  check("what is not there is not found", text("#found") === WORDS.en.nothing_found, text("#found"));
  type("#query", "");

  // Colour by every figure.
  check("there are many figures", data.classes.length > 7, data.classes.map((c) => c.figure));
  for (let i = data.classes.length - 1; i >= 0; i--) {
    type("#figure", String(i));
    const counted = [...document.querySelectorAll("#legend small")].reduce((sum, small) => sum + Number(small.textContent), 0);
    check("the legend of " + data.classes[i].figure + " counts every grid", counted === data.grids.length, counted);
  }

  // Every layer can be switched on and off again.
  for (const name of [...document.querySelectorAll("#layers input")].map((input) => input.dataset.layer)) {
    const input = document.querySelector(`[data-layer="${name}"]`);
    const was = input.checked;
    input.click();
    await wait(40);
    check("layer " + name, input.checked !== was);
    input.click();
  }
  const layers = [...document.querySelectorAll("#layers input")].map((input) => input.dataset.layer);
  for (const name of ["units", "stations", "reach", "links", "officers"]) check("there is a layer of " + name, layers.includes(name), layers);

  // Chinese, and back.
  document.getElementById("language").click();
  check("Chinese", document.documentElement.lang === "zh-CN" && text("#title").includes("个网格"), text("#title"));
  check("the chain in Chinese", text("#details").includes("责任链"));
  const reasons = data.grids.flatMap((grid) => grid.violations.map((violation) => violation.reason));
  check("reasons in Chinese", reasons.length > 0 && reasons.every((reason) => reason.zh !== reason.en), JSON.stringify(reasons));
  document.getElementById("language").click();

  // A unit moves, and everything that depends on it.
  const border = (unit) => {
    const cell = data.units.cell[unit], own = data.cells.grid[cell];
    return [...mesh.beside[cell].keys()].some((other) => data.cells.grid[other] !== own
      && data.grids[data.cells.grid[other]].community === data.grids[own].community);
  };
  const open = async (unit) => {
    type("#query", data.units.id[unit]);
    await wait();
    document.querySelector("#found button").click();
    await wait();
  };
  found.trials = [];
  const plan = Plan.of(data, mesh);
  data.units.id.forEach((id, unit) => {
    const cells = new Set([data.units.cell[unit]]);
    for (const to of plan.neighbours(cells).keys()) {
      const { sides, border, cost } = plan.trial(cells, to);
      found.trials.push({
        unit: id, to: data.grids[to].grid, border, cost,
        sides: sides.map(({ grid, after }) => ({ grid: data.grids[grid].grid, ...after })),
      });
    }
  });
  const unit = data.units.id.findIndex((_, unit) => border(unit) && data.units.estate[unit] && plan.group(data.units.cell[unit]).size > 1);
  await open(unit);
  const before = text("#details .chain");
  check("an estate moves as one", text("#edit label").includes("estate"), text("#edit label"));
  const options = document.querySelectorAll("#edit .option");
  check("there are grids to move to", options.length > 0);
  const to = options[0].querySelector("button").dataset.to;
  const people = text("#summary");
  options[0].querySelector("button").click();
  await wait();
  check("the unit is in the other grid", text("#details .chain").includes(to), text("#details .chain"));
  check("the change is told", text("#changed") !== "", text("#changed"));
  document.getElementById("undo").click();
  await wait();
  check("undo brings it back", text("#details .chain") === before, text("#details .chain"));
  check("and every figure", text("#summary") === people);
  check("nothing is changed any more", text("#changed") === "");

  // Saved, it is a plan folder in an archive.
  document.querySelector("#edit .option button").click();
  await wait();
  let saved = null;
  const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { saved = blob; return make.call(URL, blob); };
  document.addEventListener("click", (event) => event.target.closest?.("a[download]") && event.preventDefault(), true);
  HTMLAnchorElement.prototype.click = function () { found.name = this.download; };
  document.getElementById("save").click();
  const bytes = new Uint8Array(await saved.arrayBuffer());
  found.saved = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  found.moved = { unit: data.units.id[unit], to };
});
