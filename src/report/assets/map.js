"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const INK = "#22303c";
  const byId = (id) => document.getElementById(id);

  // ---- Words and figures -------------------------------------------------------------------

  let language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";
  const say = (word, ...values) => WORDS[language][word].replace(/\{(\d)\}/g, (_, i) => values[i]);
  const number = (value, digits = 0) =>
    value.toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });
  const percent = (share, digits = 1) => {
    const text = number(Math.abs(share) * 100, digits);
    const zero = Number(text.replace(/\D/g, "")) === 0;
    return (zero ? "" : share < 0 ? "\u2212" : "+") + text + "\u202f%";
  };
  const area = (m2) =>
    m2 >= 1e6 ? number(m2 / 1e6, 2) + " km²" : m2 >= 1e4 ? number(m2 / 1e4, 1) + " ha" : number(m2) + " m²";

  /** An element with attributes and children. Strings become text, never HTML. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name === "onclick" || name === "onchange") element[name] = value;
      else if (value !== null) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  // ---- Shapes ------------------------------------------------------------------------------

  const [west, south] = data.origin;
  const latLng = ([x, y]) => [(south + y) / 1e7, (west + x) / 1e7];

  /** An arc: its first vertex, then steps. */
  function decode(flat) {
    const line = [];
    let x = 0, y = 0;
    for (let i = 0; i < flat.length; i += 2) {
      x += flat[i];
      y += flat[i + 1];
      line.push(latLng([x, y]));
    }
    return line;
  }
  const arcs = data.arcs.map(decode);
  const arc = (reference) => (reference < 0 ? arcs[~reference].slice().reverse() : arcs[reference]);
  const ring = (references) => references.flatMap((reference) => arc(reference).slice(0, -1));
  const outline = (grid) => grid.shape.map((polygon) => polygon.map(ring));

  // ---- Map ---------------------------------------------------------------------------------

  const map = L.map("map", { preferCanvas: true, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, maxZoom: 20 });
  const labelPane = map.createPane("numbers");
  labelPane.style.zIndex = 450;
  labelPane.style.pointerEvents = "none";
  // One canvas for all: what is added later lies on top, and the pointer finds the topmost.
  const canvas = L.canvas({ padding: 0.4 });
  const shown = { renderer: canvas, smoothFactor: 0.4 };
  const drawn = { ...shown, interactive: false, fill: false };
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);

  const byCode = new Map(data.grids.map((grid) => [grid.grid, grid]));
  const layerOf = new Map();
  const gridLayer = L.layerGroup();
  // Among streets and houses, borders of grids have to stand out.
  const busy = data.buildings || data.barriers.length > 0;
  for (const grid of data.grids) {
    const layer = L.polygon(outline(grid), { ...shown, color: busy ? INK : "#8b97a1", weight: busy ? 1.6 : 0.7, fillOpacity: 1 });
    layer.on("click", () => open(grid));
    layer.bindTooltip(() => hint(grid), { sticky: true, direction: "top", opacity: 1 });
    layerOf.set(grid, layer);
    gridLayer.addLayer(layer);
  }
  const unitLayer = L.polyline(data.unit_borders.map(decode), { ...drawn, color: INK, weight: 0.6, opacity: 0.35 });
  const barrierLayer = L.polyline(data.barriers.map(decode), { ...drawn, color: "#a8763e", weight: 1, opacity: 0.8 });
  const borderLayer = L.polyline(data.community_borders.map((i) => arcs[i]), { ...drawn, color: "#3c4a56", weight: busy ? 2.8 : 1.8 });
  const broken = data.grids.filter((grid) => grid.violations.length);
  const brokenLayer = L.layerGroup(
    broken.map((grid) => L.polygon(outline(grid), { ...drawn, color: "#111", weight: 2.6 })));
  const chosenLayer = L.layerGroup();
  const labelLayer = L.layerGroup();

  function hint(grid) {
    return make("div", null, make("strong", null, grid.grid),
      make("small", null, data.communities[grid.community].name),
      make("small", null, `${number(grid.population)} · ${percent(grid.population_deviation)}`));
  }

  // ---- People and places -------------------------------------------------------------------

  const marks = {
    officers: { colour: "#7b3294", shape: "square", places: data.officers },
    stations: { colour: "#0b7a53", shape: "diamond", places: data.stations },
    central_households: { colour: "#c2185b", shape: "dot", places: data.grids.flatMap((grid) => grid.central_households) },
  };
  /** A mark of the shape of its kind, so that colour is not all that tells them apart. */
  const Mark = L.CircleMarker.extend({
    _updatePath() {
      if (!this._renderer._drawing || this._empty()) return;
      const context = this._renderer._ctx, { x, y } = this._point, r = this._radius;
      const turn = this.options.shape === "diamond" ? Math.PI / 4 : 0;
      context.beginPath();
      if (this.options.shape === "dot") context.arc(x, y, r, 0, 2 * Math.PI);
      else for (let i = 0; i < 4; i++) {
        const angle = turn + Math.PI / 4 + (i * Math.PI) / 2;
        context.lineTo(x + 1.35 * r * Math.cos(angle), y + 1.35 * r * Math.sin(angle));
      }
      context.closePath();
      this._renderer._fillStroke(context, this);
    },
  });
  for (const [kind, mark] of Object.entries(marks)) {
    mark.layer = L.layerGroup(mark.places.map((place) =>
      new Mark(latLng(place.at), {
        renderer: canvas, shape: mark.shape, radius: mark.shape === "dot" ? 3.5 : 5,
        color: "#fff", weight: 1.2, fillColor: mark.colour, fillOpacity: 1,
      }).bindTooltip(() => make("div", null, make("strong", null, place.id), make("small", null, say(kind)),
        place.kind ? make("small", null, place.kind) : null), { direction: "top", opacity: 1 })));
  }

  // ---- Before and after --------------------------------------------------------------------

  const before = data.before || null;
  const beforeLayer = L.layerGroup();
  const movedLayer = L.layerGroup();
  const layerOfBefore = new Map();
  let showing = "after";
  if (before) {
    const old = before.arcs.map(decode);
    const side = (reference) => (reference < 0 ? old[~reference].slice().reverse() : old[reference]);
    for (const grid of before.grids) {
      const rings = grid.shape.map((polygon) => polygon.map((ring) => ring.flatMap((reference) => side(reference).slice(0, -1))));
      const layer = L.polygon(rings, { ...shown, color: INK, weight: 1.2, fillOpacity: 1 });
      layer.bindTooltip(() => make("div", null, make("strong", null, say("before_grid", grid.grid)),
        make("small", null, `${number(grid.population)} · ${percent(grid.population_deviation)}`)), { sticky: true, direction: "top", opacity: 1 });
      layerOfBefore.set(grid, layer);
      beforeLayer.addLayer(layer);
    }
    for (const unit of before.moved) {
      L.polygon(unit.rings.map((polygon) => polygon.map(decode)), { ...shown, color: "#7b3294", weight: 1.5, fillColor: "#7b3294", fillOpacity: 0.75 })
        .bindTooltip(() => make("div", null, make("strong", null, unit.unit),
          make("small", null, say("moves", unit.from, unit.to, number(unit.people))), make("small", { lang: "en" }, unit.reason)), { sticky: true, direction: "top", opacity: 1 })
        .addTo(movedLayer);
    }
  }

  /** Shows the plan before or after; units that move lie on top of both. */
  function turn(to) {
    showing = to;
    const here = to === "after";
    (here ? beforeLayer : gridLayer).remove();
    (here ? gridLayer : beforeLayer).addTo(map);
    for (const layer of [brokenLayer, chosenLayer, labelLayer]) if (here) layer.addTo(map); else layer.remove();
    for (const layer of [barrierLayer, borderLayer, brokenLayer, movedLayer]) if (map.hasLayer(layer)) { layer.remove(); layer.addTo(map); }
    if (here) label();
    choices();
  }

  function choices() {
    byId("change").hidden = !before;
    if (!before) return;
    byId("switch").replaceChildren(...["before", "after"].map((side) =>
      make("button", { type: "button", role: "radio", "aria-checked": String(showing === side), onclick: () => turn(side) }, say(side))));
    byId("told").textContent =
      say("told", number(before.people_moved), number(before.people), number(before.least_people_moved));
  }

  /** Numbers in the grids, where there is room for them. */
  function label() {
    labelLayer.clearLayers();
    const view = map.getBounds();
    const seen = data.grids.filter((grid) => view.contains(latLng(grid.centre)));
    if (seen.length > 90) return;
    for (const grid of seen) {
      const icon = L.divIcon({ className: "grid-number", html: make("span", null, grid.grid.slice(-3)) });
      L.marker(latLng(grid.centre), { icon, pane: "numbers", interactive: false, keyboard: false }).addTo(labelLayer);
    }
  }
  map.on("moveend", () => map.hasLayer(labelLayer) && label());

  // ---- Colours and legend ------------------------------------------------------------------

  let classes = data.classes[0];
  /** As in Rust: a value on a break belongs to the class nearer to zero. */
  const classOf = (value) => {
    const beyond = classes.breaks.findIndex((b) => !(b < 0 ? value >= b : value > b));
    return beyond < 0 ? classes.breaks.length : beyond;
  };
  const signed = () => classes.figure.endsWith("deviation");
  const limitText = (value) => {
    if (signed()) return percent(value, Number.isInteger(Math.round(value * 1e6) / 1e4) ? 0 : 1);
    return classes.figure === "population" ? number(value) : number(value, 2);
  };

  function colour() {
    for (const grid of data.grids) {
      layerOf.get(grid).setStyle({ fillColor: classes.colours[classOf(grid[classes.figure])] });
    }
    // The plan before is known by its people alone.
    const now = classes;
    classes = data.classes[0];
    layerOfBefore.forEach((layer, grid) => layer.setStyle({ fillColor: classes.colours[classOf(grid.population_deviation)] }));
    classes = now;
  }

  function legend() {
    const counts = classes.colours.map(() => 0);
    data.grids.forEach((grid) => counts[classOf(grid[classes.figure])]++);
    const rows = classes.colours.map((fill, i) => {
      const [low, high] = [classes.breaks[i - 1], classes.breaks[i]];
      const text = low === undefined && high === undefined ? say("population")
        : low === undefined ? `${signed() ? "<" : "≤"} ${limitText(high)}`
        : high === undefined ? `> ${limitText(low)}`
        : `${limitText(low)} … ${limitText(high)}`;
      const swatch = make("i", null);
      swatch.style.background = fill;
      return make("li", i === classes.colours.length - 1 ? { class: "last" } : null, swatch, text,
        make("small", null, number(counts[i])));
    });
    // The greatest stands at the top, as on a thermometer.
    rows.reverse();
    rows[0].className = "";
    rows[rows.length - 1].className = "last";
    rows.push(make("li", { class: "line" }, make("i", null), say("community_border")));
    if (broken.length) rows.push(make("li", { class: "outline" }, make("i", null), say("broken", number(broken.length))));
    byId("legend").replaceChildren(...rows);
  }

  // ---- Panels ------------------------------------------------------------------------------

  const people = data.grids.reduce((sum, grid) => sum + grid.population, 0);
  const inhabited = new Set(data.grids.map((grid) => grid.community));
  const pairs = (rows) => rows.filter(Boolean).flatMap(([term, ...values]) =>
    [make("dt", null, term), make("dd", null, ...values)]);

  function summary() {
    const most = (figure) => data.grids.reduce((m, grid) => (Math.abs(grid[figure]) > Math.abs(m) ? grid[figure] : m), 0);
    const within = (promise) => data.grids.filter((grid) => !grid.violations.some((v) => v.promise === promise)).length;
    const all = data.grids.flatMap((grid) => grid.violations);
    const mean = data.grids.reduce((sum, grid) => sum + grid.polsby_popper, 0) / (data.grids.length || 1);
    byId("summary").replaceChildren(...pairs([
      [say("within_population"), say("of", number(within("population")), number(data.grids.length)), tolerance(data.population_tolerance)],
      [say("within_area"), say("of", number(within("area")), number(data.grids.length)), tolerance(data.area_tolerance)],
      [say("largest_deviation"), percent(most("population_deviation"))],
      [say("largest_area_deviation"), percent(most("area_deviation"))],
      [say("violations"), number(all.length)],
      [say("of_which_unavoidable"), number(all.filter((v) => v.unavoidable).length)],
      [say("proved_optimal"), say("of", number(data.proved), number(inhabited.size))],
      data.boundary_gap === null ? null : [say("boundary_gap"), percent(data.boundary_gap)],
      [say("mean_compactness"), number(mean, 2)],
      [say("seed"), String(data.seed)],
    ]));
    byId("version").textContent = say("made_by", data.version);
  }

  function tolerance([lower, upper]) {
    const digits = (share) => (Number.isInteger(Math.round(share * 1e6) / 1e4) ? 0 : 1);
    const text = lower !== null && lower === upper ? "±" + number(lower * 100, digits(lower)) + "\u202f%"
      : [lower === null ? null : percent(-lower, digits(lower)), upper === null ? null : percent(upper, digits(upper))]
        .filter(Boolean).join(" … ");
    return make("small", null, text);
  }

  let chosen = null;
  function details() {
    byId("details").hidden = !chosen;
    if (!chosen) return byId("details").replaceChildren();
    const grid = chosen, community = data.communities[grid.community];
    const none = say("none");
    const staff = data.officers.length || data.stations.length || marks.central_households.places.length;
    const heading = make("div", { class: "heading" },
      make("div", null, make("div", { class: "kind" }, say("grid")), make("div", { class: "code" }, grid.grid)),
      make("button", { type: "button", title: say("close"), "aria-label": say("close"), onclick: () => open(null) }, "×"));
    const list = make("dl", null, ...pairs([
      [say("community"), community.name, community.name === community.id ? null : make("small", null, community.id)]
        .filter((part) => part !== null),
      community.subdistrict && [say("subdistrict"), community.subdistrict],
      [say("people"), number(grid.population), make("small", null, say("deviation", percent(grid.population_deviation)))],
      [say("area"), area(grid.area_m2), make("small", null, say("deviation", percent(grid.area_deviation)))],
      [say("unit_count"), number(grid.units)],
      [say("compactness"), number(grid.polsby_popper, 2)],
      staff && [say("officer"), grid.officer ?? none],
      data.stations.length && [say("station"), grid.station ?? none],
      staff && [say("central"), grid.central_households.map((h) => h.id).join(", ") || none],
      staff && [say("linked"), number(grid.linked_members)],
    ]));
    const violations = grid.violations.map((v) => {
      const figure = v.promise === "area" ? area : number;
      return make("div", { class: "violation" },
        make("b", null, say("violation_" + v.promise, figure(v.value), figure(v.limit))),
        make("p", { lang: "en" }, v.reason),
        make("small", null, say(v.unavoidable ? "unavoidable" : "avoidable")));
    });
    if (!violations.length) violations.push(make("p", { class: "kept" }, say("all_kept")));
    byId("details").replaceChildren(heading, list, ...violations);
  }

  /** Opens a grid's figures, or closes them. */
  function open(grid, move = false) {
    chosen = grid;
    chosenLayer.clearLayers();
    if (grid) {
      const line = (color, weight) => L.polygon(outline(grid), { ...drawn, color, weight }).addTo(chosenLayer);
      line("#fff", 7);
      line("#d6006c", 3.5);
      if (move) map.fitBounds(layerOf.get(grid).getBounds(), { maxZoom: 16, padding: [120, 120] });
      byId("details").scrollIntoView?.({ block: "nearest" });
    }
    details();
    const hash = grid ? "#grid=" + encodeURIComponent(grid.grid) : " ";
    if (location.hash !== hash.trim()) history.replaceState(null, "", hash.trim() || location.href.split("#")[0]);
  }

  function showCommunity(index) {
    const bounds = L.latLngBounds([]);
    data.grids.filter((grid) => grid.community === index).forEach((grid) => bounds.extend(layerOf.get(grid).getBounds()));
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [40, 40] });
  }

  // ---- Search ------------------------------------------------------------------------------

  const gridsOf = data.communities.map(() => 0);
  data.grids.forEach((grid) => gridsOf[grid.community]++);
  function find(query) {
    const wanted = query.trim().toLowerCase();
    if (!wanted) return null;
    const holds = (text) => text.toLowerCase().includes(wanted);
    const communities = data.communities.map((community, index) => ({ community, index }))
      .filter(({ community, index }) => gridsOf[index] && (holds(community.name) || holds(community.id)))
      .map(({ community, index }) => ({
        text: community.name, note: say("community_grids", number(gridsOf[index])), go: () => showCommunity(index),
      }));
    const grids = data.grids.filter((grid) => holds(grid.grid)).map((grid) => ({
      text: grid.grid, note: data.communities[grid.community].name, go: () => open(grid, true),
    }));
    return [...communities.slice(0, 4), ...grids].slice(0, 8);
  }
  function search() {
    const results = find(byId("query").value);
    const rows = (results || []).map(({ text, note, go }) =>
      make("li", null, make("button", { type: "button", onclick: () => { clear(); go(); } }, text, make("small", null, note))));
    if (results && !rows.length) rows.push(make("li", null, make("p", null, say("nothing_found"))));
    byId("found").replaceChildren(...rows);
  }
  function clear() {
    byId("query").value = "";
    search();
  }
  byId("query").addEventListener("input", search);
  byId("search").addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    if (event.key === "Enter" && event.target.id === "query") byId("found").querySelector("button")?.click();
  });

  // ---- Page --------------------------------------------------------------------------------

  const toggles = { labels: { layer: labelLayer }, units: { layer: unitLayer, some: data.unit_borders.length },
    barriers: { layer: barrierLayer, some: data.barriers.length },
    moved: { layer: movedLayer, some: before ? before.moved.length : 0 } };
  for (const [kind, mark] of Object.entries(marks)) toggles[kind] = { ...mark, some: mark.places.length, count: mark.places.length };

  function layers() {
    const rows = Object.entries(toggles).filter(([, toggle]) => toggle.some !== 0).map(([kind, { layer, colour: fill, shape, count }]) => {
      const box = make("input", { type: "checkbox" });
      box.checked = map.hasLayer(layer);
      box.onchange = () => {
        if (!box.checked) return layer.remove();
        layer.addTo(map);
        if (layer === labelLayer) label();
        Object.values(marks).forEach((mark) => mark.layer.eachLayer((point) => map.hasLayer(point) && point.bringToFront()));
      };
      const swatch = shape ? make("i", { class: shape }) : null;
      if (swatch) swatch.style.background = fill;
      return make("label", null, box, swatch, say(kind), count ? make("small", null, number(count)) : null);
    });
    if (data.unit_borders_left_out) rows.push(make("p", null, say("units_left_out")));
    byId("layers").replaceChildren(...rows);
  }

  function speak() {
    document.documentElement.lang = language;
    document.querySelectorAll("[data-word]").forEach((element) => { element.textContent = say(element.dataset.word); });
    byId("language").textContent = say("other_language");
    byId("title").textContent = say("title", data.city, number(data.grids.length));
    byId("subtitle").textContent =
      say("subtitle", number(people), number(inhabited.size), number(data.grids.length), number(data.units));
    byId("query").placeholder = say("search");
    byId("query").setAttribute("aria-label", say("search"));
    byId("figure").setAttribute("aria-label", say("colour_by"));
    byId("figure").replaceChildren(...data.classes.map(({ figure }, i) => make("option", { value: i }, say(figure))));
    byId("figure").value = data.classes.indexOf(classes);
    byId("modelled").hidden = !data.modelled.length;
    byId("modelled").replaceChildren(make("strong", null, say("modelled")), ...data.modelled.map((text) => make("span", null, text)));
    legend();
    layers();
    choices();
    summary();
    details();
    search();
  }

  byId("language").onclick = () => {
    language = language === "en" ? "zh" : "en";
    speak();
  };
  byId("figure").onchange = () => {
    classes = data.classes[Number(byId("figure").value)];
    colour();
    legend();
  };
  function follow() {
    const hash = new URLSearchParams(location.hash.slice(1));
    const community = data.communities.findIndex(({ id }) => id === hash.get("community"));
    if (byCode.has(hash.get("grid"))) open(byCode.get(hash.get("grid")), true);
    else if (community >= 0) showCommunity(community);
  }
  window.addEventListener("hashchange", follow);

  const all = L.latLngBounds(arcs.flat());
  if (all.isValid()) map.fitBounds(all, { padding: [10, 10] });
  else map.setView([0, 0], 2);
  map.setMinZoom(map.getZoom() - 2);
  [gridLayer, ...(data.buildings ? [unitLayer] : []), barrierLayer, borderLayer, brokenLayer, ...(before ? [movedLayer] : []), chosenLayer, labelLayer].forEach((layer) => layer.addTo(map));
  colour();
  speak();
  label();
  follow();
  window.addEventListener("beforeprint", () => map.invalidateSize({ animate: false }));
})();
