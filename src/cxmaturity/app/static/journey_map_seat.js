// The screen of a participant of a workshop, and nothing else of the map.

import { h } from "./cards.js";
import { seatView } from "./journey_seat.js";
import { dress, languageChoice } from "./widget.js";

let copies = Math.floor(Math.random() * 1e9);

function render({ model, el }) {
  copies += 1;
  let sequence = model.get("handled");
  const say = (key) => model.get("words")[key] ?? "";
  const send = (message) => {
    sequence = Math.max(sequence, model.get("handled")) + 1;
    model.send({ ...message, seq: sequence });
  };
  const base = document.querySelector("h1") ? 2 : 1;
  const heading = (rank, properties, ...said) => h(`h${base + rank}`, { ...properties, class: `cxm-rank-${rank}` }, ...said);
  const { root, choose, start, stop } = dress({ model, el, name: "cxm-journey", speak: () => paint() });
  const seat = seatView({ send, say, heading, ids: `cxm-s${copies}` });
  const title = h(`h${base}`, { class: "cxm-title" });
  root.append(h("header", { class: "cxm-head" }, title, h("div", { class: "cxm-tools" }, languageChoice(choose, ""))), seat.node);

  function paint() {
    title.textContent = model.get("seat").title;
    for (const group of root.querySelectorAll("[data-label]")) group.setAttribute("aria-label", say("language"));
    seat.paint(model.get("seat"));
  }
  for (const name of ["seat", "words"]) model.on(`change:${name}`, paint);
  start();
  return () => {
    stop();
    for (const name of ["seat", "words"]) model.off(`change:${name}`, paint);
  };
}

export default { render };
