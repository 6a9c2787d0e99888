// A long text is not lost by leaving, nor left behind by an act on what was saved before.
// form[data-keep]: leaving with unsaved text asks first; a[data-of-saved]: waits until it is saved.

function typed(form) {
  return [...form.querySelectorAll("textarea, input:not([type=file]), select")]
    .filter((field) => field.name !== "_csrf_token")
    .map((field) => field.value)
    .join("\u0000");
}

function say(form) {
  const button = form.querySelector("button:not([type=button], [name])");
  const told = form.querySelector("[data-unsaved]") ?? document.createElement("p");
  told.dataset.unsaved = "";
  told.className = "note note--warn";
  told.setAttribute("role", "alert");
  told.textContent = form.dataset.saysUnsaved;
  button.parentElement.before(told);
  button.focus();
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  const refused = document.getElementById("problems") !== null;
  const saved = typed(form);
  let leaving = false;
  // What comes back with a refusal is shown, not saved.
  const isDirty = () => !leaving && (refused || typed(form) !== saved);
  document.addEventListener("submit", (event) => {
    if (event.target === form) leaving = !event.defaultPrevented;
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty()) event.preventDefault();
  });
  // Before the dialogue of page.js opens.
  document.addEventListener(
    "click",
    (event) => {
      if (!form.dataset.saysUnsaved || !event.target.closest("[data-of-saved] a") || !isDirty()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      say(form);
    },
    { capture: true },
  );
}
