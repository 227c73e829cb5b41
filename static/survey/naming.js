/* A question that asks for names: chosen people as chips, a search by name, and people one tap away. */
"use strict";
Survey.naming = (() => {
  const { element, say, keep, send } = Survey;
  const PAUSE = 160;
  const FEWEST_LETTERS = 2;
  const OPEN_GROUPS = 12;
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const same = (a, b) => (a.key ? a.key === b.key : !b.key && plain(a.name) === plain(b.name));
  const below = (person) => [person.title, person.department].filter(Boolean).join(" · ");

  function names(question, said, changed) {
    let chosen = said?.names ? [...said.names] : [];
    let more = said?.more ?? null;
    const chips = element("ul", { className: "chips" });
    const hint = element("p", { className: "hint" });
    const enough = element("div", { className: "more" });
    const cards = element("div");

    const has = (person) => chosen.some((each) => same(each, person));
    function tell() { changed({ names: chosen, more: chosen.length >= question.limit ? more : null }); }
    function add(person) {
      if (has(person)) return;
      chosen.push({ ...person, strength: null });
      redraw();
      tell();
    }
    function remove(person) {
      chosen = chosen.filter((each) => !same(each, person));
      redraw();
      tell();
    }
    function redraw() {
      chips.replaceChildren(...chosen.map(chip));
      hint.textContent = chosen.length ? "" : said?.names ? say("nobody_said") : "";
      hint.hidden = !hint.textContent;
      drawMore();
      cards.querySelectorAll("button.card").forEach((card) => card.setAttribute("aria-pressed", has(card.person)));
    }
    function chip(person) {
      const about = person.key ? below(person) : say("written_in");
      const drop = element("button", { type: "button", "aria-label": say("remove", { name: person.name }), onclick: () => remove(person) }, "×");
      const head = element("div", { className: "chip-head" }, element("span", {}, element("b", {}, person.name), about ? element("small", {}, about) : null), drop);
      return element("li", { className: "chip" }, head, question.scale.length ? steps(person) : null);
    }
    function steps(person) {
      const group = `strength-${chosen.indexOf(person)}`;
      const radios = question.scale.map((step) => element("label", { className: "step" },
        element("input", { type: "radio", name: group, value: step.value, checked: person.strength === step.value, onchange: () => { person.strength = step.value; tell(); } }),
        element("span", {}, step.text)));
      return element("fieldset", { className: "steps" }, element("legend", { className: "visually-hidden" }, say("strength_of", { name: person.name })), ...radios);
    }
    function drawMore() {
      enough.hidden = chosen.length < question.limit;
      if (enough.hidden || enough.firstChild) return;
      const select = element("select", { id: "more", onchange: () => { more = select.value === "" ? null : Number(select.value); tell(); } },
        element("option", { value: "" }, "–"), ...Array.from({ length: 21 }, (_, count) => element("option", { value: count }, String(count))));
      select.value = more ?? "";
      enough.append(element("p", { className: "help" }, say("enough", { count: chosen.length })), element("label", { htmlFor: "more" }, say("how_many_more")), select);
    }
    function card(person) {
      const about = below(person);
      const made = element("button", { type: "button", className: "card", "aria-pressed": has(person), onclick: () => {
        const before = made.getBoundingClientRect().top;
        if (has(person)) remove(person); else add(person);
        scrollBy(0, made.getBoundingClientRect().top - before); // chips grew above: the card stays under the finger
      } }, element("b", {}, person.name), about ? element("small", {}, about) : null);
      made.person = person;
      return element("li", {}, made);
    }
    function drawCards(groups) {
      const shown = [];
      cards.replaceChildren(...groups.map(({ group, people }) => {
        const fresh = people.filter((person) => !shown.some((each) => same(each, person)));
        shown.push(...fresh);
        if (!fresh.length) return "";
        const grid = element("ul", { className: "cards" }, ...fresh.map(card));
        if (fresh.length <= OPEN_GROUPS) return element("section", {}, element("h2", {}, say(`group_${group}`)), grid);
        return element("details", { className: "aside" }, element("summary", {}, `${say(`group_${group}`)} (${fresh.length})`), grid);
      }));
    }
    const search = searchBox(question, { has, add });
    drawCards(Survey.groups(question));
    redraw();
    return { node: element("div", {}, chips, hint, search, enough, cards), isEmpty: () => !chosen.length };
  }

  /* The ARIA combobox with a list: focus stays in the field, the arrow keys move through the list. */
  function searchBox(question, { has, add }) {
    let shown = [];
    let active = -1;
    let timer = null;
    let asked = 0;
    const list = element("ul", { id: "hits", className: "options", role: "listbox", "aria-label": say("search_label"), hidden: true });
    const said = element("p", { id: "search-hint", className: "hint", role: "status" }, say("search_hint"));
    const field = element("input", {
      id: "search", type: "text", role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: false,
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "hits", "aria-describedby": "search-hint",
      oninput: () => { clearTimeout(timer); timer = setTimeout(look, PAUSE); }, onkeydown: press,
      onblur: () => setTimeout(close, 150),
    });

    function close() {
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }
    async function look() {
      const typed = field.value.trim();
      const turn = ++asked;
      if (typed.replace(/\s/g, "").length < FEWEST_LETTERS) { said.textContent = say("search_hint"); return close(); }
      const [found, remark] = await find(typed, question);
      if (turn !== asked || document.activeElement !== field) return;
      show(found.filter((person) => !has(person)), typed, remark);
    }
    function show(found, typed, remark) {
      shown = found;
      const written = { name: typed.replace(/\s+/g, " "), title: "", department: "" };
      const canWrite = question.write_ins && typed.length >= 3 && !has(written);
      if (canWrite) shown = [...found, written];
      list.replaceChildren(...shown.map((person, place) => element("li", {
        id: `hit-${place}`, className: "option", role: "option", "aria-selected": "false",
        onmousedown: (event) => event.preventDefault(), onclick: () => choose(place),
      }, person.key ? person.name : say("write_in", { name: person.name }), person.key && below(person) ? element("small", {}, below(person)) : null)));
      list.hidden = !shown.length;
      field.setAttribute("aria-expanded", String(shown.length > 0));
      said.textContent = remark || (found.length ? say("search_hits", { count: found.length }) : say("search_none"));
      move(-1);
    }
    function move(place) {
      active = place;
      [...list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === active)));
      if (active < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", `hit-${active}`);
      list.children[active].scrollIntoView({ block: "nearest" });
    }
    function choose(place) {
      const person = shown[place];
      if (!person) return;
      asked += 1;
      field.value = "";
      close();
      said.textContent = `${say("chosen")}: ${person.name}`;
      add(person);
      field.focus();
    }
    function press(event) {
      const last = shown.length - 1;
      if (event.key === "Escape") { close(); field.value = ""; return; }
      if (list.hidden) { if (event.key === "ArrowDown") look(); return; }
      if (event.key === "ArrowDown") move(active >= last ? 0 : active + 1);
      else if (event.key === "ArrowUp") move(active <= 0 ? last : active - 1);
      else if (event.key === "Enter") choose(active < 0 ? 0 : active);
      else return;
      event.preventDefault();
    }
    return element("div", { className: "search" }, element("label", { htmlFor: "search" }, say("search_label")), field, list, said);
  }

  async function find(typed, question) {
    try {
      const response = await send.get(`people/?q=${encodeURIComponent(typed)}&question=${question.id}`);
      if (response.status === 429) return [[], say("search_slowly")];
      if (!response.ok) throw new Error(response.statusText);
      const found = await response.json();
      keep.know(found);
      return [found, ""];
    } catch { return [findHere(typed), say("search_offline")]; }
  }

  function findHere(typed) {
    const parts = plain(typed).split(/\s+/);
    return keep.known().filter((person) => parts.every((part) => plain(person.name).includes(part))).slice(0, 10);
  }

  return names;
})();
