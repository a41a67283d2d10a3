// The self-test in the browser: one question at a time, saved as it is answered, in either language, with or without a network.

import { complete, fill, h, questionCard, reading, same, whole } from "./cards.js";
import { pageData, speak, switchable } from "./language.js";
import { Queue, forget } from "./queue.js";

const data = pageData();
const home = `/c/${data.campaign}`;
const find = (selector) => document.querySelector(selector);
const steps = [...(find("#function") ? ["function"] : []), ...data.questions[data.language].map(({ id }) => id), "review"];
const cards = new Map();
const statuses = new Map(); // question -> {kind, detail}
const conflicts = new Map(); // question -> {mine, theirs}
const saved = new Map(data.answers.map((answer) => [answer.question, answer]));
let language = data.language;
let here = find("[data-current]")?.id ?? "review";
let alerting = "";

const say = (key, params) => fill(data.words[language][key], params, language);
const question = (id) => data.questions[language].find((each) => each.id === id);
const answerOf = (id) => cards.get(id).answer;
const answered = (id) => answerOf(id).state !== "skipped" && complete(answerOf(id));
const payload = ({ state, level, reason, sentence, criteria, lead }) => ({ state, level, reason, sentence, criteria, lead });

// What is saved -------------------------------------------------------------------------------------------------------

let shared = false;
try {
  shared = sessionStorage.getItem("cxm.shared") === "1";
} catch {
  shared = false;
}

const queue = new Queue({
  respondent: data.respondent,
  url: `${home}/answers`,
  keep: !shared,
  revisions: Object.fromEntries(data.answers.map(({ question: id, revision }) => [id, revision])),
  onSaved(said) {
    saved.set(said.question, said);
    conflicts.delete(said.question);
    status(said.question, "saved");
    if (alerting === "expired") alert_("");
  },
  onConflict(theirs, mine) {
    conflicts.set(theirs.question, { mine: whole(mine), theirs });
    saved.set(theirs.question, theirs);
    status(theirs.question, "elsewhere", theirs);
  },
  onState: (id, kind, detail) => status(id, kind, detail),
  onStop(kind) {
    if (kind === "closed") return data.closed ? undefined : alert_("closed_now");
    return alert_(shared ? "expired_shared" : "expired");
  },
  onOther(message) {
    if (message.kind === "answer") receive(message.question, message.answer, null);
    for (const said of message.saved ?? []) {
      saved.set(said.question, said);
      receive(said.question, said, "saved");
    }
  },
  onBroken: () => queueMicrotask(() => alert_("storage")),
});

/** Show an answer that another tab or device gave, unless this page holds a later one. */
function receive(id, answer, kind) {
  if (!cards.has(id)) return;
  if (kind === "saved" && queue.pending().some((event) => event.question === id)) return;
  conflicts.delete(id);
  if (!same(answerOf(id), answer)) cards.get(id).show(answer);
  if (kind) status(id, kind);
  refresh();
}

function status(id, kind, detail = null) {
  if (!cards.has(id)) return;
  statuses.set(id, { kind, detail });
  cards.get(id).status(kind, detail);
  if (kind === "elsewhere" && id === here) cards.get(id).element.querySelector(".cxm-conflict").scrollIntoView({ block: "nearest" });
  refresh();
}

function changed(id, answer, { complete: may, settled, differs }) {
  if (!may) return status(id, "reason");
  const stands = conflicts.get(id);
  if (stands) conflicts.delete(id); // answering again, with the other answer in view, is using one's own
  if (differs || statuses.get(id)?.kind === "reason") queue.add(id, payload(answer), { delay: settled ? 200 : 800 });
  else if (settled) queue.flush();
  refresh();
}

function decide(id, choice) {
  const { mine, theirs } = conflicts.get(id);
  conflicts.delete(id);
  cards.get(id).show(choice === "mine" ? mine : theirs);
  if (choice === "mine") queue.add(id, payload(mine), { delay: 0, base: theirs.revision });
  else status(id, "saved");
  cards.get(id).focus();
  refresh();
}

/** Ask the server what stands, since another device may have answered. */
async function look() {
  if (queue.stopped || navigator.onLine === false) return;
  try {
    const response = await fetch(`${home}/answers`, { credentials: "same-origin", headers: { Accept: "application/json", "X-CXM": "1" } });
    if (!response.ok) return;
    for (const said of (await response.json()).saved) {
      if (said.revision <= (queue.revisions[said.question] ?? 0)) continue;
      if (queue.pending().some((event) => event.question === said.question)) continue;
      queue.revisions[said.question] = said.revision;
      saved.set(said.question, said);
      receive(said.question, said, "saved");
    }
  } catch {
    // no network: what is shown stays, and the next look may do better
  }
}

// What is shown -------------------------------------------------------------------------------------------------------

function alert_(kind) {
  alerting = kind;
  const node = find("[data-alert]");
  if (!kind) return void (node.hidden = true);
  node.textContent = say(`app.form.${kind}`);
  node.hidden = false;
}

