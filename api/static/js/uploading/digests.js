// SHA-256 of files, made in a worker: the page stays quick whatever their size.

let worker;
const hashing = new Map();

export function hash(entry) {
  if (!worker) {
    worker = new Worker(new URL("./hashing.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const { entry: of, done, failed } = hashing.get(data.id);
      if (data.hashed) {
        if (!of.isPaused && !of.isGone) of.row.show("hashing", { at: data.hashed });
        if (of.isGone) worker.postMessage({ drop: data.id });
        return;
      }
      hashing.delete(data.id);
      if (data.sha256) done((of.digest = data.sha256));
      else failed(new Error());
    });
  }
  return new Promise((done, failed) => {
    const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
    hashing.set(id, { entry, done, failed });
    worker.postMessage({ id, file: entry.file });
  });
}
