// What is done with all files at once: pause, go on, give up, try the failed ones again.
import { fill } from "./row.js";

// What the server has whole is left to it.
const ACTIVE = new Set(["queued", "hashing", "sending", "waiting"]);
const OVER = new Set(["checking", "done"]);

export class Controls {
  constructor(place, element) {
    this.place = place;
    this.says = element.dataset;
    this.part = element.querySelector("[data-controls]");
    this.toggle = element.querySelector("[data-pause-all]");
    this.dialog = element.querySelector("[data-cancel-dialog]");
    const press = (where, act) => element.querySelector(where).addEventListener("click", act);
    this.again = element.querySelector("[data-all-again]");
    press("[data-all-again]", () => this.failed.forEach((entry) => place.enqueue(entry)));
    press("[data-pause-all]", () => this.pauseOrGoOn());
    press("[data-cancel-all]", () => this.ask());
    press("[data-cancel-no]", () => this.dialog.close());
    press("[data-cancel-yes]", () => this.cancelAll());
  }

  each(kind, act) {
    for (const entry of [...this.place.entries]) if (entry.row.kind === kind) act(entry);
  }

  get isGoing() {
    return this.place.entries.some((entry) => ACTIVE.has(entry.row.kind));
  }

  // What may go better the next time.
  get failed() {
    return this.place.entries.filter(({ row }) => row.kind === "wrong" && !row.isHopeless);
  }

  get unfinished() {
    const isOver = ({ kind, isHopeless }) => OVER.has(kind) || (kind === "wrong" && isHopeless);
    return this.place.entries.filter((entry) => !isOver(entry.row));
  }

  pauseOrGoOn() {
    if (!this.isGoing) this.each("paused", (entry) => this.place.enqueue(entry));
    else for (const entry of this.unfinished) if (ACTIVE.has(entry.row.kind)) this.place.pause(entry);
    this.show();
  }

  ask() {
    this.dialog.querySelector("[data-cancel-count]").textContent = fill(this.says.saysCancelAll, {
      count: this.unfinished.length.toLocaleString(this.place.lang),
    });
    this.dialog.showModal();
  }

  cancelAll() {
    this.dialog.close();
    this.place.cancel(...this.unfinished);
  }

  show() {
    const count = (kind) => this.place.entries.filter((entry) => entry.row.kind === kind).length;
    this.part.hidden = this.unfinished.length === 0;
    this.again.hidden = this.failed.length === 0;
    this.toggle.hidden = !this.isGoing && count("paused") === 0;
    this.toggle.textContent = this.isGoing ? this.says.saysPauseAll : this.says.saysGoOnAll;
  }
}