function refresh() {
  const ids = [...cards.keys()];
  const done = ids.filter(answered);
  const index = ids.indexOf(here);
  find("[data-position]").textContent = index >= 0 ? say("app.form.position", { n: index + 1, of: ids.length }) : say(here === "review" ? "app.form.review.page" : "app.form.page");
  find("[data-answered]").textContent = say("app.form.answered", { n: done.length, of: ids.length });
  for (const segment of document.querySelectorAll("[data-segment]")) {
    segment.classList.toggle("segment-done", done.includes(segment.dataset.segment));
    segment.classList.toggle("segment-here", segment.dataset.segment === here);
  }
  const next = find("[data-next]");
  if (next) next.textContent = say(ids.at(-1) === here ? "app.form.to_review" : "app.form.next");
  const line = find("[data-status-line]");
  if (line) {
    const { kind = "", detail } = statuses.get(here) ?? {};
    const text = kind ? say(`app.card.status.${kind}`, detail ?? {}) : "";
    if (line.textContent !== text) line.textContent = text;
    line.dataset.kind = kind;
  }
  document.documentElement.dataset.pending = String(queue.pending().length);
  review(ids, done);
}

function review(ids, done) {
  const gaps = ids.length - done.length;
  const over = data.closed || data.finished;
  const told = gaps === 0 ? (over ? "all" : "complete") : over ? "left" : done.length === 0 ? "none" : "gaps";
  find("[data-gaps]").textContent = say(`app.form.review.${told}`, { n: gaps });
  const unsaved = new Set(queue.pending().map((event) => event.question)).size;
  const note = find("[data-unsaved]");
  const waiting = unsaved > 0 && ids.some((id) => ["kept", "unkept"].includes(statuses.get(id)?.kind));
  note.hidden = !waiting;
  note.textContent = waiting ? say("app.form.review.unsaved", { n: unsaved }) : "";
  for (const id of ids) {
    const row = find(`[data-review="${id}"]`);
    const answer = answerOf(id);
    const kind = statuses.get(id)?.kind ?? "";
    const part = (name, text) => {
      const node = row.querySelector(`[data-review-${name}]`);
      if (node && node.textContent !== text) node.textContent = text;
      return node;
    };
    row.classList.toggle("gap", !done.includes(id));
    part("name", question(id).name);
    part("for", question(id).name);
    part("answer", done.includes(id) ? reading(answer, question(id), data.words[language]) : say("app.card.unanswered"));
    part("sentence", answer.sentence).hidden = !answer.sentence;
    part("status", ["kept", "unkept", "elsewhere", "refused", "reason", "expired", "closed"].includes(kind) ? say(`app.card.status.${kind}`, statuses.get(id).detail ?? {}) : "");
    part("action", say(done.includes(id) ? "app.form.review.change" : "app.form.review.answer"));
  }
  const primary = find("[data-finish] button");
  if (primary) primary.disabled = done.length === 0;
}

function go(id, { push = true, focus = true } = {}) {
  here = steps.includes(id) ? id : "review";
  for (const step of document.querySelectorAll(".step")) step.toggleAttribute("data-current", step.id === here);
  document.body.dataset.here = here;
  const first = steps.indexOf(here) === 0;
  const back = find("[data-back]");
  if (back) back.hidden = first;
  if (push) history.pushState({ step: here }, "", `#/${here}`);
  refresh();
  if (!focus) return;
  scrollTo({ top: 0, behavior: "instant" });
  if (cards.has(here)) cards.get(here).focus();
  else if (here === "function") (find("#function input:checked") ?? find("#function input")).focus({ preventScroll: true });
  else find("#review-heading").focus({ preventScroll: true });
}

/** The step in the address; its slash keeps the browser from scrolling to an element of that name. */
const asked = () => location.hash.replace(/^#\/?/, "");
const neighbour = (by) => steps[Math.min(steps.length - 1, Math.max(0, steps.indexOf(here) + by))];

function translate(next) {
  language = next;
  for (const [id, card] of cards) card.say({ question: question(id), words: data.words[next], language: next });
  if (alerting) alert_(alerting);
  refresh();
  post("language", { language: next }).catch(() => {});
}

// What the person asks for --------------------------------------------------------------------------------------------

async function post(what, body) {
  const response = await fetch(what.startsWith("/") ? what : `${home}/${what}`, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CXM": "1" },
    body: JSON.stringify(body),
  });
  const told = await response.json().catch(() => ({}));
  if (response.ok) return told;
  const { code = "", message = "" } = told.problems?.[0] ?? {};
  throw Object.assign(new Error(`refused: ${response.status}`), { status: response.status, code, message_: message });
}

async function chooseFunction(value) {
  const node = find("[data-function-status]");
  const tell = (kind, detail = {}) => (node.textContent = say(`app.card.status.${kind}`, detail));
  tell("saving");
  try {
    await post("function", { function: value });
    tell("saved");
  } catch (problem) {
    tell(problem.status === 409 ? "closed" : problem.status === 401 ? "expired" : "unkept");
    if (!problem.status || problem.status >= 429) setTimeout(() => find("#function input:checked")?.value === value && chooseFunction(value), 3000);
  }
}

