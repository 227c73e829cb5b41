/* The theme switch, asking again before something is taken away, and the current tab in sight. */
(function () {
  "use strict";
  const root = document.documentElement;

  function label(button) {
    const next = root.dataset.bsTheme === "dark" ? "Light" : "Dark";
    button.textContent = next;
    button.setAttribute("aria-label", `Use ${next.toLowerCase()} colours`);
    button.hidden = false;
  }

  function switchTheme(button) {
    root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.bsTheme); } catch { /* private window: for this page only */ }
    label(button);
    document.dispatchEvent(new CustomEvent("themechange"));
  }

  document.querySelectorAll("[data-theme-switch]").forEach((button) => {
    label(button);
    button.addEventListener("click", () => switchTheme(button));
  });

  const tab = document.querySelector(".tabs [aria-current]");
  if (tab) tab.closest(".tabs").scrollLeft = tab.offsetLeft - tab.closest(".tabs").offsetLeft - 48;

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-confirm]");
    if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
  });
})();
