/* What every page of results has: the filter bar, and the "?" that opens the glossary in a dialog. */
(function () {
  "use strict";

  const bar = document.querySelector("[data-filter-bar]");
  if (bar) {
    const toggle = bar.querySelector("[data-filter-toggle]");
    bar.classList.add("is-live");
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const open = bar.classList.toggle("is-open");
      toggle.setAttribute("aria-expanded", String(open));
    });
    // An empty control is no part of the address.
    bar.addEventListener("submit", () => bar.querySelectorAll("[name]").forEach((one) => { one.disabled = !one.value; }));
    bar.addEventListener("change", () => bar.requestSubmit());
  }
  addEventListener("pageshow", () => bar && bar.querySelectorAll("[name]").forEach((one) => { one.disabled = false; }));

  let dialog;
  function glossary() {
    if (dialog) return dialog;
    dialog = document.createElement("dialog");
    dialog.className = "glossary-dialog";
    dialog.setAttribute("aria-labelledby", "term-title");
    dialog.innerHTML = '<div class="glossary-body"></div><form method="dialog"><button class="btn btn-primary">Close</button></form>';
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    return dialog;
  }

  async function explain(link) {
    const answer = await fetch(`${link.href}?part=1`, { headers: { Accept: "text/html" } });
    if (!answer.ok) { location.href = link.href; return; }
    glossary().querySelector(".glossary-body").innerHTML = await answer.text();
    dialog.showModal();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-what]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    explain(link).catch(() => { location.href = link.href; });
  });
})();
