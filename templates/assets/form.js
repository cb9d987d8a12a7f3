// The browser knows the reader's time zone; without JavaScript the newsroom's own is taken.
(() => {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;
  for (const field of document.querySelectorAll('form.sign-up input[name=time_zone]')) {
    if (!field.hasAttribute('data-chosen')) field.value = zone;
    const place = field.form.querySelector('[data-zone]');
    if (place) place.textContent = field.value.split('/').pop().replaceAll('_', ' ');
  }
})();
