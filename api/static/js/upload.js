// Hands in the files of a page: hashed in a worker, sent in parts, a few at a time.
// The page's own form does the same without this file, all files in one go.
// What is typed beside the files stays: only the list of what has arrived is shown anew.
import { Controls } from "./uploading/controls.js";
import { hash } from "./uploading/digests.js";
import { chosenFiles, droppedFiles } from "./uploading/dropping.js";
import { fill, Row, sizeText } from "./uploading/row.js";
import { discard, Stopped, Transfer } from "./uploading/tus.js";

const AT_ONCE = 3;
const EVERY_MS = 200;

class Place {
  constructor(element) {
    this.element = element;
    this.says = element.dataset;
    this.lang = document.documentElement.lang;
    this.form = element.closest("form");
    this.list = element.querySelector("[data-uploads]");
    this.summary = element.querySelector("[data-summary]");
    this.only = element.querySelector("[data-only-wrong]");
    this.entries = [];
    this.waiting = [];
    this.running = 0;
    this.controls = new Controls(this, element);
    this.prepare();
  }

  prepare() {
    const input = this.element.querySelector("input[type=file]");
    const drop = this.element.querySelector(".drop");
    this.element.querySelector("[data-without-script]")?.remove();
    input.required = false;
    const take = () => {
      const files = chosenFiles(input);
      input.value = "";
      this.add(files);
    };
    input.addEventListener("change", take);
    for (const kind of ["dragover", "dragleave", "drop"]) {
      drop.addEventListener(kind, (event) => {
        event.preventDefault();
        drop.classList.toggle("drop--over", kind === "dragover");
        if (kind === "drop") droppedFiles(event).then((files) => this.add(files));
      });
    }
    this.only.addEventListener("change", () => {
      this.list.classList.toggle("uploads--wrong", this.only.checked);
    });
    this.form.addEventListener("submit", (event) => this.refuseWhileSending(event));
    // Chosen while this file was still on its way: on a slow line a person is the faster.
    if (input.files.length) take();
  }

  get busy() {
    return this.running > 0 || this.waiting.length > 0;
  }

  get token() {
    return this.form.querySelector("[name=_csrf_token]").value;
  }

  add(files) {
    const fresh = document.createDocumentFragment();
    for (const file of files) {
      const entry = { file, row: new Row(this.element, file), at: 0, digest: "" };
      entry.row.again.addEventListener("click", () => this.enqueue(entry));
      entry.row.pause.addEventListener("click", () =>
        entry.isPaused ? this.enqueue(entry) : this.pause(entry),
      );
      entry.row.cancel.addEventListener("click", () => this.cancel(entry));
      this.entries.push(entry);
      fresh.append(entry.row.element);
      this.enqueue(entry);
    }
    this.list.append(fresh);
    this.element.querySelector("[data-uploads-box]").hidden = false;
  }

  // For the first time, once more after a failure, or on after a pause.
  enqueue(entry) {
    entry.isPaused = false;
    if (entry.row.isHopeless && entry.file.size) {
      entry.row.show("wrong", { reason: this.says.saysTooLarge });
    } else {
      entry.row.show("queued");
      // Still at work from before the pause, it goes on by itself.
      if (entry.isHashing || entry.isSending) return;
      if (entry.digest) this.waiting.push(entry);
      else this.hash(entry);
    }
    this.next();
  }

  pause(entry) {
    entry.isPaused = true;
    this.waiting = this.waiting.filter((one) => one !== entry);
    entry.transfer?.stop();
    entry.row.show("paused", { at: entry.at });
    this.next();
  }

  async cancel(...entries) {
    const isHere = entries.some(({ row }) => row.element.contains(document.activeElement));
    const ends = entries.map((entry) => this.drop(entry));
    const box = this.element.querySelector("[data-uploads-box]");
    box.hidden = !this.entries.length;
    if (isHere) (box.hidden ? this.element.querySelector("input[type=file]") : box).focus();
    this.sumNow();
    const areIn = await Promise.all(ends);
    if (areIn.includes(true) && !this.says.refresh) await this.showFresh();
    this.ended = false;
    this.next();
  }

  // The answer: whether it had become part of the answer before.
  async drop(entry) {
    entry.isGone = true;
    this.waiting = this.waiting.filter((one) => one !== entry);
    this.entries = this.entries.filter((one) => one !== entry);
    entry.row.element.remove();
    entry.transfer?.stop();
    await entry.going;
    return Boolean(entry.address) && discard(entry.address, this.token);
  }

  async hash(entry) {
    entry.isHashing = true;
    this.running += 1;
    try {
      await hash(entry);
    } catch {
      if (!entry.isGone) entry.row.show("wrong", { reason: this.says.saysUnreadable });
    }
    entry.isHashing = false;
    this.running -= 1;
    if (entry.digest) this.goOn(entry);
    this.next();
  }

  goOn(entry) {
    if (entry.isPaused || entry.isGone) return;
    entry.row.show("queued");
    this.waiting.push(entry);
  }

