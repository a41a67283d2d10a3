// What if? Levels that can be moved, and what Python computes from them: facts, a sentence, a drawing, a table.

import { fill, h } from "./cards.js";
import { dress, languageChoice, write } from "./widget.js";

const SVG = "http://www.w3.org/2000/svg";
const LEVELS = [1, 2, 3, 4, 5];
const ROW = 46;

function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** The levels of a person's answers, out of what the page's own address says of them. */
export function levelsOf(saved) {
  const answers = {};
  for (const { question, state, level } of saved ?? []) answers[question] = { state, level: state === "level" ? level : null };
  return { answers };
}

/** The moves that say something: those that differ from the answers. */
export function movesOf(chosen, rows) {
  const given = Object.fromEntries(rows.map(({ id, now }) => [id, now]));
  return Object.fromEntries(Object.entries(chosen).filter(([id, level]) => level && given[id] !== level));
}

/** Where a level stands across a drawing `width` wide, with room for a mark on both sides. */
export function across(level, width) {
  return 12 + ((level - 1) / 4) * (width - 24);
}

function drawing(view, { questions, words, levels }, width, ids) {
  const height = view.rows.length * ROW + 26;
  const svg = s("svg", { class: "cxm-profile", role: "img", "aria-labelledby": `${ids}-title ${ids}-text`, viewBox: `0 0 ${width} ${height}`, width, height });
  svg.append(s("title", { id: `${ids}-title` }, words["widgets.explore.picture"]), s("desc", { id: `${ids}-text` }, view.sentence));
  for (const level of LEVELS) {
    const x = across(level, width);
    svg.append(s("line", { class: "cxm-grid", x1: x, x2: x, y1: 20, y2: height }), s("text", { class: "cxm-tickmark", x, y: 12, "text-anchor": level === 1 ? "start" : level === 5 ? "end" : "middle", dx: level === 1 ? -6 : level === 5 ? 6 : 0 }, width > 460 ? levels[level - 1] : String(level)));
  }
  view.rows.forEach(({ id, now, then }, index) => {
    const y = 26 + index * ROW;
    const middle = y + 29;
    svg.append(s("text", { class: "cxm-row-name", x: 6, y: y + 13 }, questions.find((question) => question.id === id).short));
    svg.append(s("line", { class: "cxm-track", x1: across(1, width), x2: across(5, width), y1: middle, y2: middle }));
    if (now && then && now !== then) svg.append(s("line", { class: "cxm-shift", x1: across(now, width), x2: across(then, width), y1: middle, y2: middle }));
    if (then && now !== then) svg.append(s("path", { class: "cxm-then", d: `M${across(then, width)} ${middle - 9}l9 9l-9 9l-9 -9z` }));
    if (now) svg.append(s("circle", { class: now === then ? "cxm-now" : "cxm-now cxm-left-behind", cx: across(now, width), cy: middle, r: 7 }));
  });
  return svg;
}

function table(view, { questions, words, levels }) {
  const name = (level) => (level ? `${level}, ${levels[level - 1]}` : words["widgets.dash"]);
  const head = ["widgets.explore.column.question", "widgets.explore.now", "widgets.explore.what_if"];
  const line = (first, now, then) => h("tr", {}, h("th", { scope: "row" }, first), h("td", {}, now), h("td", {}, then));
  return h(
    "table",
    { class: "cxm-table" },
    h("caption", {}, view.sentence),
    h("thead", {}, h("tr", {}, ...head.map((key) => h("th", { scope: "col" }, words[key])))),
    h(
      "tbody",
      {},
      ...view.rows.map(({ id, now, then }) => line(questions.find((question) => question.id === id).name, name(now), name(then))),
      line(words["widgets.said.index"], view.now.index || words["widgets.dash"], view.then.index),
      line(words["widgets.said.stage"], view.now.stage || words["widgets.dash"], view.then.stage),
      line(words["widgets.said.weak_link"], view.now.weak || words["widgets.dash"], view.then.weak),
    ),
  );
}

