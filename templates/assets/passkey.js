// The browser makes passkeys and uses them; where it cannot, these forms stay hidden and the password does.
const { PublicKeyCredential: keys } = window;
const able = keys && 'parseCreationOptionsFromJSON' in keys && 'parseRequestOptionsFromJSON' in keys;

const ways = {
  make: (question) => navigator.credentials.create({ publicKey: keys.parseCreationOptionsFromJSON(question) }),
  use: (question) => navigator.credentials.get({ publicKey: keys.parseRequestOptionsFromJSON(question) }),
};

// What browsers refuse, they refuse by name.
const refusals = {
  NotAllowedError: 'Your browser was told no, or waited too long. Nothing has changed.',
  InvalidStateError: 'This device holds a passkey of yours already.',
};

async function answer(form) {
  const asked = await fetch(form.dataset.begin, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(new FormData(form)),
  });
  const question = await asked.json();
  if (!asked.ok) throw new Error(question.detail);
  const credential = await ways[form.dataset.passkey](question);
  form.elements.answer.value = JSON.stringify(credential.toJSON());
  form.submit();
}

for (const form of document.querySelectorAll('form[data-passkey]')) {
  if (!able || form.dataset.origin !== location.origin) continue;
  const said = form.querySelector('[role="alert"]');
  form.hidden = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    said.hidden = true;
    answer(form).catch((error) => {
      said.textContent = refusals[error.name] ?? error.message;
      said.hidden = false;
    });
  });
  for (const other of document.querySelectorAll('[data-no-passkey]')) other.hidden = true;
}
