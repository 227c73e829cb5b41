/* The picture of a sphere as a file: as the page draws it, with its title and its legend. */
(function (bpm) {
  "use strict";
  const card = document.querySelector("[data-sphere]");
  if (!card) return;
  const LOOK = ["fill", "stroke", "stroke-width", "opacity", "font-size", "font-weight"];

  /* A file has no style sheet: every sign carries its own colours. */
  function drawn() {
    const picture = card.querySelector("svg.sphere"), copy = picture.cloneNode(true);
    const copies = copy.querySelectorAll("*");
    picture.querySelectorAll("*").forEach((sign, i) => {
      const look = getComputedStyle(sign);
      LOOK.forEach((name) => copies[i].setAttribute(name, look.getPropertyValue(name)));
      copies[i].removeAttribute("class");
    });
    const written = new XMLSerializer();
    return [[...copy.children].map((sign) => written.serializeToString(sign)).join(""), picture.viewBox.baseVal];
  }

  function legend() {
    const colour = bpm.css("--influence");
    const signs = [...card.querySelectorAll(".sphere-key")].map((key) => ({
      word: key.textContent, colour, shape: key.classList.contains("is-inside") ? "ring" : "circle",
    }));
    const words = card.querySelector("[data-legend-words]").textContent.split("; ");
    return [...signs, ...words.map((word) => ({ word, colour, shape: "none" }))];
  }

  card.querySelectorAll("[data-save]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const title = card.querySelector("h2").firstChild.textContent.trim();
      bpm.save(button.dataset.save, bpm.framed(...drawn(), title, legend()), card.dataset.name);
    });
  });
})(window.bpmNetwork);
