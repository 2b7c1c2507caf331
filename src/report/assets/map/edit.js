"use strict";
// Draw and see: a unit moves to a neighbouring grid, and what that does is told before and after.
const Edit = (() => {
  const { say, number, percent, area, metres, make, quote } = Format;

  function of(data, mesh, plan, { onChange }) {
    // Whether a unit takes its estate along.
    let together = true;

    /** The cells that would move. */
    const moving = (cell) => (together ? plan.group(cell) : new Set([cell]));

    /** The judgement of a trial: what to warn of, and whether less or more is out of tolerance. */
    function judgement(trial) {
      const broken = (which) => trial.sides.reduce((sum, side) => sum + side.broken[which].length, 0);
      if (trial.empties) return ["bad", say("would_empty")];
      if (trial.torn) return ["bad", say("would_tear")];
      if (trial.special) return ["bad", say("would_special")];
      if (broken(1) > broken(0)) return ["bad", say("would_break")];
      if (broken(1) < broken(0)) return ["good", say("would_mend")];
      return trial.border < -0.5 ? ["good", say("would_shorten")] : ["", say("would_keep")];
    }

    function option(trial) {
      const [mood, words] = judgement(trial);
      const row = ({ grid, before, after }) => make("tr", null, make("th", null, quote(data.grids[grid].grid.slice(-3))),
        make("td", null, `${number(before.population)} → ${number(after.population)}`, make("small", null, percent(after.population_deviation))),
        make("td", null, area(after.area_m2), make("small", null, percent(after.area_deviation))),
        make("td", null, number(after.pieces)));
      return make("div", { class: "option " + mood },
        make("div", { class: "heading" }, make("b", null, quote(data.grids[trial.to].grid)),
          make("button", {
            type: "button", disabled: trial.empties ? "" : null, "data-to": data.grids[trial.to].grid,
            onclick: () => onChange(plan.move(trial.moving, trial.to)),
          }, say("move_here"))),
        make("table", null, make("tr", null, make("th"), ...["people", "area", "parts"].map((word) => make("th", null, say(word)))), ...trial.sides.map(row)),
        make("p", null, words, " ", say("border_change", (trial.border < 0 ? "\u2212" : "+") + metres(Math.abs(trial.border)))));
    }

    /** Where the chosen unit could go, and what is done so far. */
    function panel(chosen) {
      const box = Panels.byId("edit"), changed = plan.changed();
      box.hidden = !data.has_units || (!plan.moves && (!chosen || chosen.cell < 0));
      if (box.hidden) return;
      const parts = [make("h2", null, say("edit"))];
      if (chosen && chosen.cell >= 0 && plan.gridOf[chosen.cell] >= 0) {
        const whole = plan.group(chosen.cell);
        if (whole.size > 1) {
          const tick = make("input", { type: "checkbox", id: "together", onchange: () => { together = tick.checked; panel(chosen); } });
          tick.checked = together;
          parts.push(make("label", null, tick, say("together", number(whole.size))));
        }
        const cells = moving(chosen.cell);
        const options = [...plan.neighbours(cells).keys()].map((to) => plan.trial(cells, to));
        options.sort((a, b) => a.border - b.border);
        parts.push(...(options.length ? options.map(option) : [make("p", null, say("nowhere"))]));
      }
      if (plan.moves) {
        const people = changed.reduce((sum, { unit }) => sum + data.units.people[unit], 0);
        parts.push(make("p", { id: "changed" }, say("changed", number(changed.length), number(people))),
          make("div", { class: "buttons" },
            make("button", { type: "button", id: "undo", onclick: () => onChange(plan.undo()) }, say("undo")),
            make("button", { type: "button", id: "save", onclick: save }, say("save"))),
          make("p", { class: "soft" }, say("save_told")));
      }
      box.replaceChildren(...parts);
    }

    function save() {
      const name = (data.city || "plan").replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase() + "-changed";
      const blob = new Blob(Save.archive(name, Save.files(data, mesh, plan)), { type: "application/zip" });
      const link = make("a", { href: URL.createObjectURL(blob), download: name + ".zip" });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    }

    /** Enters the figures of grids that have changed where the map and the panels look for them. */
    const first = new Map();
    function enter(grids) {
      for (const index of grids) {
        const grid = data.grids[index];
        if (!first.has(index)) first.set(index, { ...grid });
        if (!plan.touched().has(index)) {
          Object.assign(grid, first.get(index));
          continue;
        }
        const figures = plan.figures(index, plan.members[index]);
        const judged = ["population", "area", "contiguity"];
        const stay = first.get(index).violations.filter((violation) => !judged.includes(violation.promise));
        const reason = { en: "drawn by hand in the map", zh: "在地图上手工调整" };
        const now = plan.broken(index, figures).map((violation) => ({ ...violation, reason }));
        Object.assign(grid, figures, { violations: [...stay, ...now], figures: {} });
      }
    }

    return { panel, enter, save };
  }

  return { of };
})();
