// One question of the self-test as a card: five described levels, "don't know", "not applicable", and what may be added.
//
// Shared by the page, which hands over the HTML that the server wrote (`root`), and by the JupyterLab widget, which
// lets the card build the same HTML. Text enters by textContent only, answers are read by key, no digit is shown.
//
//   const card = questionCard({ question, answer, words, onChange, root, mode, live, onConflict });
//   question  {id, number, name, wording, levels: [{anchor, proof}] x5, criteria: [{id, text}]}
//   answer    {state: "level"|"dont_know"|"not_applicable"|"skipped", level, reason, sentence, criteria: [id], lead}
//   words     flat {"app.card....": "text" | {one, other}}: `words(["app.card"], language)` of app/pages/base.py
//   onChange(answer, {complete, settled})   complete: may be saved; settled: chosen or left, not still being typed
//   card.show(answer) · card.say({question, words, language}) · card.status(kind, detail) · card.focus() · card.answer

const MOST = 200;
const STATES = ["dont_know", "not_applicable"];
let made = Math.floor(Math.random() * 1e9); // two bundles in one notebook never give the same ids

/** Make an element: properties by name, attributes for what has a dash or is aria, children as nodes or text. */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Fill a message: plural forms are chosen by `n` in the way of the language. */
export function fill(message, params = {}, language = "en") {
  let form = message;
  if (form && typeof form === "object") form = form[new Intl.PluralRules(language).select(params.n)] ?? form.other;
  return String(form ?? "").replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

/** An answer with every field, from one that may lack some. */
export function whole(answer) {
  const { state = "skipped", level = null, reason = "", sentence = "", criteria = [], lead = "" } = answer ?? {};
  return { state, level: state === "level" ? Number(level) : null, reason, sentence, criteria: [...criteria].sort(), lead };
}

/** Whether two answers say the same. */
export function same(one, other) {
  return JSON.stringify(whole(one)) === JSON.stringify(whole(other));
}

/** Whether an answer may be saved: "not applicable" needs its reason. */
export function complete(answer) {
  return answer.state !== "not_applicable" || answer.reason.trim() !== "";
}

/** How an answer reads in one line. */
export function reading(answer, question, words) {
  if (answer.state === "level") return question.levels[answer.level - 1]?.anchor ?? "";
  if (answer.state === "dont_know") return words["app.card.dont_know"];
  if (answer.state === "not_applicable") return fill(words["app.card.not_applicable_because"], { reason: answer.reason });
  return words["app.card.unanswered"];
}

function choice(question, value, small, id) {
  return h(
    "label",
    { class: small ? "cxm-choice cxm-choice-small" : "cxm-choice", "data-choice": value },
    h("input", { type: "radio", name: `${question.id}.choice`, value, "aria-describedby": small ? `${id}-${value}-hint` : null }),
    h("span", { class: "cxm-mark", "aria-hidden": "true" }),
    small
      ? h("span", { class: "cxm-choice-text" }, h("span", { "data-part": `${value}` }), h("span", { class: "cxm-hint", id: `${id}-${value}-hint`, "data-part": `${value}_hint` }))
      : h("span", { class: "cxm-choice-text", "data-part": "anchor" }),
  );
}

function field(question, id, name, part) {
  return h(
    "div",
    { class: `cxm-field cxm-${name}` },
    h("label", { for: `${id}-${name}`, "data-part": `${part}_label` }),
    h("p", { class: "cxm-hint", id: `${id}-${name}-hint`, "data-part": `${part}_hint` }),
    h("input", { type: "text", id: `${id}-${name}`, name: `${question.id}.${name}`, maxlength: MOST, autocomplete: "off", "aria-describedby": `${id}-${name}-hint ${id}-${name}-left` }),
    h("p", { class: "cxm-hint cxm-left", id: `${id}-${name}-left`, "data-part": `${name}_left` }),
  );
}

function build(question, mode, live, id) {
  const diagnostic = mode === "diagnostic";
  return h(
    "section",
    { class: "cxm-card", "data-question": question.id, "aria-labelledby": `${id}-wording` },
    h(
      "fieldset",
      { class: "cxm-question" },
      h("legend", {}, h("span", { class: "cxm-name", "data-part": "name" }), h("h2", { class: "cxm-wording", id: `${id}-wording`, "data-part": "wording" })),
      h(
        "div",
        { class: "cxm-answers" },
        h("p", { class: "cxm-hint cxm-how", "data-part": "how" }),
        h("div", { class: "cxm-levels" }, ...[1, 2, 3, 4, 5].map((level) => choice(question, String(level), false, id))),
        h("div", { class: "cxm-others" }, ...STATES.map((state) => choice(question, state, true, id))),
        h("div", { "data-part": "reason_box", hidden: true }, field(question, id, "reason", "reason")),
        h("p", { class: "cxm-status", "data-part": "status", role: live ? "status" : null }),
        h(
          "div",
          { class: "cxm-conflict", "data-part": "conflict", hidden: true },
          h("p", { "data-part": "conflict_text" }),
          h("div", { class: "cxm-buttons" }, h("button", { type: "button", class: "cxm-button", "data-part": "keep" }), h("button", { type: "button", class: "cxm-button", "data-part": "mine" })),
        ),
        h(
          "details",
          { class: "cxm-more", "data-part": "more_box" },
          h("summary", { "data-part": "more" }),
          field(question, id, "sentence", "sentence"),
          diagnostic
            ? h(
                "div",
                { class: "cxm-criteria", role: "group", "aria-labelledby": `${id}-criteria` },
                h("p", { class: "cxm-label", id: `${id}-criteria`, "data-part": "criteria_legend" }),
                ...question.criteria.map(({ id: criterion }) =>
                  h("label", { class: "cxm-tick" }, h("input", { type: "checkbox", name: `${question.id}.criteria`, value: criterion }), h("span", { "data-part": "criterion" })),
                ),
              )
            : null,
          diagnostic ? h("p", { class: "cxm-proof", "data-part": "proof", hidden: true }) : null,
          diagnostic ? field(question, id, "lead", "lead") : null,
        ),
      ),
    ),
  );
}

/** Make, or take over, the card of one question; see the head of this file. */
export function questionCard({ question, answer, words, onChange = () => {}, onConflict = () => {}, root = null, mode = "diagnostic", live = false, language = "en" }) {
  const id = root?.dataset.id ?? `cxm-${++made}-${question.id}`;
  const element = root ?? build(question, mode, live, id);
  const part = (name) => element.querySelector(`[data-part="${name}"]`);
  const parts = (name) => [...element.querySelectorAll(`[data-part="${name}"]`)];
  const radios = [...element.querySelectorAll('input[type="radio"]')];
  const ticks = [...element.querySelectorAll('input[type="checkbox"]')];
  const texts = { reason: part("reason_box").querySelector("input"), sentence: element.querySelector(".cxm-sentence input"), lead: element.querySelector(".cxm-lead input") };
  const listening = new AbortController();
  let said = { question, words, language };
  let current = whole(answer);
  let shown = { kind: "", detail: null };

  const text = (name, value) => {
    const node = part(name);
    if (node && node.textContent !== value) node.textContent = value;
  };

  function read() {
    const chosen = radios.find((radio) => radio.checked)?.value ?? "";
    const state = chosen === "" ? "skipped" : STATES.includes(chosen) ? chosen : "level";
    return whole({
      state,
      level: state === "level" ? Number(chosen) : null,
      reason: state === "not_applicable" ? texts.reason.value.trim() : "",
      sentence: texts.sentence.value.trim(),
      criteria: ticks.filter((tick) => tick.checked).map((tick) => tick.value),
      lead: texts.lead?.value.trim() ?? "",
    });
  }

  function follow() {
    part("reason_box").hidden = current.state !== "not_applicable";
    for (const [name, input] of Object.entries(texts)) {
      if (!input) continue;
      text(`${name}_left`, fill(said.words["app.card.left"], { n: MOST - input.value.length }, said.language));
      input.closest(".cxm-field").classList.toggle("cxm-near", input.value.length > MOST - 50);
    }
    const proof = current.state === "level" ? said.question.levels[current.level - 1].proof : null;
    const node = part("proof");
    if (node) {
      node.hidden = !proof;
      node.textContent = proof ? fill(said.words["app.card.proof"], { proof }) : "";
    }
    const missing = !complete(current);
    if (missing) texts.reason.setAttribute("aria-invalid", "true");
    else texts.reason.removeAttribute("aria-invalid");
  }

  function changed(settled) {
    const next = read();
    const differs = !same(next, current);
    current = next;
    follow();
    if (differs || settled) onChange(current, { complete: complete(current), settled, differs });
  }

  function show(next) {
    current = whole(next);
    const value = current.state === "level" ? String(current.level) : current.state;
    for (const radio of radios) radio.checked = radio.value === value;
    for (const tick of ticks) tick.checked = current.criteria.includes(tick.value);
    for (const [name, input] of Object.entries(texts)) if (input && input.value.trim() !== current[name]) input.value = current[name];
    if (current.sentence || current.criteria.length || current.lead) part("more_box").open = true;
    follow();
  }

  function status(kind, detail = null) {
    shown = { kind, detail };
    element.dataset.status = kind;
    const key = `app.card.status.${kind}`;
    text("status", kind && said.words[key] ? fill(said.words[key], detail ?? {}) : "");
    const conflict = kind === "elsewhere";
    part("conflict").hidden = !conflict;
    if (conflict) {
      text("conflict_text", fill(said.words["app.card.elsewhere"], { other: reading(whole(detail), said.question, said.words) }));
    }
  }

  function say({ question: asked = said.question, words: spoken = said.words, language: tongue = said.language }) {
    said = { question: asked, words: spoken, language: tongue };
    text("name", asked.name);
    text("wording", asked.wording);
    parts("anchor").forEach((node, index) => (node.textContent = asked.levels[index].anchor));
    parts("criterion").forEach((node, index) => (node.textContent = asked.criteria[index].text));
    for (const name of ["how", "dont_know", "dont_know_hint", "not_applicable", "not_applicable_hint", "more", "criteria_legend", "keep", "mine"]) text(name, spoken[`app.card.${name}`]);
    for (const name of ["reason", "sentence", "lead"]) for (const kind of ["label", "hint"]) text(`${name}_${kind}`, spoken[`app.card.${name}_${kind}`]);
    follow();
    status(shown.kind, shown.detail);
  }

  const { signal } = listening;
  for (const input of [...radios, ...ticks]) input.addEventListener("change", () => changed(true), { signal });
  for (const input of Object.values(texts)) {
    input?.addEventListener("input", () => changed(false), { signal });
    input?.addEventListener("change", () => changed(true), { signal });
  }
  part("keep").addEventListener("click", () => onConflict("keep"), { signal });
  part("mine").addEventListener("click", () => onConflict("mine"), { signal });

  part("reason_box").classList.remove("plain"); // shown without scripts, where nothing could reveal it
  show(current);
  say(said);
  return {
    element,
    show,
    say,
    status,
    get answer() {
      return current;
    },
    focus() {
      const target = current.state === "not_applicable" && !complete(current) ? texts.reason : (radios.find((radio) => radio.checked) ?? radios[0]);
      target.focus({ preventScroll: true });
    },
    destroy() {
      listening.abort();
      if (!root) element.remove();
    },
  };
}
