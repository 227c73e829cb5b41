/* Light or dark before the first paint: what was chosen here, else what the system says. */
(function () {
  "use strict";
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  function chosen() {
    try { return localStorage.getItem("theme"); } catch { return null; }
  }
  function apply() {
    document.documentElement.dataset.bsTheme = chosen() || (system.matches ? "dark" : "light");
  }
  apply();
  system.addEventListener("change", apply);
})();