async function finish(event) {
  event.preventDefault();
  const note = find("[data-finish-note]");
  if (conflicts.size) {
    note.textContent = say("app.form.finish.conflict");
    return go([...conflicts.keys()][0]);
  }
  note.textContent = say("app.form.finish.sending");
  if (!(await queue.wake())) {
    note.textContent = say(queue.stopped ? `app.form.${queue.stopped === "closed" ? "closed_now" : "expired"}` : "app.form.finish.offline");
    return undefined;
  }
  try {
    const { result = `${home}/result` } = await post("finish", {});
    location.assign(new URL(result, location.href).pathname);
  } catch (problem) {
    if (problem.code === "store.function_missing" && steps[0] === "function") return go("function");
    note.textContent = problem.message_ || say(problem.status ? "app.form.finish.failed" : "app.form.finish.offline");
  }
  return undefined;
}

function drawCode({ size, path }) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 ${Number(size)} ${Number(size)}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(space, "path");
  drawn.setAttribute("d", String(path));
  svg.append(drawn);
  find("[data-qr]").replaceChildren(svg);
}

async function elsewhere(event) {
  event.preventDefault();
  const dialog = find("[data-dialog]");
  const text = find("[data-elsewhere-text]");
  find("[data-copied]").textContent = "";
  find("[data-qr]").hidden = true;
  try {
    await queue.flush();
    const { url, minutes, qr } = await post("elsewhere", {});
    text.textContent = say("app.form.elsewhere.text", { minutes });
    find("[data-address]").value = new URL(url, location.href).href;
    if (qr) {
      drawCode(qr);
      find("[data-qr]").hidden = false;
    }
  } catch {
    text.textContent = say("app.form.elsewhere.failed");
    find("[data-address]").value = "";
  }
  dialog.showModal();
}

async function copy() {
  const input = find("[data-address]");
  input.select();
  // Without https a browser gives no clipboard; the older way still copies what is selected.
  const done = navigator.clipboard ? await navigator.clipboard.writeText(input.value).then(() => true, () => false) : document.execCommand("copy");
  find("[data-copied]").textContent = done ? say("app.form.elsewhere.copied") : "";
}

async function leave() {
  await queue.flush();
  try {
    await post("/leave", {});
    forget();
    location.assign("/");
  } catch {
    find("[data-leaving]").close();
    alert_("finish.failed");
  }
}

function share(on) {
  shared = on;
  try {
    if (on) sessionStorage.setItem("cxm.shared", "1");
    else sessionStorage.removeItem("cxm.shared");
  } catch {
    // a browser that keeps nothing keeps nothing
  }
  queue.keeping(!on);
  find("[data-shared-note]").hidden = !on;
}

// Beginning -----------------------------------------------------------------------------------------------------------

for (const root of document.querySelectorAll("section[data-question]")) {
  const id = root.dataset.question;
  const waiting = queue.pending().findLast((event) => event.question === id);
  const card = questionCard({
    question: question(id),
    answer: waiting ?? saved.get(id),
    words: data.words[language],
    language,
    root,
    mode: data.mode,
    onChange: (answer, how) => changed(id, answer, how),
    onConflict: (choice) => decide(id, choice),
  });
  cards.set(id, card);
  if (waiting) statuses.set(id, { kind: "saving", detail: null });
  else if (saved.has(id)) status(id, "saved");
}

switchable({ words: data.words, language, onSwitch: translate });
find("#form").addEventListener("submit", (event) => {
  event.preventDefault();
  queue.flush();
  go(neighbour(1));
});
find("[data-back]")?.addEventListener("click", () => go(neighbour(-1)));
find("[data-all]").addEventListener("click", (event) => {
  event.preventDefault();
  go("review");
});
for (const link of document.querySelectorAll('.review-list a[href^="#"]')) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    go(link.getAttribute("href").slice(1));
  });
}
for (const input of document.querySelectorAll("#function input")) input.addEventListener("change", () => chooseFunction(input.value));
find("[data-finish]").addEventListener("submit", finish);
find("[data-elsewhere]")?.addEventListener("submit", elsewhere);
find("[data-leave]").addEventListener("submit", (event) => {
  event.preventDefault();
  find("[data-leaving]").showModal();
});
find("[data-leave-now]").addEventListener("click", leave);
find("[data-copy]").addEventListener("click", copy);
for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
find("[data-shared]")?.addEventListener("change", (event) => share(event.target.checked));
addEventListener("popstate", () => steps.includes(asked()) && go(asked(), { push: false }));
addEventListener("focus", look);
document.addEventListener("visibilitychange", () => document.hidden || look());
addEventListener("beforeunload", (event) => {
  if (queue.pending().length && !queue.lasting) event.preventDefault();
});

if (find("[data-shared]")) find("[data-shared]").checked = shared;
find("[data-shared-note]").hidden = !shared;
speak(data.words[language]);
here = steps.includes(asked()) ? asked() : here;
history.replaceState({ step: here }, "", `#/${here}`);
go(here, { push: false, focus: false });
queue.flush();
document.documentElement.dataset.ready = "";
