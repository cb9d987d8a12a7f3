// The browser knows the reader's time zone; without JavaScript the newsroom's own is taken.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  for (const field of document.querySelectorAll('form.sign-up input[name=time_zone]')) {
    if (!field.hasAttribute('data-chosen')) field.value = zone;
    const place = field.form.querySelector('[data-zone] bdi');
    if (place) place.textContent = field.value.split('/').pop().replaceAll('_', ' ');
  }
})();

// A form that came back with a puzzle is sent again with its solution.
for (const puzzle of document.querySelectorAll('form.sign-up [data-challenge]')) {
  const form = puzzle.closest('form');
  const say = (what) => {
    for (const words of puzzle.querySelectorAll('p')) words.hidden = !words.matches(`[data-${what}]`);
  };
  say('proving');
  import('/assets/prove.js')
    .then(({ prove }) => prove(JSON.parse(puzzle.dataset.challenge)))
    .then((solution) => {
      const field = document.createElement('input');
      Object.assign(field, { type: 'hidden', name: 'altcha', value: solution });
      form.append(field);
      form.requestSubmit();
    })
    .catch(() => say('unproven'));
}
