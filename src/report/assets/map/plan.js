"use strict";
// The plan as it stands while units are moved: who is where, and every figure of every grid. No page
// needed.
const Plan = (() => {
  function of(data, mesh) {
    const { cells, units } = data;
    const gridOf = cells.grid.slice();
    const people = cells.grid.map(() => 0), unitsOn = cells.grid.map(() => []);
    units.cell.forEach((cell, unit) => {
      if (cell < 0) return;
      people[cell] += units.people[unit];
      unitsOn[cell].push(unit);
    });
    const members = data.grids.map(() => new Set());
    gridOf.forEach((grid, cell) => grid >= 0 && members[grid].add(cell));

    // What grids of a community have on average: special-purpose grids count in no mean.
    const means = data.communities.map((_, community) => {
      const own = data.grids.filter((grid) => grid.community === community && !grid.special);
      const mean = (figure) => own.reduce((sum, grid) => sum + grid[figure], 0) / (own.length || 1);
      return { population: mean("population"), area_m2: mean("area_m2") };
    });

    /** In how many parts that do not touch these cells lie. */
    function pieces(cells) {
      const left = new Set([...cells].filter((cell) => mesh.shapes[cell].length));
      let count = 0;
      for (const start of left) {
        count++;
        left.delete(start);
        const stack = [start];
        while (stack.length) {
          for (const [next, edge] of mesh.beside[stack.pop()]) {
            if (edge.open && edge.real && left.delete(next)) stack.push(next);
          }
        }
      }
      return count;
    }

    /** The figures that cells would have as a grid; a special-purpose grid deviates from no mean. */
    function figures(grid, cells) {
      const known = data.grids[grid], mean = means[known.community], inside = (cell) => cells.has(cell);
      let population = 0, area_m2 = 0, count = 0;
      for (const cell of cells) {
        population += people[cell];
        area_m2 += data.cells.area_m2[cell];
        count += unitsOn[cell].length;
      }
      const deviation = (value, mean) => (mean > 0 && !known.special ? value / mean - 1 : 0);
      const around = mesh.border(cells, inside);
      const perimeter_m = around.reduce((sum, r) => sum + mesh.length[r < 0 ? ~r : r], 0);
      return {
        population, area_m2, units: count, perimeter_m, pieces: pieces(cells),
        polsby_popper: perimeter_m > 0 ? (4 * Math.PI * area_m2) / perimeter_m ** 2 : 0,
        population_deviation: deviation(population, mean.population),
        area_deviation: deviation(area_m2, mean.area_m2),
      };
    }

    /** The limit that a deviation is beyond, if any, as a share. */
    function beyond(value, [lower, upper]) {
      if (upper !== null && value > upper + 1e-9) return upper;
      if (lower !== null && value < -lower - 1e-9) return -lower;
      return null;
    }

    /** The promises that figures break, of those that moving units can break or mend. */
    function broken(grid, figures) {
      const found = [], special = data.grids[grid].special, mean = means[data.grids[grid].community];
      const add = (promise, value, limit) => found.push({ promise, value, limit, unavoidable: false });
      if (figures.pieces > 1) add("contiguity", figures.pieces, 1);
      if (special) return found;
      const population = beyond(figures.population_deviation, data.population_tolerance);
      if (population !== null) add("population", figures.population, mean.population * (1 + population));
      const area = beyond(figures.area_deviation, data.area_tolerance);
      if (area !== null) add("area", figures.area_m2, mean.area_m2 * (1 + area));
      return found;
    }

    /** The cells that go with a cell: those of its unit's estate or lock in the same grid. */
    function group(cell) {
      const found = new Set([cell]);
      for (const unit of unitsOn[cell]) {
        for (const column of [units.estate, units.lock]) {
          const name = column[unit];
          if (!name) continue;
          column.forEach((other, u) => {
            const at = units.cell[u];
            if (other === name && at >= 0 && gridOf[at] === gridOf[cell]) found.add(at);
          });
        }
      }
      return found;
    }

    /** The grids of the same community that cells touch, with metres of border. */
    function neighbours(moving) {
      const [first] = moving, from = gridOf[first];
      const touched = new Map();
      for (const cell of moving) {
        for (const [next, { border, open, real }] of mesh.beside[cell]) {
          const grid = gridOf[next];
          if (!open || !real || grid < 0 || grid === from) continue;
          if (data.grids[grid].community !== data.grids[from].community) continue;
          touched.set(grid, (touched.get(grid) || 0) + border);
        }
      }
      return touched;
    }

    /** What moving cells to a grid would do. */
    function trial(moving, to) {
      const [first] = moving, from = gridOf[first];
      const left = new Set([...members[from]].filter((cell) => !moving.has(cell)));
      const joined = new Set([...members[to], ...moving]);
      let border = 0, cost = 0;
      for (const cell of moving) {
        for (const [next, edge] of mesh.beside[cell]) {
          if (moving.has(next)) continue;
          const change = gridOf[next] === from ? edge.border : gridOf[next] === to ? -edge.border : 0;
          border += change;
          cost += change * edge.factor;
        }
      }
      const side = (grid, cells) => {
        const [before, after] = [figures(grid, members[grid]), figures(grid, cells)];
        return { grid, before, after, broken: [broken(grid, before), broken(grid, after)] };
      };
      const sides = [side(from, left), side(to, joined)];
      const special = sides.some(({ grid }) => data.grids[grid].special);
      const torn = sides.some(({ before, after }) => after.pieces > Math.max(before.pieces, 1));
      return { moving, from, to, sides, border, cost, empties: sides[0].after.units === 0, torn, special };
    }

    const done = [];
    /** Moves cells to a grid. */
    function move(moving, to) {
      const [first] = moving, from = gridOf[first];
      done.push({ moving: [...moving], from, to });
      shift(moving, from, to);
      return [from, to];
    }
    function shift(moving, from, to) {
      for (const cell of moving) {
        gridOf[cell] = to;
        members[from].delete(cell);
        members[to].add(cell);
      }
    }
    /** Takes the last move back, and tells the grids concerned. */
    function undo() {
      const last = done.pop();
      if (!last) return [];
      shift(last.moving, last.to, last.from);
      return [last.from, last.to];
    }

    /** Units that are in another grid than at first. */
    function changed() {
      return units.cell.flatMap((cell, unit) =>
        cell >= 0 && gridOf[cell] !== cells.grid[cell] ? [{ unit, from: cells.grid[cell], to: gridOf[cell] }] : []);
    }

    /** Grids that are made of other cells than at first. */
    const touched = () => new Set(gridOf.flatMap((grid, cell) =>
      grid !== cells.grid[cell] ? [grid, cells.grid[cell]] : []));

    return {
      gridOf, members, means, unitsOn, people, figures, broken, group, neighbours, trial, move, undo, changed,
      touched, get moves() { return done.length; },
      outline: (grid) => mesh.outline(members[grid], (cell) => members[grid].has(cell)),
    };
  }

  return { of };
})();
