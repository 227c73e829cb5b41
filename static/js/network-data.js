/* Reads what the server packs (influence/picture/packing.py): a header in JSON and columns of numbers. */
window.bpmNetwork = (function () {
  "use strict";
  const KINDS = { f4: Float32Array, i4: Int32Array, u2: Uint16Array, u1: Uint8Array };

  function unpack(buffer) {
    const length = new DataView(buffer).getUint32(0, true);
    const { columns, ...words } = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
    const data = { ...words };
    for (const column of columns) data[column.name] = new KINDS[column.type](buffer, 4 + length + column.at, column.length);
    return data;
  }

  async function fetchData(address) {
    const answer = await fetch(address, { headers: { Accept: "application/octet-stream" } });
    if (!answer.ok) throw new Error(answer.status === 404 ? "There is nothing to draw here." : "The picture could not be loaded; the tables below say the same.");
    return unpack(await answer.arrayBuffer());
  }

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  return { fetchData, css };
})();
