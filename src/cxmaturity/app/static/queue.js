// Answers on their way to the server: written on this device first, sent, sent again, and forgotten once acknowledged.
//
// What is pending stands in localStorage, one key per answer, so that a closed tab, a reload or a second tab of the
// same person loses nothing and nobody rewrites anybody's list. A shared computer, or a browser that keeps nothing,
// gets the same queue in memory: then only an open page can send.

const SLOTS = 64; // two tabs never give the same number: each has its own slot under a shared counter
const LONGEST_WAIT = 30_000;
const PATIENCE = 15_000;

/** What can be kept on this device, by key; the first refusal (blocked, full) turns it into memory. */
function cupboard(keep, onBroken) {
  const memory = new Map();
  let storage = null;
  if (keep) {
    try {
      localStorage.setItem("cxm.try", "1");
      localStorage.removeItem("cxm.try");
      storage = localStorage;
    } catch {
      onBroken();
    }
  }
  return {
    get lasting() {
      return storage !== null;
    },
    get: (key) => memory.get(key) ?? storage?.getItem(key) ?? null,
    set(key, value) {
      try {
        if (!storage) throw new Error("memory only");
        storage.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value); // full or blocked: this page still holds it
        if (storage) onBroken();
      }
    },
    remove(key) {
      memory.delete(key);
      storage?.removeItem(key);
    },
    keys(prefix) {
      const kept = storage ? Array.from({ length: storage.length }, (_, index) => storage.key(index)) : [];
      return [...new Set([...kept, ...memory.keys()])].filter((key) => key?.startsWith(prefix)).sort();
    },
    held: () => memory.size > 0,
  };
}

/** Forget everything that this device kept, of everybody. */
export function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("cxm.")) localStorage.removeItem(key);
  } catch {
    // nothing was kept
  }
}

