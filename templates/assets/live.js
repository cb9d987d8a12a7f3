// Reads a page again while something on it moves, and puts in what is new; without a script the page reloads by itself.
const EVERY_MS = 1000;

// A page that says why something was refused stands at the address of the deed, which is not one to look at.
const { at } = document.querySelector('[data-live]').dataset;

async function refresh() {
  const answer = await fetch(at, { headers: { Accept: 'text/html' } });
  if (answer.redirected) return location.replace(answer.url);
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  // Another stage has other buttons: only a whole page shows them.
  if (stageOf(fresh) !== stageOf(document)) return location.replace(at);
  for (const part of document.querySelectorAll('[data-fresh]')) {
    const next = fresh.getElementById(part.id);
    if (next && next.innerHTML !== part.innerHTML) part.innerHTML = next.innerHTML;
  }
}

const stageOf = (page) => page.querySelector('[data-live]')?.dataset.live;

setInterval(() => {
  // A console that cannot be reached for a moment is asked again a second later.
  if (!document.hidden) refresh().catch(() => {});
}, EVERY_MS);
