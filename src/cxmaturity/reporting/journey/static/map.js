// The journey map that answers: filters and layers toggle classes after the picture's data-* attributes, an event is chosen by
// click or keyboard. The self-contained page inlines this module, the notebook widget imports it. It asks nothing of anybody,
// keeps nothing, and sets every text as text.

const SVG = "http://www.w3.org/2000/svg";
const STEP = 1.25;

/**
 * Bring a map to life.
 *
 * @param {Element} root holds one or more <svg> of `charts.journey.draw_map`, each in its own [data-map-sheet] (with data-persona
 *   when there are several); tools are put in its [data-map-tools] when it has one, else before everything.
 * @param {object} options
 *   onSelect(id | null, persona): an event was chosen, or none is any more;
 *   onFilter(filters): what is filtered on has changed, the same value that `filters` holds;
 *   words: what `reporting.journey.map_words` returns (words, names of filters, layers and events);
 *   tools: false for the map alone.
 * @returns {object} select(id, {persona, silent}), filter(changes), layer(name, on), clear(), fit(), zoom(scale), focus(id), reveal(id), filters,
 *   selected, persona, events, scale, destroy(). Call destroy() before the picture is replaced, then attach again.
 */
export function attachMap(root, { onSelect = () => {}, onFilter = () => {}, words = {}, tools = true } = {}) {
  const map = readMap(root, words);
  const state = { filters: emptyFilters(map), selected: null, persona: map.sheets[0]?.persona ?? "", scale: 1 };
  const stop = new AbortController();
  const live = { map, state, words, parts: {}, root, signal: stop.signal, halos: [] };
  const api = {
    get filters() { return structuredClone(state.filters); },
    get selected() { return state.selected; },
    get persona() { return state.persona; },
    get events() { return [...sheetNow(live).events.keys()]; },
    filter(changes) {
      for (const facet of map.facets) if (facet in changes) state.filters[facet] = [...(changes[facet] || [])];
      if ("threshold" in changes) state.filters.threshold = changes.threshold;
      applyFilters(live);
      onFilter(api.filters);
    },
    clear() { api.filter(emptyFilters(map)); },
    layer(name, on) { showLayer(live, name, on); },
    select(id, { silent = false, persona = state.persona } = {}) {
      if (id !== null && !map.sheets.some((sheet) => sheet.events.has(id))) return;
      if (map.sheets.some((sheet) => sheet.persona === persona)) state.persona = persona;
      mark(live, id);
      if (!silent) onSelect(id, state.persona);
    },
    focus(id) { sheetNow(live).events.get(id)?.card.focus(); },
    reveal(id) { reveal(live, id); },
    fit() { zoomTo(live, fitting(live)); },
    get scale() { return state.scale; },
    zoom(scale) { zoomTo(live, scale); },
    destroy() {
      mark(live, null);
      stop.abort();
      live.parts.tools?.replaceChildren();
    },
  };
  live.api = api;
  prepare(live);
  if (tools) buildTools(live);
  applyFilters(live);
  listen(live);
  zoomTo(live, starting(live));
  return api;
}

// --- what the picture says -----------------------------------------------------------------------------------------------

const list = (text) => (text || "").split(/\s+/).filter(Boolean);
const holderOf = (svg) => svg.closest("[data-map-sheet]") || svg.parentElement;

function readMap(root, words) {
  const facets = (words.facets || []).map((facet) => facet.id);
  const svgs = [...root.querySelectorAll("svg")].filter((svg) => svg.querySelector("[data-event]"));
  const order = Object.keys(words.events || {}); // what is behind the scenes stands lower in the picture, not later in the journey
  const sheets = svgs.map((svg) => readSheet(svg, facets, order));
  return { facets, sheets, several: sheets.length > 1 && sheets.every((sheet) => sheet.persona) };
}

