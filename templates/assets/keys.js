// One key instead of the mouse. Whoever dictates to a browser, or leans on the keyboard, can switch them off (WCAG 2.1.4).
const OFF = 'daybreak.keys.off';
const SOON_MS = 1500;
const FIND = '#find';
const READERS = '/console/readers';

const dialog = document.getElementById('keys');
const button = document.querySelector('[data-keys]');
const choice = dialog.querySelector('[data-keys-on]');
const ways = new Map([...document.querySelectorAll('[data-key]')].map((link) => [link.dataset.key, link]));

button.hidden = false;
button.addEventListener('click', () => dialog.showModal());
choice.checked = !kept();
choice.addEventListener('change', () => keep(!choice.checked));

let before = { key: '', at: 0 };

document.addEventListener('keydown', (event) => {
  const { key, repeat, isComposing, defaultPrevented, target, timeStamp } = event;
  if (isModified(event) || repeat || isComposing || defaultPrevented) return;
  if (dialog.open || !choice.checked || isTyping(target)) return;
  const led = before.key === 'g' && timeStamp - before.at < SOON_MS ? 'g ' : '';
  before = { key: led ? '' : key, at: timeStamp };
  const act = led ? ways.get(led + key) && (() => ways.get(led + key).click()) : single(key);
  if (!act) return;
  event.preventDefault();
  act();
});

function single(key) {
  if (key === '?') return () => dialog.showModal();
  if (key === '/') return search;
  if (key === 'n') return ways.has('n') && (() => ways.get('n').click());
}

/** The page's own search, or that for readers, on a page of its own. */
function search() {
  const field = ownSearch();
  if (!field) return location.assign(READERS + FIND);
  field.focus();
  field.select();
}

const ownSearch = () => document.querySelector('main :is([role="search"], .filter) input:not([type="hidden"])');

// “?” needs the shift key nearly everywhere, and so does “/” on some keyboards.
const isModified = ({ key, ctrlKey, metaKey, altKey, shiftKey }) =>
  ctrlKey || metaKey || altKey || (shiftKey && key !== '?' && key !== '/');

const isTyping = (target) =>
  target instanceof Element && (target.isContentEditable || target.matches('input, textarea, select'));

// A browser may refuse to keep anything; then the choice holds for this page.
function kept() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false;
  }
}

function keep(off) {
  try {
    if (off) localStorage.setItem(OFF, 'yes');
    else localStorage.removeItem(OFF);
  } catch {}
}

if (location.hash === FIND) ownSearch()?.focus();
