// The welcome page: the language changes in place, and a shared computer is remembered for this tab only.

import { pageData, switchable } from "./language.js";
import { forget } from "./queue.js";

const { language, words } = pageData();
switchable({ words, language });

const form = document.querySelector("[data-enter]");
const missing = document.querySelector("[data-missing]");
form.noValidate = true; // the page says what is missing, in its own language
form.addEventListener("change", () => missing && form.checkValidity() && (missing.hidden = true));
form.addEventListener("submit", (event) => {
  if (!form.checkValidity()) {
    event.preventDefault();
    missing.hidden = false;
    form.querySelector(":invalid").focus();
    return;
  }
  const shared = document.querySelector("[data-shared]")?.checked ?? false;
  try {
    if (shared) {
      sessionStorage.setItem("cxm.shared", "1");
      forget();
    } else sessionStorage.removeItem("cxm.shared");
  } catch {
    // a browser that keeps nothing is as good as a shared one
  }
});