function readSheet(svg, facets, order) {
  const events = new Map();
  const shared = []; // an actor or a system that stands under several events: put out only when all of them are
  for (const element of svg.querySelectorAll("[data-event]")) {
    const ids = list(element.dataset.event);
    for (const id of ids) if (!events.has(id)) events.set(id, { id, elements: [], values: {}, valence: NaN, on: true, card: null });
    if (ids.length !== 1) {
      shared.push({ element, ids });
      continue;
    }
    const event = events.get(ids[0]);
    event.elements.push(element);
    for (const facet of facets) {
      const said = list(element.dataset[facet]);
      if (said.length) event.values[facet] = [...new Set([...(event.values[facet] || []), ...said])];
    }
    const valence = parseFloat(element.dataset.valence);
    if (!Number.isNaN(valence) && Number.isNaN(event.valence)) event.valence = valence;
    if (!event.card || (element.classList.contains("card") && !event.card.classList.contains("card"))) event.card = element;
  }
  const rank = (id) => (order.includes(id) ? order.indexOf(id) : order.length);
  const ranked = [...events].filter(([, event]) => event.card).sort(([one], [other]) => rank(one) - rank(other));
  events.clear();
  for (const [id, event] of ranked) events.set(id, event);
  const stages = [...svg.querySelectorAll("[data-stage]:not([data-event])")];
  const holder = holderOf(svg);
  return { svg, holder, persona: holder?.dataset.persona || "", events, shared, stages };
}

/** Nothing is filtered; of several personas, one sheet each, the first is shown. */
function emptyFilters(map) {
  const filters = { ...Object.fromEntries(map.facets.map((facet) => [facet, []])), threshold: null };
  if (map.several && "persona" in filters) filters.persona = [map.sheets[0].persona];
  return filters;
}

const sheetNow = ({ map, state }) => map.sheets.find((sheet) => sheet.persona === state.persona) || map.sheets[0] || { events: new Map() };

// --- making the picture operable -----------------------------------------------------------------------------------------

