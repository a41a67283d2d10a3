// A participant's place in a workshop: say for which function, then score what is expected and what is lived, from 1 to 5.
//
//   const seat = seatView({ send, say, heading, ids })     say(key): a word of the page
//   seat.node, seat.paint(model.get("seat"))
//
// What a participant gave is drawn as Python holds it; nothing is kept here but the key by which the room knows this device again.

import { h } from "./cards.js";

const LEVELS = [1, 2, 3, 4, 5];
const ASPECTS = ["expectation", "satisfaction"];
const KEPT = "cxm-workshop";

/** Write what a node says, once. */
function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function draw() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The key of this device for one session; a browser that keeps nothing only forgets it on a reload. */
function keyOf(session, { fresh = false } = {}) {
  const name = `${KEPT}-${session}`;
  try {
    let key = fresh ? null : sessionStorage.getItem(name);
    if (!/^[0-9a-f]{32}$/.test(key ?? "")) sessionStorage.setItem(name, (key = draw()));
    return key;
  } catch {
    return draw();
  }
}

function known(session) {
  try {
    return /^[0-9a-f]{32}$/.test(sessionStorage.getItem(`${KEPT}-${session}`) ?? "") && sessionStorage.getItem(`${KEPT}-${session}-as`);
  } catch {
    return null;
  }
}

function remember(session, functionId) {
  try {
    sessionStorage.setItem(`${KEPT}-${session}-as`, functionId);
  } catch {
    // the place is then asked for again after a reload
  }
}

function forget(session) {
  try {
    sessionStorage.removeItem(`${KEPT}-${session}`);
    sessionStorage.removeItem(`${KEPT}-${session}-as`);
  } catch {
    // nothing was kept
  }
}

export function seatView({ send, say, heading, ids }) {
  const node = h("div", { class: "cxm-seat" });
  let shape = "";
  let back = 0; // the session that this device was sent back to

  function joinForm(seat) {
    const list = h("fieldset", { class: "cxm-functions" }, h("legend", {}, say("seat.function")));
    for (const [id, name] of seat.functions) {
      const box = h("input", { type: "radio", name: `${ids}-function`, id: `${ids}-function-${id}`, value: id });
      list.append(h("label", { class: "cxm-choice", for: box.id }, box, h("span", {}, name)));
    }
    const join = h("button", { type: "button", class: "cxm-button", "data-main": "true", disabled: true }, say("seat.join"));
    list.addEventListener("change", () => (join.disabled = false));
    join.addEventListener("click", () => {
      const chosen = list.querySelector("input:checked")?.value;
      if (!chosen) return;
      remember(seat.session, chosen);
      send({ kind: "join", function: chosen, key: keyOf(seat.session) });
    });
    return [heading(1, {}, say("seat.title")), h("p", { class: "cxm-note" }, say("seat.blind")), list, join];
  }

  function scale(event, aspect) {
    const name = `${ids}-${event.id}-${aspect}`;
    const boxes = LEVELS.map((level) => {
      const box = h("input", { type: "radio", name, id: `${name}-${level}`, value: level, "data-event": event.id, "data-aspect": aspect });
      box.addEventListener("change", () => send({ kind: "score", at: event.id, aspect, level }));
      return h("label", { class: "cxm-mark", for: box.id }, box, h("span", {}, String(level)));
    });
    const clear = h("button", { type: "button", class: "cxm-link", "data-clear": name, hidden: true }, say("seat.clear"));
    clear.addEventListener("click", () => {
      send({ kind: "score", at: event.id, aspect, level: null });
      node.querySelector(`#${CSS.escape(`${name}-1`)}`)?.focus();
    });
    return h(
      "fieldset",
      { class: "cxm-scale" },
      h("legend", {}, say(`seat.${aspect}`)),
      h("div", { class: "cxm-marks" }, ...boxes, h("div", { class: "cxm-ends" }, h("span", {}, say(`seat.${aspect}.low`)), h("span", {}, say(`seat.${aspect}.high`)))),
      clear,
    );
  }

  function scoring(seat) {
    const stages = seat.stages.map((stage) =>
      h(
        "section",
        { class: "cxm-seat-stage" },
        heading(1, {}, stage.name),
        ...stage.events.map((event) => h("div", { class: "cxm-seat-event", "data-of": event.id }, heading(2, {}, event.title), ...ASPECTS.map((aspect) => scale(event, aspect)))),
      ),
    );
    const leave = h("button", { type: "button", class: "cxm-button" }, say("seat.leave"));
    leave.addEventListener("click", () => {
      forget(seat.session);
      send({ kind: "leave" });
    });
    return [
      h("div", { class: "cxm-seat-head" }, h("p", { class: "cxm-strong", "data-who": "true" }), h("p", { class: "cxm-note", role: "status", "data-progress": "true" })),
      h("p", { class: "cxm-note" }, say("seat.how")),
      ...stages,
      h("p", { class: "cxm-strong", "data-complete": "true", hidden: true }, say("seat.complete")),
      leave,
    ];
  }

  function patch(seat) {
    const who = node.querySelector("[data-who]");
    if (!who) return;
    put(who, seat.who);
    put(node.querySelector("[data-progress]"), seat.progress);
    node.querySelector("[data-complete]").hidden = !seat.complete;
    for (const stage of seat.stages) {
      for (const event of stage.events) {
        for (const aspect of ASPECTS) {
          const name = `${ids}-${event.id}-${aspect}`;
          const given = event.given[aspect];
          for (const level of LEVELS) node.querySelector(`#${CSS.escape(`${name}-${level}`)}`).checked = level === given;
          node.querySelector(`[data-clear="${CSS.escape(name)}"]`).hidden = given === undefined;
        }
      }
    }
  }

  return {
    node,
    paint(seat, { results = true } = {}) {
      if (seat.open && !seat.person && back !== seat.session && known(seat.session)) {
        back = seat.session;
        send({ kind: "join", function: known(seat.session), key: keyOf(seat.session) });
      }
      const now = JSON.stringify([say("seat.title"), say("seat.join"), seat.session, seat.open, seat.revealed, seat.person, seat.refused, seat.functions, seat.results, seat.stages.map((stage) => [stage.name, stage.events.map((event) => [event.id, event.title])])]);
      if (now !== shape) {
        shape = now;
        const active = node.getRootNode().activeElement;
        const focused = node.contains(active) ? active.id : "";
        const refused = seat.refused.length ? [h("div", { class: "cxm-box cxm-box-bad", role: "alert" }, ...seat.refused.map((text) => h("p", {}, text)))] : [];
        let body;
        if (seat.revealed) body = results ? resultsView(seat.results, say, heading) : [];
        else if (!seat.open) body = [h("p", { class: "cxm-box" }, say("seat.wait"))];
        else body = seat.person ? scoring(seat) : joinForm(seat);
        node.replaceChildren(...refused, ...body);
        if (focused) node.querySelector(`#${CSS.escape(focused)}`)?.focus({ preventScroll: true });
      }
      patch(seat);
    },
  };
}