function render({ model, el }) {
  const ids = `cxm-explore-${Math.floor(Math.random() * 1e9)}`;
  const said = () => model.get("content")[model.get("language")];
  let chosen = {};
  let unreachable = false;

  const frame = dress({ model, el, name: "cxm-explore", speak });
  const { root } = frame;
  const note = h("p", { class: "cxm-note", role: "status" });
  const sentence = h("p", { class: "cxm-sentence-line", role: "status" });
  const facts = h("dl", { class: "cxm-facts" });
  const picture = h("div", { class: "cxm-picture" });
  const twin = h("div", { class: "cxm-twin", tabindex: "0", role: "region", "data-label": "widgets.explore.table" });
  const advice = h("ul", { class: "cxm-advice" });
  const advised = h("section", { hidden: true }, h("h3", { "data-say": "widgets.explore.advice" }), advice);
  const reset = h("button", { type: "button", class: "cxm-button", "data-say": "widgets.explore.reset" });
  const rows = new Map(said().questions.map(({ id }) => [id, row(id)]));
  const bar = h("p", { class: "cxm-bar", "aria-hidden": "true" });
  const body = h(
    "div",
    { class: "cxm-explore-body", hidden: true },
    h("section", { class: "cxm-controls" }, h("h3", { "data-say": "widgets.explore.levels" }), ...[...rows.values()].map(({ fieldset }) => fieldset)),
    h(
      "section",
      { class: "cxm-outcome" },
      h("h3", { "data-say": "widgets.explore.outcome" }),
      sentence,
      facts,
      h("div", { class: "cxm-buttons" }, reset),
      h("h3", { "data-say": "widgets.explore.picture" }),
      h("p", { class: "cxm-key", "aria-hidden": "true" }, h("span", { class: "cxm-key-now" }), h("span", { "data-say": "widgets.explore.key_now" }), h("span", { class: "cxm-key-then" }), h("span", { "data-say": "widgets.explore.key_what_if" })),
      picture,
      h("details", { class: "cxm-more" }, h("summary", { "data-say": "widgets.explore.table" }), twin),
      advised,
    ),
  );
  root.append(
    h(
      "header",
      { class: "cxm-head" },
      h("div", {}, h("h2", { "data-say": "widgets.explore.title" }), h("p", { class: "cxm-lead", "data-say": "widgets.explore.lead" })),
      languageChoice(frame.choose, said().words["widgets.language"]) ?? "",
    ),
    note,
    body,
    bar,
  );

  function row(id) {
    const radios = LEVELS.map((level) => h("input", { type: "radio", name: `${ids}-${id}`, value: level }));
    const chips = radios.map((radio, index) => h("label", { class: "cxm-chip" }, radio, h("span", { "aria-hidden": "true" }, String(index + 1)), h("span", { class: "cxm-hidden", "data-chip": "" })));
    const detail = h("p", { class: "cxm-hint" });
    const name = h("span", {});
    const fieldset = h("fieldset", { class: "cxm-line" }, h("legend", {}, name), h("div", { class: "cxm-chips" }, ...chips), detail);
    fieldset.addEventListener("change", ({ target }) => {
      chosen = { ...chosen, [id]: Number(target.value) };
      send();
    });
    return { fieldset, radios, chips, detail, name };
  }

  function send() {
    model.set("moves", movesOf(chosen, model.get("view")[model.get("language")].rows ?? []));
    model.save_changes();
  }

  reset.addEventListener("click", () => {
    chosen = {};
    send();
    show();
  });

  function fact(key, before, after) {
    const { words } = said();
    const changed = before !== after && before;
    return h("div", { class: changed ? "cxm-changed" : "" }, h("dt", {}, words[key]), h("dd", {}, after || words["widgets.dash"], changed ? h("span", { class: "cxm-was" }, fill(words["widgets.explore.was"], { before })) : ""));
  }

  function show() {
    const view = model.get("view")[model.get("language")];
    const { words, questions, levels } = said();
    const empty = !view || view.empty;
    body.hidden = bar.hidden = empty;
    const missing = unreachable ? "widgets.explore.unreachable" : model.get("asks") && !model.get("given") && document.body.dataset.answers ? "widgets.explore.loading" : "widgets.explore.none";
    note.textContent = empty ? words[missing] : "";
    if (empty) return;
    for (const { id, now, then } of view.rows) {
      const { radios, chips, detail, name } = rows.get(id);
      const level = chosen[id] ?? then;
      const question = questions.find((found) => found.id === id);
      name.textContent = question.name;
      radios.forEach((radio, index) => {
        radio.checked = level === index + 1;
        chips[index].classList.toggle("cxm-yours", now === index + 1);
        const told = fill(words["widgets.explore.level"], { number: index + 1, name: levels[index] });
        chips[index].querySelector("[data-chip]").textContent = now === index + 1 ? `${told}, ${words["widgets.explore.yours"]}` : told;
      });
      detail.textContent = level ? `${levels[level - 1]} – ${question.anchors[level - 1]}` : words["widgets.explore.not_answered"];
    }
    sentence.textContent = view.sentence;
    facts.replaceChildren(
      fact("widgets.said.index", view.now.index, view.then.index),
      fact("widgets.said.stage", view.now.stage, view.then.stage),
      fact("widgets.said.weak_link", view.now.weak, view.then.weak),
      fact("widgets.said.priorities", "", view.then.priorities.join(" · ") || words["widgets.said.no_priorities"]),
    );
    bar.textContent = `${words["widgets.said.index"]} ${view.then.index} · ${words["widgets.said.stage"]} ${view.then.stage}`;
    twin.replaceChildren(table(view, said()));
    advised.hidden = !view.advice.length;
    advice.replaceChildren(...view.advice.map(({ name, steps }) => h("li", {}, h("strong", {}, name), h("ol", {}, ...steps.map((step) => h("li", {}, step))))));
    reset.disabled = !view.rows.some(({ now, then }) => now !== then);
    draw();
  }

  function draw() {
    const view = model.get("view")[model.get("language")];
    const width = Math.floor(picture.clientWidth);
    if (!view || view.empty || width < 100) return;
    picture.replaceChildren(drawing(view, said(), width, ids));
  }

  function speak() {
    write(root, said().words);
    show();
  }

  async function fetchAnswers() {
    try {
      const answer = await fetch(document.body.dataset.answers ?? "answers", { credentials: "same-origin", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      model.set("given", levelsOf((await answer.json()).saved));
      model.save_changes();
    } catch {
      unreachable = true;
    }
    show();
  }

  const refuse = () => (note.textContent = said().words["widgets.refused"]);
  model.on("change:view", show);
  model.on("change:refused", refuse);
  const sizes = new ResizeObserver(draw);
  sizes.observe(picture);
  frame.start();
  if (model.get("asks") && !model.get("given") && document.body.dataset.answers) fetchAnswers();
  return () => {
    model.off("change:view", show);
    model.off("change:refused", refuse);
    sizes.disconnect();
    frame.stop();
  };
}

export default { render };