function prepare({ map, words, root }) {
  root.classList.add("cxm-map");
  for (const { svg, events, persona } of map.sheets) {
    svg.setAttribute("role", "group"); // an image has no parts that can be chosen
    svg.removeAttribute("aria-labelledby");
    svg.removeAttribute("aria-describedby");
    if (words.map) svg.setAttribute("aria-label", persona && map.several ? `${words.map} ${nameOf(words, persona)}` : words.map);
    for (const part of svg.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label"); // the cards say it
    svg.style.maxWidth = "none";
    svg.style.height = "auto";
    svg.style.display = "block";
    let first = true;
    for (const [id, { card, elements }] of events) {
      for (const element of elements) element.classList.add("cxm-event");
      card.setAttribute("tabindex", first ? "0" : "-1");
      card.setAttribute("role", "button");
      card.setAttribute("aria-pressed", "false");
      const said = words.labels?.[persona]?.[id] || words.events?.[id];
      card.setAttribute("aria-label", said || card.textContent.trim().replace(/\s+/g, " "));
      first = false;
    }
  }
}

const nameOf = (words, persona) =>
  (words.facets || []).find((facet) => facet.id === "persona")?.values.find(([id]) => id === persona)?.[1] || persona;

function mark(live, id) {
  const { map, state } = live;
  const was = state.selected;
  for (const halo of live.halos) halo.remove();
  live.halos = [];
  state.selected = id;
  for (const sheet of map.sheets) {
    const [old, event] = [sheet.events.get(was), sheet.events.get(id)];
    old?.card.setAttribute("aria-pressed", "false");
    for (const element of old?.elements || []) element.classList.remove("is-selected");
    if (!event) continue;
    event.card.setAttribute("aria-pressed", "true");
    for (const element of event.elements) element.classList.add("is-selected");
    rove(sheet, id);
    const halo = haloOf(event.card);
    if (halo) live.halos.push(halo);
  }
}

function haloOf(card) {
  if (!card.getBBox) return null;
  const box = card.getBBox();
  const view = card.ownerSVGElement.viewBox.baseVal.width || 1000;
  const pad = view / 500;
  const halo = document.createElementNS(SVG, "rect");
  const shape = { x: box.x - pad, y: box.y - pad, width: box.width + 2 * pad, height: box.height + 2 * pad, rx: 1.5 * pad };
  for (const [name, value] of Object.entries({ ...shape, "stroke-width": view / 450, class: "cxm-halo", fill: "none" })) halo.setAttribute(name, value);
  (card.tagName === "g" || card.tagName === "a" ? card : card.parentNode).append(halo);
  return halo;
}

function rove(sheet, id) {
  for (const [name, event] of sheet.events) event.card.setAttribute("tabindex", name === id ? "0" : "-1");
}

// --- filters and layers ------------------------------------------------------------------------------------------------

function passes(event, filters, facets, several) {
  for (const facet of facets) {
    const wanted = filters[facet];
    if (!wanted.length || (facet === "persona" && several)) continue;
    const values = event.values[facet];
    if (!values) { if (facet === "persona") continue; return false; } // a map of one persona need not repeat it
    if (!wanted.some((value) => values.includes(value))) return false;
  }
  return filters.threshold === null || event.valence <= filters.threshold + 1e-9;
}

function applyFilters(live) {
  const { map, state, words, parts, root } = live;
  const { filters } = state;
  const facets = map.facets;
  const filtered = filters.threshold !== null || facets.some((facet) => filters[facet].length && !(facet === "persona" && map.several));
  let [count, total] = [0, 0];
  for (const sheet of map.sheets) {
    const shown = !map.several || !filters.persona?.length || filters.persona.includes(sheet.persona);
    if (map.several) sheet.holder.hidden = !shown;
    const on = filterSheet(sheet, filters, facets, { filtered, several: map.several });
    if (!shown) continue;
    count += on;
    total += sheet.events.size;
  }
  if (map.several && sheetNow(live).holder.hidden) {
    state.persona = map.sheets.find((sheet) => !sheet.holder.hidden).persona;
    if (state.selected !== null) live.api.select(state.selected);
  }
  root.classList.toggle("is-filtered", filtered);
  showState(live, filtered);
  if (parts.count) parts.count.textContent = (words.shown || "{n} / {total}").replace("{n}", count).replace("{total}", total);
}

function filterSheet(sheet, filters, facets, { filtered, several }) {
  let count = 0;
  const alive = new Set();
  for (const event of sheet.events.values()) {
    const on = passes(event, filters, facets, several);
    count += on;
    if (on) for (const stage of event.values.stage || []) alive.add(stage);
    if (on === event.on) continue;
    event.on = on;
    for (const element of event.elements) element.classList.toggle("is-off", !on);
  }
  for (const { element, ids } of sheet.shared) element.classList.toggle("is-off", !ids.some((id) => sheet.events.get(id)?.on));
  for (const stage of sheet.stages) stage.classList.toggle("is-off", filtered && !list(stage.dataset.stage).some((id) => alive.has(id)));
  return count;
}

function showState({ state, parts, map, words }, filtered) {
  if (!parts.clear) return;
  const { filters } = state;
  parts.clear.hidden = !filtered;
  for (const facet of map.facets) {
    const menu = parts.facets[facet];
    if (!menu) continue;
    for (const box of menu.querySelectorAll("input")) box.checked = filters[facet].includes(box.value);
    const name = facet === "persona" && filters[facet].length === 1 ? nameOf(words, filters[facet][0]) : "";
    menu.querySelector(".cxm-map-badge").textContent = name || filters[facet].length || "";
    menu.classList.toggle("is-on", filters[facet].length > 0);
  }
  if (parts.threshold) {
    parts.threshold.value = filters.threshold === null ? parts.threshold.max : filters.threshold;
    parts.sayThreshold(filters.threshold);
  }
}

const layersOf = (root, layer) => [...root.querySelectorAll(layer.selectors.map((it) => `svg ${it}`).join(","))];

function showLayer({ root, words, parts }, name, on) {
  const layer = (words.layers || []).find((it) => it.id === name);
  if (!layer) return;
  // A class for each layer: a lane that belongs to two is shown only while both are.
  for (const element of layersOf(root, layer)) element.classList.toggle(`cxm-hide-${name}`, !on);
  const box = parts.layers?.[name];
  if (box) box.checked = on;
  parts.sayLayers?.();
}

// --- tools ---------------------------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function buildTools(live) {
  const { root, words, parts, map } = live;
  parts.tools = root.querySelector("[data-map-tools]");
  if (!parts.tools) {
    parts.tools = make("div", { "data-map-tools": true });
    root.prepend(parts.tools);
  }
  parts.tools.replaceChildren();
  parts.tools.classList.add("cxm-map-tools");
  parts.tools.hidden = false;
  parts.facets = {};
  parts.layers = {};
  const filters = make("div", { class: "cxm-map-group", role: "group", "aria-label": words.filters || "Filters" },
    make("span", { class: "cxm-map-name", "aria-hidden": "true" }, words.filters || "Filters"));
  for (const facet of words.facets || []) {
    if (facet.values.length < 2) continue;
    filters.append(facetMenu(live, facet));
  }
  if (map.sheets.some(({ events }) => [...events.values()].some((event) => !Number.isNaN(event.valence)))) filters.append(thresholdMenu(live));
  const layers = layerMenu(live);
  if (layers) filters.append(layers);
  parts.clear = make("button", { type: "button", class: "cxm-map-button cxm-map-clear", hidden: true }, words.clear || "Clear");
  parts.count = make("p", { class: "cxm-map-count", role: "status" });
  // On a phone the filters wait behind their name; on a desk they are always there.
  const more = make("details", { class: "cxm-map-more" }, make("summary", { class: "cxm-map-button" }, words.tools || "Filters"), filters);
  const wide = matchMedia("(min-width: 40.01rem)");
  const unfold = () => { more.open = wide.matches; };
  unfold();
  wide.addEventListener("change", unfold, { signal: live.signal });
  parts.tools.append(more, parts.clear, parts.count, zoomTools(live));
}

