/* The page of the network: what is loaded, what of it is drawn, and what somebody asks of it. */
(function (bpm) {
  "use strict";
  const page = document.querySelector("[data-network]");
  if (!page) return;
  const find = (selector) => page.querySelector(selector);
  const picture = find("[data-picture]"), note = find("[data-note]"), card = find("[data-card]"), about = find("[data-about]");
  const tools = find("[data-tools]"), legendPlace = find("[data-legend]");
  // Departments, levels and communities: none of the colours that mean leadership, influence, both or only together.
  const PALETTE = ["#56B4E9", "#E69F00", "#CC79A7", "#7A8B2F", "#8C6BB1", "#B15928", "#C2A83E", "#4F8A97", "#A3505A", "#5B6470"];
  const SHAPES = ["circle", "square", "diamond", "triangle"];
  const GROUPS = {
    leading_influencer: ["Leading influencers", "--both", "diamond"],
    leader_without_reach: ["Leaders without reach", "--leadership", "triangle"],
    hidden_influencer: ["Hidden influencers", "--influence", "square"],
    audience: ["Audience", "--neutral", "circle"],
  };
  const LEGEND_MOST = 12, HOVER_TIES = 1200, FOCUS_TIES = 6000, LINES_MOST = 6000;
  const BEND = { influence: 0.16, leadership: -0.16, line: 0 };
  const NONE = -1;
  let data = null, sigma = null, graph = null, order = [], near = null;
  const asked = new URLSearchParams(location.search);
  const state = { focus: null, steps: 1, path: [], absent: null };
  const filters = new URLSearchParams(page.dataset.filters || "");
  const isPeople = () => data.kind !== "departments";
  const value = (name, usual) => { const control = tools.elements[name]; return control ? control.value : usual; };
  const checked = (name) => new Set([...tools.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));
  const say = (text) => { note.textContent = text; note.hidden = !text; };

  /* What is loaded -------------------------------------------------------------------------------- */
  async function load(query) {
    say("Loading the picture …");
    try {
      data = await bpm.fetchData(page.dataset.network + (query ? `?${query}` : ""));
    } catch (fault) { say(fault.message); picture.dataset.failed = "yes"; return false; }
    state.path = [];
    state.absent = null;
    state.focus = data.kind === "person" ? data.focus : null;
    build();
    say(isPeople() ? sizeWords() : `${data.names.length} departments. ${page.dataset.seesTies === "yes" ? "Select one to open it." : ""}`);
    return true;
  }

  function sizeWords() {
    const left = data.left_out ? ` The ${data.left_out.toLocaleString("en")} with the weakest ties are left out.` : "";
    return `${data.people.toLocaleString("en")} people, ${data.ties.toLocaleString("en")} ties${data.unit ? ` in ${data.unit}` : ""}.${left}`;
  }

  /* How everything looks --------------------------------------------------------------------------- */
  const codeColour = (code) => (code < 0 ? bpm.css("--neutral") : PALETTE[code % PALETTE.length]);
  const codeShape = (code) => (code < 0 ? "circle" : SHAPES[Math.floor(code / PALETTE.length) % SHAPES.length]);

  const LOOKS = {
    department: (i) => [codeColour(data.department[i]), codeShape(data.department[i])],
    community: (i) => [codeColour(data.community[i]), codeShape(data.community[i])],
    stage: (i) => [codeColour(data.stage[i]), codeShape(data.stage[i])],
    group: (i) => { const [, tone, shape] = GROUPS[data.groups[data.group[i]]]; return [bpm.css(tone), shape]; },
  };

  function largest(codes, word) {
    const counts = new Map();
    codes.forEach((code) => counts.set(code, (counts.get(code) || 0) + 1));
    return [...counts].sort((a, b) => b[1] - a[1]).map(([code, count]) => ({ word: word(code), count, colour: codeColour(code), shape: codeShape(code) }));
  }

  function legend() {
    if (!isPeople()) return [{ word: "Department, larger with more people", colour: bpm.css("--neutral"), shape: "square" }];
    const colour = value("colour", "department");
    if (colour === "group") return data.groups.map((name, i) => ({ word: GROUPS[name][0], count: data.group.filter((code) => code === i).length, colour: bpm.css(GROUPS[name][1]), shape: GROUPS[name][2] }));
    if (colour === "stage") return largest(data.stage, (code) => (code < 0 ? "Nothing recorded" : data.stages[code]));
    if (colour === "community") return largest(data.community, (code) => `Circle ${code + 1}`);
    return largest(data.department, (code) => (code < 0 ? "No department" : data.departments[code]));
  }

  function drawLegend() {
    const entries = legend();
    legendPlace.replaceChildren();
    const list = document.createElement("ul");
    for (const entry of entries.slice(0, LEGEND_MOST)) {
      const item = document.createElement("li");
      const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      sign.setAttribute("viewBox", "-7 -7 14 14");
      sign.setAttribute("aria-hidden", "true");
      const shape = { square: "M-5-5H5V5H-5Z", diamond: "M0-6.5 6.5 0 0 6.5-6.5 0Z", triangle: "M0-6 6 5H-6Z", circle: "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0Z" }[entry.shape];
      const path = document.createElementNS(sign.namespaceURI, "path");
      path.setAttribute("d", shape);
      path.setAttribute("fill", entry.colour);
      sign.append(path);
      const words = document.createElement("span");
      words.textContent = entry.count === undefined ? entry.word : `${entry.word} (${entry.count.toLocaleString("en")})`;
      item.append(sign, words);
      list.append(item);
    }
    legendPlace.append(list);
    if (entries.length > LEGEND_MOST) {
      const more = document.createElement("p");
      more.textContent = `and ${entries.length - LEGEND_MOST} more`;
      legendPlace.append(more);
    }
  }

  function passes(i) {
    const department = data.department[i] < 0 ? "" : data.departments[data.department[i]];
    const wanted = filters.get("department");
    if (wanted && department !== wanted && !department.startsWith(`${wanted} / `)) return false;
    if (filters.get("location") && data.locations[data.location[i]] !== filters.get("location")) return false;
    if (filters.get("level") && data.level[i] !== Number(filters.get("level"))) return false;
    return !filters.get("group") || data.groups[data.group[i]] === filters.get("group");
  }

  /* Who is in sight: filters, then the neighbourhood; everybody else is grey. */
  function inSight() {
    const seen = new Uint8Array(data.people.length || data.people);
    for (let i = 0; i < seen.length; i += 1) seen[i] = passes(i) && (!near || near[i]) ? 1 : 0;
    state.path.forEach((i) => { seen[i] = 1; });
    return seen;
  }

  function neighbours(start, steps) {
    if (start === null || !steps) return null;
    const found = new Uint8Array(data.x.length);
    found[start] = 1;
    const layers = shownTies();
    for (let step = 0; step < steps; step += 1) {
      const before = found.slice();
      for (let t = 0; t < data.source.length; t += 1) {
        if (!layers(t)) continue;
        if (before[data.source[t]]) found[data.target[t]] = 1;
        if (before[data.target[t]]) found[data.source[t]] = 1;
      }
    }
    return found;
  }

  function shownTies() {
    const layers = checked("layer"), relations = checked("relation");
    if (!isPeople()) return (t) => layers.has(data.layers[data.layer[t]]);
    const only = filters.get("relation");
    const shown = data.relations.map((one) => layers.has(one.layer) && relations.has(one.name) && (!only || one.name === only));
    return (t) => shown[data.relation[t]];
  }

  /* What is drawn ----------------------------------------------------------------------------------- */
  function sizes() {
    if (!isPeople()) return data.people;
    const chosen = data[value("size", "sphere")];
    return chosen instanceof Float32Array || chosen instanceof Int32Array ? chosen : data.sphere;
  }

  function radius(count) {
    const [least, most] = count > 8000 ? [1.1, 5] : count > 2000 ? [1.5, 7] : count > 400 ? [2.4, 10] : [4, 14];
    const room = Math.min(1, Math.max(0.6, picture.clientWidth / 800));
    return (share) => room * (least + (most - least) * share);
  }

  function build() {
    graph = new graphology.MultiDirectedGraph();
    const count = data.x.length, wide = sizes();
    const [smallest, usual] = [0, 0.995].map((share) => quantile(wide, share));
    const shareOf = (i) => Math.min(1.2, (wide[i] - (isPeople() ? smallest : 0)) / Math.max(usual - (isPeople() ? smallest : 0), 1e-9));
    const toRadius = isPeople() ? radius(count) : (share) => 4 + 18 * Math.sqrt(share) * Math.min(1, picture.clientWidth / 700);
    for (let i = 0; i < count; i += 1) {
      graph.addNode(i, { x: data.x[i], y: data.y[i], size: toRadius(shareOf(i)), label: data.names[i] });
    }
    order = data.source.length ? [...data.source.keys()] : [];
    if (sigma) { sigma.setGraph(graph); sigma.setCustomBBox(null); } else start();
    sigma.setSetting("stagePadding", isPeople() ? 24 : Math.min(110, picture.clientWidth / 6)); // room for names
    picture.dataset.kind = data.kind;
    picture.dataset.people = count;
    picture.dataset.ties = data.source.length;
    refresh();
    sigma.getCamera().setState({ x: 0.5, y: 0.5, ratio: 1, angle: 0 });
  }

  function quantile(values, share) {
    const sorted = Float64Array.from(values).sort();
    return sorted[Math.floor(share * (sorted.length - 1))] || 0;
  }

  const COLOURS = () => ({ influence: bpm.css("--influence"), leadership: bpm.css("--leadership"), line: bpm.css("--quiet") });
  const faded = (colour, share) => {
    const code = Number.parseInt(colour.slice(1), 16);
    return `rgba(${code >> 16},${(code >> 8) & 255},${code & 255},${share})`;
  };

  /* From whoever moves to whoever is moved: the named person moves the namer. */
  function addTie(t, layer, strength, share, colours) {
    const mutual = isPeople() && layer !== "line" && data.relations[data.relation[t]].mutual;
    graph.addEdge(data.target[t], data.source[t], {
      color: faded(colours[layer], share), size: 0.5 + 1.6 * strength, bend: BEND[layer], taper: layer === "line" || mutual ? 0 : 0.85, layer,
    });
  }

  function drawTies(seen) {
    graph.clearEdges();
    const shows = shownTies(), colours = COLOURS();
    const mostTies = isPeople() ? 1 : Math.max(1, ...data.count);
    const inFocus = state.focus !== null && near;
    const most = inFocus ? FOCUS_TIES : Number(value("most", "2000"));
    const faint = isPeople() ? Math.max(0.12, 0.85 - 0.19 * Math.log10(Math.min(most, order.length) + 1)) : 0.5;
    let drawn = 0, wanted = 0;
    for (const t of order) {
      if (!shows(t) || !seen[data.source[t]] || !seen[data.target[t]]) continue;
      wanted += 1;
      if (drawn >= most) continue;
      const layer = isPeople() ? data.relations[data.relation[t]].layer : data.layers[data.layer[t]];
      addTie(t, layer, isPeople() ? data.strength[t] : Math.min(1.5, 1.5 * data.count[t] / mostTies), inFocus ? 0.75 : faint, colours);
      drawn += 1;
    }
    if (isPeople() && checked("layer").has("line")) drawn += drawLines(seen, colours);
    state.path.forEach((person, i) => i && graph.addEdge(state.path[i - 1], person, { color: bpm.css("--ink"), size: 2.2, bend: 0, taper: 0 }));
    picture.dataset.drawn = drawn;
    picture.dataset.wanted = wanted;
    return [drawn, wanted];
  }

  function drawLines(seen, colours) {
    let drawn = 0;
    const below = [...data.manager.keys()].filter((i) => data.manager[i] !== NONE && seen[i] && seen[data.manager[i]]);
    below.sort((a, b) => data.headcount[b] - data.headcount[a]);
    for (const i of below.slice(0, LINES_MOST)) {
      graph.addEdge(data.manager[i], i, { color: faded(colours.line, 0.55), size: 0.5, bend: 0, taper: 0, layer: "line" });
      drawn += 1;
    }
    return drawn;
  }

  function refresh() {
    near = data.kind === "person" ? null : neighbours(state.focus, state.steps);
    const seen = isPeople() ? inSight() : new Uint8Array(data.x.length).fill(1);
    const grey = faded(bpm.css("--neutral"), 0.22);
    const look = isPeople() ? LOOKS[value("colour", "department")] : (i) => [codeColour(i), "square"];
    graph.forEachNode((node) => {
      const i = Number(node), [colour, shape] = look(i);
      graph.mergeNodeAttributes(node, seen[i]
        ? { color: colour, shape, label: data.names[i], zIndex: 1, forceLabel: i === state.focus || state.path.includes(i), highlighted: false, hidden: i === state.absent }
        : { color: grey, shape: "circle", label: "", zIndex: 0, forceLabel: false, hidden: false });
    });
    const [drawn, wanted] = drawTies(seen);
    sigma.setSetting("hideEdgesOnMove", drawn > HOVER_TIES);
    sigma.setSetting("renderLabels", value("names", "some") === "some");
    sigma.refresh();
    drawLegend();
    if (isPeople()) say(drawn < wanted ? `${sizeWords()} The strongest ${drawn.toLocaleString("en")} of ${wanted.toLocaleString("en")} are drawn.` : sizeWords());
    picture.dataset.inSight = seen.reduce((sum, one) => sum + one, 0);
    picture.dataset.focus = state.focus === null || !isPeople() ? "" : data.ids[state.focus];
  }

  function start() {
    sigma = new Sigma(graph, picture, {
      allowInvalidContainer: true, zIndex: true, defaultNodeType: "shape", defaultEdgeType: "tie",
      nodeProgramClasses: { shape: bpm.ShapeProgram }, edgeProgramClasses: { tie: bpm.TieProgram },
      defaultDrawNodeLabel: bpm.drawName, defaultDrawNodeHover: bpm.drawRing,
      labelFont: "system-ui, sans-serif", labelSize: 12, labelDensity: 0.6, labelGridCellSize: 110, labelRenderedSizeThreshold: 4,
      hideLabelsOnMove: true, stagePadding: 24, minCameraRatio: 0.01, maxCameraRatio: 3,
    });
    sigma.on("enterNode", ({ node, event }) => showCard(Number(node), event));
    sigma.on("leaveNode", () => { card.hidden = true; });
    sigma.on("clickNode", ({ node }) => choose(Number(node)));
    sigma.on("clickStage", () => { card.hidden = true; });
    find("[data-zoom]").hidden = false;
    tools.hidden = false;
    bpm.drawing = { sigma, state };
  }

  /* What is asked ---------------------------------------------------------------------------------- */
  function showCard(i, event) {
    const lines = isPeople() ? personLines(i) : departmentLines(i);
    card.replaceChildren(...lines.map((text, number) => {
      const line = document.createElement(number ? "span" : "strong");
      line.textContent = text;
      return line;
    }));
    card.hidden = false;
    const wide = picture.clientWidth;
    card.classList.toggle("is-left", event.x > wide / 2);
  }

  function personLines(i) {
    const rank = data.influence_rank_low[i] === NONE ? data.influence_rank[i].toLocaleString("en")
      : `${data.influence_rank[i].toLocaleString("en")}, ${data.influence_rank_low[i].toLocaleString("en")} to ${data.influence_rank_high[i].toLocaleString("en")}`;
    const champion = data.champions.find(([place]) => place === i);
    return [data.names[i], data.titles[i], data.department[i] < 0 ? "" : data.departments[data.department[i]],
      GROUPS[data.groups[data.group[i]]][0], `Influence rank ${rank}`, `Named by ${data.in_degree[i]}, moves ${data.sphere[i].toFixed(1)}`,
      data.leaders.includes(i) ? "Leader of this initiative" : "", champion ? `Champion ${champion[1]}` : "",
      data.stages && data.stage[i] !== NONE ? `Stage: ${data.stages[data.stage[i]]}` : ""].filter(Boolean);
  }

  function departmentLines(i) {
    const index = Number.isNaN(data.index[i]) ? "too few answers to say" : data.index[i].toFixed(2);
    return [data.names[i], `${data.people[i].toLocaleString("en")} people`, `Reach outside the own department (E-I): ${index}`];
  }

  async function choose(i) {
    if (!isPeople()) { openDepartment(i); return; }
    await choosePerson(data.ids[i]);
  }

  function openDepartment(i) {
    if (page.dataset.seesTies !== "yes") { about.replaceChildren(...departmentLines(i).map((text, number) => Object.assign(document.createElement(number ? "p" : "h2"), { textContent: text, className: number ? "mb-1" : "h3" }))); return; }
    remember({ department: data.names[i] }, ["person", "steps", "all"], "scope");
    about.replaceChildren();
    load(new URLSearchParams({ department: data.names[i] }).toString());
  }

  /* Focus on somebody: inside what is loaded, or, where they are not in it, with their own surroundings. */
  async function choosePerson(id, steps = state.steps || 1) {
    const place = isPeople() ? data.ids.indexOf(id) : NONE;
    state.steps = steps;
    state.absent = null;
    state.path = [];
    if (place !== NONE && data.kind !== "person") { state.focus = place; refresh(); }
    else await load(new URLSearchParams({ person: id, steps: steps || 1 }).toString());
    remember({ person: id, steps }, []);
    await showAbout(id);
  }

  async function showAbout(id) {
    await htmx.ajax("GET", `${page.dataset.personAddress}${encodeURIComponent(id).replace(/%2F/g, "/")}/`, { target: about, swap: "innerHTML" });
    press(state.steps);
  }

  function press(steps) {
    about.querySelectorAll("[data-steps]").forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.steps) === steps)));
  }

  function setSteps(steps) {
    state.steps = steps;
    press(steps);
    const id = about.querySelector("[data-shown-person]").dataset.shownPerson;
    if (!steps && data.kind === "person") { remember({}, ["person", "steps"]); load(""); return; }
    if (data.kind === "person" || !isPeople()) { choosePerson(id, steps); return; }
    remember({ person: id, steps }, []);
    refresh();
  }

  function showPath(section) {
    const ids = section.dataset.path.trim().split(/\s+/).map(decodeURIComponent);
    const places = ids.map((id) => (isPeople() ? data.ids.indexOf(id) : NONE));
    state.path = ids.length > 1 && places.every((place) => place !== NONE) ? places : [];
    refresh();
    picture.dataset.pathLength = state.path.length;
  }

  function showAbsence(section) {
    state.absent = isPeople() ? data.ids.indexOf(section.dataset.absent) : null;
    if (state.absent === NONE) state.absent = null;
    refresh();
  }

  function remember(values, gone) {
    for (const [name, text] of Object.entries(values)) asked.set(name, text);
    gone.forEach((name) => asked.delete(name));
    history.replaceState(null, "", asked.size ? `?${asked}` : location.pathname);
  }

  /* The page's controls ---------------------------------------------------------------------------- */
  function restore() {
    for (const name of ["colour", "size", "most", "names"]) if (asked.has(name) && tools.elements[name]) tools.elements[name].value = asked.get(name);
    if (asked.has("layers")) {
      const layers = asked.get("layers").split(",");
      tools.querySelectorAll("input[name=layer]").forEach((box) => { box.checked = layers.includes(box.value); });
    }
  }

  tools.addEventListener("submit", (event) => event.preventDefault());
  tools.addEventListener("change", (event) => {
    if (!event.target.name || event.target.name === "q" || !data) return;
    if (event.target.name === "layer") remember({ layers: [...checked("layer")].join(",") }, []);
    else if (event.target.name !== "relation") remember({ [event.target.name]: event.target.value }, []);
    if (event.target.name === "size") build(); else refresh();
  });
  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button || !sigma) return;
    if (button.dataset.steps) setSteps(Number(button.dataset.steps));
    if (button.dataset.save) bpm.save(button.dataset.save, bpm.svg(sigma, document.querySelector("h1").textContent, legend()), `${page.dataset.name}-network`);
    if (button.dataset.show) { remember({}, ["person", "steps", "department"]); about.replaceChildren(); load(button.dataset.show === "all" ? "all=1" : ""); }
    if (button.dataset.by === "in") sigma.getCamera().animatedZoom({ duration: 200 });
    if (button.dataset.by === "out") sigma.getCamera().animatedUnzoom({ duration: 200 });
    if (button.dataset.by === "all") sigma.getCamera().animatedReset({ duration: 200 });
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-person]");
    if (!link || event.ctrlKey || event.metaKey || !sigma) return;
    event.preventDefault();
    const found = document.getElementById("network-found");
    if (found) found.replaceChildren();
    choosePerson(link.dataset.person);
    page.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const path = event.target.querySelector("[data-path]"), absent = event.target.querySelector("[data-absent]");
    if (!data) return;
    if (path) { state.absent = null; showPath(path); const found = document.getElementById("network-path-found"); if (found) found.replaceChildren(); }
    if (absent) { state.path = []; showAbsence(absent); }
  });
  document.addEventListener("themechange", () => data && refresh());

  async function begin() {
    restore();
    const person = asked.get("person");
    if (person) state.steps = Number(asked.get("steps") || 1);
    const scope = asked.get("department") && page.dataset.kind === "departments" && page.dataset.seesTies === "yes" ? new URLSearchParams({ department: asked.get("department") }).toString() : "";
    if (person && page.dataset.kind === "departments" && page.dataset.seesTies === "yes") { await choosePerson(person, state.steps); return; }
    if (!await load(scope)) return;
    if (person && page.dataset.seesTies === "yes") await choosePerson(person, state.steps);
  }
  begin();
})(window.bpmNetwork);
