// A worker: SHA-256 of files, one after the other, told piece by piece.
import { sha256 } from "../vendor/noble-hashes/sha2.js";

const PIECE = 4 << 20;
const EVERY_MS = 150;
let queue = Promise.resolve();
const dropped = new Set();

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function hash(id, file) {
  const hasher = sha256.create();
  let told = performance.now();
  for (let at = 0; at < file.size; at += PIECE) {
    hasher.update(new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer()));
    if (dropped.delete(id)) throw new Error("given up");
    if (performance.now() - told > EVERY_MS) {
      told = performance.now();
      postMessage({ id, hashed: Math.min(at + PIECE, file.size) });
    }
  }
  postMessage({ id, sha256: hex(hasher.digest()) });
}

addEventListener("message", ({ data: { id, file, drop } }) => {
  if (drop) {
    dropped.add(drop);
    return;
  }
  // A file that cannot be read (taken away, changed meanwhile) must not stop the others.
  queue = queue.then(() => hash(id, file)).catch(() => postMessage({ id, unreadable: true }));
});