function menu(label, kind, ...children) {
  const badge = make("span", { class: "cxm-map-badge" });
  return make("details", { class: `cxm-map-menu cxm-map-menu-${kind}` },
    make("summary", {}, make("span", {}, label), badge), make("div", { class: "cxm-map-sheet" }, ...children));
}

function facetMenu(live, facet) {
  const boxes = facet.values.map(([value, name]) =>
    make("label", {}, make("input", { type: "checkbox", value, name: `cxm-${facet.id}` }), make("span", {}, name)));
  const made = menu(facet.name, facet.id, make("fieldset", {}, make("legend", { class: "cxm-map-unseen" }, facet.name), ...boxes));
  made.addEventListener("change", () => {
    const wanted = [...made.querySelectorAll("input:checked")].map((box) => box.value);
    live.api.filter({ [facet.id]: wanted });
  }, { signal: live.signal });
  live.parts.facets[facet.id] = made;
  return made;
}

function thresholdMenu(live) {
  const { words, parts } = live;
  const [least, most] = [-2, 2];
  const output = make("output", { class: "cxm-map-output" });
  const range = make("input", { type: "range", min: least, max: most, step: 0.25, value: most });
  range.setAttribute("aria-label", words.threshold || "Threshold");
  const made = menu(words.threshold || "Threshold", "threshold", make("div", { class: "cxm-map-range" }, range, output));
  parts.threshold = range;
  parts.sayThreshold = (value) => {
    const said = value === null ? words.thresholdAny || "" : figure(value, words.language);
    output.textContent = said;
    range.setAttribute("aria-valuetext", said);
    made.classList.toggle("is-on", value !== null);
    made.querySelector(".cxm-map-badge").textContent = value === null ? "" : said;
  };
  range.addEventListener("input", () => {
    const value = parseFloat(range.value);
    live.api.filter({ threshold: value >= most ? null : value });
  }, { signal: live.signal });
  return made;
}

