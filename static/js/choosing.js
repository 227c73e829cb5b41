/* Fields that choose people by name, and several of a list; without this script they are plain fields. */
(function () {
  "use strict";
  if (!window.TomSelect) return;
  document.querySelectorAll("[data-people-search]").forEach(dress);

  function dress(form) {
    const names = JSON.parse(form.dataset.peopleNames || "{}");

    function shown(person, escape) {
      const rest = [person.title, person.department].filter(Boolean).map(escape).join(", ");
      return `<div><div>${escape(person.name)}</div><div class="small text-secondary">${rest}</div></div>`;
    }

    async function search(text, done) {
      try {
        const answer = await fetch(`${form.dataset.peopleSearch}?q=${encodeURIComponent(text)}`);
        done((await answer.json()).results);
      } catch { done(); }
    }

    function people(field) {
      const ids = field.value.split(";").map((id) => id.trim()).filter(Boolean);
      return new window.TomSelect(field, {
        delimiter: ";",
        valueField: "employee_id",
        labelField: "name",
        searchField: [],
        score: () => () => 1,
        options: ids.map((id) => ({ employee_id: id, name: names[id] || id })),
        items: ids,
        placeholder: field.placeholder || "Type a name",
        plugins: ["remove_button"],
        shouldLoad: (text) => text.length > 1,
        load(text, done) { this.clearOptions((option) => this.items.includes(option.employee_id)); search(text, done); },
        render: {
          option: shown,
          item: (person, escape) => `<div>${escape(person.name)}</div>`,
          no_results: () => '<div class="no-results">Nobody of that name on the org chart</div>',
        },
      });
    }

    form.querySelectorAll("[data-people]").forEach(people);
    form.querySelectorAll("[data-choices]").forEach((field) => new window.TomSelect(field, {
      plugins: ["remove_button"], maxOptions: null, placeholder: "Type or choose",
    }));
    // The label now belongs to the field that is seen; what stands behind it only carries the value.
    form.querySelectorAll(".tomselected").forEach((field) => field.setAttribute("aria-hidden", "true"));
  }
})();
