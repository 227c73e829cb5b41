/* Two pictures: leadership against influence, and reach over the number of champions. */
(function () {
  "use strict";
  const redraw = [];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const read = (id) => { const found = document.getElementById(id); return found && JSON.parse(found.textContent); };
  const pick = (id, usual) => { const found = document.getElementById(id); return found ? found.value : usual; };
  const GROUPS = [
    ["leading_influencer", "Leading influencers", "--both", "diamond"],
    ["leader_without_reach", "Leaders without reach", "--leadership", "triangle"],
    ["hidden_influencer", "Hidden influencers", "--influence", "rect"],
    ["audience", "Audience", "--neutral", "circle"],
  ];
  const MANY = 2000;
  const NAMED_CHAMPIONS = 5;
  const WIDEST_BAND = 9;
  const STEPS = { across: 0.754878, up: 0.618034 }; // shares of a turn that never fall into line
  const WIDE_ENOUGH_FOR_NAMES = 700;
  const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#AA4499", "#E69F00", "#56B4E9", "#8A8F98", "#882255"];
  const axis = (name) => ({
    name, min: 0, max: 100, nameLocation: "middle", nameGap: 28,
    nameTextStyle: { color: css("--quiet") }, axisLabel: { color: css("--quiet") }, axisLine: { lineStyle: { color: css("--neutral") } },
    splitLine: { lineStyle: { color: css("--app-edge") } },
  });

  // Many people share one figure, above all those whom nobody names: they are spread in a band around it, which
  // never is wider than the places they share and never crosses the cut.
  function spread(figures, cut, step) {
    const shared = new Map();
    figures.forEach((figure) => shared.set(figure, (shared.get(figure) || 0) + 1));
    const seen = new Map();
    return figures.map((figure) => {
      const place = seen.get(figure) || 0;
      seen.set(figure, place + 1);
      const room = Math.min(figure, 100 - figure, Math.abs(figure - cut) - 1, 50 * (shared.get(figure) - 1) / figures.length, WIDEST_BAND);
      return figure + Math.max(0, room) * (2 * (((place + 1) * step) % 1) - 1);
    });
  }

  function placed(data, corner) {
    const people = data.people.filter((p) => !corner || p.e !== null);
    const across = spread(people.map((p) => corner ? p.e : p.x), data.cut, STEPS.across);
    const up = spread(people.map((p) => corner ? p.a : p.y), data.cut, STEPS.up);
    return people.map((person, i) => ({ person, value: [across[i], up[i]], symbolSize: 7 + Math.min(15, 2.4 * Math.log2(1 + person.headcount)) }));
  }

  function wordsOf(person) {
    const given = [];
    if (person.leader) given.push("Leader of this initiative");
    if (person.champion) given.push(`Champion ${person.champion}`);
    return [person.name, person.title, person.department, ...given,
      `Leadership ${Math.round(person.y)}, influence ${Math.round(person.x)} (${person.rank})`].filter(Boolean).join("\n");
  }

  const isNamed = (person) => person.leader || (person.champion && person.champion <= NAMED_CHAMPIONS);

  function series(data, colour, corner, named) {
    const points = placed(data, corner);
    const departments = [...new Set(points.map((d) => d.person.department))].sort();
    const kinds = colour === "group" ? GROUPS
      : departments.map((name, i) => [name, name || "No department", PALETTE[i % PALETTE.length], "circle"]);
    const label = { position: "right", distance: 4, color: css("--ink"), fontSize: 11, textBorderColor: css("--app-card"), textBorderWidth: 3, formatter: (d) => d.data.person.name };
    return kinds.map(([key, name, tone, symbol]) => ({
      name, type: "scatter", symbol, large: points.length > MANY, labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
      itemStyle: { color: tone.startsWith("--") ? css(tone) : tone, opacity: .8, borderColor: css("--app-card"), borderWidth: points.length > MANY ? 0 : .75 },
      data: points.filter((d) => d.person[colour] === key).map((d) => named && isNamed(d.person) ? { ...d, label: { ...label, show: true, position: d.value[0] > 85 ? "left" : "right" } } : d),
      emphasis: { scale: 1.4, label: { ...label, show: true, fontSize: 12, fontWeight: "bold" } },
    }));
  }

  /* The four corners with their words and counts, and the cut between them. */
  function frame(data, corner, isWide) {
    const cut = data.cut;
    const count = (group) => isWide ? `: ${data.people.filter((p) => p.group === group).length.toLocaleString("en")}` : "";
    const words = corner
      ? ["Manages without leading", "Manages and leads", "Neither", "Leads without managing"]
      : [`Leaders without reach${count("leader_without_reach")}`, `Leading influencers${count("leading_influencer")}`,
        `Audience${count("audience")}`, `Hidden influencers${count("hidden_influencer")}`];
    const tones = corner ? Array(4).fill("--quiet") : ["--leadership-text", "--both-text", "--neutral-text", "--influence-text"];
    const area = (i, from, to, position, align, base) => [{
      name: words[i], coord: from, itemStyle: { color: "transparent" },
      label: { show: true, position, align, verticalAlign: base, color: css(tones[i]), fontSize: isWide ? 12 : 10, fontWeight: "bold" },
    }, { coord: to }];
    return {
      type: "scatter", data: [], silent: true, z: 10,
      markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: css("--quiet"), type: "dashed" }, data: [{ xAxis: cut }, { yAxis: cut }] },
      markArea: { silent: true, data: [
        area(0, [0, cut], [cut, 100], [0, -6], "left", "bottom"), area(1, [cut, cut], [100, 100], ["100%", -6], "right", "bottom"),
        area(2, [0, 0], [cut, cut], [6, "98%"], "left", "bottom"), area(3, [cut, 0], [100, cut], ["98%", "98%"], "right", "bottom")] },
    };
  }

  function drawMap(chart, data) {
    const corner = pick("map-axes", "score") === "corner";
    const isWide = chart.getWidth() > WIDE_ENOUGH_FOR_NAMES;
    chart.setOption({
      animation: false, grid: { left: 50, right: 14, top: 30, bottom: 44 },
      tooltip: { renderMode: "richText", confine: true, backgroundColor: css("--app-card"), borderColor: css("--app-edge"), textStyle: { color: css("--ink") },
        formatter: ({ data: d }) => d && d.person ? wordsOf(d.person) : "" },
      xAxis: axis(corner ? "Exercised leadership" : "Influence"), yAxis: axis(corner ? "Authority by position" : "Leadership"),
      series: [...series(data, pick("map-colour", "group"), corner, pick("map-names", "some") === "some" && isWide), frame(data, corner, chart.getWidth() > 400)],
    }, true);
  }

  async function startMap(place) {
    const answer = await fetch(place.dataset.map, { headers: { Accept: "application/json" } });
    if (!answer.ok) { place.textContent = "The picture could not be loaded; the table has the same figures."; return; }
    const data = await answer.json();
    const chart = echarts.init(place, null, { renderer: data.people.length > MANY ? "canvas" : "svg" });
    drawMap(chart, data);
    place.dataset.drawn = chart.getOption().series.reduce((sum, one) => sum + one.data.length, 0);
    chart.on("click", (event) => {
      if (event.data && event.data.person) location.href = `${data.address}${encodeURIComponent(event.data.person.id)}/`;
    });
    const tools = document.querySelector(".map-tools");
    if (tools) startTools(tools, chart, data);
    redraw.push(() => drawMap(chart, data));
  }

  function startTools(tools, chart, data) {
    tools.hidden = false;
    tools.querySelectorAll("select").forEach((choice) => choice.addEventListener("change", () => drawMap(chart, data)));
    document.getElementById("map-search").addEventListener("input", (event) => find(chart, event.target.value));
    document.getElementById("map-save").addEventListener("click", () => {
      const link = document.createElement("a");
      const type = data.people.length > MANY ? "png" : "svg";
      link.href = chart.getDataURL({ type, backgroundColor: css("--app-card") });
      link.download = `map.${type}`;
      link.click();
    });
  }

  function find(chart, text) {
    const wanted = text.trim().toLowerCase();
    const found = [];
    chart.dispatchAction({ type: "downplay" });
    if (wanted) chart.getOption().series.forEach((one, seriesIndex) => one.data.forEach((d, dataIndex) => {
      if (d.person.name.toLowerCase().includes(wanted)) found.push({ seriesIndex, dataIndex });
    }));
    found.forEach((one) => chart.dispatchAction({ type: "highlight", ...one }));
    document.getElementById("map-found").textContent = !wanted ? "" : `${found.length || "Nobody"} found`;
  }

  function startCurve(place) {
    const data = read("curve-data");
    const chart = echarts.init(place, null, { renderer: "svg" });
    const draw = () => chart.setOption({
      animation: false, grid: { left: 44, right: 16, top: 30, bottom: 44 },
      tooltip: { trigger: "axis", renderMode: "richText", confine: true, backgroundColor: css("--app-card"), borderColor: css("--app-edge"), textStyle: { color: css("--ink") }, valueFormatter: (v) => v.toFixed(1) },
      legend: { top: 0, textStyle: { color: css("--quiet") } },
      xAxis: { ...axis("Champions"), max: null, type: "category", data: data.map((p) => p.champions) },
      yAxis: { type: "value", axisLabel: { color: css("--quiet") }, splitLine: { lineStyle: { color: css("--app-edge") } } },
      series: [
        { name: "Reached", type: "line", data: data.map((p) => p.reach), itemStyle: { color: css("--both") } },
        { name: "Only together", type: "line", symbol: "triangle", data: data.map((p) => p.only_together), itemStyle: { color: css("--only-together") } },
      ],
    }, true);
    draw();
    return draw;
  }

  document.querySelectorAll("[data-map]").forEach(startMap);
  document.querySelectorAll("[data-curve]").forEach((place) => redraw.push(startCurve(place)));
  document.addEventListener("themechange", () => redraw.forEach((draw) => draw()));
  addEventListener("resize", () => document.querySelectorAll("[data-map], [data-curve]").forEach((place) => { const chart = echarts.getInstanceByDom(place); if (chart) chart.resize(); }));
})();
