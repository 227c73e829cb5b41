/* What all pictures share: colours of the theme, axes, the bubble, saving as a file; and the curve over champions. */
window.Charts = (function () {
  "use strict";
  const redraw = [];
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const read = (id) => { const found = document.getElementById(id); return found && JSON.parse(found.textContent); };
  const number = (value, digits = 0) => value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });

  const axis = (name, more = {}) => ({
    name, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: css("--quiet") }, axisLabel: { color: css("--quiet") },
    axisLine: { lineStyle: { color: css("--neutral") } }, splitLine: { lineStyle: { color: css("--app-edge") } }, ...more,
  });
  const bubble = (more) => ({
    renderMode: "richText", confine: true, backgroundColor: css("--app-card"), borderColor: css("--app-edge"), textStyle: { color: css("--ink"), fontSize: 12 }, ...more,
  });

  /* Draw now, on a change of colours and on a change of width. */
  function keep(chart, draw) {
    draw();
    redraw.push(draw);
    new ResizeObserver(() => { chart.resize(); draw(); }).observe(chart.getDom());
  }

  function save(chart, name, type) {
    const link = document.createElement("a");
    const size = { width: chart.getWidth(), height: chart.getHeight() };
    const copy = echarts.init(null, null, { renderer: "svg", ssr: true, ...size });
    if (type === "svg") {
      copy.setOption({ ...chart.getOption(), backgroundColor: css("--app-card"), animation: false });
      link.href = URL.createObjectURL(new Blob([copy.renderToSVGString()], { type: "image/svg+xml" }));
    } else {
      link.href = chart.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: css("--app-card") });
    }
    copy.dispose();
    link.download = `${name}.${type}`;
    link.click();
  }

  // The legend takes three lines on a phone and two beside another card.
  const aboveCurve = (width) => (width < 400 ? 96 : width < 640 ? 64 : 36);

  function startCurve(place) {
    const { curve, published, people } = read("curve-data");
    const chart = echarts.init(place, null, { renderer: "svg" });
    const marks = published.map((one) => ({ xAxis: String(one.champions), name: one.word }));
    keep(chart, () => chart.setOption({
      animation: false, grid: { left: 48, right: 20, top: aboveCurve(chart.getWidth()), bottom: 46 },
      tooltip: bubble({ trigger: "axis", formatter: (rows) => [`${rows[0].axisValue} champions`, ...rows.map((r) => `${r.seriesName}: ${number(r.value, 1)} people (${Math.round(100 * r.value / people)}%)`)].join("\n") }),
      legend: { top: 0, textStyle: { color: css("--quiet") } },
      xAxis: axis("Champions", { type: "category", data: curve.map((p) => String(p.champions)) }),
      yAxis: axis("", { type: "value", axisLabel: { color: css("--quiet") } }),
      series: [
        { name: "Through both, in cascade", type: "line", data: curve.map((p) => p.reach), itemStyle: { color: css("--both") }, lineStyle: { width: 2.5 },
          markLine: { silent: true, symbol: "none", lineStyle: { color: css("--quiet"), type: "dotted" }, label: { formatter: "{b}", color: css("--quiet"), fontSize: 11 }, data: marks } },
        { name: "Direct: name a leader or champion", type: "line", symbol: "rect", data: curve.map((p) => p.direct ?? null), itemStyle: { color: css("--influence") } },
        { name: "Only together", type: "line", symbol: "triangle", data: curve.map((p) => p.only_together), itemStyle: { color: css("--only-together") } },
      ].filter((one) => one.data.some((value) => value !== null)),
    }, true));
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-curve]").forEach(startCurve));
  document.addEventListener("themechange", () => redraw.forEach((draw) => draw()));
  return { css, read, number, axis, bubble, keep, save };
})();
