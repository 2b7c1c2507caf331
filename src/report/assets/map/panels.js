"use strict";
// What stands beside the map: legend, layers, the plan in figures, a place and who answers for it.
const Panels = (() => {
  const { say, number, percent, area, metres, make, quote, valueOf } = Format;
  const byId = (id) => document.getElementById(id);
  const pairs = (rows) => rows.filter(Boolean).flatMap(([term, ...values]) =>
    [make("dt", null, term), make("dd", null, ...values)]);

  function tolerance([lower, upper]) {
    const digits = (share) => (Number.isInteger(Math.round(share * 1e6) / 1e4) ? 0 : 1);
    const text = lower !== null && lower === upper ? "±" + number(lower * 100, digits(lower)) + "\u202f%"
      : [lower === null ? null : percent(-lower, digits(lower)), upper === null ? null : percent(upper, digits(upper))]
        .filter(Boolean).join(" … ");
    return make("small", null, text);
  }

  function legend(data, draw, classes) {
    const counts = classes.colours.map(() => 0);
    const values = data.grids.map((grid) => draw.value(grid, classes.figure)).filter((value) => value !== null);
    values.forEach((value) => counts[draw.classOf(classes, value)]++);
    const signed = classes.breaks[0] < 0;
    const limit = (value) => valueOf(classes.figure, value, true);
    const rows = classes.colours.map((fill, i) => {
      const [low, high] = [classes.breaks[i - 1], classes.breaks[i]];
      const text = low === undefined && high === undefined ? Format.figure(classes.figure)
        : low === undefined ? `${signed ? "<" : "≤"} ${limit(high)}`
        : high === undefined ? `> ${limit(low)}`
        : `${limit(low)} … ${limit(high)}`;
      const swatch = make("i");
      swatch.style.background = fill;
      return make("li", i === 0 ? { class: "last" } : null, swatch, text, make("small", null, number(counts[i])));
    });
    // The greatest stands at the top, as on a thermometer.
    rows.reverse();
    rows.push(make("li", { class: "line" }, make("i"), say("community_border")));
    const broken = data.grids.filter((grid) => grid.violations.length).length;
    if (broken) rows.push(make("li", { class: "outline" }, make("i"), say("broken", number(broken))));
    byId("legend").replaceChildren(...rows);
  }

  function layers(data, draw) {
    const rows = draw.layers.filter(([, , some]) => some !== 0).map(([kind, layer, count, mark]) => {
      const box = make("input", { type: "checkbox", "data-layer": kind });
      box.checked = draw.map.hasLayer(layer);
      box.onchange = () => {
        if (!box.checked) return layer.remove();
        layer.addTo(draw.map);
        // Colours go under everything.
        if (kind === "grids") layer.eachLayer((grids) => grids.eachLayer((grid) => grid.bringToBack()));
        if (kind === "labels") draw.label();
        draw.raise();
      };
      const swatch = mark ? make("i", { class: mark.shape }) : null;
      if (swatch) swatch.style.background = mark.colour;
      return make("label", null, box, swatch, say("layer_" + kind), count ? make("small", null, number(count)) : null);
    });
    if (!data.has_units) rows.push(make("p", null, say("units_left_out")));
    if (data.units.labels_left_out.length) rows.push(make("p", null, say("labels_left_out", data.units.labels_left_out.join(", "))));
    if (data.stations.some(({ reached }) => !reached)) rows.push(make("p", null, say("reach_told", number(data.reach_m))));
    byId("layers").replaceChildren(...rows);
  }

  function summary(data) {
    const most = (figure) => data.grids.reduce((m, grid) => (Math.abs(grid[figure]) > Math.abs(m) ? grid[figure] : m), 0);
    const within = (promise) => data.grids.filter((grid) => !grid.violations.some((v) => v.promise === promise)).length;
    const all = data.grids.flatMap((grid) => grid.violations);
    const mean = data.grids.reduce((sum, grid) => sum + grid.polsby_popper, 0) / (data.grids.length || 1);
    const inhabited = new Set(data.grids.map((grid) => grid.community)).size;
    byId("summary").replaceChildren(...pairs([
      [say("within_population"), say("of", number(within("population")), number(data.grids.length)), tolerance(data.population_tolerance)],
      [say("within_area"), say("of", number(within("area")), number(data.grids.length)), tolerance(data.area_tolerance)],
      [say("largest_deviation"), percent(most("population_deviation"))],
      [say("largest_area_deviation"), percent(most("area_deviation"))],
      [say("violations"), number(all.length)],
      [say("of_which_unavoidable"), number(all.filter((v) => v.unavoidable).length)],
      [say("proved_optimal"), say("of", number(data.proved), number(inhabited))],
      data.boundary_gap === null ? null : [say("boundary_gap"), percent(data.boundary_gap)],
      [say("mean_compactness"), number(mean, 2)],
      [say("seed"), String(data.seed)],
    ]));
    byId("version").textContent = say("made_by", data.version);
  }

  /** What a promise that is not kept says. */
  function violation(entry) {
    const { promise, field, value, limit, reason, unavoidable } = entry;
    const figure = promise === "area" ? area : promise === "diameter" ? metres
      : (x) => number(x, Number.isInteger(x) || x >= 100 ? 0 : 2);
    return make("div", { class: "violation" },
      make("b", null, say("violation_" + promise, figure(value), figure(limit), field ?? "")),
      reason ? make("p", null, Format.both(reason)) : null,
      make("small", null, say(unavoidable ? "unavoidable" : "avoidable")));
  }

  /** The nearest central household of a grid to a place. */
  function nearest(mesh, grid, place) {
    const away = (household) => Mesh.distance(mesh.place(household.at), place);
    return grid.central_households.reduce((best, next) => (!best || away(next) < away(best) ? next : best), null);
  }

  /** Who answers for a place, from the subdistrict down. */
  function chain(data, mesh, grid, place, unit) {
    const community = data.communities[grid.community];
    const none = say("none");
    const group = unit >= 0 ? data.building_groups[data.units.group[unit]] : undefined;
    const household = place ? nearest(mesh, grid, place)?.id : grid.central_households.map((h) => h.id).join(", ");
    const step = (word, value, ...notes) => value === null || value === undefined ? null
      : make("li", null, make("span", null, say(word)),
        make("b", null, quote(value), ...notes.filter(Boolean).map((note) => make("small", null, quote(note)))));
    const staffed = data.officers.length || data.grids.some((g) => g.officer || g.central_households.length);
    return make("ol", { class: "chain" },
      step("subdistrict", community.subdistrict),
      step("community", community.name, community.name === community.id ? null : community.id),
      step("grid", grid.grid, grid.special ? `${say("special")} ${grid.special}` : null),
      group ? step("building_group", group.code,
        group.leader && `${say("leader")} ${group.leader}`,
        group.owners_committee && `${say("owners_committee")} ${group.owners_committee}`,
        group.property_company && `${say("property_company")} ${group.property_company}`) : null,
      staffed ? step("central", household || none, place && household ? say("nearest") : null) : null,
      staffed ? step("officer", grid.officer ?? none) : null,
      data.stations.length || grid.station ? step("station", grid.station ?? none) : null,
      grid.team.length ? step("team", grid.team.join("; ")) : null);
  }

  /** A place: its unit, who answers for it, the figures of its grid, promises that are not kept. */
  function details(data, mesh, plan, chosen, close) {
    byId("details").hidden = !chosen;
    if (!chosen) return byId("details").replaceChildren();
    const { grid: index, unit, place } = chosen;
    const grid = data.grids[index];
    const what = unit >= 0 ? ["unit", data.units.id[unit]] : ["grid", grid.grid];
    const heading = make("div", { class: "heading" },
      make("div", null, make("div", { class: "kind" }, say(what[0])), make("div", { class: "code" }, quote(what[1]))),
      make("button", { type: "button", title: say("close"), "aria-label": say("close"), onclick: close }, "×"));
    const of_unit = unit >= 0 ? make("dl", { class: "unit" }, ...pairs([
      [say("people"), number(data.units.people[unit], Number.isInteger(data.units.people[unit]) ? 0 : 1)],
      ...data.units.labels.filter(({ texts }) => texts[unit]).map(({ name, texts }) => [quote(name), quote(texts[unit])]),
    ])) : null;
    const figures = Object.entries(grid.figures).filter(([name]) => name !== "central_households");
    const list = make("dl", null, ...pairs([
      [say("people"), number(grid.population), make("small", null, say("deviation", percent(grid.population_deviation)))],
      [say("area"), area(grid.area_m2), make("small", null, say("deviation", percent(grid.area_deviation)))],
      [say("unit_count"), number(grid.units)],
      [say("compactness"), number(grid.polsby_popper, 2)],
      ...figures.map(([name, value]) => [quote(Format.figure(name)), valueOf(name, value)]),
    ]));
    const violations = grid.violations.map(violation);
    if (!violations.length) violations.push(make("p", { class: "kept" }, say("all_kept")));
    byId("details").replaceChildren(heading, ...(of_unit ? [of_unit] : []),
      make("h2", null, say("chain")), chain(data, mesh, grid, place, unit),
      make("h2", null, say("grid_figures", grid.grid)), list, ...violations);
  }

  /** What the line parts, and buttons that put it to the ends and the middle. */
  function change({ before }, { swipe }) {
    byId("change").hidden = !before;
    if (!before) return;
    swipe.speak();
    const choice = (to, word) => make("button", {
      type: "button", role: "radio", "aria-checked": String(swipe.share === to), "data-share": String(to),
      onclick: () => swipe.move(to),
    }, say(word));
    byId("switch").replaceChildren(choice(1, "before"), choice(0.5, "side_by_side"), choice(0, "after"));
    byId("slide").textContent = say("slide");
    byId("told").textContent =
      say("told", number(before.people_moved), number(before.people), number(before.least_people_moved));
  }
  /** Which of the buttons says where the line is. */
  function slid({ swipe }) {
    byId("switch").querySelectorAll("button").forEach((button) =>
      button.setAttribute("aria-checked", String(Number(button.dataset.share) === swipe.share)));
  }

  return { byId, pairs, legend, layers, summary, details, change, slid };
})();
