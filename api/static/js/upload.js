// Sends each file by itself and shows how much of it the server says it has.
// The page's own form does the same without this file, all files in one go.
// What is typed beside the files stays: only the list of what has arrived is shown anew.

const EVERY_MS = 400;

function fill(template, facts) {
  return template.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? "");
}

function sizeText(bytes, lang) {
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

class Upload {
  constructor(place, file) {
    this.place = place;
    this.file = file;
    this.says = place.dataset;
    this.lang = document.documentElement.lang;
    this.row = place.querySelector("template").content.firstElementChild.cloneNode(true);
    this.bar = this.row.querySelector("progress");
    this.state = this.row.querySelector("[data-state]");
    this.again = this.row.querySelector("[data-again]");
    this.row.querySelector("[data-name]").textContent = file.name;
    this.bar.max = Math.max(file.size, 1);
    this.bar.setAttribute("aria-label", file.name);
    // The same name for the same bytes: sent again, they are recorded once.
    this.incoming = crypto.randomUUID();
    this.again.addEventListener("click", () => sendAll(place, [this]));
    place.querySelector("[data-uploads]").append(this.row);
  }

  say(text, kind) {
    this.state.textContent = text;
    this.row.dataset.kind = kind;
    this.row.classList.toggle("note--wrong", kind === "wrong");
    this.row.classList.toggle("note--done", kind === "done");
  }

  show(received) {
    this.bar.value = received;
    this.say(
      fill(this.says.saysSending, {
        received: sizeText(received, this.lang),
        total: sizeText(this.file.size, this.lang),
      }),
      "sending",
    );
  }

  async watch() {
    while (this.sending) {
      await new Promise((done) => setTimeout(done, EVERY_MS));
      if (!this.sending) return;
      try {
        const answer = await fetch(`/api/uploads/${this.incoming}`, { cache: "no-store" });
        if (answer.ok && this.sending) this.show((await answer.json()).received_bytes);
      } catch {
        // The transfer itself tells whether the line is down.
      }
    }
  }

  async start() {
    this.again.hidden = true;
    this.sending = true;
    this.show(0);
    this.watch();
    const query = new URLSearchParams({ name: this.file.name, incoming: this.incoming });
    try {
      const answer = await fetch(`${this.says.uploadTo}?${query}`, {
        method: "PUT",
        body: this.file,
        headers: {
          "x-csrftoken": this.place.closest("form").querySelector("[name=_csrf_token]").value,
          "content-type": "application/octet-stream",
          accept: "application/json",
        },
      });
      this.sending = false;
      if (answer.ok) this.done(await answer.json());
      else this.fail(await this.reason(answer));
    } catch {
      this.sending = false;
      this.fail(this.says.saysBroken);
    }
    return this.isDone;
  }

  get isDone() {
    return this.row.dataset.kind === "done";
  }

  async reason(answer) {
    try {
      return (await answer.json()).detail || this.says.saysBroken;
    } catch {
      return this.says.saysBroken;
    }
  }

  done(received) {
    this.bar.value = this.bar.max;
    this.say(fill(this.says.saysDone, { digest: received.sha256.slice(0, 12) }), "done");
  }

  fail(reason) {
    this.say(reason, "wrong");
    this.again.hidden = false;
  }
}

// How many runs are under way; a form must not leave the page while one is.
let sending = 0;

async function sendAll(place, uploads) {
  let all = true;
  sending += 1;
  // One after the other: the slow line of an office is not shared out among ten transfers.
  for (const upload of uploads) all = (await upload.start()) && all;
  sending -= 1;
  if (place.dataset.refresh) await showArrived(place, uploads);
  else if (all && uploads.length) location.reload();
}

async function showArrived(place, uploads) {
  const list = document.getElementById(place.dataset.refresh);
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = answer.ok && page.getElementById(list.id);
    if (!fresh) return;
    list.innerHTML = fresh.innerHTML;
    for (const upload of uploads) if (upload.isDone) upload.row.remove();
  } catch {
    // What has arrived is safe; its line still says so.
  }
}

function refuseWhileSending(place, event) {
  if (!sending) return;
  event.preventDefault();
  const told = place.querySelector("[data-wait]") ?? document.createElement("p");
  told.dataset.wait = "";
  told.className = "note note--warn";
  told.setAttribute("role", "alert");
  told.textContent = place.dataset.saysWait;
  place.append(told);
}

for (const place of document.querySelectorAll("[data-upload-to]")) {
  const input = place.querySelector("input[type=file]");
  const drop = place.querySelector(".drop");
  const send = (files) => sendAll(place, [...files].map((file) => new Upload(place, file)));
  place.querySelector("[data-without-script]")?.remove();
  input.required = false;
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    send(files);
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("drop--over", kind === "dragover");
      if (kind === "drop") send(event.dataTransfer.files);
    });
  }
  place.closest("form").addEventListener("submit", (event) => refuseWhileSending(place, event));
}
