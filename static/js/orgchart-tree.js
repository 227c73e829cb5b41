// Opens and closes parts of the tree, loading only what is opened, by click or by arrow keys.
const tree = document.getElementById("org-tree");

const items = () => [...tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.closest("[hidden]"));
const groupOf = (item) => item.querySelector(":scope > [role=group]");
const buttonOf = (item) => item.querySelector(":scope > div > [data-reports]");
const isOpen = (item) => item.getAttribute("aria-expanded") === "true";

async function open(item) {
  const group = groupOf(item);
  if (!group || isOpen(item)) return;
  if (!group.children.length) {
    const answer = await fetch(buttonOf(item).dataset.reports, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    group.innerHTML = await answer.text();
  }
  show(item, true);
}

function show(item, opened) {
  groupOf(item).hidden = !opened;
  item.setAttribute("aria-expanded", String(opened));
  buttonOf(item).textContent = opened ? "\u2212" : "+";
}

function focus(item) {
  if (!item) return;
  for (const other of tree.querySelectorAll("[tabindex='0']")) other.tabIndex = -1;
  item.tabIndex = 0;
  item.focus();
}

tree.addEventListener("click", (event) => {
  const button = event.target.closest("[data-reports]");
  if (!button || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const item = button.closest("[role=treeitem]");
  if (isOpen(item)) show(item, false);
  else open(item);
  focus(item);
});

const keys = {
  ArrowDown: (item, shown) => focus(shown[shown.indexOf(item) + 1]),
  ArrowUp: (item, shown) => focus(shown[shown.indexOf(item) - 1]),
  Home: (item, shown) => focus(shown[0]),
  End: (item, shown) => focus(shown[shown.length - 1]),
  ArrowRight: (item) => (isOpen(item) ? focus(groupOf(item).querySelector("[role=treeitem]")) : open(item)),
  ArrowLeft: (item) =>
    isOpen(item) ? show(item, false) : focus(item.parentElement.closest("[role=treeitem]")),
};

tree.addEventListener("keydown", (event) => {
  const item = event.target.closest("[role=treeitem]");
  if (!item || !keys[event.key]) return;
  event.preventDefault();
  keys[event.key](item, items());
});

const first = document.getElementById("sought") || items()[0];
if (first) first.tabIndex = 0;
