// The device may be somewhere else than the reader was when signing up: it says so, and changes nothing by itself.
(() => {
  const hint = document.querySelector('[data-device]');
  const select = document.querySelector('#time-zone');
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!hint || !select || !here) return;
  // Zones have older names too; two names of one zone are no difference.
  const same = (zone) => {
    try {
      return Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone === here;
    } catch {
      return false;
    }
  };
  const there = [...select.options].find((option) => same(option.value));
  const look = () => {
    hint.hidden = !there || same(select.value);
  };
  const place = here.split('/').pop().replaceAll('_', ' ');
  hint.querySelector('[data-place]').textContent = hint.dataset.device.replace('%place%', place);
  hint.querySelector('button').addEventListener('click', () => {
    select.value = there.value;
    look();
    select.focus();
  });
  select.addEventListener('change', look);
  look();
})();
