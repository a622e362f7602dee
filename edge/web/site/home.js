// Keeps the counts of the first page up to date while somebody looks at it.
const every = 5000;
const live = document.getElementById("live");
const cells = document.querySelectorAll("[data-count]");

for (const origin of document.querySelectorAll("[data-origin]")) origin.textContent = location.origin;

function show(counts) {
  for (const cell of cells) {
    const text = Math.floor(counts[cell.dataset.count]).toLocaleString("en-US");
    if (cell.textContent === text) continue;
    cell.textContent = text;
    cell.classList.remove("changed");
    void cell.offsetWidth; // so that the flash begins again
    cell.classList.add("changed");
  }
}

function tell(connected) {
  live.classList.toggle("away", !connected);
  const word = live.lastElementChild;
  const text = connected ? "live" : "no answer, trying again";
  if (word.textContent !== text) word.textContent = text;
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/status.json", { signal: AbortSignal.timeout(every) });
    if (answer.ok) show(await answer.json());
    tell(answer.ok);
  } catch {
    tell(false);
  }
}

setInterval(refresh, every);
document.addEventListener("visibilitychange", refresh);
