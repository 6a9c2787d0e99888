// One file on the page: its name, how far it is, and why it does not go on.

const SHOWS_BAR = new Set(["sending", "hashing", "paused"]);

export function fill(template, facts) {
  return template.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

export function sizeText(bytes, lang) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const places = unit > 0 && value < 10 ? 1 : 0;
  return `${value.toLocaleString(lang, { maximumFractionDigits: places })} ${units[unit]}`;
}

export class Row {
  constructor(place, file) {
    this.says = place.dataset;
    this.lang = document.documentElement.lang;
    this.size = file.size;
    this.element = place.querySelector("template").content.firstElementChild.cloneNode(true);
    this.bar = this.element.querySelector("progress");
    this.words = this.element.querySelector("[data-state]");
    this.again = this.element.querySelector("[data-again]");
    this.pause = this.element.querySelector("[data-pause]");
    this.cancel = this.element.querySelector("[data-cancel]");
    this.name = file.name;
    // It will never be taken: an empty file, or one that is too large, is chosen anew.
    this.isHopeless = file.size === 0 || file.size > Number(this.says.limitBytes);
    this.element.querySelector("[data-name]").textContent = file.name;
    this.cancel.setAttribute("aria-label", `${this.cancel.textContent}: ${file.name}`);
    this.bar.max = Math.max(file.size, 1);
    this.bar.setAttribute("aria-label", file.name);
    this.show("queued");
  }

  show(kind, { at = 0, digest = "", reason = "" } = {}) {
    this.kind = kind;
    const facts = {
      received: sizeText(at, this.lang),
      total: sizeText(this.size, this.lang),
      digest: digest.slice(0, 12),
    };
    const says = {
      queued: this.says.saysQueued,
      hashing: this.says.saysHashing,
      sending: this.says.saysSending,
      checking: this.says.saysChecking,
      waiting: this.says.saysBroken,
      paused: this.says.saysPaused,
      done: this.says.saysDone,
      wrong: reason,
    };
    this.words.textContent = fill(says[kind], facts);
    this.bar.hidden = !SHOWS_BAR.has(kind);
    if (!this.bar.hidden) this.bar.value = at;
    this.again.hidden = kind !== "wrong" || this.isHopeless;
    // What the server has whole can no longer be stopped; it is taken out of the answer instead.
    this.cancel.hidden = kind === "done" || kind === "checking";
    this.pause.hidden = this.cancel.hidden || kind === "wrong";
    this.offer(kind === "paused" ? this.says.saysGoOn : this.says.saysPause);
    this.element.dataset.kind = kind;
    this.element.classList.toggle("note--wrong", kind === "wrong");
    this.element.classList.toggle("note--warn", kind === "waiting");
    this.element.classList.toggle("note--done", kind === "done");
  }

  // One button for both, so that who presses it by keyboard is not left without a place.
  offer(text) {
    if (this.pause.textContent === text) return;
    this.pause.textContent = text;
    this.pause.setAttribute("aria-label", `${text}: ${this.name}`);
  }
}
