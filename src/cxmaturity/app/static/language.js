// The language of a page changes in place: both languages' words came with it, so nothing is fetched and focus stays.

import { fill } from "./cards.js";

/** Read the data that the server put in the page. */
export function pageData() {
  return JSON.parse(document.getElementById("page-data").textContent);
}

/** Put every element that has a `data-t` (or `data-t-label`) in the words given. */
export function speak(words, root = document) {
  for (const node of root.querySelectorAll("[data-t]")) {
    const said = words[node.dataset.t];
    if (typeof said === "string" && node.textContent !== said) node.textContent = said;
  }
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", fill(words[node.dataset.tLabel]));
}

/** Turn the links of the header into switches; `onSwitch(language)` says the rest of the page again. */
export function switchable({ words, language, onSwitch = () => {} }) {
  const links = [...document.querySelectorAll("[data-language]")];
  let current = language;

  function change(next) {
    if (!words[next] || next === current) return;
    current = next;
    document.documentElement.lang = next;
    document.title = words[next].title;
    speak(words[next]);
    for (const link of links) {
      if (link.dataset.language === next) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const address = new URL(location.href);
    address.searchParams.set("lang", next);
    history.replaceState(history.state, "", address);
    document.cookie = `cxm_lang=${next}; path=/; max-age=31536000; samesite=lax`; // for the next page
    onSwitch(next);
  }

  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      change(link.dataset.language);
    });
  }
  return { change, get language() { return current; } };
}
