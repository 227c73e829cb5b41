/* Three pictures: shares at each stage over time, the expected course, and odds ratios with their intervals. */
(function () {
  "use strict";
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const read = (id) => { const found = document.getElementById(id); return found && JSON.parse(found.textContent); };
  const charts = new Map();
  const NARROW = 560;

  // From the first stage to the furthest: light to dark ink, so that the order shows without colour names.
  function shades(count) {
    const dark = document.documentElement.dataset.bsTheme === "dark";
    return Array.from({ length: count }, (_, i) => {
      const share = count > 1 ? i / (count - 1) : 1;
      return `hsl(208 24% ${Math.round(dark ? 34 + 50 * share : 82 - 60 * share)}%)`;
    });
  }

  const tooltip = () => ({
    trigger: "axis", renderMode: "richText", confine: true, backgroundColor: css("--app-card"), borderColor: css("--app-edge"),
    textStyle: { color: css("--ink") },
  });
  const percentAxis = (max) => ({
    type: "value", min: 0, max, axisLabel: { color: css("--quiet"), formatter: "{value}%" }, splitLine: { lineStyle: { color: css("--app-edge") } },
  });
  const timeAxis = (periods) => ({
    type: "category", data: periods, boundaryGap: false, axisLabel: { color: css("--quiet"), hideOverlap: true }, axisLine: { lineStyle: { color: css("--neutral") } },
  });
  const legend = (extra) => ({ top: 0, itemGap: 14, textStyle: { color: css("--quiet") }, ...extra });
  // On a phone the legend takes several lines.
  const grid = (chart) => ({ left: 48, right: 20, top: chart.getWidth() < NARROW ? 80 : 40, bottom: 34 });
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

  function drawStages(chart) {
    const data = read("adoption-data");
    const tones = shades(data.stages.length);
    const real = data.shares[0].length;
    chart.setOption({
      animation: false, grid: grid(chart), legend: legend(),
      tooltip: { ...tooltip(), valueFormatter: (value) => `${Math.round(value)}%` },
      xAxis: timeAxis(data.periods.slice(0, real)), yAxis: percentAxis(100),
      series: data.shares.map((row, i) => ({
        name: capital(data.stages[i]), type: "line", data: row, showSymbol: real === 1, symbol: "circle", z: i + 2,
        itemStyle: { color: tones[i] }, lineStyle: { color: tones[i], width: 2 }, areaStyle: { color: tones[i], opacity: .9, origin: "start" },
      })),
    }, true);
  }

  function drawExpected(chart) {
    const data = read("adoption-data");
    const band = data.band;
    const spread = band.low.map((low, i) => low === null ? null : band.high[i] - low);
    const top = Math.min(100, Math.ceil(Math.max(...band.high, ...data.shares[data.watched]) / 10 + 1) * 10);
    const edge = { type: "line", stack: "band", symbol: "none", lineStyle: { opacity: 0 }, silent: true };
    chart.setOption({
      animation: false, grid: grid(chart),
      legend: legend({ data: ["As it came", "Expected, middle", "Expected, 5 to 95%"] }),
      tooltip: { ...tooltip(), formatter: (points) => expectedWords(data, points[0].dataIndex) },
      xAxis: timeAxis(data.periods), yAxis: percentAxis(top),
      series: [
        { ...edge, name: "low", data: band.low },
        { ...edge, name: "Expected, 5 to 95%", data: spread, itemStyle: { color: css("--neutral") }, areaStyle: { color: css("--neutral"), opacity: .28 } },
        { name: "Expected, middle", type: "line", data: band.middle, symbol: "none", itemStyle: { color: css("--quiet") }, lineStyle: { type: "dashed", width: 1.5 } },
        { name: "As it came", type: "line", data: data.shares[data.watched], symbol: "circle", symbolSize: 6, itemStyle: { color: css("--ink") }, lineStyle: { width: 2 } },
      ],
    }, true);
  }

  function expectedWords(data, i) {
    const words = [data.periods[i]];
    const real = data.shares[data.watched][i];
    if (real !== undefined) words.push(`As it came: ${real.toFixed(1)}%`);
    if (data.band.low[i] !== null && data.band.low[i] !== undefined) words.push(`Expected: ${data.band.low[i].toFixed(1)} to ${data.band.high[i].toFixed(1)}%`);
    return words.join("\n");
  }

  const TERMS = { leadership: ["Leadership", "--leadership", "triangle", -9], influence: ["Influence", "--influence", "rect", 9] };

  function drawForest(chart) {
    const rows = read("forest-data");
    const stages = [...new Set(rows.map((row) => row.stage))];
    const inside = rows.flatMap((row) => [row.low, row.high]).concat(1);
    const narrow = chart.getWidth() < NARROW;
    chart.setOption({
      animation: false, grid: { left: narrow ? 96 : 130, right: 24, top: 28, bottom: 44 },
      tooltip: { ...tooltip(), trigger: "item", formatter: ({ data }) => data && data.words ? data.words : "" },
      xAxis: {
        type: "log", min: Math.max(.01, Math.min(...inside) / 1.3), max: Math.min(100, Math.max(...inside) * 1.3), name: "Odds ratio, logarithmic", nameLocation: "middle", nameGap: 28,
        nameTextStyle: { color: css("--quiet") }, axisLabel: { color: css("--quiet"), showMinLabel: false, showMaxLabel: false, formatter: (value) => Number(value.toPrecision(2)).toString() }, splitLine: { show: false }, axisLine: { lineStyle: { color: css("--neutral") } },
      },
      yAxis: { type: "category", inverse: true, data: stages.map(capital), axisLabel: { color: css("--ink") }, axisTick: { show: false }, axisLine: { show: false } },
      series: [...Object.keys(TERMS).map((exposure) => forestSeries(rows, stages, exposure)), {
        type: "line", data: [], silent: true, markLine: { silent: true, symbol: "none", label: { formatter: "no difference", position: "end", color: css("--quiet") }, lineStyle: { color: css("--quiet"), type: "dashed" }, data: [{ xAxis: 1 }] },
      }],
    }, true);
  }

  function forestSeries(rows, stages, exposure) {
    const [name, tone, symbol, shift] = TERMS[exposure];
    const colour = css(tone);
    return {
      name, type: "custom", encode: { x: [0, 1, 2], y: 3 },
      data: rows.filter((row) => row.exposure === exposure).map((row) => ({
        value: [row.odds_ratio, row.low, row.high, stages.indexOf(row.stage)],
        words: `${capital(row.stage)}, ${name.toLowerCase()}\n${row.odds_ratio.toFixed(2)}, ${row.low.toFixed(2)} to ${row.high.toFixed(2)}`,
      })),
      renderItem: (_params, api) => {
        const at = (i) => api.coord([api.value(i), api.value(3)]);
        const [middle, low, high] = [at(0), at(1), at(2)];
        const y = middle[1] + shift;
        const marks = symbol === "triangle" ? [[middle[0], y - 7], [middle[0] + 7, y + 6], [middle[0] - 7, y + 6]]
          : [[middle[0] - 6, y - 6], [middle[0] + 6, y - 6], [middle[0] + 6, y + 6], [middle[0] - 6, y + 6]];
        return { type: "group", children: [
          { type: "line", shape: { x1: low[0], y1: y, x2: high[0], y2: y }, style: { stroke: colour, lineWidth: 2 } },
          { type: "polygon", shape: { points: marks }, style: { fill: colour } },
        ] };
      },
    };
  }

  const DRAW = { stages: drawStages, expected: drawExpected, forest: drawForest };

  function start(name) {
    const place = document.querySelector(`[data-${name}]`);
    if (!place) return;
    if (place.dataset.rows) place.style.height = `${Math.max(12, 5 + 2.6 * place.dataset.rows)}rem`;
    const chart = echarts.init(place, null, { renderer: "svg" });
    charts.set(name, chart);
    DRAW[name](chart);
    place.dataset.drawn = chart.getOption().series.length;
    const button = document.querySelector(`[data-save="${name}"]`);
    if (button) { button.hidden = false; button.addEventListener("click", () => save(name, chart)); }
  }

  function save(name, chart) {
    const link = document.createElement("a");
    link.href = chart.getDataURL({ type: "svg", backgroundColor: css("--app-card") });
    link.download = `adoption-${name}.svg`;
    link.click();
  }

  Object.keys(DRAW).forEach(start);
  document.querySelectorAll("[data-submit]").forEach((field) => field.addEventListener("change", () => field.form.submit()));
  document.addEventListener("themechange", () => charts.forEach((chart, name) => DRAW[name](chart)));
  addEventListener("resize", () => charts.forEach((chart, name) => { chart.resize(); DRAW[name](chart); }));
})();
