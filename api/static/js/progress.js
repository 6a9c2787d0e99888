// Asks how far a run is and shows it; when it is over, the page shows the result.

const EVERY_MS = 1000;
const OVER = ["done", "failed"];

async function follow(place) {
  const bar = place.querySelector("progress");
  const text = place.querySelector("[data-text]");
  for (;;) {
    await new Promise((done) => setTimeout(done, EVERY_MS));
    try {
      const answer = await fetch(place.dataset.progress, { cache: "no-store" });
      if (!answer.ok) continue;
      const now = await answer.json();
      if (OVER.includes(now.state)) {
        location.reload();
        return;
      }
      if (now.total > 0) {
        bar.max = now.total;
        bar.value = now.done;
        text.textContent = place.dataset.says
          .replace("{done}", now.done)
          .replace("{total}", now.total);
      }
    } catch {
      // The line may come back; the run goes on without us.
    }
  }
}

for (const place of document.querySelectorAll("[data-progress]")) follow(place);