function figure(value, language) {
  return new Intl.NumberFormat(language || "en", { maximumFractionDigits: 2, signDisplay: "exceptZero" }).format(value).replace("-", "−");
}

function layerMenu(live) {
  const { root, words, parts, signal } = live;
  const found = (words.layers || []).filter((layer) => layersOf(root, layer).length);
  if (!found.length) return null;
  const boxes = found.map((layer) => {
    const box = make("input", { type: "checkbox", value: layer.id, checked: true });
    parts.layers[layer.id] = box;
    return make("label", {}, box, make("span", {}, layer.name));
  });
  const made = menu(words.overlays || "Layers", "layers",
    make("fieldset", {}, make("legend", { class: "cxm-map-unseen" }, words.overlays || "Layers"), ...boxes));
  parts.sayLayers = () => {
    const off = Object.values(parts.layers).filter((box) => !box.checked).length;
    made.querySelector(".cxm-map-badge").textContent = off ? `−${off}` : "";
    made.classList.toggle("is-on", off > 0);
  };
  made.addEventListener("change", (event) => showLayer(live, event.target.value, event.target.checked), { signal });
  for (const layer of found) if (layer.on === false) showLayer(live, layer.id, false);
  return made;
}

function zoomTools(live) {
  const { words } = live;
  const button = (sign, said, action) => {
    const made = make("button", { type: "button", class: "cxm-map-button", "aria-label": said, title: said }, sign);
    made.addEventListener("click", action, { signal: live.signal });
    return made;
  };
  const whole = make("button", { type: "button", class: "cxm-map-button" }, words.zoomFit || "Fit");
  whole.addEventListener("click", () => live.api.fit(), { signal: live.signal });
  return make("div", { class: "cxm-map-group cxm-map-zoom", role: "group", "aria-label": words.zoom || "Zoom" },
    button("−", words.zoomOut || "Smaller", () => zoomTo(live, live.state.scale / STEP)),
    button("+", words.zoomIn || "Larger", () => zoomTo(live, live.state.scale * STEP)), whole);
}

// --- size ----------------------------------------------------------------------------------------------------------------

/** The width of the picture in CSS pixels when it is as large as on paper. */
function natural(live) {
  const svg = live.map.sheets[0]?.svg;
  return live.words.widthMm ? (live.words.widthMm * 96) / 25.4 : svg?.viewBox.baseVal.width || 1000;
}

function fitting(live) {
  return (sheetNow(live).holder?.clientWidth || natural(live)) / natural(live);
}

function starting(live) {
  const fit = fitting(live);
  return fit < 0.6 ? 1.15 : fit; // a phone begins where the letters can be read, and scrolls
}

function zoomTo(live, scale) {
  const { map, state } = live;
  const fit = fitting(live);
  const grown = Math.min(4, Math.max(Math.min(fit, 0.25), scale)) / state.scale;
  state.scale *= grown;
  state.whole = Math.abs(state.scale - fit) < 1e-6;
  live.root.classList.toggle("is-whole", state.whole);
  for (const { svg, holder } of map.sheets) {
    const centre = { x: holder.scrollLeft + holder.clientWidth / 2, y: holder.scrollTop + holder.clientHeight / 2 };
    const jumps = svg.style.width !== "";
    svg.style.width = `${Math.floor(natural(live) * state.scale)}px`;
    if (jumps && !state.whole) holder.scrollTo(centre.x * grown - holder.clientWidth / 2, centre.y * grown - holder.clientHeight / 2);
  }
}

