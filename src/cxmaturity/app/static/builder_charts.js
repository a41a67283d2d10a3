// The builder's charts as inline SVG. Python computed everything; here it is only placed, for the width that there is.
//
// Text is text (it can be selected and read aloud), colours are the tokens of the page, a loss is hatched as well as red.

const SVG = "http://www.w3.org/2000/svg";
const LETTER = "650 13px"; // as in builder.css; bold, the widest that is used
const SMALL = "400 12px";
const pen = document.createElement("canvas").getContext("2d");
let family = "sans-serif";
let made = Math.floor(Math.random() * 1e9);

function s(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const words = (x, y, said, className, anchor = "start") => s("text", { x, y, class: className, "text-anchor": anchor }, said);
const rule = (x1, y1, x2, y2, className) => s("line", { x1, y1, x2, y2, class: className });

/** How wide a text is in the font of the page, in pixels. */
function width_of(said, letter = LETTER) {
  pen.font = `${letter} ${family}`;
  return pen.measureText(String(said)).width + 1;
}

/** Where an amount stands between two pixels. */
function scale(low, high, from, to) {
  const span = high - low || 1;
  return (value) => from + ((value - low) / span) * (to - from);
}

/** Break a text into at most two lines that fit a width. */
function lines(said, width, letter = LETTER) {
  const fits = (line) => width_of(line, letter) <= width;
  const found = [""];
  for (const word of String(said).split(" ")) {
    const line = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (fits(line) || !found.at(-1)) found[found.length - 1] = line;
    else found.push(word);
  }
  if (found.length <= 2 && found.every(fits)) return found;
  return [found[0], found.slice(1).join(" ")].filter(Boolean).map((line) => {
    if (fits(line)) return line;
    let cut = line;
    while (cut.length > 1 && !fits(`${cut}…`)) cut = cut.slice(0, -1).trimEnd();
    return `${cut}…`;
  });
}

/** The samples of a key, one after the other, on a new line when they would leave the picture. */
function keyed(items, y, width, sample) {
  const nodes = [];
  let [at, line] = [0, y];
  items.forEach((said, place) => {
    const wide = 26 + width_of(said, SMALL);
    if (at && at + wide > width) [at, line] = [0, line + 17];
    nodes.push(sample(place, at, line), words(at + 26, line + 4, said, "cxm-tick"));
    at += wide + 18;
  });
  return { nodes, below: line };
}

function picture(width, height, chart, ...children) {
  made += 1;
  const [title, text] = [`cxm-chart-${made}-t`, `cxm-chart-${made}-d`];
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-labelledby": `${title} ${text}`, class: "cxm-chart" },
    s("title", { id: title }, chart.title),
    s("desc", { id: text }, chart.sentence),
    ...children,
  );
}

