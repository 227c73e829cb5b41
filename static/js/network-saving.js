/* The picture as it is seen, as SVG or PNG, with its title, its legend and the colours of the page. */
(function (bpm) {
  "use strict";
  const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const short = (number) => number.toFixed(1);
  const HEAD_ROW = 19, ROW = 18, PIECES = 8;

  function shapeOf(x, y, size, shape, colour) {
    const points = (list) => `<polygon points="${list.map(([a, b]) => `${short(x + a * size)},${short(y + b * size)}`).join(" ")}" fill="${colour}"/>`;
    if (shape === "square") return points([[-.88, -.88], [.88, -.88], [.88, .88], [-.88, .88]]);
    if (shape === "diamond") return points([[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]]);
    if (shape === "ring") return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(size)}" fill="none" stroke="${colour}" stroke-width="2"/>`;
    if (shape === "none") return "";
    if (shape === "triangle") return points([[0, -1.24], [1.07, .62], [-1.07, .62]]);
    return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(size)}" fill="${colour}"/>`;
  }

  /* A tie as a shape that gets thinner, the way the screen draws it. */
  function tieOf(from, to, tie) {
    const across = [to.x - from.x, to.y - from.y];
    const bend = -(tie.bend || 0); // the screen's axis points down
    const middle = [(from.x + to.x) / 2 - bend * across[1], (from.y + to.y) / 2 + bend * across[0]];
    const left = [], right = [];
    for (let piece = 0; piece <= PIECES; piece += 1) {
      const t = piece / PIECES, back = 1 - t;
      const x = back * back * from.x + 2 * back * t * middle[0] + t * t * to.x;
      const y = back * back * from.y + 2 * back * t * middle[1] + t * t * to.y;
      const way = [back * (middle[0] - from.x) + t * (to.x - middle[0]), back * (middle[1] - from.y) + t * (to.y - middle[1])];
      const length = Math.hypot(...way) || 1;
      const half = Math.max(tie.size * (1 - (tie.taper || 0) * t), 0.35);
      left.push(`${short(x - way[1] / length * half)},${short(y + way[0] / length * half)}`);
      right.unshift(`${short(x + way[1] / length * half)},${short(y - way[0] / length * half)}`);
    }
    return `<polygon points="${left.concat(right).join(" ")}" fill="${tie.color}"/>`;
  }

  function wrapped(text, letters) {
    const lines = [""];
    for (const word of text.split(" ")) {
      if (lines.at(-1).length + word.length >= letters) lines.push("");
      lines[lines.length - 1] += `${lines.at(-1) ? " " : ""}${word}`;
    }
    return lines;
  }

  /* Everything inside the frame: ties first, then people, then the names that stand on the screen. */
  function svg(sigma, title, legend) {
    const { width, height } = sigma.getDimensions();
    const place = new Map();
    const pieces = [];
    const graph = sigma.getGraph();
    const at = (node) => {
      if (!place.has(node)) place.set(node, sigma.framedGraphToViewport(sigma.getNodeDisplayData(node)));
      return place.get(node);
    };
    const inside = ({ x, y }) => x > -20 && y > -20 && x < width + 20 && y < height + 20;
    graph.forEachEdge((edge, _, source, target) => {
      if (inside(at(source)) || inside(at(target))) pieces.push(tieOf(at(source), at(target), sigma.getEdgeDisplayData(edge)));
    });
    graph.forEachNode((node) => {
      const shown = sigma.getNodeDisplayData(node);
      if (inside(at(node))) pieces.push(shapeOf(at(node).x, at(node).y, sigma.scaleSize(shown.size), shown.shape, shown.color));
    });
    for (const node of sigma.getNodeDisplayedLabels()) {
      const shown = sigma.getNodeDisplayData(node);
      pieces.push(`<text x="${short(at(node).x + sigma.scaleSize(shown.size) + 3)}" y="${short(at(node).y + 4)}" paint-order="stroke" stroke="${bpm.css("--app-card")}" stroke-width="3">${escaped(shown.label)}</text>`);
    }
    return framed(pieces.join(""), { width, height }, title, legend);
  }

  /* A picture between its title and its legend. */
  function framed(content, { width, height }, title, legend) {
    const columns = Math.max(1, Math.floor(width / 200));
    const foot = Math.ceil(legend.length / columns) * ROW + 14;
    const lines = wrapped(title, (width - 24) / 10);
    const head = 16 + lines.length * HEAD_ROW;
    const keys = legend.map((entry, i) => {
      const x = 12 + (i % columns) * (width - 24) / columns, y = head + height + 14 + Math.floor(i / columns) * ROW;
      return `${shapeOf(x + 5, y - 4, 5, entry.shape, entry.colour)}<text x="${short(x + 15)}" y="${short(y)}">${escaped(entry.word)}</text>`;
    });
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height + head + foot}" font-family="system-ui, sans-serif" font-size="12" fill="${bpm.css("--ink")}">`
      + `<rect width="100%" height="100%" fill="${bpm.css("--app-card")}"/>${lines.map((line, i) => `<text x="12" y="${22 + i * HEAD_ROW}" font-size="15" font-weight="600">${escaped(line)}</text>`).join("")}`
      + `<svg y="${head}" width="${width}" height="${height}">${content}</svg>${keys.join("")}</svg>`;
  }

  function offer(address, name) {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    link.click();
  }

  async function asPng(content) {
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(content)}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    const sharp = 2;
    canvas.width = image.width * sharp;
    canvas.height = image.height * sharp;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  async function save(kind, content, name) {
    const blob = kind === "png" ? await asPng(content) : new Blob([content], { type: "image/svg+xml" });
    const address = URL.createObjectURL(blob);
    offer(address, `${name}.${kind}`);
    setTimeout(() => URL.revokeObjectURL(address), 10000);
  }

  Object.assign(bpm, { svg, framed, save });
})(window.bpmNetwork);
