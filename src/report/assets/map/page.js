"use strict";
// The page: what is chosen, which language, and who tells whom.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { say, number, make } = Format;
  const { byId } = Panels;
  const mesh = Mesh.of(data);
  const plan = Plan.of(data, mesh);

  let chosen = null;
  let classes = data.classes[0];
  const draw = Draw.of(data, mesh, plan, { onPlace });
  const search = Search.of(data, { onGrid: (grid) => open({ grid }, true), onUnit, onCommunity });
  const edit = Edit.of(data, mesh, plan, { onChange });

  /** Opens what lies at a place: a unit or open ground, and its grid. */
  function onPlace(place) {
    const cell = mesh.cellAt(place);
    if (cell < 0) return;
    if (!data.has_units) return open({ grid: plan.gridOf[cell], place });
    open({ grid: plan.gridOf[cell], cell, unit: data.cells.unit[cell], place });
  }
  function onUnit(unit) {
    const cell = data.units.cell[unit];
    if (cell >= 0) open({ grid: plan.gridOf[cell], cell, unit, place: mesh.middle(cell) }, true);
  }
  function onCommunity(index) {
    draw.show(data.grids.flatMap((grid, number) => (grid.community === index ? [number] : [])));
  }

  /** Opens a place, or closes it. */
  function open(what, move = false) {
    chosen = what && what.grid >= 0 ? { cell: -1, unit: -1, place: null, ...what } : null;
    if (chosen && move) draw.show([chosen.grid], 16);
    details();
    if (chosen) byId("details").scrollIntoView?.({ block: "nearest" });
    const hash = chosen ? "#grid=" + encodeURIComponent(data.grids[chosen.grid].grid) : "";
    if (location.hash !== hash) history.replaceState(null, "", hash || location.href.split("#")[0]);
  }
  function details() {
    draw.choose(chosen ? chosen.grid : null, chosen && chosen.cell >= 0 ? [chosen.cell] : []);
    Panels.details(data, mesh, plan, chosen, () => open(null));
    edit.panel(chosen);
  }

  /** After units have moved. */
  function onChange(grids) {
    edit.enter(grids);
    draw.redraw(grids);
    draw.colour(classes);
    if (chosen && chosen.cell >= 0) chosen.grid = plan.gridOf[chosen.cell];
    Panels.legend(data, draw, classes);
    Panels.summary(data);
    details();
  }

  function speak() {
    document.documentElement.lang = Format.language === "zh" ? "zh-CN" : "en";
    document.querySelectorAll("[data-word]").forEach((element) => { element.textContent = say(element.dataset.word); });
    const people = data.grids.reduce((sum, grid) => sum + grid.population, 0);
    const inhabited = new Set(data.grids.map((grid) => grid.community)).size;
    byId("language").textContent = say("other_language");
    byId("title").textContent = say("title", data.city, number(data.grids.length));
    byId("subtitle").textContent =
      say("subtitle", number(people), number(inhabited), number(data.grids.length), number(data.unit_count));
    byId("query").placeholder = say(data.has_units ? "search" : "search_grids");
    byId("query").setAttribute("aria-label", byId("query").placeholder);
    byId("figure").setAttribute("aria-label", say("colour_by"));
    byId("figure").replaceChildren(...data.classes.map(({ figure }, i) => make("option", { value: i }, Format.figure(figure))));
    byId("figure").value = data.classes.indexOf(classes);
    byId("modelled").hidden = !data.modelled.length;
    byId("modelled").replaceChildren(make("strong", null, say("modelled")), ...data.modelled.map((text) => make("span", null, Format.quote(text))));
    Panels.legend(data, draw, classes);
    Panels.layers(data, draw);
    Panels.change(data, draw);
    Panels.summary(data);
    details();
    search.search();
  }

  byId("language").onclick = () => {
    Format.language = Format.language === "en" ? "zh" : "en";
    speak();
  };
  byId("print").onclick = () => window.print();
  byId("figure").onchange = () => {
    classes = data.classes[Number(byId("figure").value)];
    draw.colour(classes);
    Panels.legend(data, draw, classes);
  };
  function follow() {
    const hash = new URLSearchParams(location.hash.slice(1));
    const grid = data.grids.findIndex((entry) => entry.grid === hash.get("grid"));
    const community = data.communities.findIndex(({ id }) => id === hash.get("community"));
    if (grid >= 0) open({ grid }, true);
    else if (community >= 0) onCommunity(community);
  }
  window.addEventListener("hashchange", follow);
  draw.swipe?.onMove(() => Panels.slid(draw));

  draw.colour(classes);
  speak();
  follow();
})();
