// What every widget of ours does first: wear the theme of the page it is in and the client's colours, speak its language, keep its own keys.

import { h } from "./cards.js";

const LANGUAGES = { fr: "Français", en: "English" };

/** Whether the page around is dark: JupyterLab says so on its body, elsewhere the reader's own setting counts. */
function isDark() {
  const { voila, jpThemeLight } = document.body.dataset;
  if (!voila && jpThemeLight) return jpThemeLight === "false";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Whether the widget is the whole page (Voilà), which then has the title and the choice of language. */
export function inPage() {
  return document.body.dataset.voila === "voila";
}

/** Give the page what our widgets need of it, once: letters, and the rule that hides the word for when Python is gone. */
function beGuest(model) {
  const rules = model.get("guest");
  if (!rules || document.getElementById("cxm-guest")) return;
  document.head.append(h("style", { id: "cxm-guest" }, rules));
}

/** Let what sticks stick to the window: the boxes of an output area clip although they never scroll. Returns what does scroll. */
function unclip(el) {
  const cell = el.closest(".jp-Cell, #rendered_cells");
  if (!cell || cell.classList.contains("jp-mod-outputsScrolled")) return null; // a view of its own, or a box that the reader asked for
  let node = el;
  for (; node && node !== cell; node = node.parentElement) {
    if (getComputedStyle(node).overflow !== "visible") node.style.overflow = "visible";
  }
  for (; node && node !== document.body; node = node.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(node).overflowY)) return node;
  }
  return null;
}

/** Keep `--view`, the height that is seen at once: JupyterLab shows a notebook in a part of the window. Returns how to stop. */
function watchView(root, el) {
  let scroller = null;
  let soon = 0;
  const look = () => {
    const found = root.isConnected ? unclip(el) : null;
    if (found && found !== scroller) sizes.observe((scroller = found));
    if (scroller?.clientHeight) el.style.setProperty("--view", `${scroller.clientHeight}px`);
  };
  const sizes = new ResizeObserver(() => {
    cancelAnimationFrame(soon);
    soon = requestAnimationFrame(look);
  });
  sizes.observe(root);
  return () => {
    cancelAnimationFrame(soon);
    sizes.disconnect();
  };
}

/**
 * Dress `el` as a widget; returns {root, choose, start, stop}. `speak(language)` is called by `start` and at each change.
 * The root is a form, so that the radio buttons of two copies of a widget never belong to the same group.
 */
export function dress({ model, el, name, speak }) {
  const listening = new AbortController();
  const { signal } = listening;
  const root = h("form", { class: `cxm-widget ${name}`, autocomplete: "off", novalidate: true });
  root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's single-key shortcuts stay out of our fields
  root.addEventListener("submit", (event) => event.preventDefault());
  el.append(root);
  beGuest(model);
  const unwatch = watchView(root, el);

  const forced = matchMedia("(forced-colors: active)");
  const wear = () => {
    const look = (root.dataset.theme = isDark() ? "dark" : "light");
    for (const [name, value] of Object.entries(model.get("theme")?.[look] ?? {})) {
      root.style.setProperty(name, forced.matches ? "" : value); // a reader's own colours come before a client's
    }
  };
  const watcher = new MutationObserver(wear);
  watcher.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  for (const setting of [matchMedia("(prefers-color-scheme: dark)"), forced]) setting.addEventListener("change", wear, { signal });
  model.on("change:theme", wear);
  wear();

  const choose = (language) => {
    if (!(language in LANGUAGES) || language === model.get("language")) return;
    model.set("language", language);
    model.save_changes();
  };
  const follow = () => {
    root.lang = model.get("language");
    for (const button of root.querySelectorAll("[data-language]")) {
      button.setAttribute("aria-pressed", String(button.dataset.language === root.lang));
    }
    speak(root.lang);
  };
  model.on("change:language", follow);
  if (inPage()) {
    document.addEventListener("cxm-language", (event) => choose(event.detail), { signal });
  }
  return {
    root,
    choose,
    start() {
      if (inPage()) choose(document.body.dataset.language);
      follow();
    },
    stop() {
      listening.abort();
      unwatch();
      watcher.disconnect();
      model.off("change:language", follow);
      model.off("change:theme", wear);
    },
  };
}

/** The choice of language of a widget in a notebook; nothing in a page, which has its own. */
export function languageChoice(choose, label) {
  if (inPage()) return null;
  const buttons = Object.entries(LANGUAGES).map(([language, name]) => {
    const button = h("button", { type: "button", class: "cxm-language", lang: language, "data-language": language }, name);
    button.addEventListener("click", () => choose(language));
    return button;
  });
  return h("div", { class: "cxm-languages", role: "group", "data-label": "widgets.language", "aria-label": label }, ...buttons);
}

/** Write every text of `root` that names a message. */
export function write(root, words) {
  for (const node of root.querySelectorAll("[data-say]")) node.textContent = words[node.dataset.say] ?? "";
  for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words[node.dataset.label] ?? "");
}

/** A list of terms and what is said of them, as rows [message key, value]. */
export function factList(rows) {
  return h("dl", { class: "cxm-facts" }, ...rows.map(([key, value]) => h("div", {}, h("dt", { "data-say": key }), h("dd", {}, value))));
}
