/* What was said stays in this browser until the server has it on its disk, and is sent in order. */
"use strict";
const Survey = { given: JSON.parse(document.getElementById("survey").textContent) };

Survey.say = (key, values = {}) =>
  Object.entries(values).reduce((text, [mark, value]) => text.replaceAll(`{${mark}}`, value), Survey.given.words[key]);

Survey.keep = (() => {
  const NAME = `survey-${Survey.given.store}`;
  const empty = () => ({ begun: false, answers: {}, queue: [], people: {} });
  let kept = read();

  function read() {
    try {
      return { ...empty(), ...JSON.parse(localStorage.getItem(NAME) || "{}") };
    } catch { return kept || empty(); }
  }
  function write() {
    try { localStorage.setItem(NAME, JSON.stringify(kept)); } catch { /* no room or not allowed: this page keeps it */ }
  }
  addEventListener("storage", (event) => { if (event.key === NAME) kept = read(); });
  return {
    get begun() { return kept.begun; },
    get queue() { return kept.queue; },
    answer: (id) => kept.answers[id],
    change(change) { change(kept); write(); },
    know(people) { this.change((all) => people.forEach((person) => { all.people[person.key] = person; })); },
    known: () => Object.values(kept.people),
    forget() {
      kept = { ...empty(), queue: kept.queue };
      write();
    },
    clear() {
      kept = empty();
      try { localStorage.removeItem(NAME); } catch { /* nothing to remove */ }
    },
  };
})();

Survey.send = (() => {
  const RETRY = 4000;
  const listeners = [];
  let busy = false;
  let timer = null;

  const tell = (...news) => listeners.forEach((listener) => listener(...news));
  const address = (path) => `${location.pathname}${path}?lang=${encodeURIComponent(Survey.given.language)}`;

  async function call(item) {
    const options = { method: item.method, headers: { Accept: "application/json" }, cache: "no-store" };
    if (item.body) {
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(item.body);
    }
    return fetch(address(item.path), options);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(flush, RETRY);
    tell("waiting");
  }

  async function settle(item, response) {
    if (response.status === 409 && !item.again) { // the notice was withdrawn meanwhile, on another device perhaps
      Survey.keep.change((kept) => kept.queue.unshift({ method: "POST", path: "begin/", body: {}, again: true }));
      item.again = true;
      return;
    }
    Survey.keep.change((kept) => kept.queue.shift());
    if (response.ok) return tell("sent", item);
    const problem = await response.json().catch(() => ({ detail: response.statusText }));
    tell([404, 410].includes(response.status) && !item.path.startsWith("answers/") ? "closed" : "refused", problem.detail, item);
  }

  async function flush() {
    if (busy || !Survey.keep.queue.length) return;
    busy = true;
    tell("saving");
    try {
      while (Survey.keep.queue.length) {
        const item = Survey.keep.queue[0];
        const response = await call(item);
        if (response.status >= 500 || response.status === 429) return later();
        await settle(item, response);
      }
      tell("saved");
    } catch { // no network
      later();
    } finally { busy = false; }
  }

  function add(method, path, body) {
    Survey.keep.change(({ queue }) => {
      const last = queue.at(-1);
      const replaceable = last && last.path === path && (queue.length > 1 || !busy);
      if (replaceable) queue.pop(); // nobody has seen it yet; the newer answer holds all of it
      queue.push({ method, path, body });
    });
    return flush();
  }

  addEventListener("online", flush);
  return {
    flush,
    add,
    now: (method, path, body) => call({ method, path, body }),
    get: (path) => fetch(`${location.pathname}${path}`, { headers: { Accept: "application/json" }, cache: "no-store" }),
    when: (listener) => listeners.push(listener),
  };
})();

Survey.element = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made && !name.includes("-") && name !== "list") made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
};