function hatching(id) {
  return s(
    "defs",
    {},
    s(
      "pattern",
      { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      s("line", { x1: 0, y1: 0, x2: 0, y2: 6, class: "cxm-hatch" }),
    ),
  );
}

/** Move places apart until words of these widths neither touch nor leave the picture. */
function apart(places, widths, from, to) {
  const found = [...places];
  for (let i = 1; i < found.length; i += 1) found[i] = Math.max(found[i], found[i - 1] + (widths[i - 1] + widths[i]) / 2 + 10);
  let right = to;
  for (let i = found.length - 1; i >= 0; i -= 1) {
    found[i] = Math.min(found[i], right - widths[i] / 2);
    right = found[i] - widths[i] / 2 - 10;
  }
  let left = from;
  for (let i = 0; i < found.length; i += 1) {
    found[i] = Math.max(found[i], left + widths[i] / 2);
    left = found[i] + widths[i] / 2 + 10;
  }
  return found;
}

/** The ticks of a horizontal scale, those that touch left out; the unit stands at the end. */
function ticks_below(x, y, data, to) {
  const nodes = [];
  let end = to;
  if (data.unit) {
    nodes.push(words(to, y, data.unit, "cxm-tick", "end"));
    end -= width_of(data.unit, SMALL) + 8;
  }
  let taken = -Infinity;
  for (const { at, label } of data.ticks) {
    const half = width_of(label, SMALL) / 2;
    if (x(at) - half < taken + 6 || x(at) + half > end || x(at) - half < 0) continue;
    nodes.push(words(x(at), y, label, "cxm-tick", "middle"));
    taken = x(at) + half;
  }
  return nodes;
}

function spread(chart, width) {
  const { edges, counts, marks } = chart.data;
  const [top, tall] = [44, 120];
  const floor = top + tall;
  const ends = [...edges, ...marks.map(({ at }) => at)];
  const x = scale(Math.min(...ends), Math.max(...ends), 8, width - 8);
  const most = Math.max(...counts);
  const id = `cxm-hatch-${made + 1}`;
  const nodes = [hatching(id)];
  counts.forEach((count, place) => {
    if (!count) return;
    const [left, right] = [x(edges[place]), x(edges[place + 1])];
    const high = Math.max(1, (tall * count) / most);
    const lost = edges[place + 1] <= 1e-9;
    const box = { x: left + 0.5, y: floor - high, width: Math.max(0.5, right - left - 1), height: high };
    nodes.push(s("rect", { ...box, class: lost ? "cxm-lost" : "cxm-gain", fill: lost ? `url(#${id})` : null }));
  });
  nodes.push(rule(0, floor, width, floor, "cxm-axis"));
  const inside = Math.min(...ends) <= 0 && Math.max(...ends) >= 0;
  if (inside) nodes.push(rule(x(0), top - 4, x(0), floor + 6, "cxm-axis"));
  const widths = marks.map(({ name, label }) => Math.max(width_of(name, SMALL), width_of(label)));
  const places = apart(marks.map(({ at }) => x(at)), widths, 0, width);
  marks.forEach(({ name, at, label }, index) => {
    nodes.push(rule(x(at), 34, x(at), floor, "cxm-mark"));
    nodes.push(words(places[index], 12, name, "cxm-tick", "middle"), words(places[index], 28, label, "cxm-strong", "middle"));
  });
  nodes.push(...ticks_below(x, floor + 18, chart.data, width));
  nodes.push(words(0, floor + 42, chart.data.loss, "cxm-strong cxm-bad"), words(width, floor + 42, chart.data.gain, "cxm-strong cxm-ink", "end"));
  return picture(width, floor + 50, chart, ...nodes);
}

/** Rows of horizontal bars: names on the left of a wide picture, above the bar in a narrow one. */
function rows(chart, width, items, { low, high, draw, after = 0, amounts = true, upright = [[0, "cxm-axis"]] }) {
  const wide = width >= 460;
  const amount = amounts ? Math.max(...items.map((item) => width_of(item.label ?? "")), 30) + 10 : 0;
  const left = wide ? Math.min(width * 0.42, 260) : 0;
  const x = scale(low, high, left + 4, width - amount - 4);
  const nodes = [];
  let y = 2;
  items.forEach((item) => {
    const names = lines(item.name, wide ? left - 14 : width - amount);
    const notes = item.note ? lines(item.note, wide ? left - 14 : width, SMALL) : [];
    const text = names.length * 17 + notes.length * 15;
    const [bar, tall] = wide ? [y + 4, Math.max(18, Math.min(24, text - 4))] : [y + text + 4, 16];
    const height = wide ? Math.max(30, text + 10) : text + 28;
    names.forEach((line, place) => nodes.push(words(0, y + 15 + place * 17, line, item.kind === "total" ? "cxm-strong" : "cxm-name")));
    notes.forEach((line, place) => nodes.push(words(0, y + 14 + names.length * 17 + place * 15, line, "cxm-tick")));
    const place = wide ? y + (height - 6 - tall) / 2 : bar;
    const [from, to] = wide ? [y - 2, y + height - 2] : [bar - 3, bar + tall + 3]; // in a narrow picture nothing crosses a name
    const rules = upright.map(([value, className]) => rule(x(value), from, x(value), to, className));
    nodes.unshift(...rules.filter((node) => node.getAttribute("class") === "cxm-line"));
    nodes.push(...draw(item, x, place, tall), ...rules.filter((node) => node.getAttribute("class") !== "cxm-line"));
    if (amounts) {
      const at = wide ? y + height / 2 + 2 : bar + 13;
      nodes.push(words(width, at, item.label, item.kind === "total" ? "cxm-strong" : "cxm-amount", "end"));
    }
    y += height;
    if (item.kind === "total") nodes.unshift(rule(0, y - height - 1, width, y - height - 1, "cxm-line"));
  });
  return { nodes, x, y, height: y + after };
}

function waterfall(chart, width) {
  const { steps } = chart.data;
  const ends = [0, ...steps.flatMap(({ start, end }) => [start, end])];
  const id = `cxm-hatch-${made + 1}`;
  const drawn = rows(chart, width, steps, {
    low: Math.min(...ends),
    high: Math.max(...ends),
    draw: (step, x, y, tall) => {
      const [from, to] = [x(step.start), x(step.end)].sort((a, b) => a - b);
      const down = step.end < step.start;
      const className = down ? "cxm-lost" : step.kind === "total" ? "cxm-total" : "cxm-gain";
      return [s("rect", { x: from, y, width: Math.max(1.5, to - from), height: tall, class: className, fill: down ? `url(#${id})` : null })];
    },
  });
  return picture(width, drawn.height, chart, hatching(id), ...drawn.nodes);
}

function tornado(chart, width) {
  const { bars, base, ticks } = chart.data;
  const ends = [base, ...ticks.map(({ at }) => at), ...bars.flatMap(({ low, high }) => [low, high])];
  const items = bars.map((bar) => ({ ...bar, note: `${bar.low_label} → ${bar.high_label}` }));
  const drawn = rows(chart, width, items, {
    low: Math.min(...ends),
    high: Math.max(...ends),
    after: 44,
    amounts: false,
    upright: [...ticks.map(({ at }) => [at, at === 0 ? "cxm-axis" : "cxm-line"]), [base, "cxm-mark"]],
    draw: (bar, x, y, tall) =>
      [["low", bar.low], ["high", bar.high]].map(([side, end]) => {
        const [from, to] = [x(base), x(end)].sort((a, b) => a - b);
        return s("rect", { x: from, y, width: Math.max(1, to - from), height: tall, class: `cxm-${side}` });
      }),
  });
  const { x, y } = drawn;
  const key = keyed(chart.data.keys, y + 33, width, (place, at, line) => s("rect", { x: at, y: line - 5, width: 18, height: 10, class: place ? "cxm-high" : "cxm-low" }));
  return picture(width, key.below + 10, chart, ...drawn.nodes, ...ticks_below(x, y + 16, chart.data, width), ...key.nodes);
}

function cash(chart, width) {
  const { cumulative, discounted, ticks, years, names, ends: said, payback, payback_label: label } = chart.data;
  const left = Math.max(...ticks.map((tick) => width_of(tick.label, SMALL)), 24) + 8;
  const right = Math.max(...said.map((end) => width_of(end)), 30) + 12;
  const key = keyed(names, 9, width, (place, at, line) => rule(at, line, at + 20, line, place ? "cxm-curve cxm-second" : "cxm-curve"));
  const [top, floor] = [key.below + 49, key.below + 221];
  const all = [...cumulative, ...discounted, ...ticks.map(({ at }) => at)];
  const y = scale(Math.min(...all), Math.max(...all), floor, top);
  const x = scale(0, cumulative.length - 1, left + 6, width - right);
  const nodes = [...key.nodes];
  for (const tick of ticks) {
    nodes.push(rule(left, y(tick.at), width - right, y(tick.at), tick.at === 0 ? "cxm-axis" : "cxm-line"));
    nodes.push(words(left - 6, y(tick.at) + 4, tick.label, "cxm-tick", "end"));
  }
  if (chart.data.unit) nodes.push(words(left - 6, top - 12, chart.data.unit, "cxm-tick", "end"));
  const widest = Math.max(...years.map((year) => width_of(year, SMALL))) + 10;
  const step = Math.ceil((years.length * widest) / Math.max(1, width - left - right));
  years.forEach((year, place) => {
    if (place % step) return;
    const half = width_of(year, SMALL) / 2;
    nodes.push(words(Math.min(Math.max(x(place), half), width - half), floor + 18, year, "cxm-tick", "middle"));
  });
  if (payback !== null && payback <= cumulative.length - 1) {
    nodes.push(rule(x(payback), top - 14, x(payback), y(0), "cxm-mark"));
    const half = width_of(label) / 2;
    nodes.push(words(Math.min(Math.max(x(payback), half), width - half), top - 20, label, "cxm-strong", "middle"));
  }
  const path = (values) => values.map((value, place) => `${place ? "L" : "M"}${x(place).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  nodes.push(s("path", { d: path(discounted), class: "cxm-curve cxm-second" }), s("path", { d: path(cumulative), class: "cxm-curve" }));
  cumulative.forEach((value, place) => nodes.push(s("circle", { cx: x(place), cy: y(value), r: 4, class: "cxm-dot" })));
  const last = cumulative.length - 1;
  let [first, second] = [y(cumulative[last]), y(discounted[last])];
  if (Math.abs(first - second) < 16) [first, second] = first <= second ? [first - 8, second + 8] : [first + 8, second - 8];
  nodes.push(words(width - right + 10, first + 4, said[0], "cxm-strong"), words(width - right + 10, second + 4, said[1], "cxm-amount"));
  return picture(width, floor + 26, chart, ...nodes);
}

function bars(chart, width) {
  const items = chart.data.bars;
  const values = items.map(({ value }) => value);
  const drawn = rows(chart, width, items, {
    low: Math.min(0, ...values),
    high: Math.max(0, ...values) || 1,
    draw: (item, x, y, tall) => {
      const [from, to] = [x(0), x(item.value)].sort((a, b) => a - b);
      return [s("rect", { x: from, y, width: Math.max(1.5, to - from), height: tall, class: item === items.at(-1) && chart.id === "overlaps" ? "cxm-total" : "cxm-gain" })];
    },
  });
  return picture(width, drawn.height, chart, ...drawn.nodes);
}

const DRAWN = { spread, waterfall, cash, tornado, overlaps: bars, measure: bars };

/** The picture of a chart for a width in pixels, or null when there is nothing to draw. */
export function drawChart(chart, width, font) {
  family = font || family;
  const some = chart.data.bars ? chart.data.bars.length : true;
  return some ? DRAWN[chart.id](chart, Math.max(240, Math.floor(width))) : null;
}
