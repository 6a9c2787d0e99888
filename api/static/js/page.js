// Conveniences of every page.  Without this file everything still works.

const CONTENT = "[data-dialog-content]";
const LIVE_MS = 3000;
const TYPING = "input, textarea, select, [contenteditable]";

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

// A link to a page that asks for a confirmation opens that page's form in a native dialogue.
async function openDialog(link) {
  const answer = await fetch(link.href, { headers: { accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const content = answer.ok && !answer.redirected && page.querySelector(CONTENT);
  if (!content) {
    location.assign(link.href);
    return;
  }
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  content.querySelector("h1").id = "dialog-title";
  dialog.append(document.adoptNode(content));
  dialog.addEventListener("close", () => {
    dialog.remove();
    link.focus();
  });
  for (const back of dialog.querySelectorAll("[data-close]")) {
    back.addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
  }
  document.body.append(dialog);
  dialog.showModal();
}

function pressKey(event) {
  if (event.key === "Escape") closeMenus(null);
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    location.assign("/help/shortcuts");
    return;
  }
  const digit = Number(event.key);
  const target =
    digit > 0
      ? document.querySelectorAll(".rail a")[digit - 1]
      : [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!target) return;
  event.preventDefault();
  if (target.matches(TYPING)) target.focus();
  else target.click();
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details[data-menu]"));
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openDialog(link).catch(() => location.assign(link.href));
});
document.addEventListener("keydown", pressKey);
// Pressing twice must not do twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
document.querySelector("[data-focus]")?.focus();
// On a phone the rail is a row wider than the screen: where one is must be in sight.
document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// What is still being worked on is asked for again; only that part of the page changes.
async function follow(part) {
  for (;;) {
    await new Promise((done) => setTimeout(done, LIVE_MS));
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = answer.ok && page.getElementById(part.id);
      if (!fresh) continue;
      if (part.innerHTML !== fresh.innerHTML) part.innerHTML = fresh.innerHTML;
      if (!fresh.hasAttribute("data-live")) {
        part.removeAttribute("data-live");
        return;
      }
    } catch {
      // The line may come back.
    }
  }
}
for (const part of document.querySelectorAll("[data-live][id]")) follow(part);

// A table wider than the screen can be scrolled by keys, and says what it is; others need no stop.
function markScrollers() {
  for (const box of document.querySelectorAll(".table")) {
    if (box.hasAttribute("tabindex") && !box.dataset.scrolls) continue;
    const scrolls = box.scrollWidth > box.clientWidth;
    if (scrolls === Boolean(box.dataset.scrolls)) continue;
    if (scrolls) {
      box.dataset.scrolls = "yes";
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", box.querySelector("caption").textContent);
    } else {
      delete box.dataset.scrolls;
      for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    }
  }
}
markScrollers();
addEventListener("resize", markScrollers);
