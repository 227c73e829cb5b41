// The departments as a treemap; the table below the picture has the same numbers.
const place = document.getElementById("department-picture");

function draw(departments) {
  const styles = getComputedStyle(document.body);
  const picture = echarts.init(place, null, { renderer: "canvas" });
  picture.setOption({
    animation: false,
    tooltip: { renderMode: "richText", formatter: (part) => `${part.name}: ${part.value.toLocaleString("en")}` },
    color: ["#3d5a73", "#4f6f8a", "#5f6f7d", "#46657f", "#6a7f92"],
    textStyle: { fontFamily: styles.fontFamily },
    series: [
      {
        type: "treemap",
        roam: false,
        leafDepth: 2,
        data: departments,
        left: 0,
        right: 0,
        top: 0,
        bottom: 36,
        breadcrumb: { bottom: 0 },
        label: { lineHeight: 18, formatter: (part) => `${part.name}\n${part.value.toLocaleString("en")}` },
        itemStyle: { gapWidth: 2, borderWidth: 1 },
        name: "All departments",
      },
    ],
  });
  window.addEventListener("resize", () => picture.resize());
}

fetch(place.dataset.source)
  .then((answer) => answer.json())
  .then((answer) => draw(answer.departments));
