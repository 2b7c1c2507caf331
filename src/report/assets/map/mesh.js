"use strict";
// The ground: cells that share arcs, their lengths, and outlines of any group of cells. No page needed.
const Mesh = (() => {
  // WGS 84: half the longer axis, and the square of the eccentricity.
  const AXIS = 6378137, ECCENTRICITY = 0.00669437999014;
  const RADIAN = Math.PI / 180;

  /** Metres between two places [latitude, longitude] that are near each other. */
  function distance([lat1, lng1], [lat2, lng2]) {
    const lat = ((lat1 + lat2) / 2) * RADIAN;
    const w = 1 - ECCENTRICITY * Math.sin(lat) ** 2;
    const north = (AXIS * (1 - ECCENTRICITY)) / w ** 1.5, east = (AXIS * Math.cos(lat)) / Math.sqrt(w);
    return Math.hypot((lat2 - lat1) * RADIAN * north, (lng2 - lng1) * RADIAN * east);
  }

  /** Twice the signed area of a line of places that is closed, in square degrees. */
  function turn(line) {
    let sum = 0;
    for (let i = 0; i < line.length; i++) {
      const [y1, x1] = line[i], [y2, x2] = line[(i + 1) % line.length];
      sum += x1 * y2 - x2 * y1;
    }
    return sum;
  }

  /** Whether a place lies in rings of places, by the even-odd rule. */
  function holds(rings, [y, x]) {
    let inside = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [y1, x1] = ring[i], [y2, x2] = ring[j];
        if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
      }
    }
    return inside;
  }

  /** Parts a ring that meets itself in single places into rings that do not. */
  function simple(ring) {
    const rings = [], seen = new Map(), walked = [];
    for (const place of ring) {
      const key = place.join();
      if (seen.has(key)) {
        const loop = walked.splice(seen.get(key));
        loop.forEach((at) => seen.delete(at.join()));
        if (loop.length > 2) rings.push(loop);
      }
      seen.set(key, walked.length);
      walked.push(place);
    }
    if (walked.length > 2) rings.push(walked);
    return rings;
  }

  function of(data) {
    const [west, south] = data.origin;
    const place = ([x, y]) => [(south + y) / 1e7, (west + x) / 1e7];
    /** A flat list of a first vertex and steps as places [latitude, longitude]. */
    const line = (flat) => {
      const places = [];
      let x = 0, y = 0;
      for (let i = 0; i < flat.length; i += 2) {
        x += flat[i];
        y += flat[i + 1];
        places.push(place([x, y]));
      }
      return places;
    };
    const arcs = data.arcs.map(line);
    // Of each arc where it begins and ends, as names of vertices, and its share of the area of a ring:
    // twice the area between it and the origin, in whole numbers and so exactly.
    const begins = [], ends = [], spans = [];
    for (const flat of data.arcs) {
      let x = flat[0], y = flat[1], span = 0;
      begins.push(x + " " + y);
      for (let i = 2; i < flat.length; i += 2) {
        span += x * flat[i + 1] - flat[i] * y;
        x += flat[i];
        y += flat[i + 1];
      }
      ends.push(x + " " + y);
      spans.push(span);
    }
    const beginOf = (reference) => (reference < 0 ? ends[~reference] : begins[reference]);
    const endOf = (reference) => (reference < 0 ? begins[~reference] : ends[reference]);
    const isLeft = (references) =>
      references.reduce((sum, r) => (r < 0 ? sum - spans[~r] : sum + spans[r]), 0) > 0;
    // Metres and neighbours are asked for when somebody looks at a unit: the first view needs none.
    let metres = null, touching = null;
    const length = () => (metres ??= arcs.map((arc) =>
      arc.reduce((sum, at, i) => (i ? sum + distance(arc[i - 1], at) : 0), 0)));
    const walk = (reference) => (reference < 0 ? arcs[~reference].slice().reverse() : arcs[reference]);
    const ringOf = (references) => references.flatMap((reference) => walk(reference).slice(0, -1));

    // Outer rings run counter-clockwise and holes clockwise, so that the ground is on the left.
    const shapes = data.cells.shape.map((polygons) => polygons.map((rings) => rings.map((references, i) =>
      isLeft(references) === (i === 0) ? references : references.map((r) => ~r).reverse())));
    const sides = arcs.map(() => []);
    shapes.forEach((polygons, cell) => polygons.flat(2).forEach((r) => sides[r < 0 ? ~r : r].push(cell)));

    /** Who touches whom: metres of border, and whether one can go there. */
    function neighbours() {
      const beside = shapes.map(() => new Map());
      const touch = (a, b, metres) => {
        for (const [from, to] of [[a, b], [b, a]]) {
          const known = beside[from].get(to);
          if (known) known.border += metres;
          else beside[from].set(to, { border: metres, open: true, factor: 1, real: true });
        }
      };
      sides.forEach((cells, arc) => {
        if (cells.length === 2 && cells[0] !== cells[1]) touch(cells[0], cells[1], length()[arc]);
      });
      const both = (a, b, change) => [[a, b], [b, a]].forEach(([p, q]) => change(beside[p].get(q)));
      for (const [a, b] of data.cells.parted) both(a, b, (edge) => { edge.open = false; });
      for (const [a, b, factor] of data.cells.factor) both(a, b, (edge) => { if (edge) edge.factor = factor; });
      for (const [a, b] of data.cells.joined) {
        if (beside[a].has(b)) continue;
        touch(a, b, 0);
        both(a, b, (edge) => { edge.real = false; });
      }
      return beside;
    }

    /** References to the arcs around a group of cells, with the group on the left. */
    function border(cells, inside) {
      const around = [];
      for (const cell of cells) {
        for (const reference of shapes[cell].flat(2)) {
          const own = sides[reference < 0 ? ~reference : reference];
          if (!own.every(inside)) around.push(reference);
          else if (own.length === 1) around.push(reference);
        }
      }
      return around;
    }

    /** Rings around a group of cells; `inside` tells whether a cell belongs to it. */
    function outline(cells, inside) {
      const from = new Map();
      const around = border(cells, inside);
      for (const reference of around) {
        const start = beginOf(reference);
        if (from.has(start)) from.get(start).push(reference);
        else from.set(start, [reference]);
      }
      const rings = [];
      for (const first of around) {
        const start = beginOf(first), passed = new Set();
        let ring = [], at = start, meets = false;
        while (from.get(at)?.length) {
          // Rings meet themselves where arcs do.
          meets ||= passed.has(at);
          passed.add(at);
          const reference = from.get(at).pop();
          const next = walk(reference);
          for (let i = 0; i + 1 < next.length; i++) ring.push(next[i]);
          at = endOf(reference);
          if (at === start && !from.get(at)?.length) break;
        }
        if (meets) rings.push(...simple(ring));
        else if (ring.length > 2) rings.push(ring);
      }
      return rings;
    }

    /** Rings as polygons: outer rings, each with its holes. */
    function polygons(rings) {
      const outer = rings.filter((ring) => turn(ring) > 0).map((ring) => [ring]);
      const bySize = outer.slice().sort((a, b) => turn(a[0]) - turn(b[0]));
      for (const hole of rings.filter((ring) => turn(ring) <= 0)) {
        const middle = [(hole[0][0] + hole[1][0]) / 2, (hole[0][1] + hole[1][1]) / 2];
        bySize.find((polygon) => holds([polygon[0]], middle))?.push(hole);
      }
      return outer;
    }

    const rings = (cell) => shapes[cell].flatMap((polygon) => polygon.map(ringOf));
    let boxes = null;
    /** The cell at a place; -1 where there is none. */
    function cellAt([lat, lng]) {
      boxes ??= shapes.map((_, cell) => rings(cell).flat().reduce(
        (box, [y, x]) => [Math.min(box[0], y), Math.min(box[1], x), Math.max(box[2], y), Math.max(box[3], x)],
        [Infinity, Infinity, -Infinity, -Infinity]));
      return boxes.findIndex(([s, w, n, e], cell) =>
        lat >= s && lat <= n && lng >= w && lng <= e && holds(rings(cell), [lat, lng]));
    }

    /** A place inside a cell: the middle of its widest stretch half-way up. */
    function middle(cell) {
      const all = rings(cell);
      if (!all.length) return null;
      const lats = all.flat().map(([y]) => y);
      const y = (Math.min(...lats) + Math.max(...lats)) / 2 + 3e-9;
      const cuts = [];
      for (const ring of all) {
        ring.forEach(([y1, x1], i) => {
          const [y2, x2] = ring[(i + 1) % ring.length];
          if (y1 > y !== y2 > y) cuts.push(((x2 - x1) * (y - y1)) / (y2 - y1) + x1);
        });
      }
      cuts.sort((a, b) => a - b);
      let best = [0, 0];
      for (let i = 0; i + 1 < cuts.length; i += 2) {
        if (cuts[i + 1] - cuts[i] >= best[1] - best[0]) best = [cuts[i], cuts[i + 1]];
      }
      return cuts.length ? [y, (best[0] + best[1]) / 2] : all[0][0];
    }

    return {
      get length() { return length(); },
      get beside() { return (touching ??= neighbours()); },
      place, line, arcs, sides, shapes, border, outline, polygons, rings, cellAt, middle,
    };
  }

  return { of, distance, holds };
})();
