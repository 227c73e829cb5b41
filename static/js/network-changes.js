/* Two analyses in one picture: the same positions, ties coloured by what became of them. */
(async function (bpm) {
  "use strict";
  const page = document.querySelector("[data-changes]");
  if (!page) return;
  const picture = page.querySelector("[data-picture]"), note = page.querySelector("[data-note]"), card = page.querySelector("[data-card]");
  const states = page.querySelector("[data-states]");
  const LOOKS = { new: ["--change-new", 0.8, 1.4], gone: ["--change-gone", 0.8, 1.4], stronger: ["--change-new", 0.55, 0.9], weaker: ["--change-gone", 0.55, 0.9], same: ["--neutral", 0.25, 0.5] };
  let data;
  try { data = await bpm.fetchData(page.dataset.changes); } catch (fault) { note.textContent = fault.message; return; }

  const faded = (colour, share) => { const code = Number.parseInt(colour.slice(1), 16); return `rgba(${code >> 16},${(code >> 8) & 255},${code & 255},${share})`; };
  const graph = new graphology.MultiDirectedGraph();
  const changed = new Float32Array(data.x.length);
  data.state.forEach((state, t) => { if (data.states[state] !== "same") { changed[data.source[t]] += 1; changed[data.target[t]] += 1; } });
  const most = Math.max(1, ...changed);
  data.names.forEach((name, i) => graph.addNode(i, { x: data.x[i], y: data.y[i], label: name, shape: "circle", size: 2 + 7 * Math.sqrt(changed[i] / most) }));
  const sigma = new Sigma(graph, picture, {
    allowInvalidContainer: true, defaultNodeType: "shape", defaultEdgeType: "tie",
    nodeProgramClasses: { shape: bpm.ShapeProgram }, edgeProgramClasses: { tie: bpm.TieProgram },
    defaultDrawNodeLabel: bpm.drawName, defaultDrawNodeHover: bpm.drawRing,
    labelFont: "system-ui, sans-serif", labelDensity: 0.6, labelGridCellSize: 110, labelRenderedSizeThreshold: 5, stagePadding: 24, hideEdgesOnMove: data.source.length > 3000,
  });

  function draw() {
    const shown = new Set([...states.querySelectorAll(":checked")].map((box) => box.value));
    graph.clearEdges();
    const counts = {};
    data.state.forEach((code, t) => {
      const state = data.states[code];
      if (!shown.has(state)) return;
      const [tone, share, size] = LOOKS[state];
      counts[state] = (counts[state] || 0) + 1;
      graph.addEdge(data.target[t], data.source[t], { color: faded(bpm.css(tone), share), size, bend: state === "gone" || state === "weaker" ? -0.16 : 0.16, taper: 0.85 });
    });
    graph.updateEachNodeAttributes((node, now) => ({ ...now, color: changed[node] ? bpm.css("--quiet") : faded(bpm.css("--neutral"), 0.4), label: changed[node] ? data.names[node] : "" }));
    sigma.refresh();
    picture.dataset.drawn = graph.size;
    note.textContent = data.states.filter((state) => counts[state]).map((state) => `${counts[state].toLocaleString("en")} ${state}`).join(", ") || "Nothing is drawn.";
  }

  sigma.on("enterNode", ({ node }) => {
    const line = document.createElement("strong"), more = document.createElement("span");
    line.textContent = data.names[node];
    more.textContent = `${changed[node]} ties changed`;
    card.replaceChildren(line, more);
    card.hidden = false;
  });
  sigma.on("leaveNode", () => { card.hidden = true; });
  states.hidden = false;
  states.addEventListener("change", draw);
  document.addEventListener("themechange", draw);
  draw();
})(window.bpmNetwork);
