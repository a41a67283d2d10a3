// The business-case builder. What is typed goes to Python as messages; what Python understood, computed and worded is shown.
//
// Nothing is computed here and no field of the model is written but the language: see app/widgets/builder_messages.py.

import { h } from "./cards.js";
import { dress, inPage, languageChoice } from "./widget.js";
import { drawChart } from "./builder_charts.js";

const PAUSE = 220; // milliseconds without a key before what is typed is sent
const QUIET = 900; // before the result is said aloud
const LOST = 20000; // before a silent kernel is said to be lost
/** A minus sign never parts from its figure at the end of a line. */
const joined = (said) => said.replaceAll("\u2212", "\u2212\u2060");
let copies = Math.floor(Math.random() * 1e9);

function render({ model, el }) {
  copies += 1;
  const ids = `cxm-b${copies}`;
  let sequence = model.get("handled");
  let asked = sequence; // last message sent
  let forced = 0; // up to this message, boxes in use are rewritten too
  let shape = "";
  let lost = 0;
  const waiting = new Map(); // boxes typed in and not sent yet: element to timer

  const { root, choose, start, stop } = dress({ model, el, name: "cxm-builder", speak: () => paint() });
  const say = (key) => model.get("form").words[key] ?? "";

  function send(message) {
    sequence = Math.max(sequence, model.get("handled")) + 1;
    asked = sequence;
    model.send({ ...message, seq: sequence });
    root.dataset.busy = "true";
    clearTimeout(lost);
    lost = setTimeout(() => (gone.hidden = false), LOST);
    return sequence;
  }

  // --- what is typed ----------------------------------------------------------------------------------------------

  function flush(box) {
    if (!waiting.has(box)) return;
    clearTimeout(waiting.get(box));
    waiting.delete(box);
    box.dataset.sent = send({ kind: "figure", path: box.dataset.path, part: box.dataset.part, text: box.value.slice(0, 1000) });
  }

  function flushAll() {
    for (const box of [...waiting.keys()]) flush(box);
  }

  root.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.dataset.part) return;
    clearTimeout(waiting.get(box));
    waiting.set(box, setTimeout(() => flush(box), PAUSE));
    root.dataset.busy = "true"; // from the first key to the answer: what is shown is from before
  });
  root.addEventListener("change", (event) => event.target.dataset.part && flush(event.target));
  root.addEventListener("focusout", (event) => {
    const box = event.target;
    if (!box.dataset.part) return;
    flush(box);
    if (model.get("handled") >= Number(box.dataset.sent ?? 0) && box.dataset.held !== undefined) box.value = box.dataset.held;
  });
  root.addEventListener("keydown", (event) => {
    const box = event.target;
    if (!box.dataset?.part || box.dataset.figure !== "true") return;
    if (event.key === "Enter") flush(box);
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    flush(box);
    forced = send({ kind: "step", path: box.dataset.path, part: box.dataset.part === "plain" ? "value" : box.dataset.part, up: event.key === "ArrowUp" });
  });

  function act(message) {
    flushAll();
    forced = send(message);
  }

  function button(words, message, properties = {}) {
    const made = h("button", { type: "button", class: "cxm-button", ...properties }, words);
    made.addEventListener("click", () => act(typeof message === "function" ? message() : message));
    return made;
  }

  // --- the frame --------------------------------------------------------------------------------------------------

  const base = document.querySelector("h1") ? 2 : 1; // a page has one title of the first rank
  const heading = (rank, properties, ...said) => h(`h${base + rank}`, { ...properties, class: `cxm-rank-${rank} ${properties.class ?? ""}` }, ...said);
  const title = h(`h${base}`, { class: "cxm-title" });
  const client = h("p", { class: "cxm-lead" });
  const marker = h("p", { class: "cxm-marker", role: "status" });
  const undo = button("", { kind: "undo" });
  const save = button("", { kind: "save" }, { "data-main": "true" });
  const reload = h("button", { type: "button", class: "cxm-button" });
  const confirm = h("div", { class: "cxm-confirm", role: "group" });
  const gone = h("p", { class: "cxm-box cxm-box-bad", role: "alert", hidden: true });
  const told = h("div", { class: "cxm-told" });
  const numbers = h("dl", { class: "cxm-three" });
  const left = h("div", { class: "cxm-left" });
  const charts = h("div", { class: "cxm-charts" });
  const summary = h("p", { class: "cxm-summary" });
  const live = h("p", { class: "cxm-aside", role: "status", "aria-live": "polite" });
  const stale = h("p", { class: "cxm-box cxm-box-bad", hidden: true });
  const right = h("section", { class: "cxm-right", tabindex: "0", "aria-labelledby": `${ids}-results` }, heading(1, { id: `${ids}-results`, class: "cxm-aside" }), stale, summary, charts);
  const documents = h("section", { class: "cxm-documents", "aria-labelledby": `${ids}-documents` });
  const languages = languageChoice(choose, "");
  root.append(
    h("header", { class: "cxm-head" }, h("div", {}, title, client), h("div", { class: "cxm-tools" }, languages, marker, undo, reload, save)),
    confirm,
    gone,
    told,
    numbers,
    live,
    h("div", { class: "cxm-columns" }, left, right),
    documents,
  );
  confirm.hidden = true;
  reload.addEventListener("click", () => {
    if (!model.get("status").unsaved) return act({ kind: "reload" });
    const yes = h("button", { type: "button", class: "cxm-button" }, say("yes"));
    const no = h("button", { type: "button", class: "cxm-button" }, say("no"));
    const shut = () => {
      confirm.hidden = true;
      reload.focus();
    };
    yes.addEventListener("click", () => (shut(), act({ kind: "reload" })));
    no.addEventListener("click", shut);
    confirm.replaceChildren(h("span", {}, say("reload.confirm")), yes, no);
    confirm.hidden = false;
    return no.focus();
  });

  // --- the fields -------------------------------------------------------------------------------------------------

  const key = (path, part) => `${ids}-${path}-${part}`.replaceAll(".", "-");

  function input(row, box, properties = {}) {
    const figure = ["value", "low", "mode", "high", "p10", "p50", "p90"].includes(box.part) || ["rate", "whole"].includes(row.form);
    const id = key(row.path, box.part);
    let made;
    if (box.part === "evidence" || row.form === "choice") {
      const choices = row.form === "choice" ? row.choices : model.get("form").grades;
      made = h("select", { id }, ...choices.map((choice) => h("option", { value: choice.id }, choice.name)));
    } else if (row.form === "flag") {
      made = h("input", { id, type: "checkbox" });
    } else {
      made = h("input", { id, type: box.part === "date" ? "date" : "text", autocomplete: "off", spellcheck: "false", inputmode: figure ? "decimal" : null, maxlength: figure ? 40 : 1000 });
    }
    Object.assign(made.dataset, { path: row.path, part: box.part, figure: String(figure) });
    for (const [name, value] of Object.entries(properties)) made.setAttribute(name, value);
    if (row.form === "flag") {
      made.addEventListener("change", (event) => {
        event.stopPropagation();
        send({ kind: "figure", path: row.path, part: "plain", text: made.checked ? "true" : "false" });
      });
      made.addEventListener("input", (event) => event.stopPropagation());
    }
    return made;
  }

  function fieldOf(row) {
    const many = row.boxes.length > 1;
    const id = key(row.path, "row");
    const first = key(row.path, row.boxes[0].part);
    const name = many ? h("span", { class: "cxm-label", id }, row.label) : h("label", { class: "cxm-label", id, for: first }, row.label);
    const head = h("div", { class: "cxm-field-head" }, name, h("span", { class: "cxm-tag" }));
    if (row.form === "estimate" && !row.fixed) {
      const range = h("button", { type: "button", class: "cxm-small", "aria-pressed": String(row.ranged), "aria-describedby": id, "data-range": "true" }, say("range"));
      range.addEventListener("click", () => act({ kind: "range", path: row.path, on: range.getAttribute("aria-pressed") !== "true" }));
      head.append(range);
    }
    const boxes = row.boxes.map((box) => {
      const made = input(row, box, { "aria-describedby": `${id}-echo ${id}-wrong` });
      const held = h("span", { class: row.form === "flag" ? "cxm-check" : "cxm-input" }, made, row.suffix ? h("span", { class: "cxm-suffix" }, row.suffix) : null);
      if (row.form === "flag") held.append(h("label", { for: made.id }, say("yes_no.true")));
      return h("span", { class: "cxm-cell" }, many ? h("label", { class: "cxm-part", for: made.id }, box.label) : null, held);
    });
    const line = h("div", { class: "cxm-boxes", ...(many ? { role: "group", "aria-labelledby": id } : {}) }, ...boxes);
    const field = h("div", { class: "cxm-field", "data-row": row.path, "data-form": row.form }, head, line, h("p", { class: "cxm-echo", id: `${id}-echo` }), h("p", { class: "cxm-wrong", id: `${id}-wrong` }));
    if (row.form === "flag") field.querySelector(".cxm-label").removeAttribute("for");
    if (row.help) {
      field.append(h("details", { class: "cxm-more", "data-open": `${row.path}-help` }, h("summary", { "aria-label": `${row.label} : ?` }, "?"), h("p", {}, row.help), row.who ? h("p", {}, h("strong", {}, say("who")), " ", row.who) : null));
    }
    if (row.form === "estimate") {
      const parts = Object.values(row.origin ?? {}).map((box) => {
        const made = input(row, box);
        return h("span", { class: `cxm-cell cxm-cell-${box.part}` }, h("label", { class: "cxm-part", for: made.id }, box.label), h("span", { class: "cxm-input" }, made));
      });
      const from = h("details", { class: "cxm-origin", "data-open": `${row.path}-origin` }, h("summary", {}, h("span", {})), h("div", { class: "cxm-boxes" }, ...parts));
      from.hidden = !parts.length;
      field.append(from);
    }
    return field;
  }

  function patch(row) {
    const field = left.querySelector(`[data-row="${row.path}"]`);
    const tag = field.querySelector(".cxm-tag");
    tag.textContent = row.missing ? say("missing") : row.optional ? say("optional") : "";
    tag.dataset.missing = String(row.missing);
    const echo = field.querySelector(".cxm-echo");
    echo.textContent = row.echo ?? "";
    echo.dataset.plain = String(!row.ranged && !row.doubt); // one number says itself once it is left
    const wrong = [...row.boxes, ...Object.values(row.origin ?? {})].filter((box) => box.wrong).map((box) => box.wrong);
    field.querySelector(".cxm-wrong").textContent = [...wrong, ...row.errors].join(" ");
    for (const box of [...row.boxes, ...Object.values(row.origin ?? {})]) {
      const made = root.querySelector(`#${CSS.escape(key(row.path, box.part))}`);
      if (!made) continue;
      made.setAttribute("aria-invalid", String(Boolean(box.wrong || (row.errors.length && row.boxes.includes(box)))));
      if (row.form === "flag") {
        made.checked = box.text === "true";
        continue;
      }
      made.dataset.held = box.text;
      const busy = waiting.has(made) || Number(made.dataset.sent ?? 0) > model.get("handled");
      if (made.value !== box.text && !busy && (root.getRootNode().activeElement !== made || model.get("handled") <= forced)) made.value = box.text;
    }
    const from = field.querySelector(".cxm-origin > summary > span");
    if (from) from.textContent = row.from || say("no_origin");
  }

  function groupOf(group, section) {
    const name = heading(2, { class: "cxm-group-title", "data-group": group.id }, group.title);
    const inside = [group.note ? h("p", { class: "cxm-note" }, group.note) : null, ...group.rows.map(fieldOf)];
    const folded = section.id === "levers" || section.id === "costs";
    const open = group.rows.some((row) => row.missing || row.errors.length) || (section.id === "levers" && group === section.groups[0]);
    const node = folded ? h("details", { class: "cxm-group", "data-open": group.id, open }, h("summary", {}, name), ...inside) : h("div", { class: "cxm-group" }, group.title ? name : null, ...inside);
    if (section.id === "costs") {
      const line = group.line;
      const tools = [["add_year", group.years > 0 && group.years < 30], ["remove_year", group.years > 1]].filter(([, shown]) => shown).map(([action]) => button(say(action), { kind: "cost", action, line }, { class: "cxm-small" }));
      node.append(h("div", { class: "cxm-line-tools" }, ...tools, button(say("remove_cost"), { kind: "cost", action: "remove", line }, { class: "cxm-small" })));
    }
    return node;
  }

  function goalsOf(form) {
    const boxes = form.goals.map((goal) => {
      const box = h("input", { type: "checkbox", id: `${ids}-goal-${goal.id}`, "data-goal": goal.id, "aria-describedby": `${ids}-goal-${goal.id}-text` });
      box.checked = goal.on;
      box.addEventListener("change", () => act({ kind: "goal", id: goal.id, on: box.checked }));
      return h("label", { class: "cxm-goal", for: box.id }, box, h("span", { class: "cxm-goal-name" }, goal.name), h("span", { class: "cxm-goal-state" }), h("span", { class: "cxm-goal-text", id: `${ids}-goal-${goal.id}-text` }, goal.goal));
    });
    return h("fieldset", { class: "cxm-goals" }, h("legend", {}, heading(1, {}, say("goals"))), h("p", { class: "cxm-note" }, say("goals.intro")), h("div", { class: "cxm-goal-list" }, ...boxes), h("div", { class: "cxm-missing" }));
  }

  function sectionOf(section) {
    const body = section.groups.map((group) => groupOf(group, section));
    if (section.id === "costs") body.push(button(say("add_cost"), { kind: "cost", action: "add", line: 0 }));
    return h("details", { class: "cxm-section", "data-open": section.id, open: section.id === "levers" || section.groups.some((group) => group.rows.some((row) => row.missing)) }, h("summary", {}, heading(1, {}, section.title)), h("p", { class: "cxm-note" }, section.groups.length ? section.intro : say("none_chosen")), ...body);
  }

  /** What a rebuild would change: the words and the boxes, not what the boxes hold. */
  function shapeOf(form) {
    const rows = form.sections.map((section) => section.groups.map((group) => [group.id, group.years, group.rows.map((row) => [row.path, row.label, row.boxes.map((box) => box.part), Boolean(row.origin)])]));
    return JSON.stringify([form.language, form.goals.map((goal) => goal.on), rows]);
  }

  function paintForm() {
    const form = model.get("form");
    const now = shapeOf(form);
    if (now !== shape) {
      shape = now;
      const open = new Map([...left.querySelectorAll("details[data-open]")].map((node) => [node.dataset.open, node.open]));
      const active = root.getRootNode().activeElement;
      const focused = root.contains(active) ? active.id : "";
      const range = active?.dataset?.range ? active.closest("[data-row]")?.dataset.row : "";
      left.replaceChildren(goalsOf(form), ...form.sections.map((section) => sectionOf(section)), h("p", { class: "cxm-note" }, say("step_hint")));
      for (const node of left.querySelectorAll("details[data-open]")) {
        if (open.has(node.dataset.open)) node.open = open.get(node.dataset.open);
      }
      if (focused) root.querySelector(`#${CSS.escape(focused)}`)?.focus({ preventScroll: true });
      if (range) left.querySelector(`[data-row="${range}"] [data-range]`)?.focus({ preventScroll: true });
    }
    for (const section of form.sections) {
      for (const group of section.groups) {
        const name = left.querySelector(`[data-group="${group.id}"]`);
        if (name) name.textContent = group.title;
        group.rows.forEach(patch);
      }
    }
    for (const goal of form.goals) {
      const box = left.querySelector(`[data-goal="${goal.id}"]`);
      const state = box.parentElement.querySelector(".cxm-goal-state");
      state.textContent = goal.state;
      state.dataset.complete = String(goal.complete);
    }
  }

  // --- what is said of the whole ----------------------------------------------------------------------------------

  function goTo(path) {
    const field = left.querySelector(`[data-row="${path}"]`);
    if (!field) return;
    for (let node = field.parentElement; node && node !== root; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    field.scrollIntoView({ block: "center" });
    field.querySelector("input, select")?.focus({ preventScroll: true });
  }

  function listOf(named, items, tone) {
    if (!items.length) return null;
    const lines = items.map(({ path, label, text, who }) => {
      const link = label ? h("button", { type: "button", class: "cxm-link" }, label) : null;
      link?.addEventListener("click", () => goTo(path));
      const said = text ?? who;
      return h("li", {}, link, link && said ? " : " : null, said ? h("span", {}, said) : null);
    });
    return h("details", { class: `cxm-box cxm-box-${tone}`, open: tone === "bad", role: tone === "bad" ? "alert" : null }, h("summary", {}, `${named} (${items.length})`), h("ul", {}, ...lines));
  }

  function paintStatus() {
    const status = model.get("status");
    marker.textContent = status.marker;
    marker.dataset.unsaved = String(status.unsaved);
    undo.textContent = say("undo");
    save.textContent = say("save");
    reload.textContent = say("reload");
    undo.disabled = !status.can_undo;
    save.disabled = !(status.can_save && status.unsaved);
    reload.hidden = save.hidden = !status.can_save;
    const boxes = [listOf(say("refused.title"), status.refusals, "bad"), listOf(say("errors.title"), status.errors, "bad"), listOf(say("warnings.title"), status.warnings, "note")];
    const now = JSON.stringify([model.get("language"), status.refusals, status.errors, status.warnings]);
    if (told.dataset.shown !== now) {
      told.dataset.shown = now;
      told.replaceChildren(...boxes.filter(Boolean));
    }
    const missing = left.querySelector(".cxm-missing");
    const lacking = JSON.stringify([model.get("language"), status.missing]);
    if (missing && missing.dataset.shown !== lacking) {
      missing.dataset.shown = lacking;
      missing.replaceChildren(...[listOf(say("missing.title"), status.missing, "note")].filter(Boolean));
    }
  }

  // --- what it earns ----------------------------------------------------------------------------------------------

  function tableOf(table) {
    const [first, ...others] = table.columns.map((column) => h("th", { scope: "col" }, column));
    if (!first) return null;
    const body = table.rows.map(([name, ...cells]) => h("tr", {}, h("th", { scope: "row" }, name), ...cells.map((cell) => h("td", {}, cell))));
    return h("table", { class: "cxm-table" }, h("thead", {}, h("tr", {}, first, ...others)), h("tbody", {}, ...body));
  }

  function paintNumbers(results) {
    numbers.hidden = !results.three.length;
    numbers.replaceChildren(...results.three.map((number) => h("div", { "data-tone": number.tone, "data-words": String(number.words), "data-number": number.id }, h("dt", {}, number.label), h("dd", {}, h("span", { class: "cxm-value" }, joined(number.value)), h("span", { class: "cxm-value-note" }, joined(number.note))))));
  }

  let speaking = 0;
  function paintResults() {
    const results = model.get("results");
    paintNumbers(results);
    summary.textContent = joined(results.ready ? results.summary : say("waiting"));
    stale.textContent = say("stale");
    stale.hidden = !(results.ready && results.stale);
    right.dataset.stale = String(Boolean(results.stale));
    clearTimeout(speaking);
    speaking = setTimeout(() => {
      const said = [results.ready ? results.summary : say("waiting"), results.stale ? say("stale") : ""].join(" ").trim();
      if (live.textContent !== said) live.textContent = said;
    }, QUIET);
    const wanted = new Set(results.charts.map((chart) => chart.id));
    for (const node of [...charts.children]) if (!wanted.has(node.dataset.chart)) node.remove();
    results.charts.forEach((chart, place) => {
      let node = charts.querySelector(`[data-chart="${chart.id}"]`);
      if (!node) {
        node = h("section", { class: "cxm-figure", "data-chart": chart.id, "aria-labelledby": `${ids}-${chart.id}` }, heading(2, { id: `${ids}-${chart.id}`, class: "cxm-figure-title" }), h("div", { class: "cxm-picture" }), h("p", { class: "cxm-sentence" }), h("details", { class: "cxm-table-box", open: chart.id === "overlaps" }, h("summary", {}), h("div", { class: "cxm-scroll", tabindex: "0", role: "region" })));
      }
      if (charts.children[place] !== node) charts.insertBefore(node, charts.children[place] ?? null);
      node.querySelector(".cxm-figure-title").textContent = chart.title;
      node.querySelector(".cxm-scroll").setAttribute("aria-label", `${chart.title} : ${say("table")}`);
      node.querySelector(".cxm-sentence").textContent = joined(chart.sentence);
      node.querySelector("summary").textContent = say("table");
      const table = tableOf(chart.table);
      node.querySelector("details").hidden = !table || !chart.table.rows.length;
      node.querySelector(".cxm-scroll").replaceChildren(...[table].filter(Boolean));
      draw(node, chart);
    });
    let aside = root.querySelector(".cxm-not-counted");
    aside?.remove();
    const said = [...(results.not_evaluated ?? []), ...(results.warnings ?? [])];
    if (said.length) {
      aside = h("div", { class: "cxm-not-counted cxm-box cxm-box-note" }, heading(2, {}, say(results.not_evaluated.length ? "not_evaluated" : "warnings.title")), h("ul", {}, ...said.map((text) => h("li", {}, text))));
      charts.after(aside);
    }
  }

  function draw(node, chart) {
    const place = node.querySelector(".cxm-picture");
    const picture = place.clientWidth ? drawChart(chart, place.clientWidth, getComputedStyle(root).fontFamily) : null;
    place.replaceChildren(...[picture].filter(Boolean));
  }

  let drawn = 0;
  const sizes = new ResizeObserver(() => {
    if (Math.abs(charts.clientWidth - drawn) < 2) return;
    drawn = charts.clientWidth;
    for (const chart of model.get("results").charts) {
      const node = charts.querySelector(`[data-chart="${chart.id}"]`);
      if (node) draw(node, chart);
    }
  });

  // --- the documents ----------------------------------------------------------------------------------------------

  const chosen = { formats: new Set(["html", "pdf", "xlsx", "pptx"]), languages: new Set() };
  function choiceOf(set, id, name) {
    const box = h("input", { type: "checkbox", id: `${ids}-make-${id}` });
    box.checked = set.has(id);
    box.addEventListener("change", () => {
      if (box.checked) set.add(id);
      else set.delete(id);
      paintJob();
    });
    return h("label", { class: "cxm-choice", for: box.id }, box, h("span", {}, name));
  }

  function paintDocuments() {
    documents.hidden = !model.get("status").can_save;
    const form = model.get("form");
    if (documents.dataset.spoken === form.language) return;
    documents.dataset.spoken = form.language;
    if (!chosen.languages.size) chosen.languages.add(form.language);
    documents.replaceChildren(
      heading(1, { id: `${ids}-documents` }, say("deliverables")),
      h("p", { class: "cxm-note" }, say("deliverables.intro")),
      h("div", { class: "cxm-choices", role: "group", "aria-labelledby": `${ids}-documents` }, ...["html", "pdf", "xlsx", "pptx"].map((name) => choiceOf(chosen.formats, name, say(`format.${name}`)))),
      h("div", { class: "cxm-choices", role: "group", "aria-label": say("language") }, ...form.languages.map(({ id, name }) => choiceOf(chosen.languages, id, name))),
      h("div", { class: "cxm-making" }),
    );
  }

  function paintJob() {
    const job = model.get("job");
    const place = documents.querySelector(".cxm-making");
    if (!place) return;
    const running = job.state === "running";
    const make = button(say(model.get("status").unsaved ? "produce" : "produce.saved"), () => ({ kind: "produce", formats: [...chosen.formats], languages: [...chosen.languages] }), { "data-main": "true" });
    make.disabled = running || !chosen.formats.size || !chosen.languages.size;
    const bar = h("progress", { max: job.total, "aria-label": say("deliverables") });
    bar.value = running ? Math.max(0.3, job.done - 0.5) : job.done;
    const files = job.files.map((file) => h("li", {}, button(`${say("download")} : ${say(`format.${file.format}`)} (${file.language})`, { kind: "file", index: file.index }, { class: "cxm-link" })));
    const had = place.contains(root.getRootNode().activeElement);
    place.replaceChildren(
      h("div", { class: "cxm-line-tools" }, make, running ? button(say("stop"), { kind: "stop" }) : null),
      ...(job.state === "idle" ? [] : [h("p", { role: "status" }, running ? bar : null, " ", job.text)]),
      ...(job.failed.length ? [h("ul", { class: "cxm-wrong" }, ...job.failed.map((text) => h("li", {}, text)))] : []),
      ...(files.length ? [h("ul", { class: "cxm-files" }, ...files)] : []),
    );
    if (had) place.querySelector("button:not(:disabled)")?.focus({ preventScroll: true });
  }

  function onFile(message, buffers) {
    if (message?.kind !== "file" || !buffers?.length) return;
    const address = URL.createObjectURL(new Blob([buffers[0]], { type: message.type }));
    const link = h("a", { href: address, download: message.name });
    root.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  // --- together ---------------------------------------------------------------------------------------------------

  function paint() {
    const form = model.get("form");
    if (!form.words) return;
    root.lang = form.language;
    title.textContent = inPage() ? form.client : say("title"); // the page has its own title above
    client.textContent = inPage() ? "" : form.client;
    languages?.setAttribute("aria-label", say("language"));
    right.firstElementChild.textContent = say("results");
    gone.textContent = say("lost");
    paintForm();
    paintStatus();
    paintResults();
    paintDocuments();
    paintJob();
    if (model.get("handled") >= asked) {
      if (!waiting.size) delete root.dataset.busy;
      clearTimeout(lost);
      gone.hidden = true;
    }
  }

  let frame = 0;
  const soon = () => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(paint);
  };
  const watched = ["form", "results", "status", "handled"];
  for (const name of watched) model.on(`change:${name}`, soon);
  model.on("change:job", paintJob);
  model.on("msg:custom", onFile);
  start();
  sizes.observe(charts);

  return () => {
    for (const box of waiting.keys()) clearTimeout(waiting.get(box));
    clearTimeout(lost);
    clearTimeout(speaking);
    cancelAnimationFrame(frame);
    for (const name of watched) model.off(`change:${name}`, soon);
    model.off("change:job", paintJob);
    model.off("msg:custom", onFile);
    sizes.disconnect();
    stop();
  };
}

export default { render };