/** Scroll the sheet, and nothing but the sheet, until an event can be seen. */
function reveal(live, id) {
  const sheet = sheetNow(live);
  const card = sheet.events.get(id)?.card;
  if (!card) return;
  const [box, room] = [card.getBoundingClientRect(), sheet.holder.getBoundingClientRect()];
  if (box.left < room.left || box.right > room.right) sheet.holder.scrollLeft += (box.left + box.right - room.left - room.right) / 2;
  if (box.top < room.top || box.bottom > room.bottom) sheet.holder.scrollTop += (box.top + box.bottom - room.top - room.bottom) / 2;
}

// --- hands ---------------------------------------------------------------------------------------------------------------

function eventAt(sheet, target) {
  const found = target instanceof Element ? target.closest("[data-event]") : null;
  if (!found || !sheet.svg.contains(found)) return null;
  return list(found.dataset.event).find((id) => sheet.events.has(id)) ?? null;
}

function listen(live) {
  const { map, signal, parts } = live;
  for (const sheet of map.sheets) {
    const hand = { moved: false };
    sheet.svg.addEventListener("click", (event) => {
      const id = hand.moved ? null : eventAt(sheet, event.target);
      if (id === null) return;
      const same = id === live.state.selected && sheet.persona === live.state.persona;
      live.api.select(same ? null : id, { persona: sheet.persona });
    }, { signal });
    sheet.svg.addEventListener("keydown", (event) => steer(live, sheet, event), { signal });
    sheet.holder.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomTo(live, live.state.scale * (event.deltaY < 0 ? STEP : 1 / STEP));
    }, { signal, passive: false });
    drag(sheet.holder, hand, signal);
  }
  globalThis.addEventListener?.("resize", () => { if (live.state.whole) zoomTo(live, fitting(live)); }, { signal });
  parts.clear?.addEventListener("click", () => live.api.clear(), { signal });
  if (parts.tools) closeMenus(parts.tools, signal);
}

function steer(live, sheet, event) {
  const id = eventAt(sheet, event.target);
  if (id === null) return;
  const order = [...sheet.events.values()].filter((one) => one.on).map((one) => one.id);
  const here = order.indexOf(id);
  const to = { ArrowRight: here + 1, ArrowDown: here + 1, ArrowLeft: here - 1, ArrowUp: here - 1, Home: 0, End: order.length - 1 }[event.key];
  if (event.key === "Enter" || event.key === " ") live.api.select(id, { persona: sheet.persona });
  else if (event.key === "Escape") live.api.select(null);
  else if (to === undefined) return;
  else if (order[to] !== undefined) {
    rove(sheet, order[to]);
    sheet.events.get(order[to]).card.focus();
  }
  event.preventDefault();
}

/** A mouse pulls the paper; a finger does so by itself. */
function drag(holder, hand, signal) {
  let from = null;
  holder.addEventListener("pointerdown", (event) => {
    hand.moved = false;
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, left: holder.scrollLeft, top: holder.scrollTop };
  }, { signal });
  holder.addEventListener("pointermove", (event) => {
    if (!from) return;
    const [right, down] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.hypot(right, down) < 5) return;
    hand.moved = true;
    holder.scrollTo(from.left - right, from.top - down);
  }, { signal });
  for (const name of ["pointerup", "pointerleave", "pointercancel"]) holder.addEventListener(name, () => { from = null; }, { signal });
}

function closeMenus(tools, signal) {
  const close = (except) => {
    for (const open of tools.querySelectorAll(".cxm-map-menu[open]")) if (open !== except) open.open = false;
  };
  // A widget may live in a shadow tree: the path, not the target, says where a press began.
  document.addEventListener("pointerdown", (event) => close(event.composedPath().find((it) => it.classList?.contains("cxm-map-menu"))), { signal });
  tools.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest(".cxm-map-menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  }, { signal });
  tools.addEventListener("toggle", (event) => { if (event.target.open && event.target.classList.contains("cxm-map-menu")) close(event.target); }, { signal, capture: true });
}
