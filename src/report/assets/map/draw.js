"use strict";
// The map itself: layers, marks and colours.
const Draw = (() => {
  const { say, number, percent, make, quote } = Format;
  const INK = "#22303c", CHOSEN = "#d6006c", MOVED = "#7b3294";

  function of(data, mesh, plan, { onPlace }) {
    const map = L.map("map", { preferCanvas: true, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, maxZoom: 20 });
    for (const [name, level] of [["numbers", 450]]) {
      const pane = map.createPane(name);
      pane.style.zIndex = level;
      pane.style.pointerEvents = "none";
    }
    // One canvas for all: what is added later lies on top, and the pointer finds the topmost.
    const canvas = L.canvas({ padding: 0.4 });
    const shown = { renderer: canvas, smoothFactor: 0.4 };
    const drawn = { ...shown, interactive: false, fill: false };
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
    // Among streets and houses, borders of grids have to stand out.
    const busy = data.buildings.length > 0 || data.barriers.length > 0;

    // Where there is a plan before, a line parts it from the plan after, which is on the right of it.
    const before = data.before || null;
    const swipe = before ? Swipe.over(map, canvas) : null;
    const [Polygon, Polyline] = [L.Polygon, L.Polyline].map((Kind) => (swipe ? swipe.half(Kind, "after") : Kind));

    // ---- Grids -----------------------------------------------------------------------------

    const layerOf = data.grids.map((grid, index) => {
      const layer = new Polygon(plan.outline(index), { ...shown, stroke: false, fillOpacity: 1 });
      layer.on("click", ({ latlng }) => onPlace([latlng.lat, latlng.lng]));
      layer.bindTooltip(() => hint(grid), { sticky: true, direction: "top", opacity: 1 });
      return layer;
    });
    function hint(grid) {
      return make("div", null, make("strong", null, quote(grid.grid)),
        make("small", null, quote(data.communities[grid.community].name)),
        make("small", null, `${number(grid.population)} · ${percent(grid.population_deviation)}`));
    }
    /** The corners of the box around lines of places. */
    function corners(lines) {
      const low = [Infinity, Infinity], high = [-Infinity, -Infinity];
      for (const line of lines) {
        for (const at of line) {
          for (const axis of [0, 1]) {
            if (at[axis] < low[axis]) low[axis] = at[axis];
            if (at[axis] > high[axis]) high[axis] = at[axis];
          }
        }
      }
      return low[0] <= high[0] ? [low, high] : [];
    }
    const fill = L.layerGroup(layerOf);
    const community = (cell) => data.grids[plan.gridOf[cell]]?.community;
    /** Arcs for which a test holds of the cells on their two sides. */
    const arcs = (test) => mesh.arcs.filter((_, arc) => {
      const [a, b] = mesh.sides[arc];
      return test(a, b);
    });
    const gridBorders = new Polyline([], { ...drawn, color: busy ? INK : "#8b97a1", weight: busy ? 1.6 : 0.8 });
    const communityBorders = L.polyline([], { ...drawn, color: "#3c4a56", weight: busy ? 2.8 : 1.8 });
    const unitBorders = L.polyline([], { ...drawn, color: INK, weight: 0.6, opacity: 0.35 });
    const brokenLayer = L.layerGroup(), chosenLayer = L.layerGroup(), labelLayer = L.layerGroup();

    /** Draws all borders anew, as far as they depend on who is where. */
    function borders() {
      const grid = (cell) => plan.gridOf[cell];
      gridBorders.setLatLngs(arcs((a, b) => b === undefined || grid(a) !== grid(b)));
      communityBorders.setLatLngs(arcs((a, b) => b === undefined || community(a) !== community(b)));
      if (map.hasLayer(unitBorders)) unitLines();
      brokenLayer.clearLayers();
      data.grids.forEach((entry, index) => {
        if (entry.violations.length) new Polygon(plan.outline(index), { ...drawn, color: "#111", weight: 2.6 }).addTo(brokenLayer);
      });
    }
    const unitLines = () => unitBorders.setLatLngs(arcs((a, b) => b !== undefined && a !== b && plan.gridOf[a] === plan.gridOf[b]));

    /** Draws some grids anew. */
    function redraw(grids) {
      for (const grid of grids) layerOf[grid].setLatLngs(plan.outline(grid));
      borders();
      label();
    }

    // ---- Surroundings, people and places -----------------------------------------------------

    const buildingLayer = L.polyline(data.buildings.map(mesh.line), { ...drawn, color: INK, weight: 0.6, opacity: 0.35 });
    const barrierLayer = L.polyline(data.barriers.map(mesh.line), { ...drawn, color: "#a8763e", weight: 1, opacity: 0.8 });
    const linkLayer = L.polyline(data.links.map((ends) => ends.map(mesh.place)), { ...drawn, color: "#c2185b", weight: 0.8, opacity: 0.6 });
    const reachLayer = L.layerGroup(data.stations.map(({ at, reached }) => {
      const style = { ...drawn, fill: true, color: "#0b7a53", weight: 1.2, fillColor: "#0b7a53", fillOpacity: 0.12 };
      return reached ? L.polygon(reached.map(mesh.line), style)
        : L.circle(mesh.place(at), { ...style, radius: data.reach_m, dashArray: "4 4" });
    }));
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
        new Mark(mesh.place(place.at), {
          renderer: canvas, shape: mark.shape, radius: mark.shape === "dot" ? 3.5 : 5,
          color: "#fff", weight: 1.2, fillColor: mark.colour, fillOpacity: 1,
        }).bindTooltip(() => make("div", null, make("strong", null, quote(place.id)), make("small", null, say(kind)),
          place.kind ? make("small", null, quote(place.kind)) : null), { direction: "top", opacity: 1 })));
    }

    // ---- Before and after --------------------------------------------------------------------

    const beforeLayer = L.layerGroup(), movedLayer = L.layerGroup();
    const layerOfBefore = [];
    if (before) {
      const Before = swipe.half(L.Polygon, "before");
      const members = before.grids.map(() => new Set());
      before.grid.forEach((grid, cell) => grid >= 0 && members[grid].add(cell));
      before.grids.forEach((grid, index) => {
        const layer = new Before(mesh.outline(members[index], (cell) => members[index].has(cell)),
          { ...shown, color: busy ? INK : "#8b97a1", weight: busy ? 1.6 : 0.8, fillOpacity: 1 });
        layer.on("click", ({ latlng }) => onPlace([latlng.lat, latlng.lng]));
        layer.bindTooltip(() => make("div", null, make("strong", null, say("before_grid", grid.grid)),
          make("small", null, `${number(grid.population)} · ${percent(grid.population_deviation)}`)), { sticky: true, direction: "top", opacity: 1 });
        layerOfBefore.push(layer);
        beforeLayer.addLayer(layer);
      });
      for (const moved of before.moved) {
        const cell = data.units.cell[moved.unit];
        if (cell < 0) continue;
        L.polygon(mesh.rings(cell), { ...shown, color: MOVED, weight: 1.5, fillColor: MOVED, fillOpacity: 0.75 })
          .on("click", ({ latlng }) => onPlace([latlng.lat, latlng.lng]))
          .bindTooltip(() => make("div", null, make("strong", null, quote(data.units.id[moved.unit])),
            make("small", null, say("moves", moved.from, moved.to, number(moved.people))),
            make("small", null, Format.both(moved.reason))), { sticky: true, direction: "top", opacity: 1 })
          .addTo(movedLayer);
      }
    }

    swipe?.onMove(() => map.hasLayer(labelLayer) && label());

    /** Numbers in the grids, where there is room for them. */
    function label() {
      labelLayer.clearLayers();
      const view = map.getBounds();
      const seen = data.grids.filter((grid) => view.contains(mesh.place(grid.centre)));
      if (seen.length > 90) return;
      for (const grid of seen.filter((grid) => !swipe || swipe.isAfter(mesh.place(grid.centre)))) {
        const icon = L.divIcon({ className: "grid-number", html: make("span", null, grid.grid.slice(-3)) });
        L.marker(mesh.place(grid.centre), { icon, pane: "numbers", interactive: false, keyboard: false }).addTo(labelLayer);
      }
    }
    map.on("moveend", () => map.hasLayer(labelLayer) && label());
    map.on("layeradd", ({ layer }) => layer === unitBorders && unitLines());

    // ---- What is chosen ----------------------------------------------------------------------

    /** Outlines a grid, and in it the cells that are chosen. */
    function choose(grid, cells) {
      chosenLayer.clearLayers();
      if (grid === null) return;
      const outline = plan.outline(grid);
      L.polygon(outline, { ...drawn, color: "#fff", weight: 7 }).addTo(chosenLayer);
      L.polygon(outline, { ...drawn, color: CHOSEN, weight: 3.5 }).addTo(chosenLayer);
      for (const cell of cells) {
        L.polygon(mesh.rings(cell), { ...drawn, fill: true, color: CHOSEN, weight: 2, fillColor: CHOSEN, fillOpacity: 0.45 }).addTo(chosenLayer);
      }
    }
    /** Brings grids into view. */
    function show(grids, maxZoom) {
      const bounds = L.latLngBounds([]);
      grids.forEach((grid) => bounds.extend(layerOf[grid].getBounds()));
      if (bounds.isValid()) map.fitBounds(bounds, maxZoom ? { maxZoom, padding: [120, 120] } : { padding: [40, 40] });
    }

    // ---- Colours -----------------------------------------------------------------------------

    /** As in Rust: a value on a break belongs to the class nearer to zero. */
    const classOf = (classes, value) => {
      const beyond = classes.breaks.findIndex((b) => !(b < 0 ? value >= b : value > b));
      return beyond < 0 ? classes.breaks.length : beyond;
    };
    const value = (grid, figure) => grid[figure] ?? grid.figures[figure] ?? null;
    const colourOf = (classes, number) => (number === null ? "#fff" : classes.colours[classOf(classes, number)]);
    function colour(classes) {
      data.grids.forEach((grid, index) => layerOf[index].setStyle({ fillColor: colourOf(classes, value(grid, classes.figure)) }));
      // The plan before is known by its people alone.
      layerOfBefore.forEach((layer, index) => layer.setStyle({ fillColor: colourOf(data.classes[0], before.grids[index].population_deviation) }));
    }

    const grids = L.layerGroup([fill, beforeLayer]);
    // What can be switched on and off: name, layer, and how many things it shows.
    const layers = [
      ["grids", grids], ["labels", labelLayer],
      ["units", data.buildings.length ? buildingLayer : unitBorders, data.has_units || data.buildings.length ? undefined : 0],
      ["ground", unitBorders, data.has_units && data.buildings.length ? undefined : 0],
      ["barriers", barrierLayer, data.barriers.length || 0],
      ["moved", movedLayer, before ? before.moved.length : 0],
      ["links", linkLayer, data.links.length], ["reach", reachLayer, data.stations.length],
      ...Object.entries(marks).map(([kind, mark]) => [kind, mark.layer, mark.places.length, mark]),
    ];

    const all = L.latLngBounds(corners(mesh.arcs));
    // The first view fills the map; steps come after.
    map.options.zoomSnap = 0;
    if (all.isValid()) map.fitBounds(all, { padding: [16, 16] });
    else map.setView([0, 0], 2);
    map.options.zoomSnap = 0.25;
    map.setMinZoom(map.getZoom() - 2);
    borders();
    [grids, ...(data.buildings.length ? [buildingLayer] : []), barrierLayer, gridBorders, communityBorders, brokenLayer,
      ...(before ? [movedLayer] : []), chosenLayer, labelLayer].forEach((layer) => layer.addTo(map));
    // On paper the map has the room of a sheet, and shows what it showed on the screen.
    let seen = null;
    window.addEventListener("beforeprint", () => {
      seen = { bounds: map.getBounds(), centre: map.getCenter(), zoom: map.getZoom() };
      map.getContainer().classList.add("printing");
      map.options.zoomSnap = 0;
      map.invalidateSize({ animate: false });
      map.fitBounds(seen.bounds, { animate: false });
    });
    window.addEventListener("afterprint", () => {
      map.getContainer().classList.remove("printing");
      map.options.zoomSnap = 0.25;
      map.invalidateSize({ animate: false });
      if (seen) map.setView(seen.centre, seen.zoom, { animate: false });
    });
    label();

    return {
      map, marks, layers, colour, classOf, value, choose, show, redraw, label, swipe,
      /** Marks lie on top of whatever was switched on last. */
      raise: () => Object.values(marks).forEach((mark) => mark.layer.eachLayer((point) => map.hasLayer(point) && point.bringToFront())),
    };
  }

  return { of };
})();
