/* The two maps: points where people are few, density where they are many and people on zoom; a lasso around some. */
(function () {
  "use strict";
  const { css, axis, bubble, keep, save, number } = window.Charts;
  const GROUPS = {
    leading_influencer: ["Leading influencers", "--both", "diamond"],
    leader_without_reach: ["Leaders without reach", "--leadership", "triangle"],
    hidden_influencer: ["Hidden influencers", "--influence", "rect"],
    audience: ["Audience", "--neutral", "circle"],
  };
  const WORDS = {
    score: { across: "Influence", up: "Leadership",
      corners: ["leader_without_reach", "leading_influencer", "audience", "hidden_influencer"],
      names: ["Leaders without reach", "Leading influencers", "Audience", "Hidden influencers"],
      tones: ["--leadership-text", "--both-text", "--neutral-text", "--influence-text"] },
    corner: { across: "Leadership by exercise", up: "Leadership by position",
      corners: ["manages_without_leading", "manages_and_leads", "neither", "leads_without_managing"],
      names: ["Manages without leading", "Manages and leads", "Neither", "Leads without managing"],
      tones: ["--quiet", "--quiet", "--quiet", "--quiet"] },
  };
  // Departments, levels and communities: none of the colours that mean leadership, influence, both or only together.
  const PALETTE = ["#56B4E9", "#E69F00", "#CC79A7", "#7A8B2F", "#8C6BB1", "#B15928", "#C2A83E", "#4F8A97", "#A3505A", "#5B6470"];
  const NAMED_CHAMPIONS = 5;
  const WIDEST_BAND = 9;
  const STEPS = { across: 0.754878, up: 0.618034 }; // shares of a turn that never fall into line
  const RANGES_FOR_ALL = 150;
  const SVG_UP_TO = 1200;
  const EVERYTHING = { left: 0, right: 100, bottom: 0, top: 100 };

  class LeadershipMap {
    constructor(place) {
      this.place = place;
      this.tools = document.querySelector("[data-map-tools]");
      this.window = { ...EVERYTHING };
      this.found = null;
      this.isLasso = false;
    }

    async start() {
      this.data = await this.ask(this.window);
      this.chart = echarts.init(this.place, null, { renderer: this.data.inside > SVG_UP_TO ? "canvas" : "svg" });
      keep(this.chart, () => this.draw());
      this.place.dataset.drawn = this.people.length;
      this.place.dataset.kind = this.data.kind;
      this.chart.on("click", (event) => event.data && event.data.person && !this.isLasso && this.open(event.data.person));
      this.chart.on("datazoom", () => this.zoomed());
      this.chart.on("brushEnd", (event) => this.select(event.areas[0]));
      if (this.tools) this.startTools();
    }

    async ask(window) {
      const query = new URLSearchParams(this.place.dataset.query);
      if (window !== this.window || Object.keys(EVERYTHING).some((side) => window[side] !== EVERYTHING[side])) {
        Object.entries(window).forEach(([side, value]) => query.set(side, value.toFixed(3)));
      }
      const answer = await fetch(`${this.place.dataset.map}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("no answer");
      const data = await answer.json();
      this.people = data.people.map((row) => Object.fromEntries(data.fields.map((name, i) => [name, row[i]])));
      this.people.forEach((person) => { person.group = data.groups[person.group]; });
      this.loaded = { ...window };
      return data;
    }

    open(person) { location.href = `${this.place.dataset.people}${encodeURIComponent(person.id)}/`; }
    pick(name, usual) { const found = document.querySelector(`[data-map-${name}]`); return !found ? usual : found.type === "checkbox" ? found.checked : found.value; }
    get cut() { return this.data.cut; }
    get isWide() { return this.chart.getWidth() > 700; }
    get isWhole() { return this.window.right - this.window.left > 99; }

    /* Many people share one figure, above all those whom nobody names: they are spread in a band around it, which
       never is wider than the places they share and never crosses the cut. */
    spread(figures, step, part) {
      const shared = new Map();
      figures.forEach((figure) => shared.set(figure, (shared.get(figure) || 0) + 1));
      const seen = new Map(), all = Math.max(this.data.inside, figures.length);
      return figures.map((figure) => {
        const place = seen.get(figure) || 0;
        seen.set(figure, place + 1);
        const room = Math.min(figure, 100 - figure, Math.abs(figure - this.cut) - 1, 50 * (shared.get(figure) - 1) / all, WIDEST_BAND) * part;
        return figure + Math.max(0, room) * (2 * (((place + 1) * step) % 1) - 1);
      });
    }

    points() {
      const across = this.spread(this.people.map((p) => p.x), STEPS.across, (this.loaded.right - this.loaded.left) / 100);
      const up = this.spread(this.people.map((p) => p.y), STEPS.up, (this.loaded.top - this.loaded.bottom) / 100);
      return this.people.map((person, i) => ({ person, value: [across[i], up[i]], symbolSize: 7 + Math.min(15, 2.4 * Math.log2(1 + person.headcount)) }));
    }

    kinds() {
      const colour = this.pick("colour", "group");
      if (colour === "group") return Object.entries(GROUPS).map(([key, kind]) => [key, ...kind]);
      const values = [...new Set(this.people.map((p) => p[colour]))].sort((one, two) => String(one).localeCompare(String(two), "en", { numeric: true }));
      return values.map((value, i) => [value, colour === "level" ? `Level ${value}` : value || "Not given", PALETTE[i % PALETTE.length], "circle"]);
    }

    isNamed(person) {
      if (this.found && this.found.id === person.id) return true;
      const names = this.pick("names", "some");
      if (names === "none" || !this.isWide) return false;
      return names === "all" || person.leader || (person.champion && person.champion <= NAMED_CHAMPIONS);
    }

    series() {
      const points = this.placed = this.points();
      const colour = this.pick("colour", "group");
      const label = { position: "right", distance: 4, color: css("--ink"), fontSize: 11, textBorderColor: css("--app-card"), textBorderWidth: 3, formatter: (d) => d.data.person.name };
      const many = points.length > 600;
      return this.kinds().map(([key, name, tone, symbol]) => ({
        name, type: "scatter", symbol, labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
        itemStyle: { color: tone.startsWith("--") ? css(tone) : tone, opacity: .82, borderColor: css("--app-card"), borderWidth: many ? .4 : .8 },
        data: points.filter((d) => d.person[colour] === key).map((d) => this.isNamed(d.person)
          ? { ...d, label: { ...label, show: true, position: this.isRight(d) ? "left" : "right" } } : d),
        emphasis: { scale: 1.4, label: { ...label, show: true, fontSize: 12, fontWeight: "bold" } },
      }));
    }

    isRight(d) { return d.value[0] > this.window.left + .85 * (this.window.right - this.window.left); }

    density() {
      if (this.data.kind !== "density") return [];
      const most = Math.log(1 + Math.max(...this.data.cells.map((cell) => cell[2])));
      const [wide, high] = this.data.steps, [left, bottom] = this.data.from;
      const tones = this.data.groups.map((group) => css(GROUPS[group][1]));
      return [{
        type: "custom", name: "Density", z: 1, encode: { x: 0, y: 1 }, clip: true,
        data: this.data.cells.map(([column, row, count, group]) => ({ value: [left + column * wide, bottom + row * high, count, group] })),
        renderItem: (params, api) => {
          const from = api.coord([api.value(0), api.value(1) + high]), to = api.coord([api.value(0) + wide, api.value(1)]);
          return { type: "rect", shape: { x: from[0], y: from[1], width: Math.max(1, to[0] - from[0] - .5), height: Math.max(1, to[1] - from[1] - .5) },
            style: { fill: tones[api.value(3)], opacity: .18 + .72 * Math.log(1 + api.value(2)) / most } };
        },
      }];
    }

    /* The interval of a rank as a cross: how far a point could move. */
    ranges() {
      if (!this.pick("ranges", false)) return [];
      const shown = this.placed.filter((d) => d.person.x_low !== null && (this.placed.length <= RANGES_FOR_ALL || this.isNamed(d.person)));
      const line = (from, to) => ({ coords: [from, to] });
      return [{
        type: "lines", coordinateSystem: "cartesian2d", silent: true, z: 3, lineStyle: { color: css("--quiet"), width: 1, opacity: .7 },
        data: shown.flatMap(({ person, value }) => [
          line([person.x_low, value[1]], [person.x_high, value[1]]),
          ...(person.y_low === null ? [] : [line([value[0], person.y_low], [value[0], person.y_high])])]),
      }];
    }

    /* The cut, and the four corners with their words and counts. */
    frame() {
      const { cut, window } = this, words = WORDS[this.data.axes];
      const name = (i) => {
        const count = this.data.counts[words.corners[i]];
        return count === undefined || !this.isWide ? words.names[i] : `${words.names[i]}: ${number(count)}`;
      };
      const area = (i, from, to, position, align) => [{
        name: name(i), coord: from, itemStyle: { color: "transparent" },
        label: { show: this.isWhole, position, align, verticalAlign: "bottom", color: css(words.tones[i]), fontSize: this.isWide ? 12 : 10, fontWeight: "bold" },
      }, { coord: to }];
      return [{
        type: "scatter", data: [], silent: true, z: 10,
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: css("--quiet"), type: "dashed" }, data: [{ xAxis: cut }, { yAxis: cut }] },
        markArea: { silent: true, data: [
          area(0, [0, cut], [cut, 100], [0, -6], "left"), area(1, [cut, cut], [100, 100], ["100%", -6], "right"),
          area(2, [0, 0], [cut, cut], [6, "98%"], "left"), area(3, [cut, 0], [100, cut], ["98%", "98%"], "right")] },
      }, ...(this.found && this.found.places ? [{
        type: "effectScatter", silent: true, z: 12, symbolSize: 16, itemStyle: { color: "transparent", borderColor: css("--ink"), borderWidth: 2 },
        rippleEffect: { number: 1, scale: 2 }, data: [this.placeOf(this.found)],
      }] : [])];
    }

    placeOf(person) {
      const drawn = this.placed.find((d) => d.person.id === person.id);
      return drawn ? drawn.value : person.places[this.data.axes];
    }

    wordsOf(person) {
      const given = [];
      if (person.leader) given.push("Leader of this initiative");
      if (person.champion) given.push(`Champion ${person.champion}`);
      const { across, up } = WORDS[this.data.axes];
      return [person.name, [person.title, person.department].filter(Boolean).join(", "), ...given,
        `${up} ${Math.round(person.y)}, ${across.toLowerCase()} ${Math.round(person.x)}`, `Influence rank ${number(person.rank)}`].join("\n");
    }

    draw() {
      const words = WORDS[this.data.axes], { window } = this;
      const zoom = (side, from, to) => ({ type: "inside", [`${side}AxisIndex`]: 0, filterMode: "none", startValue: from, endValue: to, zoomOnMouseWheel: "ctrl", moveOnMouseMove: !this.isWhole && !this.isLasso, moveOnMouseWheel: false, preventDefaultMouseMove: !this.isWhole });
      this.chart.setOption({
        animation: false, grid: { left: 50, right: 16, top: 30, bottom: 44 },
        tooltip: bubble({ formatter: ({ data: d, seriesName }) => d && d.person ? this.wordsOf(d.person) : seriesName === "Density" ? `${number(d.value[2])} people, most of them ${GROUPS[this.data.groups[d.value[3]]][0].toLowerCase()}` : "" }),
        xAxis: axis(words.across, { min: 0, max: 100 }), yAxis: axis(words.up, { min: 0, max: 100, nameGap: 34 }),
        dataZoom: [zoom("x", window.left, window.right), zoom("y", window.bottom, window.top)],
        brush: { xAxisIndex: 0, yAxisIndex: 0, throttleType: "debounce", brushStyle: { color: "rgba(0, 114, 178, .12)", borderColor: css("--both"), borderWidth: 2 }, inBrush: {}, outOfBrush: { colorAlpha: .35 }, brushLink: "none" },
        toolbox: { show: false },
        series: [...this.density(), ...this.series(), ...this.ranges(), ...this.frame()],
      }, true);
      if (this.isLasso) this.takeLasso();
    }

    /* Zooming: the buttons, Ctrl and the wheel, two fingers; people are fetched once they are few enough. */
    zoomed() {
      const [x, y] = this.chart.getOption().dataZoom;
      this.window = { left: x.startValue, right: x.endValue, bottom: y.startValue, top: y.endValue };
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.refresh(), 200);
    }

    zoom(factor, centre) {
      const { left, right, bottom, top } = this.window;
      const [x, y] = centre || [(left + right) / 2, (bottom + top) / 2];
      const span = (from, to, at) => {
        const size = Math.min(100, (to - from) * factor);
        const start = Math.min(Math.max(0, at - size / 2), 100 - size);
        return [start, start + size];
      };
      const [l, r] = span(left, right, x), [b, t] = span(bottom, top, y);
      this.window = { left: l, right: r, bottom: b, top: t };
      return this.refresh();
    }

    async refresh() {
      const { window, loaded } = this;
      const inside = window.left >= loaded.left && window.right <= loaded.right && window.bottom >= loaded.bottom && window.top <= loaded.top;
      const same = Object.keys(window).every((side) => Math.abs(window[side] - loaded[side]) < .01);
      if (!same && !(inside && this.data.kind === "people")) this.data = await this.ask(window);
      this.place.dataset.kind = this.data.kind;
      this.place.dataset.drawn = this.people.length;
      this.draw();
      this.say();
    }

    say() {
      const words = this.data.kind === "density" ? `${number(this.data.inside)} people here, as density; zoom in to see each.` : "";
      if (this.status) this.status.textContent = words;
    }

    /* The lasso: what lies in it is listed, compared, exported or kept. */
    takeLasso() {
      this.chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: this.isLasso ? { brushType: "polygon", brushMode: "single" } : { brushType: false } });
    }

    setLasso(on) {
      this.isLasso = on;
      this.button("lasso").setAttribute("aria-pressed", String(on));
      if (!on) { this.chart.dispatchAction({ type: "brush", areas: [] }); this.selection.hidden = true; }
      this.draw();
    }

    select(area) {
      if (!area || !area.coordRange || area.coordRange.length < 3) return;
      const corners = thinned(area.coordRange);
      const form = this.selection.querySelector("form");
      const people = this.data.kind === "people" ? this.placed.filter((d) => isInside(d.value, area.coordRange)).map((d) => d.person) : null;
      form.elements.ids.value = people ? people.map((p) => p.id).join("\n") : "";
      form.elements.area.value = people ? "" : JSON.stringify(corners);
      const names = people ? people.slice(0, 8).map((p) => p.name).join(", ") + (people.length > 8 ? ` and ${number(people.length - 8)} more` : "") : "";
      this.selection.querySelector("[data-selected]").textContent = !people ? "The people inside your line" : people.length ? `${number(people.length)} selected: ${names}` : "Nobody is inside your line; draw it around somebody.";
      this.selection.querySelectorAll("button:not([type=button]), input[name=name]").forEach((one) => { one.disabled = Boolean(people && !people.length); });
      this.selection.hidden = false;
    }

    button(name) { return this.tools.querySelector(`[data-map-${name}]`); }

    startTools() {
      this.tools.hidden = false;
      this.status = document.querySelector("[data-map-status]");
      this.selection = document.querySelector("[data-map-selection]");
      this.tools.addEventListener("change", (event) => event.target.matches("select, [type=checkbox]") && this.draw());
      this.tools.addEventListener("found", (event) => this.show(event.detail));
      this.button("in").addEventListener("click", () => this.zoom(.5));
      this.button("out").addEventListener("click", () => this.zoom(2));
      this.button("whole").addEventListener("click", () => { this.found = null; this.window = { ...EVERYTHING }; this.refresh(); });
      this.button("lasso").addEventListener("click", () => this.setLasso(!this.isLasso));
      this.button("png").addEventListener("click", () => save(this.chart, "map", "png"));
      this.button("svg").addEventListener("click", () => save(this.chart, "map", "svg"));
      this.selection.querySelector("[data-map-drop]").addEventListener("click", () => this.setLasso(false));
      this.say();
    }

    async show(person) {
      const place = person.places && person.places[this.data.axes];
      this.found = person;
      if (!place || place[0] === null) { this.status.textContent = `${person.name} has no place on this map.`; return; }
      this.window = { ...EVERYTHING };
      await this.zoom(.25, place);
      this.status.textContent = `${person.name}: ${WORDS[this.data.axes].up.toLowerCase()} ${Math.round(place[1])}, ${WORDS[this.data.axes].across.toLowerCase()} ${Math.round(place[0])}.`;
    }
  }

  function isInside([x, y], corners) {
    let inside = false;
    corners.forEach(([x1, y1], i) => {
      const [x2, y2] = corners[(i + 1) % corners.length];
      if ((y1 > y) !== (y2 > y) && x < x1 + (y - y1) * (x2 - x1) / (y2 - y1)) inside = !inside;
    });
    return inside;
  }

  /* A hand-drawn line has hundreds of corners; fifty tell the same. */
  function thinned(corners) {
    const step = Math.max(1, corners.length / 50);
    return Array.from({ length: Math.min(50, corners.length) }, (_, i) => corners[Math.floor(i * step)].map((value) => Math.round(value * 100) / 100));
  }

  document.querySelectorAll("[data-map]").forEach((place) => new LeadershipMap(place).start().catch(() => {
    place.textContent = "The picture could not be loaded; the table has the same figures.";
  }));
})();
