// The self-test in a notebook: the cards of the page, one at a time, and the result that Python computes.

import { fill, h, questionCard, same } from "./cards.js";
import { dress, factList, languageChoice, write } from "./widget.js";

const LOST = 10000; // before a silent kernel is said to be lost

function render({ model, el }) {
  const { mode, languages } = model.get("content");
  const ids = languages.en.questions.map((question) => question.id);
  const waiting = new Map(); // answers that Python has not read yet, by question
  let number = model.get("heard");
  let lost = 0;
  let current = Math.max(0, ids.findIndex((id) => !(id in model.get("answers"))));

  const words = () => languages[model.get("language")].words;
  const asked = (id) => languages[model.get("language")].questions.find((question) => question.id === id);

  const frame = dress({ model, el, name: "cxm-test", speak });
  const { root } = frame;
  const progress = h("p", { class: "cxm-test-progress" });
  const status = h("p", { class: "cxm-test-refused", role: "alert" });
  const steps = ids.map((id, index) => {
    const button = h("button", { type: "button", class: "cxm-step", "data-id": id }, h("span", { class: "cxm-step-mark", "aria-hidden": "true" }), h("span", { "data-name": id }));
    button.addEventListener("click", () => go(index, true));
    return h("li", {}, button);
  });
  const cards = new Map();
  const panels = ids.map((id) => {
    const problem = h("p", { class: "cxm-test-problem", role: "alert" });
    const card = questionCard({
      question: asked(id),
      answer: model.get("answers")[id],
      words: words(),
      language: model.get("language"),
      mode,
      onChange: (answer, { complete, settled, differs }) => {
        if (!complete || !settled) return;
        if (!differs && same(answer, model.get("answers")[id])) return;
        propose(id, answer);
      },
    });
    cards.set(id, { card, problem });
    return h("div", { class: "cxm-panel", "data-panel": id }, card.element, problem);
  });
  const before = h("button", { type: "button", class: "cxm-button", "data-say": "widgets.test.before" });
  const after = h("button", { type: "button", class: "cxm-button cxm-button-primary", "data-say": "widgets.test.after" });
  before.addEventListener("click", () => go(current - 1, true));
  after.addEventListener("click", () => go(current + 1, true));
  const result = h("div", { class: "cxm-result-body" });
  root.append(
    h(
      "header",
      { class: "cxm-head" },
      h("div", {}, h("h2", { "data-say": "widgets.test.title" }), h("p", { class: "cxm-lead", "data-say": "widgets.test.lead" })),
      languageChoice(frame.choose, words()["widgets.language"]) ?? "",
    ),
    h("nav", { class: "cxm-steps", "data-label": "widgets.test.questions" }, progress, h("ol", {}, ...steps)),
    status,
    ...panels,
    h("div", { class: "cxm-moves" }, before, after),
    h("details", { class: "cxm-more cxm-result" }, h("summary", { "data-say": "widgets.test.result" }), result),
  );

  function propose(id, answer) {
    number += 1;
    waiting.set(id, { answer, number });
    model.set("draft", { number, answers: Object.fromEntries([...waiting].map(([name, kept]) => [name, kept.answer])) });
    model.save_changes();
    clearTimeout(lost);
    lost = setTimeout(() => (status.textContent = words()["widgets.lost"]), LOST);
  }

  function go(index, focus) {
    current = Math.min(Math.max(index, 0), ids.length - 1);
    panels.forEach((panel, place) => panel.toggleAttribute("data-current", place === current));
    steps.forEach(({ firstChild: button }, place) => {
      if (place === current) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    });
    before.disabled = current === 0;
    after.disabled = current === ids.length - 1;
    if (focus) cards.get(ids[current]).card.focus();
  }

  function mark() {
    const answers = model.get("answers");
    const done = ids.filter((id) => (answers[id]?.state ?? "skipped") !== "skipped").length;
    progress.textContent = fill(words()["widgets.test.progress"], { done, all: ids.length });
    steps.forEach(({ firstChild: button }, place) => {
      const state = answers[ids[place]]?.state ?? "skipped";
      button.dataset.state = state;
      button.setAttribute("aria-label", fill(words()[state === "skipped" ? "widgets.test.step" : "widgets.test.step_done"], { name: asked(ids[place]).short }));
    });
  }

  function tell() {
    const facts = model.get("facts")[model.get("language")];
    const spoken = words();
    if (!facts || facts.empty) {
      result.replaceChildren(h("p", {}, spoken["widgets.test.nothing"]));
      return;
    }
    result.replaceChildren(
      factList([
        ["widgets.said.index", [facts.index, facts.between].filter(Boolean).join(", ")],
        ["widgets.said.stage", facts.stage],
        ["widgets.said.weak_link", facts.weak],
        ["widgets.said.priorities", facts.priorities.join(" · ") || spoken["widgets.said.no_priorities"]],
      ]),
      h("p", { class: "cxm-hint" }, facts.chance),
    );
    write(result, spoken);
  }

  function listen() {
    const heard = model.get("heard");
    number = Math.max(number, heard);
    for (const [id, kept] of waiting) if (kept.number <= heard) waiting.delete(id);
    if (!waiting.size) {
      clearTimeout(lost);
      if (status.textContent === words()["widgets.lost"]) status.textContent = "";
    }
    const problems = model.get("problems");
    const answers = model.get("answers");
    for (const [id, { card, problem }] of cards) {
      const wrong = problems[id]?.[model.get("language")] ?? "";
      if (problem.textContent !== wrong) problem.textContent = wrong;
      if (!wrong && !waiting.has(id) && !same(card.answer, answers[id])) card.show(answers[id]);
    }
    mark();
    tell();
  }

  function speak(language) {
    write(root, words());
    for (const [id, { card }] of cards) card.say({ question: asked(id), words: words(), language });
    for (const node of root.querySelectorAll("[data-name]")) node.textContent = asked(node.dataset.name).short;
    status.textContent = status.textContent && words()[waiting.size ? "widgets.lost" : "widgets.refused"];
    listen();
  }

  const refuse = () => (status.textContent = words()["widgets.refused"]);
  const changes = ["heard", "answers", "problems", "facts"].map((name) => `change:${name}`);
  changes.forEach((name) => model.on(name, listen));
  model.on("change:refused", refuse);
  frame.start();
  go(current, false);
  return () => {
    changes.forEach((name) => model.off(name, listen));
    model.off("change:refused", refuse);
    cards.forEach(({ card }) => card.destroy());
    clearTimeout(lost);
    frame.stop();
  };
}

export default { render };