  next() {
    while (this.sending < AT_ONCE && this.waiting.length) {
      const entry = this.waiting.shift();
      entry.going = this.start(entry);
    }
    this.sum();
    if (!this.busy && !this.ended) this.end();
  }

  get sending() {
    return this.entries.filter((entry) => entry.isSending).length;
  }

  async start(entry) {
    entry.isSending = true;
    this.ended = false;
    this.running += 1;
    this.forget(entry);
    entry.row.show("sending", { at: entry.at });
    entry.transfer = new Transfer({
      file: entry.file,
      place: this.says.uploadTo,
      token: this.token,
      digest: entry.digest,
      told: (kind, at = entry.at) => {
        if (entry.isPaused || entry.isGone) return;
        entry.at = at;
        entry.row.show(kind, { at });
        this.sum();
      },
    });
    let isStopped = false;
    try {
      await entry.transfer.send();
      entry.at = entry.file.size;
      entry.row.show("done", { digest: entry.digest });
    } catch (error) {
      isStopped = error instanceof Stopped;
      if (!isStopped) this.tellWrong(entry, error);
    }
    entry.address = entry.transfer.address ?? entry.address;
    entry.transfer = undefined;
    entry.isSending = false;
    this.running -= 1;
    if (isStopped) this.goOn(entry);
    this.next();
  }

  tellWrong(entry, error) {
    // What else can go wrong here is the file itself: taken away or changed since it was hashed.
    if (!error.message) entry.digest = "";
    entry.isPaused = false;
    entry.row.show("wrong", { reason: error.code ? error.message : this.says.saysUnreadable });
  }

  // What the server still had of this file goes on here: its old line is no longer needed.
  forget(entry) {
    const old = this.element.querySelector(`[data-unfinished="${entry.digest}"]`);
    if (!old) return;
    const list = old.parentElement;
    old.remove();
    if (!list.children.length) list.closest("[data-unfinished-list]").remove();
  }

  // Not at every event: 650 files make many, and each sum looks at all of them.
  sum() {
    this.summing ??= setTimeout(() => {
      this.summing = undefined;
      this.sumNow();
    }, EVERY_MS);
  }

  sumNow() {
    const count = (kind) => this.entries.filter((entry) => entry.row.kind === kind).length;
    const [done, wrong] = [count("done"), count("wrong")];
    const bytes = this.entries.reduce((sum, entry) => sum + entry.at, 0);
    const total = this.entries.reduce((sum, entry) => sum + entry.file.size, 0);
    this.summary.hidden = !this.entries.length;
    const bar = this.summary.querySelector("progress");
    bar.max = Math.max(total, 1);
    bar.value = bytes;
    const offline = count("waiting") > 0;
    this.summary.querySelector("[data-offline]").hidden = !offline;
    this.summary.querySelector("[data-wrong]").hidden = wrong === 0;
    this.controls.show();
    this.say("[data-sum]", this.says.saysSum, {
      done: done.toLocaleString(this.lang),
      count: this.entries.length.toLocaleString(this.lang),
      received: sizeText(bytes, this.lang),
      total: sizeText(total, this.lang),
    });
    this.say("[data-wrong-count]", this.says.saysWrong, { count: wrong.toLocaleString(this.lang) });
  }

  say(where, template, facts) {
    const element = this.summary.querySelector(where);
    const text = fill(template, facts);
    // Said again word for word, it would be read aloud again.
    if (element.textContent !== text) element.textContent = text;
  }

  async end() {
    this.ended = true;
    this.sumNow();
    const all = this.entries.every((entry) => entry.row.kind === "done");
    if (this.says.refresh) await this.showArrived();
    else if (all && this.entries.length) location.reload();
    else if (this.entries.some((entry) => entry.row.kind === "done")) await this.showFresh();
  }

  // What failed stays in the list with its reason; all around it shows what has arrived.
  async showFresh() {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!answer.ok || this.busy) return;
      for (const part of document.querySelectorAll("[data-fresh]")) {
        const fresh = page.getElementById(part.id);
        if (fresh) part.innerHTML = fresh.innerHTML;
      }
    } catch {
      // What has arrived is safe; its line still says so.
    }
  }

  async showArrived() {
    const list = document.getElementById(this.says.refresh);
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById(list.id);
      if (!fresh || this.busy) return;
      list.innerHTML = fresh.innerHTML;
      for (const entry of this.entries) if (entry.row.kind === "done") entry.row.element.remove();
      this.entries = this.entries.filter((entry) => entry.row.kind !== "done");
      this.sum();
    } catch {
      // What has arrived is safe; its line still says so.
    }
  }

  refuseWhileSending(event) {
    const isPaused = this.entries.some((entry) => entry.isPaused);
    if (!(this.busy || isPaused) || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    const told = this.element.querySelector("[data-wait]") ?? document.createElement("p");
    told.dataset.wait = "";
    told.className = "note note--warn";
    told.setAttribute("role", "alert");
    told.textContent = this.busy ? this.says.saysWait : this.says.saysWaitPaused;
    this.element.append(told);
  }
}

for (const element of document.querySelectorAll("[data-upload-to]")) new Place(element);
