// The mail as it is being written, and what may go wrong with it, without anybody asking. Without a script there are a
// button and a link for both.
const words = document.getElementById('words');
const look = document.getElementById('look');
const PAUSE_MS = 400;

let pause;
words.addEventListener('input', () => {
  clearTimeout(pause);
  pause = setTimeout(showProof, PAUSE_MS);
});

function showProof() {
  const frame = document.querySelector('iframe[name=proof]');
  // The first page of a new frame leaves no trace in the history: “Back” leads away from the desk, not through the typing.
  const fresh = frame.cloneNode();
  fresh.removeAttribute('src');
  frame.replaceWith(fresh);
  words.requestSubmit(look);
}

const checks = document.getElementById('checks');
if (!checks.querySelector('.checks')) showChecks();

async function showChecks() {
  const answer = await fetch(checks.dataset.checks, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const list = page.querySelector('#checks .checks');
  if (list) checks.querySelector('p')?.replaceWith(list);
}
