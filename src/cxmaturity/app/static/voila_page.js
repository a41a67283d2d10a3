// What a Voilà page says about itself: that it is getting ready, that it is ready, that its kernel is slow, lost or dead.
//
// Voilà's own page says none of this: a dead kernel leaves a page that looks alive, and a reload loses everything.

const wait = document.getElementById("cxm-wait");
const cells = document.getElementById("cxm-cells");
const dialog = document.getElementById("cxm-lost");
const words = JSON.parse(document.getElementById("cxm-words").textContent);
const SLOW = 12000;
const FAILED = 60000;
const GRACE = 4000;

// Voilà calls these; its own versions write a spinner that we do not have.
window.voila_process = window.voila_finish = window.voila_heartbeat = () => {};

/** Write a message of the page where it belongs, and remember which, for a change of language. */
function say(node, key) {
  node.dataset.say = key;
  node.textContent = words[document.documentElement.lang][key];
}

// --- getting ready ------------------------------------------------------------------------------------------------

function shown() {
  return cells.querySelector(".cxm-widget, .jupyter-widgets, [data-broken]");
}

function tell(key) {
  const status = wait.querySelector('[role="status"]');
  status.replaceChildren(document.createElement("span"));
  say(status.firstChild, key);
}

const timers = [
  setTimeout(() => shown() || tell("wait_slow"), SLOW),
  setTimeout(() => shown() || tell("wait_failed"), FAILED),
];

new MutationObserver((_, observer) => {
  if (!shown()) return;
  observer.disconnect();
  timers.forEach(clearTimeout);
  wait.classList.add("cxm-voila-done");
  tell("ready");
}).observe(cells, { childList: true, subtree: true });

// --- the connection and the kernel --------------------------------------------------------------------------------

let stayed = "";
let leaving = false;
addEventListener("pagehide", () => (leaving = true));
addEventListener("pageshow", (event) => event.persisted && location.reload()); // its kernel was released on leaving

function open(kind) {
  if (leaving || stayed === kind || (dialog.open && dialog.dataset.kind === "died")) return;
  dialog.dataset.kind = kind;
  say(dialog.querySelector("h2"), `${kind}_title`);
  say(dialog.querySelector("p"), kind);
  if (!dialog.open) dialog.showModal();
}

function back() {
  stayed = "";
  if (dialog.open && dialog.dataset.kind === "lost") dialog.close();
}

dialog.addEventListener("click", ({ target }) => {
  const action = target.closest("[data-action]")?.dataset.action;
  if (action === "reload") location.reload();
  if (action === "stay") dialog.close();
});
dialog.addEventListener("close", () => (stayed = dialog.dataset.kind));

let later = 0;
function unreachable() {
  clearTimeout(later);
  later = setTimeout(() => open("lost"), GRACE);
}
function reachable() {
  clearTimeout(later);
  back();
}

function watch(kernel) {
  kernel.connectionStatusChanged.connect((_, status) => (status === "connected" ? reachable() : unreachable()));
  kernel.statusChanged.connect((_, status) => {
    if (["dead", "restarting", "autorestarting", "terminating"].includes(status)) open("died");
  });
}

let application;
Object.defineProperty(window, "jupyterapp", {
  configurable: true,
  get: () => application,
  set(value) {
    application = value;
    value.widgetManagerPromise?.promise.then((manager) => manager?.kernel && watch(manager.kernel));
  },
});

addEventListener("offline", unreachable);
addEventListener("online", () => {
  if (application?.widgetManager?.kernel?.connectionStatus === "connected") reachable();
});

// --- the language ---------------------------------------------------------------------------------------------------

// Page and widgets change where they stand: nothing is loaded again, so the kernel and what was tried stay.
function speak(language) {
  document.documentElement.lang = document.body.dataset.language = language;
  for (const node of document.querySelectorAll("[data-say]")) say(node, node.dataset.say);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words[language][node.dataset.label]);
  for (const node of document.querySelectorAll("[data-in]")) node.hidden = node.dataset.in !== language;
  for (const link of document.querySelectorAll("[data-language-choice]")) {
    if (link.dataset.languageChoice === language) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  document.title = [...document.querySelectorAll("h1 > span")].find((span) => !span.hidden)?.textContent ?? document.title;
  const address = new URL(location.href);
  address.searchParams.set("lang", language);
  history.replaceState(null, "", address);
  document.cookie = `cxm_lang=${language}; path=/; max-age=31536000; SameSite=Lax`;
  document.dispatchEvent(new CustomEvent("cxm-language", { detail: language }));
}

for (const link of document.querySelectorAll("[data-language-choice]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    speak(link.dataset.languageChoice);
  });
}
