/* People found by typing go into a list of ticked boxes, or into the one hidden field of a form; and copying a text. */
(function () {
  "use strict";

  function box(person, name) {
    const item = document.createElement("li"), label = document.createElement("label");
    const input = document.createElement("input"), words = document.createElement("span");
    label.className = "form-check";
    Object.assign(input, { className: "form-check-input", type: "checkbox", name, value: person.id, checked: true });
    words.className = "form-check-label";
    words.textContent = `${person.name} ${[person.title, person.department].filter(Boolean).join(", ")}`;
    label.append(input, words);
    item.append(label);
    return item;
  }

  document.querySelectorAll("[data-pick-into]").forEach((place) => place.addEventListener("found", (event) => {
    const list = place.querySelector("[data-picked]"), name = place.dataset.pickInto || "id";
    const there = [...list.querySelectorAll("input")].find((input) => input.value === event.detail.id);
    if (there) there.checked = true;
    else list.append(box(event.detail, name));
    event.target.value = "";
    place.dispatchEvent(new CustomEvent("picked"));
  }));

  document.querySelectorAll("[data-add-person]").forEach((form) => form.addEventListener("found", (event) => {
    form.elements.employee_id.value = event.detail.id;
  }));

  document.querySelectorAll("[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = "Copied";
    });
  });
})();
