// What is to come comes nearer while the page is looked at. The seconds left are the server's: this clock may be wrong.
const marks = [...document.querySelectorAll('[data-seconds]')];
const SECOND = 1000;

// As the server says it (src/kernel/span.ts).
function span(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return both(`${hours} h`, minutes % 60, 'min');
  return both(`${Math.floor(hours / 24)} d`, hours % 24, 'h');
}

const both = (large, rest, unit) => (rest === 0 ? large : `${large} ${rest} ${unit}`);

function move() {
  for (const mark of marks) {
    const left = Math.round(mark.dataset.seconds - performance.now() / SECOND);
    const says = left > 0 ? `in ${span(left)}` : 'now';
    if (mark.textContent !== says) mark.textContent = says;
  }
}

if (marks.length > 0) setInterval(move, SECOND);
