// The campaign page follows the answers: it asks for the numbers, never for who. Text goes in as text only.
const EVERY = 5000, SLOWEST = 60000;

const section = document.querySelector("[data-live-from]");
if (section) follow(section);
for (const box of document.querySelectorAll("[data-copy]")) copyable(box);
for (const form of document.querySelectorAll("form[method=post]")) once(form);

function follow(section) {
  const { liveFrom, liveLanguage, liveOff, liveEnded } = section.dataset;
  const status = section.querySelector("[data-live-status]");
  const locale = liveLanguage === "fr" ? "fr-FR" : "en-GB";
  const numbers = new Intl.NumberFormat(locale);
  const times = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
  let wait = EVERY, timer = 0, asking = false;

  async function ask() {
    if (asking) return;
    asking = true;
    clearTimeout(timer);
    try {
      const answer = await fetch(liveFrom, { headers: { "X-CXM": "1", Accept: "application/json" }, cache: "no-store" });
      if (answer.status === 401 || answer.status === 403) { say(liveEnded); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
      say("");
      wait = EVERY;
    } catch {
      say(liveOff);
      wait = Math.min(SLOWEST, wait * 2);
    } finally {
      asking = false;
    }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(ask, wait);
  }

  function say(words) { if (status.textContent !== words) status.textContent = words; }

  function put(node, words) { if (node && node.textContent !== words) node.textContent = words; }

  function show(told) {
    for (const name of ["invited", "opened", "started", "finished"]) {
      if (Number.isInteger(told[name])) put(section.querySelector(`[data-live="${name}"]`), numbers.format(told[name]));
    }
    const done = new Map(Object.entries(told.by_function ?? {}));
    for (const node of section.querySelectorAll("[data-live-function]")) {
      const n = done.get(node.dataset.liveFunction);
      put(node, Number.isInteger(n) ? numbers.format(n) : "–");
    }
    const last = told.last_saved_at ? new Date(told.last_saved_at) : null;
    if (last && !Number.isNaN(last.valueOf())) put(section.querySelector("[data-live-last]"), times.format(last));
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  ask();
}

/** Send a form once: a button pressed twice on a slow line must not make two links, nor count two reminders. */
function once(form) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
}

function copyable(box) {
  const button = box.querySelector("[data-copy-button]"), field = box.querySelector("input");
  const status = box.querySelector("[data-copied]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = status.dataset.copied; });
  });
}
