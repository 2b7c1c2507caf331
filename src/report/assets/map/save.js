"use strict";
// A changed plan as files: the plan folder that evengrid reads, in one archive. No page needed.
const Save = (() => {
  const round = (value, digits) => Number(value.toFixed(digits));

  /** A place [latitude, longitude] as GeoJSON has it. */
  const position = ([lat, lng]) => [round(lng, 7), round(lat, 7)];
  const closed = (ring) => [...ring, ring[0]].map(position);
  const geometry = (polygons) => {
    const coordinates = polygons.map((rings) => rings.map(closed));
    if (!coordinates.length) return null;
    return coordinates.length === 1 ? { type: "Polygon", coordinates: coordinates[0] }
      : { type: "MultiPolygon", coordinates };
  };
  const collection = (data, features) => {
    const head = data.modelled.length ? `"modelled":${JSON.stringify(data.modelled)},` : "";
    const lines = features.map(({ properties, geometry }) => JSON.stringify({ type: "Feature", properties, geometry }));
    return `{"type":"FeatureCollection",${head}"features":[\n${lines.join(",\n")}\n]}\n`;
  };
  /** Properties without those that say nothing. */
  const known = (properties) =>
    Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null));

  /** Units with their ground and their grid. */
  function units(data, mesh, plan) {
    const { units } = data;
    const code = (cell) => data.grids[plan.gridOf[cell]].grid;
    const own = new Map(data.cells.unit.flatMap((unit, cell) => (unit >= 0 ? [[unit, cell]] : [])));
    return units.id.map((id, unit) => {
      const cell = units.cell[unit];
      const labels = units.labels.map(({ name, texts }) => [name, texts[unit]]);
      const properties = known({
        ...Object.fromEntries(labels), id, population: units.people[unit], households: units.households[unit],
        community: data.communities[data.grids[plan.gridOf[cell]].community].id,
        estate: units.estate[unit], lock: units.lock[unit], grid: code(cell),
      });
      const ground = own.has(unit) && mesh.shapes[own.get(unit)].length ? ground_of(mesh, own.get(unit)) : null;
      // Without ground of its own it stands on that of another.
      return { properties, geometry: ground ?? { type: "Point", coordinates: position(mesh.middle(cell)) } };
    });
  }
  const ground_of = (mesh, cell) => geometry(mesh.polygons(mesh.outline([cell], (other) => other === cell)));

  /** The ground of units and open ground. */
  function cells(data, mesh, plan) {
    return data.cells.unit.map((unit, cell) => {
      const grid = data.grids[plan.gridOf[cell]];
      return {
        properties: {
          unit: unit >= 0 ? data.units.id[unit] : null, community: grid ? data.communities[grid.community].id : null,
          grid: grid?.grid ?? null, area_m2: data.cells.area_m2[cell],
        },
        geometry: ground_of(mesh, cell),
      };
    });
  }

  /** Central households by the grid on whose ground they stand now. */
  function households(data, mesh, plan) {
    const touched = plan.touched(), of = data.grids.map(() => []);
    data.grids.forEach((grid, number) => grid.central_households.forEach((household) => {
      const at = mesh.place(household.at);
      const cell = touched.has(number) ? mesh.cellAt(at) : -1;
      const now = cell >= 0 && plan.gridOf[cell] >= 0 ? plan.gridOf[cell] : number;
      const [lon, lat] = position(at);
      of[now].push({ id: household.id, lon, lat });
    }));
    return of;
  }

  function grids(data, mesh, plan) {
    const touched = plan.touched(), central = households(data, mesh, plan);
    return data.grids.map((grid, number) => {
      const community = data.communities[grid.community];
      const now = touched.has(number) ? plan.figures(number, plan.members[number]) : grid;
      const figures = Object.fromEntries(Object.entries(grid.figures)
        .filter(([name]) => !["linked_members", "central_households", "barrier_share"].includes(name)));
      return {
        properties: known({
          grid: grid.grid, community: community.id, community_name: community.name,
          subdistrict: community.subdistrict, kind: grid.special ? "special" : "general", special: grid.special,
          population: round(now.population, 3), area_m2: round(now.area_m2, 1), units: now.units,
          perimeter_m: round(now.perimeter_m, 1), polsby_popper: round(now.polsby_popper, 4),
          population_deviation: round(now.population_deviation, 9), area_deviation: round(now.area_deviation, 9),
          officer: grid.officer, central_households: central[number], linked_members: grid.linked_members,
          station: grid.station,
          // What else was asked is not computed here: where a grid has changed it is not known.
          ...(touched.has(number) ? {} : figures),
        }),
        geometry: geometry(mesh.polygons(plan.outline(number))),
      };
    });
  }

  /** Length of borders between grids of one community, and that weighed by barriers. */
  function borders(data, mesh, plan) {
    let cost = 0;
    mesh.beside.forEach((edges, cell) => edges.forEach(({ border, factor }, other) => {
      const [a, b] = [plan.gridOf[cell], plan.gridOf[other]];
      if (cell >= other || a === b || a < 0 || b < 0) return;
      if (data.grids[a].community === data.grids[b].community) cost += border * factor;
    }));
    return round(cost, 1);
  }

  /** What `plan.json` says of the changed plan. */
  function record(data, mesh, plan) {
    const touched = plan.touched();
    const judged = ["population", "area", "contiguity"];
    const violations = data.grids.flatMap((grid, number) => {
      const named = (violation) => ({ grid: grid.grid, community: data.communities[grid.community].id, ...violation });
      if (!touched.has(number)) return grid.violations.map((v) => named({ ...v, reason: v.reason.en }));
      const stays = grid.violations.filter((v) => !judged.includes(v.promise)).map((v) => ({ ...v, reason: v.reason.en }));
      const now = plan.broken(number, plan.figures(number, plan.members[number]));
      return [...stays, ...now.map((v) => ({ ...v, reason: "drawn by hand in the map" }))].map(named);
    });
    const now = data.grids.map((grid, number) => (touched.has(number) ? plan.figures(number, plan.members[number]) : grid));
    const most = (figure, of = now) => round(Math.max(0, ...of.map((grid) => Math.abs(grid[figure]))), 9);
    const communities = (data.record.communities || []).map((community) => {
      const own = now.filter((_, number) => data.communities[data.grids[number].community].id === community.community);
      const changed = [...touched].some((number) => data.communities[data.grids[number].community].id === community.community);
      if (!changed) return community;
      return {
        ...community, max_population_deviation: most("population_deviation", own),
        max_area_deviation: most("area_deviation", own), proved: false,
        violations: violations.filter((violation) => violation.community === community.community).length,
      };
    });
    return {
      evengrid: data.version, ...data.record, city: data.record.city ?? data.city, seed: data.seed,
      totals: {
        units: data.units.id.length, population: round(now.reduce((sum, grid) => sum + grid.population, 0), 3),
        area_m2: round(now.reduce((sum, grid) => sum + grid.area_m2, 0), 1), communities: communities.length,
        grids: data.grids.length, max_population_deviation: most("population_deviation"),
        max_area_deviation: most("area_deviation"), grids_in_violation: new Set(violations.map((v) => v.grid)).size,
      },
      objective: { boundary_cost_m: borders(data, mesh, plan) },
      communities, violations, staff: null, timings: {},
      findings: [{
        kind: "drawn-by-hand", count: plan.changed().length,
        message: "units were moved by hand in the map; staff was not assigned anew",
        examples: plan.changed().slice(0, 5).map(({ unit }) => data.units.id[unit]),
      }],
      drawn: plan.changed().map(({ unit, from, to }) =>
        ({ unit: data.units.id[unit], from: data.grids[from].grid, to: data.grids[to].grid })),
    };
  }

  /** The files of a plan folder: names and texts. */
  function files(data, mesh, plan) {
    const open = data.cells.unit.includes(-1) || data.units.cell.some((cell, unit) => data.cells.unit[cell] !== unit);
    return [
      ["units.geojson", collection(data, units(data, mesh, plan))],
      ...(open ? [["cells.geojson", collection(data, cells(data, mesh, plan))]] : []),
      ["grids.geojson", collection(data, grids(data, mesh, plan))],
      ["plan.json", JSON.stringify(record(data, mesh, plan), null, 2) + "\n"],
    ];
  }

  // ---- Archive: ZIP (APPNOTE 6.3) without compression --------------------------------------

  const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
    for (let bit = 0; bit < 8; bit++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  function checksum(bytes) {
    let sum = 0xffffffff;
    for (const byte of bytes) sum = TABLE[(sum ^ byte) & 0xff] ^ (sum >>> 8);
    return (sum ^ 0xffffffff) >>> 0;
  }
  /** Whole numbers of two or four bytes, the lowest first. */
  function packed(...fields) {
    const bytes = [];
    for (const [value, size] of fields) {
      for (let i = 0; i < size; i++) bytes.push((value >>> (8 * i)) & 0xff);
    }
    return Uint8Array.from(bytes);
  }
  /** Files in a folder as the parts of one archive. */
  function archive(folder, files) {
    const parts = [], index = [], encoder = new TextEncoder();
    let at = 0, indexed = 0;
    const push = (list, ...pieces) => pieces.reduce((sum, piece) => (list.push(piece), sum + piece.length), 0);
    for (const [name, text] of files) {
      const path = encoder.encode(`${folder}/${name}`), body = encoder.encode(text);
      // Version 2.0, names in UTF-8, stored, 1 January 1980: the same plan gives the same bytes.
      const facts = [[20, 2], [0x800, 2], [0, 2], [0, 2], [0x21, 2], [checksum(body), 4], [body.length, 4], [body.length, 4], [path.length, 2], [0, 2]];
      indexed += push(index, packed([0x02014b50, 4], [20, 2], ...facts, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), path);
      at += push(parts, packed([0x04034b50, 4], ...facts), path, body);
    }
    const end = packed([0x06054b50, 4], [0, 2], [0, 2], [files.length, 2], [files.length, 2], [indexed, 4], [at, 4], [0, 2]);
    return [...parts, ...index, end];
  }

  return { files, archive };
})();
