// The journey map: the picture that answers, the panel that edits, the workshop of the room. Python computes, words and draws all of it.
//
// The browser writes the language, the event selected, the filters and which map is shown; the rest are messages: see
// app/widgets/journey_map_messages.py.

import { h } from "./cards.js";
import { panelView } from "./journey_panel.js";
import { resultsView, seatView } from "./journey_seat.js";
import { attachMap } from "./map.js";
import { dress, inPage, languageChoice } from "./widget.js";

const LOST = 20000; // before a silent kernel is said to be lost
const LARGEST = 60000; // characters of a table of scores
/** Whether two sets of filters are the same, for the facets of the first. */
const same = (one, other) => Object.keys(one).every((name) => JSON.stringify(one[name]) === JSON.stringify(other[name]));
let copies = Math.floor(Math.random() * 1e9);

function render({ model, el }) {
  copies += 1;
  const ids = `cxm-j${copies}`;
  let sequence = model.get("handled");
  let lost = 0;
  let map = null;
  let drawn = null;
  let view = "map";
  let results = "";
  let arriving = ""; // the event whose panel is to be read once Python has written it

  const { root, choose, start, stop } = dress({ model, el, name: "cxm-journey", speak: () => paint() });
  const say = (key) => model.get("words")[key] ?? "";
  const base = document.querySelector("h1") ? 2 : 1; // a page has one title of the first rank
  const heading = (rank, properties, ...said) => h(`h${base + rank}`, { ...properties, class: `cxm-rank-${rank}` }, ...said);

  function send(message) {
    sequence = Math.max(sequence, model.get("handled")) + 1;
    model.send({ ...message, seq: sequence });
    root.dataset.busy = "true";
    listen();
  }
  function listen() {
    clearTimeout(lost);
    lost = setTimeout(() => (gone.hidden = false), LOST);
  }
  function write(name, value) {
    model.set(name, value);
    model.save_changes();
  }
  function button(message, properties = {}) {
    const made = h("button", { type: "button", class: "cxm-button", ...properties });
    made.addEventListener("click", () => (typeof message === "function" ? message() : send(message)));
    return made;
  }
  function picker(name) {
    const box = h("select", { id: `${ids}-${name}` });
    box.addEventListener("change", () => write(name, box.value));
    const label = h("label", { class: "cxm-label", for: box.id });
    return { box, label, node: h("div", { class: "cxm-picker" }, label, h("span", { class: "cxm-input" }, box)) };
  }

  // --- the frame --------------------------------------------------------------------------------------------------

  const client = h(`h${base}`, { class: "cxm-title" });
  const marker = h("p", { class: "cxm-marker", role: "status" });
  const undo = button({ kind: "undo" });
  const reload = button(() => (model.get("status").unsaved ? ask() : send({ kind: "reload" })));
  const save = button({ kind: "save" }, { "data-main": "true" });
  const confirm = h("div", { class: "cxm-confirm", role: "group", hidden: true });
  const gone = h("p", { class: "cxm-box cxm-box-bad", role: "alert", hidden: true });
  const refused = h("div", { class: "cxm-box cxm-box-bad", role: "alert", hidden: true });
  const journey = picker("journey");
  const persona = picker("persona");
  const tabs = Object.fromEntries(["map", "workshop"].map((name) => [name, button(() => turn(name), { class: "cxm-small", "data-tab": name })]));
  const tools = h("div", { "data-map-tools": "true" });
  const sheet = h("div", { "data-map-sheet": "true", tabindex: "0", role: "group" });
  const mapRoot = h("div", { class: "cxm-picture" }, tools, sheet);
  const notes = h("ol", { class: "cxm-notes" });
  const notesTitle = h("summary");
  const notesBox = h("details", { class: "cxm-table-box" }, notesTitle, notes);
  const tableTitle = h("summary");
  const table = h("div", { class: "cxm-scroll", tabindex: "0", role: "group" });
  const tableBox = h("details", { class: "cxm-table-box" }, tableTitle, table);
  const panel = panelView({ send, say, heading, ids, close: () => select(null) });
  const mapView = h("div", { class: "cxm-map-view" }, h("div", { class: "cxm-columns" }, h("div", { class: "cxm-left" }, mapRoot), panel.node), tableBox, notesBox);
  const room = roomView();
  const workshopView = h("div", { class: "cxm-workshop", hidden: true }, room.node);
  root.append(
    h("header", { class: "cxm-head" }, client, h("div", { class: "cxm-tools" }, languageChoice(choose, ""), marker, undo, reload, save)),
    confirm,
    gone,
    refused,
    h("div", { class: "cxm-bar" }, h("div", { class: "cxm-tabs", role: "group" }, tabs.map, tabs.workshop), journey.node, persona.node),
    mapView,
    workshopView,
  );

  function turn(name) {
    view = name;
    paintTabs();
  }

  function ask() {
    const shut = () => {
      confirm.hidden = true;
      reload.focus();
    };
    const yes = h("button", { type: "button", class: "cxm-button" }, say("yes"));
    const no = h("button", { type: "button", class: "cxm-button" }, say("no"));
    yes.addEventListener("click", () => (shut(), send({ kind: "reload" })));
    no.addEventListener("click", shut);
    confirm.replaceChildren(h("span", {}, say("reload.confirm")), yes, no);
    confirm.hidden = false;
    no.focus();
  }

  // --- the picture ------------------------------------------------------------------------------------------------

  function select(id) {
    const was = model.get("selected");
    if (map && map.selected !== id) map.select(id, { silent: true });
    write("selected", id ?? "");
    if (id === null && was) map?.focus(was);
  }

  /** The picture as Python drew it: parsed as XML, never as markup of this page. */
  function pictureOf(svg) {
    const read = new DOMParser().parseFromString(svg, "image/svg+xml");
    return read.documentElement.localName === "svg" ? document.importNode(read.documentElement, true) : null;
  }

  function paintPicture() {
    const picture = model.get("picture");
    if (picture.svg === drawn?.svg) return;
    drawn = picture;
    const kept = { filters: map?.filters ?? model.get("filters"), scale: map?.scale, left: sheet.scrollLeft, top: sheet.scrollTop, focus: sheet.contains(root.getRootNode().activeElement) };
    map?.destroy();
    map = null;
    const svg = picture.svg ? pictureOf(picture.svg) : null;
    notesBox.hidden = tableBox.hidden = !svg;
    if (!svg) return sheet.replaceChildren(h("p", { class: "cxm-note" }, say("empty")));
    sheet.replaceChildren(svg);
    sheet.dataset.persona = model.get("persona");
    map = attachMap(mapRoot, {
      words: picture.words,
      onSelect: (id) => {
        arriving = id ?? "";
        write("selected", arriving);
        if (arriving) listen();
      },
      onFilter: (filters) => same(filters, model.get("filters")) || write("filters", { ...model.get("filters"), ...filters }),
    });
    if (!same(map.filters, kept.filters)) map.filter(kept.filters);
    const selected = model.get("selected");
    if (map.events.includes(selected)) map.select(selected, { silent: true });
    if (kept.scale || map.scale < 1) map.zoom(kept.scale ?? 1); // as large as before; at first, letters that can be read
    sheet.scrollTo(kept.left, kept.top);
    if (kept.focus && selected) map.focus(selected);
    notes.replaceChildren(...picture.notes.map((text) => h("li", {}, text)));
    notesBox.hidden = !picture.notes.length;
    const cells = (kind, row) => row.map((text, place) => h(place === 0 && kind === "td" ? "th" : kind, kind === "th" ? { scope: "col" } : place === 0 ? { scope: "row" } : {}, text));
    return table.replaceChildren(h("table", { class: "cxm-table" }, h("thead", {}, h("tr", {}, ...cells("th", picture.table.columns))), h("tbody", {}, ...picture.table.rows.map((row) => h("tr", {}, ...cells("td", row))))));
  }

  function follow() {
    const selected = model.get("selected") || null;
    if (map && map.selected !== selected && (selected === null || map.events.includes(selected))) map.select(selected, { silent: true });
  }

  function followFilters() {
    if (map && !same(map.filters, model.get("filters"))) map.filter(structuredClone(model.get("filters")));
  }

  // --- the workshop -----------------------------------------------------------------------------------------------

  function roomView() {
    const state = h("p", { class: "cxm-strong", role: "status" });
    const people = h("p", {});
    const functions = h("ul", { class: "cxm-people" });
    const progress = h("p", { class: "cxm-note" });
    const alone = h("p", { class: "cxm-note" });
    const open = button({ kind: "open" }, { "data-main": "true" });
    const reveal = button(() => sure());
    const doubt = h("div", { class: "cxm-confirm", role: "group", hidden: true });
    const wrong = h("div", { class: "cxm-box cxm-box-bad", role: "alert", hidden: true });
    const file = h("input", { type: "file", class: "cxm-aside", id: `${ids}-file`, accept: ".csv,text/csv,text/plain" });
    const label = h("label", { class: "cxm-button cxm-file", for: file.id });
    const format = h("p", { class: "cxm-note" });
    const found = h("div", { class: "cxm-found" });
    const title = heading(1, {});
    const how = h("p", { class: "cxm-note" });
    const paper = heading(1, {});
    const seat = seatView({ send, say, heading, ids });
    file.addEventListener("change", async () => {
      const chosen = file.files[0];
      if (!chosen) return;
      const text = chosen.size > LARGEST ? "" : await chosen.text();
      file.value = "";
      if (text) send({ kind: "import", text });
      else showWrong([say("import.large")]);
    });
    function sure() {
      const shut = () => {
        doubt.hidden = true;
        reveal.focus();
      };
      const yes = h("button", { type: "button", class: "cxm-button" }, say("reveal.yes"));
      const no = h("button", { type: "button", class: "cxm-button" }, say("no"));
      yes.addEventListener("click", () => (shut(), send({ kind: "reveal" })));
      no.addEventListener("click", shut);
      doubt.replaceChildren(h("span", {}, say("reveal.confirm")), yes, no);
      doubt.hidden = false;
      no.focus();
    }
    function showWrong(said) {
      wrong.hidden = !said.length;
      wrong.replaceChildren(...said.map((text) => h("p", {}, text)));
    }
    const node = h(
      "div",
      { class: "cxm-room" },
      h("section", { class: "cxm-card" }, title, how, state, people, functions, progress, alone, h("div", { class: "cxm-tools" }, open, reveal), doubt, wrong, h("div", { class: "cxm-paper" }, paper, format, h("div", { class: "cxm-file-line" }, file, label))),
      h("section", { class: "cxm-card" }, seat.node),
      found,
    );
    return {
      node,
      paint() {
        const told = model.get("workshop");
        title.textContent = say("workshop.title");
        how.textContent = say("workshop.how");
        state.textContent = told.said;
        people.textContent = told.people;
        functions.replaceChildren(...told.functions.map(([name, count]) => h("li", {}, `${name}: ${count}`.replace(":", model.get("language") === "fr" ? "\u00a0:" : ":"))));
        progress.textContent = told.progress;
        people.hidden = progress.hidden = told.state !== "open";
        alone.textContent = !told.shared ? say("workshop.alone") : inPage() ? say("workshop.devices") : "";
        open.textContent = say("open");
        open.hidden = told.state === "open";
        reveal.textContent = say("reveal");
        reveal.hidden = told.state !== "open";
        paper.textContent = say("import.title");
        label.textContent = say("import");
        format.textContent = say("import.how");
        showWrong([...told.refused, ...told.import_wrong]);
        seat.node.parentElement.hidden = model.get("seat").revealed || !model.get("seat").open;
        seat.paint(model.get("seat"), { results: false });
        const now = JSON.stringify([model.get("language"), told.results]);
        if (now !== results) {
          results = now;
          found.replaceChildren(...(told.results.length || told.state === "revealed" ? [h("section", { class: "cxm-card" }, ...resultsView(told.results, say, heading, { select: show }))] : []));
        }
      },
    };
  }

  function show(id) {
    turn("map");
    map?.select(id);
  }

  // --- all of it --------------------------------------------------------------------------------------------------

  function options({ box, label, node }, name, pairs) {
    label.textContent = say(name);
    const now = JSON.stringify(pairs);
    if (box.dataset.pairs !== now) {
      box.dataset.pairs = now;
      box.replaceChildren(...pairs.map(([value, said]) => h("option", { value }, said)));
    }
    box.value = model.get(name);
    node.hidden = pairs.length < 2;
  }

  function paintTabs() {
    for (const [name, tab] of Object.entries(tabs)) {
      tab.textContent = say(`tab.${name}`);
      tab.setAttribute("aria-pressed", String(view === name));
    }
    mapView.hidden = view !== "map";
    workshopView.hidden = view !== "workshop";
  }

  function paintStatus() {
    const status = model.get("status");
    marker.textContent = status.saved;
    marker.dataset.unsaved = String(status.unsaved);
    undo.textContent = say("undo");
    reload.textContent = say("reload");
    save.textContent = say("save");
    undo.disabled = !status.can_undo;
    save.disabled = !status.can_save;
    save.hidden = reload.hidden = !status.file;
    gone.textContent = say("lost");
    refused.hidden = !status.refused.length;
    refused.replaceChildren(h("p", { class: "cxm-strong" }, say("refused")), ...status.refused.map((text) => h("p", {}, text)));
  }

  function paint() {
    const choices = model.get("choices");
    client.textContent = choices.client;
    for (const group of root.querySelectorAll(".cxm-languages")) group.setAttribute("aria-label", say("language"));
    root.querySelector(".cxm-tabs").setAttribute("aria-label", say("views"));
    sheet.setAttribute("aria-label", say("picture"));
    table.setAttribute("aria-label", say("table"));
    tableTitle.textContent = say("table");
    notesTitle.textContent = say("notes");
    options(journey, "journey", choices.journeys);
    options(persona, "persona", choices.personas);
    paintTabs();
    paintStatus();
    paintPicture();
    panel.paint(model.get("panel"));
    if (arriving && arriving === model.get("panel").id) {
      arriving = "";
      done();
      panel.node.querySelector("[tabindex='-1']").focus({ preventScroll: root.clientWidth > 992 });
    }
    mapView.dataset.chosen = String(Boolean(model.get("panel").id));
    room.paint();
  }

  let soon = 0;
  const later = () => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(paint);
  };
  const done = () => {
    if (model.get("handled") < sequence) return;
    clearTimeout(lost);
    gone.hidden = true;
    delete root.dataset.busy;
  };
  const heard = { words: later, choices: later, picture: later, panel: later, status: later, workshop: later, seat: later, journey: later, persona: later, selected: follow, filters: followFilters, handled: done };
  for (const [name, call] of Object.entries(heard)) model.on(`change:${name}`, call);
  start();
  return () => {
    stop();
    clearTimeout(lost);
    cancelAnimationFrame(soon);
    map?.destroy();
    for (const [name, call] of Object.entries(heard)) model.off(`change:${name}`, call);
  };
}

export default { render };
