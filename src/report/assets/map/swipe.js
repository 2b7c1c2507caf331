"use strict";
// Before and after on one map: a line that can be moved, with the plan before on its left and the plan
// after on its right.
const Swipe = (() => {
  const { say, number, make } = Format;

  /** The line across a map whose shapes are drawn on a canvas. It starts in the middle. */
  function over(map, canvas) {
    let share = 0.5, asked = null;
    const handle = make("b", { "aria-hidden": "true" }, "\u2194");
    const [left, right] = ["before", "after"].map((side) => make("span", { class: side }));
    const line = make("div", {
      id: "divider", role: "slider", tabindex: "0", "aria-orientation": "horizontal", "aria-valuemin": "0", "aria-valuemax": "100",
    }, left, handle, right);
    map.getContainer().append(line);
    // Whoever moves the line does not move the map.
    L.DomEvent.disableClickPropagation(line);

    const listeners = [];
    const width = () => map.getSize().x;
    /** Where the line is on the canvas. */
    const at = () => map.containerPointToLayerPoint([share * width(), 0]).x;

    function redraw() {
      asked ??= requestAnimationFrame(() => {
        asked = null;
        canvas._redrawBounds = null;
        if (canvas._map) canvas._redraw();
      });
    }
    function place() {
      line.style.left = share * 100 + "%";
      line.setAttribute("aria-valuenow", String(Math.round(share * 100)));
      line.setAttribute("aria-valuetext", say("slider_value", number(share * 100)));
    }
    /** Moves the line: 0 shows the plan after alone, 1 the plan before. */
    function move(to) {
      share = Math.min(1, Math.max(0, to));
      place();
      redraw();
      listeners.forEach((listener) => listener());
    }
    /** The words on both sides, in the language of the page. */
    function speak() {
      line.setAttribute("aria-label", say("slider"));
      left.textContent = say("before");
      right.textContent = say("after");
      place();
    }

    // Mouse, pen and finger.
    line.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      event.preventDefault();
      line.focus({ preventScroll: true });
      const grabbed = event.clientX - line.getBoundingClientRect().left - line.clientWidth / 2;
      const follow = (now) => {
        if (now.pointerId !== event.pointerId) return;
        const box = map.getContainer().getBoundingClientRect();
        move((now.clientX - grabbed - box.left) / box.width);
      };
      const end = (now) => {
        if (now.pointerId !== event.pointerId) return;
        document.removeEventListener("pointermove", follow);
        document.removeEventListener("pointerup", end);
        document.removeEventListener("pointercancel", end);
      };
      document.addEventListener("pointermove", follow);
      document.addEventListener("pointerup", end);
      document.addEventListener("pointercancel", end);
    });
    line.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 0.1 : 0.02;
      const to = { ArrowLeft: share - step, ArrowDown: share - step, ArrowRight: share + step, ArrowUp: share + step,
        PageDown: share - 0.1, PageUp: share + 0.1, Home: 0, End: 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      move(to);
    });
    // The line stays where it is while the map goes by under it.
    map.on("move zoom resize", redraw);
    speak();

    /** A kind of shape of which one side of the line is drawn, and felt by the pointer. */
    const half = (Kind, side) => Kind.extend({
      _updatePath() {
        const renderer = this._renderer;
        if (!renderer._drawing) return;
        const context = renderer._ctx, x = at(), { min, max } = renderer._bounds;
        context.save();
        context.beginPath();
        if (side === "before") context.rect(min.x, min.y, x - min.x, max.y - min.y);
        else context.rect(x, min.y, max.x - x, max.y - min.y);
        context.clip();
        Kind.prototype._updatePath.call(this);
        context.restore();
      },
      _containsPoint(point) {
        return (side === "before") === point.x < at() && Kind.prototype._containsPoint.call(this, point);
      },
    });

    return {
      half, move, speak,
      get share() { return share; },
      /** Whether a place lies on the side of the plan after. */
      isAfter: (place) => map.latLngToContainerPoint(place).x >= share * width(),
      onMove: (listener) => listeners.push(listener),
    };
  }

  return { over };
})();
