// Sends one file in parts by the tus 1.0 protocol, and goes on after whatever broke off.
// tus-js-client is not used: it sends no checksum of a part, and none counts here without.
import { sha256 } from "../vendor/noble-hashes/sha2.js";

const VERSION = "1.0.0";
const PAUSES = [500, 1000, 2000, 5000];
// Busy, overtaken, altered on its way, or the server is just starting: it may work the next time.
const PASSING = new Set([0, 423, 429, 460, 502, 503, 504]);
const PASSING_CODES = new Set(["upload.other_offset", "upload.not_open"]);

export class Refused extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? "");
    this.code = problem?.code ?? "";
    this.passes = PASSING.has(status) || PASSING_CODES.has(this.code);
  }
}

// Not a failure: somebody paused the file, or gave it up.
export class Stopped extends Error {}

function base64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}

async function checksum(part) {
  // Pages that did not come by TLS are given no WebCrypto.
  if (!globalThis.crypto?.subtle) return sha256(part);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", part));
}

function ask(method, address, headers, { body, told, begun } = {}) {
  // Not fetch: it does not tell how much of a body is on its way.
  return new Promise((answer, refuse) => {
    const request = new XMLHttpRequest();
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("tus-resumable", VERSION);
    request.setRequestHeader("accept", "application/json");
    if (told) request.upload.addEventListener("progress", (event) => told(event.loaded));
    request.addEventListener("error", () => refuse(new Refused(0)));
    request.addEventListener("abort", () => refuse(new Refused(0)));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) return answer(request);
      let problem;
      try {
        problem = JSON.parse(request.responseText);
      } catch {
        problem = undefined;
      }
      return refuse(new Refused(request.status, problem));
    });
    begun?.(request);
    request.send(body);
  });
}

// Until the pause is over, the line is back, or `waken` is called with what ends it.
function rest(milliseconds, waken = () => {}) {
  return new Promise((done) => {
    const end = () => (clearTimeout(timer), done());
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", end, { once: true });
    waken(end);
  });
}

// Gives up what the server has of a file; true where it had become part of the answer before.
export async function discard(address, token) {
  for (let tries = 0; tries < PAUSES.length; tries += 1) {
    try {
      await ask("DELETE", address, { "x-csrftoken": token });
      return false;
    } catch (error) {
      if (error.code === "upload.not_open") return true;
      if (!error.passes) return false;
      await rest(PAUSES[tries]);
    }
  }
  return false; // Left unfinished, it is shown on the page, and its time runs out.
}

export class Transfer {
  constructor({ file, place, token, digest, told }) {
    Object.assign(this, { file, place, token, digest, told });
    this.stopped = false;
  }

  // A part on its way is broken off; an announcement is not, or nobody would know its address.
  stop() {
    this.stopped = true;
    this.running?.abort();
    this.waken?.();
  }

  // Ends when the server has the whole file and has checked it.
  async send() {
    for (let tries = 0, best = -1; ; tries += 1) {
      try {
        await this.attempt((reached) => {
          if (reached > best) [best, tries] = [reached, 0];
        });
        return;
      } catch (error) {
        if (this.stopped) throw new Stopped();
        if (!(error instanceof Refused)) throw error;
        if (error.code === "upload.received_already") return;
        if (!error.passes) throw error;
        this.told("waiting");
        await rest(PAUSES[Math.min(tries, PAUSES.length - 1)], (end) => (this.waken = end));
        if (this.stopped) throw new Stopped();
      }
    }
  }

  // Announcing a file again gives the upload under way: the server alone remembers.
  async attempt(reachedAt) {
    const begun = await ask("POST", this.place, { "x-csrftoken": this.token, ...this.announcement() });
    this.address = begun.getResponseHeader("location");
    this.partBytes = Number(begun.getResponseHeader("upload-part-size"));
    let reached = Number(begun.getResponseHeader("upload-offset"));
    do {
      reachedAt(reached);
      this.told("sending", reached);
      reached = await this.part(reached);
    } while (reached < this.file.size);
  }

  async part(at) {
    // Sent as a piece of the file, not as its bytes: those would be copied on the page's one thread.
    const body = this.file.slice(at, at + this.partBytes);
    const bytes = new Uint8Array(await body.arrayBuffer());
    const headers = {
      "x-csrftoken": this.token,
      "content-type": "application/offset+octet-stream",
      "upload-offset": String(at),
    };
    if (body.size) headers["upload-checksum"] = `sha256 ${base64(await checksum(bytes))}`;
    const last = at + body.size === this.file.size;
    const told = (loaded) =>
      last && loaded === body.size ? this.told("checking") : this.told("sending", at + loaded);
    if (this.stopped) throw new Stopped();
    const begun = (request) => (this.running = request);
    const taken = await ask("PATCH", this.address, headers, { body, told, begun });
    this.running = undefined;
    return Number(taken.getResponseHeader("upload-offset"));
  }

  announcement() {
    const said = { filename: this.file.name, sha256: this.digest, modified: String(this.file.lastModified) };
    const written = Object.entries(said).map(
      ([name, value]) => `${name} ${base64(new TextEncoder().encode(value))}`,
    );
    return { "upload-length": String(this.file.size), "upload-metadata": written.join(",") };
  }
}
