// One file on the page: its name, how far it is, and why it does not go on.

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
    this.element.querySelector("[data-name]").textContent = file.name;
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
      done: this.says.saysDone,
      wrong: reason,
    };
    this.words.textContent = fill(says[kind], facts);
    this.bar.hidden = kind !== "sending" && kind !== "hashing";
    if (!this.bar.hidden) this.bar.value = at;
    this.again.hidden = kind !== "wrong";
    this.element.dataset.kind = kind;
    this.element.classList.toggle("note--wrong", kind === "wrong");
    this.element.classList.toggle("note--warn", kind === "waiting");
    this.element.classList.toggle("note--done", kind === "done");
  }
}
