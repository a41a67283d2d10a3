// The panel beside the map: what is known of the event chosen, and what may be edited of it, box by box.
//
// What is typed goes to Python when a box is left; what Python made of it, or why it did not, comes back. A box that somebody is in
// is never rewritten, and what was not understood stays as it was typed.

import { h } from "./cards.js";

export function panelView({ send, say, heading, ids, close }) {
  const node = h("section", { class: "cxm-panel", "aria-labelledby": `${ids}-panel`, hidden: true });
  let shape = "";
  let shown = "";

  const key = (part, item, field) => `${ids}-${part}-${item}-${field}`.replaceAll(".", "_");
  const edit = (panel, part, item, box, text) => send({ kind: "edit", at: panel.id, part: part.id, item: item.id, field: box.field, text: text.slice(0, 1000) });

  function input(panel, part, item, box) {
    const id = key(part.id, item.id, box.field);
    const said = { id, "aria-describedby": `${id}-wrong` };
    let made;
    if (box.form === "choice") made = h("select", said, ...box.choices.map(([value, name]) => h("option", { value }, name)));
    else if (box.form === "date") made = h("input", { ...said, type: "date" });
    else if (box.form === "words") made = h("textarea", { ...said, rows: "2", maxlength: "1000" });
    else made = h("input", { ...said, type: "text", inputmode: box.form === "figure" ? "decimal" : null, maxlength: box.form === "figure" ? "40" : "200", spellcheck: "false" });
    made.value = box.text;
    made.dataset.held = box.text;
    made.addEventListener("change", () => {
      made.dataset.held = made.value;
      edit(panel, part, item, box, made.value.replace(/\s*\n\s*/g, " "));
    });
    return h(
      "div",
      { class: `cxm-field cxm-field-${box.form}`, "data-field": `${part.id}.${item.id}.${box.field}` },
      h("label", { class: "cxm-label", for: id }, box.label),
      h("span", { class: "cxm-input" }, made),
      h("p", { class: "cxm-hint" }),
      h("p", { class: "cxm-wrong", id: `${id}-wrong` }),
    );
  }

  function itemOf(panel, part, item, rank) {
    const boxes = item.boxes.map((box) => input(panel, part, item, box));
    if (!part.many) return h("div", { class: "cxm-item" }, ...boxes);
    const remove = h("button", { type: "button", class: "cxm-small", "aria-label": `${say("remove")}: ${part.title} ${rank + 1}` }, say("remove"));
    remove.addEventListener("click", () => {
      send({ kind: "remove", at: panel.id, part: part.id, item: item.id });
      node.querySelector(`#${CSS.escape(key(part.id, "", "new"))}`)?.focus();
    });
    return h("div", { class: "cxm-item", role: "group", "aria-label": `${part.title} ${rank + 1}` }, ...boxes, remove);
  }

  function adding(panel, part) {
    const id = key(part.id, "", "new");
    const box = h("input", { id, type: "text", maxlength: "1000", "aria-describedby": `${id}-wrong`, inputmode: part.adding.choices.length ? "decimal" : null });
    box.value = part.adding.text;
    const choice = part.adding.choices.length ? h("select", { id: `${id}-choice`, "aria-label": say("metric") }, ...part.adding.choices.map(([value, name]) => h("option", { value }, name))) : null;
    const add = h("button", { type: "button", class: "cxm-small" }, say("add"));
    add.setAttribute("aria-label", part.adding.label);
    const go = () => {
      if (!box.value.trim()) return box.focus();
      send({ kind: "add", at: panel.id, part: part.id, choice: choice?.value ?? "", text: box.value.slice(0, 1000) });
      box.dataset.sent = "true";
      return box.focus();
    };
    add.addEventListener("click", go);
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      go();
    });
    return h("div", { class: "cxm-adding", "data-adding": part.id }, h("label", { class: "cxm-label", for: id }, part.adding.label), h("div", { class: "cxm-adding-line" }, choice ? h("span", { class: "cxm-input" }, choice) : null, h("span", { class: "cxm-input" }, box), add), h("p", { class: "cxm-wrong", id: `${id}-wrong` }));
  }

  function partOf(panel, part, open) {
    const count = part.many && part.items.length ? ` (${part.items.length})` : "";
    const body = part.items.map((item, rank) => itemOf(panel, part, item, rank));
    if (part.many) body.push(adding(panel, part));
    return h("details", { class: "cxm-part", "data-part": part.id, open }, h("summary", {}, heading(2, {}, part.title + count)), ...body);
  }

  function build(panel) {
    const open = new Map([...node.querySelectorAll("details[data-part]")].map((part) => [part.dataset.part, part.open]));
    const shut = h("button", { type: "button", class: "cxm-button" }, say("close"));
    shut.addEventListener("click", close);
    const list = (items) => (items.length ? h("ul", {}, ...items.map((text) => h("li", {}, text))) : null);
    const evidence = [
      ...panel.lines.map((text) => h("p", {}, text)),
      panel.moment ? h("p", { class: "cxm-strong" }, panel.moment) : null,
      list(panel.reasons),
      panel.functions.length ? h("p", { class: "cxm-note" }, say("functions")) : null,
      list(panel.functions),
      panel.found.length ? h("div", { class: "cxm-box" }, ...panel.found.map((text) => h("p", {}, text))) : null,
    ];
    node.replaceChildren(
      h("div", { class: "cxm-panel-head" }, heading(1, { id: `${ids}-panel`, tabindex: "-1" }, panel.title), shut),
      h("p", { class: "cxm-note" }, panel.where),
      h("div", { class: "cxm-evidence" }, ...evidence.filter(Boolean)),
      h("p", { class: "cxm-note" }, say("panel.edit")),
      ...panel.parts.map((part) => partOf(panel, part, open.get(part.id) ?? part.id === "satisfaction")),
    );
  }

  /** What a rebuild would change: words and boxes, not what the boxes hold. */
  const shapeOf = (panel) => JSON.stringify([say("close"), panel.id, panel.title, panel.where, panel.lines, panel.moment, panel.reasons, panel.functions, panel.found, panel.parts.map((part) => [part.title, part.items.map((item) => [item.id, item.boxes.map((box) => [box.label, box.choices])])])]);

  function patch(panel) {
    for (const part of panel.parts) {
      for (const item of part.items) {
        for (const box of item.boxes) {
          const made = node.querySelector(`#${CSS.escape(key(part.id, item.id, box.field))}`);
          const field = made.closest(".cxm-field");
          const busy = node.getRootNode().activeElement === made && made.value !== made.dataset.held;
          if (made.value !== box.text && !busy) made.value = box.text;
          made.dataset.held = made.value;
          made.setAttribute("aria-invalid", String(Boolean(box.wrong)));
          field.querySelector(".cxm-wrong").textContent = box.wrong;
          field.querySelector(".cxm-hint").textContent = box.hint;
        }
      }
      if (!part.adding) continue;
      const box = node.querySelector(`#${CSS.escape(key(part.id, "", "new"))}`);
      if (box.dataset.sent) {
        box.value = part.adding.text;
        delete box.dataset.sent;
      }
      box.setAttribute("aria-invalid", String(Boolean(part.adding.wrong)));
      box.closest(".cxm-adding").querySelector(".cxm-wrong").textContent = part.adding.wrong;
    }
  }

  return {
    node,
    paint(panel) {
      const there = Boolean(panel.id);
      node.hidden = !there;
      if (!there) {
        shape = shown = "";
        return node.replaceChildren();
      }
      const now = shapeOf(panel);
      if (now !== shape) {
        shape = now;
        const active = node.getRootNode().activeElement;
        const focused = node.contains(active) ? active.id : "";
        const typed = focused && active.dataset.held !== undefined && active.value !== active.dataset.held ? active.value : null;
        build(panel);
        const again = focused ? node.querySelector(`#${CSS.escape(focused)}`) : null;
        if (again && typed !== null) again.value = typed;
        again?.focus({ preventScroll: true });
      }
      patch(panel);
      if (shown !== panel.id && shown !== "") node.scrollTop = 0;
      shown = panel.id;
      return undefined;
    },
  };
}
