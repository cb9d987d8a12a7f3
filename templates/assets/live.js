// Puts in what is new on a page where something moves; without a script the page reloads by itself.
const moving = document.querySelector('[data-live]');
const stage = moving.dataset.live;

const source = new EventSource(moving.dataset.from);
source.onmessage = ({ data }) => {
  const frame = JSON.parse(data);
  // Another stage has other buttons: only a whole page shows them. A page that says why something was refused stands at
  // the address of the deed, which is not one to look at.
  if (frame.stage !== stage) {
    source.close();
    location.replace(moving.dataset.from.replace(/\/live$/, ''));
    return;
  }
  for (const [id, html] of Object.entries(frame.parts)) put(id, html);
};

function put(id, html) {
  const part = document.getElementById(id);
  if (!part) return;
  // What somebody has opened to look at stays open.
  const open = [...part.querySelectorAll('details')].map((details) => details.open);
  part.innerHTML = html;
  for (const [n, details] of part.querySelectorAll('details').entries()) details.open = open[n] ?? false;
}