export class Queue {
  /**
   * url: where answers go. revisions: {question: revision seen}. keep: whether this device may keep anything.
   * onSaved(saved, event), onConflict(saved, event), onState(question, kind, detail), onStop(kind, detail),
   * onOther(message): from another tab. onBroken(): the browser keeps nothing.
   */
  constructor({ respondent, url, revisions = {}, keep = true, headers = {}, onSaved, onConflict, onState, onStop, onOther, onBroken = () => {} }) {
    Object.assign(this, { url, headers, onSaved, onConflict, onState, onStop, onOther, onBroken });
    this.prefix = `cxm.${respondent}.`;
    this.revisions = { ...revisions };
    this.slot = Math.floor(Math.random() * SLOTS);
    this.counted = 0; // what a tab wrote may be told before the browser lets another tab read it
    this.keeping(keep);
    this.failures = 0;
    this.timer = null;
    this.sending = null;
    this.flight = new Set();
    this.stopped = "";
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`cxm.${respondent}`) : null;
    this.channel?.addEventListener("message", ({ data }) => this.#heard(data));
    addEventListener("online", () => this.wake());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.part() : this.wake()));
    addEventListener("pagehide", () => this.part());
  }

  /** Keep answers on this device, or nothing at all; what waits moves along. */
  keeping(keep) {
    const waiting = this.store ? this.pending() : [];
    if (this.store && !keep) forget();
    this.store = cupboard(keep, () => this.onBroken());
    this.device = this.store.get(`${this.prefix}device`);
    if (!this.device) {
      this.device = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      this.store.set(`${this.prefix}device`, this.device);
    }
    for (const event of waiting) this.#put(event);
  }

  get lasting() {
    return this.store.lasting && !this.store.held();
  }

  #key(event) {
    return `${this.prefix}q.${String(event.sequence).padStart(12, "0")}.${event.device}`;
  }

  #put(event) {
    this.store.set(this.#key(event), JSON.stringify(event));
  }

  /** What has not been acknowledged, oldest first. */
  pending() {
    const events = [];
    for (const key of this.store.keys(`${this.prefix}q.`)) {
      try {
        events.push(JSON.parse(this.store.get(key)));
      } catch {
        this.store.remove(key); // not ours, or cut short: it was never an answer
      }
    }
    return events;
  }

  /** Take an answer: kept now, sent within `delay` milliseconds. */
  add(question, answer, { delay = 200, base = this.revisions[question] ?? 0 } = {}) {
    for (const event of this.pending()) {
      if (event.question === question && !this.flight.has(this.#key(event))) this.store.remove(this.#key(event));
    }
    const counted = Math.max(this.counted, Number(this.store.get(`${this.prefix}sequence`) ?? 0) || 0);
    const sequence = (Math.floor(counted / SLOTS) + 1) * SLOTS + this.slot;
    this.counted = sequence;
    this.store.set(`${this.prefix}sequence`, String(sequence));
    const event = { question, ...answer, device: this.device, sequence, base, made_at: new Date().toISOString() };
    this.#put(event);
    this.#tell({ kind: "answer", question, answer, sequence });
    this.onState(question, this.#waiting() ? this.#offline() : "saving");
    if (!this.#waiting()) this.#later(delay);
    return event;
  }

  #waiting() {
    return this.failures > 0 || this.stopped !== "" || navigator.onLine === false;
  }

  #offline() {
    if (this.stopped) return this.stopped;
    return this.lasting ? "kept" : "unkept";
  }

  #later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  /** Try again now: the network is back, or the person is. */
  wake() {
    if (this.stopped === "expired") this.stopped = "";
    this.failures = 0;
    return this.flush();
  }

  /** The page may be going away: hand over what waits, without expecting an answer. */
  part() {
    const waiting = this.pending();
    if (!waiting.length || this.stopped || this.sending) return;
    fetch(this.url, this.#request(waiting, { keepalive: true })).catch(() => {});
  }

  #request(events, more) {
    return {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CXM": "1", ...this.headers },
      body: JSON.stringify({ events }),
      ...more,
    };
  }

  /** Send what waits; resolves once nothing more can be done for now. True when nothing is left. */
  async flush() {
    clearTimeout(this.timer);
    if (this.sending) {
      await this.sending;
      return this.pending().length ? this.flush() : true;
    }
    if (this.stopped) return false;
    const waiting = this.pending().slice(0, 20);
    if (!waiting.length) return true;
    this.sending = this.#send(waiting);
    const done = await this.sending.finally(() => (this.sending = null));
    if (!done) return false;
    return this.pending().length ? this.flush() : true;
  }

  async #send(events) {
    for (const event of events) {
      this.flight.add(this.#key(event));
      this.onState(event.question, "saving");
    }
    try {
      const response = await fetch(this.url, this.#request(events, { signal: AbortSignal.timeout(PATIENCE) }));
      if (response.ok) return this.#acknowledged(events, await response.json());
      return await this.#refused(events, response);
    } catch {
      return this.#failed(events);
    } finally {
      for (const event of events) this.flight.delete(this.#key(event));
    }
  }

  #acknowledged(events, { saved }) {
    this.failures = 0;
    events.forEach((event, index) => {
      const said = saved.length === events.length ? saved[index] : saved.find(({ question }) => question === event.question);
      if (!said || said.question !== event.question) throw new Error("an answer without its acknowledgement");
    });
    const latest = new Map(events.map((event, index) => [event.question, saved.length === events.length ? saved[index] : saved.find(({ question }) => question === event.question)]));
    for (const event of events) this.store.remove(this.#key(event));
    const waiting = new Set(this.pending().map(({ question }) => question));
    for (const [question, said] of latest) {
      const event = events.findLast((each) => each.question === question);
      this.revisions[question] = Math.max(this.revisions[question] ?? 0, said.revision);
      if (!said.accepted) this.onConflict(said, event);
      else if (!waiting.has(question)) this.onSaved(said, event);
    }
    this.#tell({ kind: "saved", saved: [...latest.values()] });
    return true;
  }

  async #refused(events, response) {
    const { problems = [] } = await response.json().catch(() => ({}));
    const detail = { code: problems[0]?.code ?? "", message: problems[0]?.message ?? "" };
    if ([401, 403, 409].includes(response.status)) {
      this.stopped = { 401: "expired", 403: "expired", 409: "closed" }[response.status];
      for (const event of events) this.onState(event.question, this.stopped);
      this.onStop(this.stopped, detail);
      return false;
    }
    if ([400, 413, 422].includes(response.status)) {
      if (events.length > 1) {
        // One bad answer must not hold the others back: each is tried by itself.
        for (const event of events) if (!(await this.#send([event]))) return false;
        return true;
      }
      this.store.remove(this.#key(events[0]));
      this.onState(events[0].question, "refused", detail);
      return true;
    }
    return this.#failed(events, Number(response.headers.get("Retry-After")) * 1000 || 0);
  }

  #failed(events, least = 0) {
    this.failures += 1;
    for (const event of events) this.onState(event.question, this.#offline());
    const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** (this.failures - 1)) * (0.75 + Math.random() / 2);
    this.#later(Math.max(wait, least));
    return false;
  }

  #tell(message) {
    this.channel?.postMessage(message);
  }

  #heard(message) {
    this.counted = Math.max(this.counted, Number(message.sequence) || 0);
    if (message.kind === "saved") {
      for (const said of message.saved) this.revisions[said.question] = Math.max(this.revisions[said.question] ?? 0, said.revision);
    }
    this.onOther(message);
  }
}
