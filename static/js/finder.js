/* Finding a person by typing: a field with `data-find` (the address to ask) tells "found" with the person chosen. */
(function () {
  "use strict";
  let fields = 0;

  function start(field) {
    const list = document.createElement("ul");
    list.id = `found-${fields += 1}`;
    list.className = "found";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "People found");
    list.hidden = true;
    field.after(list);
    Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", autocomplete: "off" })
      .forEach(([name, value]) => field.setAttribute(name, value));
    const said = document.createElement("p");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    list.after(said);
    let people = [], at = -1, asked = 0, waiting;

    function show(found) {
      people = found;
      at = -1;
      list.replaceChildren(...found.map(option));
      list.hidden = !found.length;
      field.setAttribute("aria-expanded", String(Boolean(found.length)));
      field.removeAttribute("aria-activedescendant");
    }

    function option(person, place) {
      const item = document.createElement("li");
      item.id = `${list.id}-${place}`;
      item.setAttribute("role", "option");
      const name = document.createElement("strong"), rest = document.createElement("span");
      name.textContent = person.name;
      rest.textContent = [person.title, person.department].filter(Boolean).join(", ");
      item.append(name, " ", rest);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(place); });
      return item;
    }

    function choose(place) {
      const person = people[place];
      field.value = person.name;
      show([]);
      field.dispatchEvent(new CustomEvent("found", { bubbles: true, detail: person }));
    }

    function move(step) {
      at = (at + step + people.length) % people.length;
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
      field.setAttribute("aria-activedescendant", `${list.id}-${at}`);
      list.children[at].scrollIntoView({ block: "nearest" });
    }

    async function ask() {
      const text = field.value.trim(), turn = asked += 1;
      if (text.length < 2) { show([]); said.textContent = ""; return; }
      const answer = await fetch(`${field.dataset.find}?q=${encodeURIComponent(text)}`, { headers: { Accept: "application/json" } });
      if (turn !== asked || !answer.ok) return;
      show((await answer.json()).people);
      said.textContent = people.length ? `${people.length} found` : "Nobody of that name in the scope";
    }

    field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
    field.addEventListener("blur", () => show([]));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { show([]); return; }
      if (!people.length) return;
      if (event.key === "ArrowDown") { event.preventDefault(); move(1); }
      if (event.key === "ArrowUp") { event.preventDefault(); move(-1); }
      if (event.key === "Enter") { event.preventDefault(); choose(Math.max(at, 0)); }
    });
  }

  document.querySelectorAll("[data-find]").forEach(start);
})();
