// The page around the map: one event's evidence beside it, the others put away until they are asked for.

const words = JSON.parse(document.getElementById("map-words").textContent);
const root = document.getElementById("map");
const panel = document.getElementById("evidence");
const articles = [...panel.querySelectorAll("article")];

const map = attachMap(root, { words, onSelect: show, onFilter: (filters) => whose(filters.persona) });

/** Show the scores of the personas whose maps are shown. */
function whose(personas = []) {
  for (const part of document.querySelectorAll("[data-persona-part]")) {
    part.hidden = personas.length > 0 && !personas.includes(part.dataset.personaPart);
  }
}

function show(id, persona, { focus = true } = {}) {
  let chosen = null;
  for (const article of articles) {
    article.hidden = article.dataset.of !== id || article.dataset.for !== persona;
    if (!article.hidden) chosen = article;
  }
  for (const block of panel.querySelectorAll(".of-persona")) block.hidden = !block.contains(chosen);
  panel.hidden = id === null;
  document.documentElement.classList.toggle("has-panel", id !== null);
  if (id === null) return;
  const here = map.events.indexOf(id);
  panel.querySelector("[data-go='-1']").disabled = here <= 0;
  panel.querySelector("[data-go='1']").disabled = here >= map.events.length - 1;
  panel.scrollTop = 0;
  map.reveal(id);
  if (focus) chosen?.querySelector("h3").focus({ preventScroll: matchMedia("(min-width: 64rem)").matches });
}

function close() {
  const was = map.selected;
  map.select(null);
  if (was !== null) map.focus(was);
}

panel.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.hasAttribute("data-close")) close();
  else map.select(map.events[map.events.indexOf(map.selected) + Number(button.dataset.go)] ?? null);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.contains(event.target)) close();
});
const tables = [...document.querySelectorAll(".twin details")];
if (matchMedia("(max-width: 48rem)").matches) for (const table of tables) table.open = false;
addEventListener("beforeprint", () => {
  for (const table of tables) table.open = true;
  panel.hidden = false;
  for (const hidden of panel.querySelectorAll("article, .of-persona")) hidden.hidden = false;
});
addEventListener("afterprint", () => show(map.selected, map.persona, { focus: false }));

panel.querySelector(".panel-bar").hidden = false;
document.querySelector("[data-hint]").hidden = false;
document.documentElement.dataset.ready = "";
whose(map.filters.persona);
show(null);
