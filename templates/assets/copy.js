// Puts a button beside each box that is there to be copied; where the browser cannot copy, the text can still be selected.
for (const box of navigator.clipboard ? document.querySelectorAll('[data-copy]') : []) {
  const button = document.createElement('button');
  const say = (word) => {
    button.textContent = word;
    button.setAttribute('aria-label', `${word}: ${box.labels[0].textContent}`);
  };
  button.type = 'button';
  button.className = 'link';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(box.value);
    say('Copied');
  });
  say('Copy');
  box.after(button);
}