/** Where functions disagree: one row per event, one mark per function on a scale from 1 to 5, and the same in words. */
export function resultsView(rows, say, heading, { select = null } = {}) {
  if (!rows.length) return [h("p", { class: "cxm-note" }, say("results.none"))];
  const list = h("ol", { class: "cxm-results" });
  for (const row of rows) {
    const name = select ? h("button", { type: "button", class: "cxm-link" }, row.title) : h("span", {}, row.title);
    if (select) name.addEventListener("click", () => select(row.id));
    const table = h("table", { class: "cxm-table" }, h("caption", { class: "cxm-aside" }, row.title), h("thead", {}, h("tr", {}, ...["function", "people", "expectation", "satisfaction"].map((key) => h("th", { scope: "col" }, say(`results.${key}`))))));
    const body = h("tbody");
    for (const one of row.functions) {
      body.append(
        h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, one.n), h("td", {}, one.expectation_said), h("td", {}, h("span", { class: "cxm-dotted", "aria-hidden": "true" }, dot(one.satisfaction)), h("span", {}, one.satisfaction_said))),
      );
    }
    table.append(body);
    list.append(h("li", { class: "cxm-result", "data-of": row.id, "data-far": String((row.range ?? 0) >= 1) }, h("p", { class: "cxm-result-title" }, name, row.apart ? h("strong", {}, row.apart) : null), table));
  }
  return [heading(1, {}, say("results.title")), h("p", { class: "cxm-note" }, say("results.how")), list];
}

function dot(value) {
  const mark = h("i", { class: "cxm-dot" });
  if (value === null || value === undefined) mark.hidden = true;
  else mark.style.insetInlineStart = `${((value - 1) / 4) * 100}%`;
  return mark;
}
