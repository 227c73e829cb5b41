/* Two pictures: leadership against influence, and reach over the number of champions. */
(function () {
  "use strict";
  const redraw = [];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const read = (id) => { const found = document.getElementById(id); return found && JSON.parse(found.textContent); };
  const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const GROUPS = [
    ["leading_influencer", "Leading influencers", "--both", "diamond"],
    ["leader_without_reach", "Leaders without reach", "--leadership", "triangle"],
    ["hidden_influencer", "Hidden influencers", "--influence", "rect"],
    ["audience", "Audience", "--neutral", "circle"],
  ];
  const MANY = 2000;
  const PALETTE = ["#0072B2", "#D55E00", "#009E73", "#AA4499", "#E69F00", "#56B4E9", "#8A8F98", "#882255"];
  const axis = (name) => ({
    name, min: 0, max: 100, nameLocation: "middle", nameGap: 28,
    nameTextStyle: { color: css("--quiet") }, axisLabel: { color: css("--quiet") },
    splitLine: { lineStyle: { color: css("--app-edge") } },
  });

  function point(person, corner) {
    return {
      value: corner ? [person.e, person.a] : [person.x, person.y], person,
      symbolSize: 9 + Math.min(22, 4 * Math.log2(1 + person.headcount)),
    };
  }

  function series(data, colour, corner) {
    const people = data.people.filter((p) => !corner || p.e !== null);
    const names = [...new Set(people.map((p) => p.department))].sort();
    const kinds = colour === "group" ? GROUPS
      : names.map((name, i) => [name, name || "No department", PALETTE[i % PALETTE.length], "circle"]);
    return kinds.map(([key, name, tone, symbol]) => ({
      name, type: "scatter", symbol, large: people.length > MANY,
      itemStyle: { color: tone.startsWith("--") ? css(tone) : tone, opacity: .85 },
      data: people.filter((p) => p[colour] === key).map((p) => point(p, corner)),
      emphasis: { label: { show: true, position: "top", color: css("--ink"), formatter: (d) => d.data.person.name } },
    }));
  }

  function corners(corner, cut) {
    const words = corner
      ? ["Manages without leading", "Manages and leads", "Neither", "Leads without managing"]
      : ["Leaders without reach", "Leading influencers", "Audience", "Hidden influencers"];
    const label = { color: css("--quiet"), fontSize: 11 };
    const area = (name, from, to, position) => [
      { name, coord: from, label: { ...label, show: true, position }, itemStyle: { color: "transparent" } }, { coord: to }];
    return {
      silent: true,
      data: [area(words[0], [0, cut], [cut, 100], "insideTopLeft"), area(words[1], [cut, cut], [100, 100], "insideTopRight"),
        area(words[2], [0, 0], [cut, cut], "insideBottomLeft"), area(words[3], [cut, 0], [100, cut], "insideBottomRight")],
    };
  }

  function drawMap(chart, data) {
    const pick = (id, usual) => { const found = document.getElementById(id); return found ? found.value : usual; };
    const corner = pick("map-axes", "score") === "corner";
    const all = series(data, pick("map-colour", "group"), corner);
    if (all.length) {
      all[0].markLine = { silent: true, symbol: "none", label: { show: false },
        lineStyle: { color: css("--quiet"), type: "dashed" }, data: [{ xAxis: data.cut }, { yAxis: data.cut }] };
      all[0].markArea = corners(corner, data.cut);
    }
    chart.setOption({
      animation: false, grid: { left: 52, right: 18, top: 14, bottom: 46 },
      tooltip: { formatter: ({ data: d }) => d.person
        ? `<strong>${escape(d.person.name)}</strong><br>${escape(d.person.title)}<br>${escape(d.person.department)}` : "" },
      xAxis: axis(corner ? "Exercised leadership" : "Influence"), yAxis: axis(corner ? "Authority by position" : "Leadership"),
      series: all,
    }, true);
  }

  async function startMap(place) {
    const answer = await fetch(place.dataset.map, { headers: { Accept: "application/json" } });
    if (!answer.ok) { place.textContent = "The picture could not be loaded; the table has the same figures."; return; }
    const data = await answer.json();
    const chart = echarts.init(place, null, { renderer: data.people.length > MANY ? "canvas" : "svg" });
    drawMap(chart, data);
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
    chart.dispatchAction({ type: "downplay" });
    const wanted = text.trim().toLowerCase();
    if (!wanted) return;
    chart.getOption().series.forEach((one, seriesIndex) => one.data.forEach((d, dataIndex) => {
      if (d.person.name.toLowerCase().includes(wanted)) chart.dispatchAction({ type: "highlight", seriesIndex, dataIndex });
    }));
  }

  function startCurve(place) {
    const data = read("curve-data");
    const chart = echarts.init(place, null, { renderer: "svg" });
    const draw = () => chart.setOption({
      animation: false, grid: { left: 48, right: 16, top: 30, bottom: 44 }, tooltip: { trigger: "axis", valueFormatter: (v) => v.toFixed(1) },
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
