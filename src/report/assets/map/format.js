"use strict";
// Words, numbers and elements: everything that becomes text on the page.
const Format = (() => {
  let language = (navigator.language || "en").toLowerCase().startsWith("zh") ? "zh" : "en";

  /** A value with marks of direction in it turns nothing around it. */
  const isolated = (value) =>
    /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(value) ? `\u2068${value}\u2069` : value;
  const say = (word, ...values) =>
    (WORDS[language][word] ?? word).replace(/\{(\d)\}/g, (_, i) => isolated(values[i]));

  const number = (value, digits = 0) =>
    value.toLocaleString(language, { maximumFractionDigits: digits, minimumFractionDigits: digits });

  /** A share with its sign. */
  const percent = (share, digits = 1) => {
    const text = number(Math.abs(share) * 100, digits);
    const zero = Number(text.replace(/\D/g, "")) === 0;
    return (zero ? "" : share < 0 ? "\u2212" : "+") + text + "\u202f%";
  };

  const area = (m2) =>
    m2 >= 1e6 ? number(m2 / 1e6, 2) + " km²" : m2 >= 1e4 ? number(m2 / 1e4, 1) + " ha" : number(m2) + " m²";

  const metres = (m) => (Math.abs(m) >= 1e4 ? number(m / 1e3, 1) + " km" : number(m) + " m");

  /** The name of a figure of grids, also of one that the data names. */
  function figure(name) {
    if (WORDS[language]["figure_" + name]) return say("figure_" + name);
    for (const kind of ["sum_", "deviation_", "share_", "alike_"]) {
      if (name.startsWith(kind)) return say("figure_" + kind, name.slice(kind.length));
    }
    return name;
  }

  /** A value of a figure. */
  function valueOf(name, value, limit = false) {
    if (name.includes("deviation")) {
      return percent(value, limit && Number.isInteger(Math.round(value * 1e6) / 1e4) ? 0 : 1);
    }
    if (name.startsWith("share_") || name.endsWith("_share")) return number(value * 100, 1) + "\u202f%";
    if (name === "area_m2") return area(value);
    if (name.endsWith("_m")) return metres(value);
    return number(value, Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2);
  }

  /** An element with attributes and children. Strings become text, never HTML. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) element[name] = value;
      else if (value !== null && value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Text from the data, in a direction of its own, so that marks in it turn nothing else round. */
  const quote = (text) => make("bdi", null, String(text));

  return {
    say, number, percent, area, metres, figure, valueOf, make, quote,
    /** A text that the data has in both languages. */
    both: (text) => text[language],
    get language() { return language; },
    set language(to) { language = to; },
  };
})();
