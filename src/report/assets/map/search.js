"use strict";
// Search: communities, grids, and units by their id and by every text they have.
const Search = (() => {
  const { say, number, make, quote } = Format;
  const MOST = 12;

  function of(data, { onGrid, onUnit, onCommunity }) {
    const gridsOf = data.communities.map(() => 0);
    data.grids.forEach((grid) => gridsOf[grid.community]++);
    // Small letters, made when somebody first searches.
    let columns = null;
    const lowered = () => (columns ??= [{ name: null, texts: data.units.id }, ...data.units.labels]
      .map(({ name, texts }) => ({ name, texts, small: texts.map((text) => text?.toLowerCase() ?? "") })));

    function find(query) {
      const wanted = query.trim().toLowerCase();
      if (!wanted) return null;
      const holds = (text) => text.toLowerCase().includes(wanted);
      const found = [];
      data.communities.forEach((community, index) => {
        if (gridsOf[index] && (holds(community.name) || holds(community.id))) {
          found.push({ text: community.name, note: say("community_grids", number(gridsOf[index])), go: () => onCommunity(index) });
        }
      });
      found.splice(4);
      data.grids.forEach((grid, index) => {
        if (found.length < MOST && holds(grid.grid)) {
          found.push({ text: grid.grid, note: data.communities[grid.community].name, go: () => onGrid(index) });
        }
      });
      if (!data.has_units) return found;
      const seen = new Set();
      // What begins so comes before what has it somewhere.
      for (const test of [(text) => text.startsWith(wanted), (text) => text.includes(wanted)]) {
        for (const { name, texts, small } of lowered()) {
          for (let unit = 0; unit < small.length && found.length < MOST; unit++) {
            if (!test(small[unit]) || seen.has(unit)) continue;
            seen.add(unit);
            const note = name ? `${name} · ${data.units.id[unit]}` : say("unit");
            found.push({ text: texts[unit], note, go: () => onUnit(unit) });
          }
        }
      }
      return found;
    }

    const query = Panels.byId("query");
    function search() {
      const results = find(query.value);
      const rows = (results || []).map(({ text, note, go }) =>
        make("li", null, make("button", { type: "button", onclick: () => { clear(); go(); } }, quote(text), make("small", null, quote(note)))));
      if (results && !rows.length) rows.push(make("li", null, make("p", null, say("nothing_found"))));
      Panels.byId("found").replaceChildren(...rows);
    }
    function clear() {
      query.value = "";
      search();
    }
    query.addEventListener("input", search);
    Panels.byId("search").addEventListener("keydown", (event) => {
      if (event.key === "Escape") clear();
      if (event.key === "Enter" && event.target.id === "query") Panels.byId("found").querySelector("button")?.click();
    });
    return { search, find };
  }

  return { of };
})();
