/**
 * Puts Daybreak's sign-up form on a newsroom's own page: in each `<div data-daybreak-form="1">`, and in place of each
 * `[ms-form id=1]` left in the text. `data-topics="politics,sport"` beside the number ticks those topics, of those the
 * form offers. No cookie, no dependency; needs only `connect-src` and `script-src` of a strict CSP.
 */
(() => {
  const script = document.currentScript || document.querySelector('script[src*="/embed.js"]');
  if (!script || !('adoptedStyleSheets' in Document.prototype)) return;
  const base = new URL('.', script.src).href;

  const SHORTCODE =
    /\[\s*ms-form\s+(?:[^\]]*?\s)?id\s*=\s*["'“”„‟″‘’′]{0,2}\s*(\d+)\s*["'“”„‟″‘’′]{0,2}(?:\s[^\]]*)?\/?\]/i;
  const LEAVE_ALONE =
    'script,style,textarea,pre,code,noscript,template,select,button,[contenteditable]:not([contenteditable="false" i])';
  const PATIENCE = 15000; // milliseconds until a silent server counts as unreachable

  // All else that is said comes with the form, in its language; this is for when nothing has come.
  const UNLOADED = {
    en: ['The sign-up form could not be loaded.', 'Try again'],
    fr: ['Le formulaire d’inscription n’a pas pu être chargé.', 'Réessayer'],
    uk: ['Не вдалося завантажити форму підписки.', 'Спробувати ще раз'],
    ar: ['تعذّر تحميل نموذج الاشتراك.', 'أعد المحاولة'],
  };

  // The page's own colours and fonts are inherited; greys are mixed from its text colour, so dark pages need no rules.
  const css = `
    :host { display: block; margin: 1.5em 0; text-align: start; container-type: inline-size; }
    [aria-busy] { min-height: 35rem; }
    @media (min-width: 34em) { [aria-busy] { min-height: 26rem; } }
    :host([hidden]) { display: none; }
    * { box-sizing: border-box; }
    form, .done { padding-top: 1.25rem; border-top: 3px solid var(--daybreak-button, currentColor); }
    h2 { margin: 0; font: inherit; font-family: var(--daybreak-heading, inherit); font-size: 1.375em; line-height: 1.3; font-weight: 700; text-wrap: balance; }
    .done h2 { outline: none; }
    fieldset { min-width: 0; margin: 1.25rem 0 0; padding: 0; border: 0; }
    legend, .title { display: block; margin: 0 0 .5rem; padding: 0; font-weight: 700; }
    .title { margin-top: 1.5rem; }
    .chip { display: flex; gap: .75rem; padding: .75rem .875rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); cursor: pointer; }
    .chip + .chip { margin-top: .5rem; }
    .chip:has(:checked) { border-color: var(--daybreak-button, currentColor); }
    .chip span, .chip small { display: block; }
    .topics { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .5rem; }
    .topics .chip { align-items: center; min-height: 2.75rem; margin: 0; padding: .25rem .875rem .25rem .75rem; overflow-wrap: anywhere; }
    .topics input { margin: 0; }
    small { font-size: .8125em; line-height: 1.4; opacity: .8; }
    input, button { font: inherit; color: inherit; border-radius: 0; }
    input[type=checkbox] { flex: none; width: 1.25rem; height: 1.25rem; margin: .125rem 0 0; accent-color: var(--daybreak-button, currentColor); }
    input:not([type=checkbox]) { width: 100%; height: 3rem; padding: 0 .875rem; background: none; border: 1px solid color-mix(in srgb, currentColor 60%, transparent); }
    [aria-invalid=true] { border-width: 3px !important; }
    .line { display: grid; gap: .5rem; }
    button { min-height: 3rem; padding: 0 1.75rem; font-weight: 700; cursor: pointer; border: 1px solid transparent; background: var(--daybreak-button, currentColor); }
    button span { color: var(--daybreak-on-button, #fff); }
    .night button span { color: var(--daybreak-on-button, #121417); }
    button[aria-disabled=true] { opacity: .7; cursor: progress; }
    :focus-visible { outline: 3px solid var(--daybreak-button, currentColor); outline-offset: 3px; }
    .error { margin: .25rem 0 0; font-size: .9375em; font-weight: 700; }
    .error:empty { margin: 0; }
    .line .error { min-height: 1.5em; }
    .error:not(:empty)::before { content: '! '; }
    p { margin: .75rem 0 0; }
    a { color: inherit; }
    .consent { font-size: .875em; line-height: 1.5; }
    .consent, .done p { white-space: pre-line; }
    .mean { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin-bottom: .75rem; overflow-wrap: anywhere; }
    .mean[hidden] { display: none; }
    .mean p { flex: 1 0 100%; margin: 0; font-weight: 700; }
    .mean button { min-height: 2.75rem; padding: 0 1rem; }
    .mean button + button { background: none; border-color: currentColor; }
    .trap { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    @container (min-width: 29rem) {
      .line { grid-template-columns: 1fr auto; }
      .line .error { grid-row: 2; grid-column: 1 / -1; }
      .line .mean { grid-row: 3; grid-column: 1 / -1; }
    }`;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);

  const asked = new Map();
  let count = 0;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  async function call(url, options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch(url, { credentials: 'omit', signal: stop.signal, ...options });
      const body = await response.json().catch(() => ({}));
      return { ok: response.ok, status: response.status, body };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Whether the page's text is light, that is, its background dark. Newer notations count to 1 or 100, not to 255. */
  function isNight(element) {
    const text = getComputedStyle(element).color;
    const [a, b, c] = (text.match(/(?<=[ (,])[\d.]+/g) || [0, 0, 0]).map(Number);
    if (/^ok/.test(text)) return a > 0.6;
    if (/^l/.test(text)) return a > 60;
    return (a * 0.299 + b * 0.587 + c * 0.114) * (/^color/.test(text) ? 255 : 1) > 140;
  }

  function upgrade(host) {
    if (host.shadowRoot || !/^\d+$/.test(host.dataset.daybreakForm || '')) return;
    const root = host.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    const frame = make('div');
    root.append(frame);
    const shade = () => frame.classList.toggle('night', isNight(host));
    shade();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', shade);
    const section = (host.dataset.topics || '').toLowerCase().split(/[\s,]+/);
    load(frame, `${base}forms/${host.dataset.daybreakForm}`, section);
  }

  /** Several forms with one id on a page ask the server once. */
  function wordingOf(url) {
    if (!asked.has(url)) asked.set(url, call(url, { headers: { Accept: 'application/json' } }));
    return asked.get(url);
  }

  async function load(frame, url, section) {
    frame.setAttribute('aria-busy', 'true');
    try {
      const { ok, status, body } = await wordingOf(url);
      if (ok) {
        frame.replaceChildren(formOf(body, url, section));
        speak(frame, body.language, body.dir);
      } else if (status === 404 && body.detail) frame.replaceChildren(make('p', { dir: 'auto' }, body.detail));
      else throw new Error(String(status));
    } catch {
      asked.delete(url);
      const wanted = document.documentElement.lang.toLowerCase().split('-')[0];
      const language = Object.hasOwn(UNLOADED, wanted) ? wanted : 'en';
      const [what, retry] = UNLOADED[language];
      speak(frame, language, language === 'ar' ? 'rtl' : 'ltr');
      const again = make('button', { type: 'button' }, make('span', {}, retry));
      again.addEventListener('click', () => load(frame, url, section));
      frame.replaceChildren(make('p', { role: 'alert' }, what), make('p', {}, again));
    }
    frame.removeAttribute('aria-busy');
  }

  function speak(frame, lang, dir) {
    Object.assign(frame, { lang, dir });
  }

  function chip(name, { slug, name: title, description }, checked) {
    const box = make('input', { type: 'checkbox', name, value: slug });
    box.checked = checked;
    const words = make('span', { dir: 'auto' }, make(name === 'topics' ? 'span' : 'b', {}, title));
    if (description) words.append(make('small', {}, description));
    return make('label', { class: 'chip' }, box, words);
  }

  function formOf(data, url, section) {
    const key = `daybreak-${++count}`;
    const newsletters = data.newsletters || [];
    const topics = data.topics || [];
    const { words } = data;
    const places = {};
    const place = (name) => (places[name] = make('p', { class: 'error', id: `${key}-${name}-error`, role: 'alert' }));
    const field = (name, type, attributes) =>
      make('input', { id: `${key}-${name}`, name, type, 'aria-describedby': `${key}-${name}-error`, ...attributes });

    const email = field('email', 'email', {
      autocomplete: 'email',
      inputmode: 'email',
      required: '',
      autocapitalize: 'off',
      spellcheck: 'false',
      dir: 'ltr',
    });
    const name = field('name', 'text', { autocomplete: 'name', maxlength: 100, dir: 'auto', spellcheck: 'false' });
    // People do not see it; programs fill in whatever they find.
    const trap = field('website_address', 'text', { tabindex: -1, autocomplete: 'off' });
    const label = make('span', {}, data.button);
    const button = make('button', {}, label);
    const mean = make('div', { class: 'mean', role: 'group', hidden: '', 'aria-labelledby': `${key}-mean` });
    const form = make('form', { novalidate: '', 'aria-labelledby': `${key}-title` });
    form.append(make('h2', { id: `${key}-title`, dir: 'auto' }, data.title));
    if (newsletters.length > 1) {
      const choices = make('fieldset', { 'aria-describedby': `${key}-newsletters-error` });
      const chips = newsletters.map((newsletter) => chip('newsletters', newsletter, true));
      choices.append(make('legend', {}, words.newsletters), ...chips, place('newsletters'));
      form.append(choices);
    }
    if (topics.length) {
      const choices = make('fieldset', { 'aria-describedby': `${key}-some ${key}-topics-error` });
      const chips = topics.map((topic) => chip('topics', topic, section.includes(topic.slug)));
      choices.append(
        make('legend', {}, words.topics),
        make('small', { id: `${key}-some` }, words.all),
        make('div', { class: 'topics' }, ...chips),
        place('topics'),
      );
      form.append(choices);
    }
    if (data.name_field === 'optional') {
      form.append(make('label', { class: 'title', for: name.id }, words.name), name, place('name'));
    }
    const consent = make('p', { class: 'consent', dir: 'auto' }, data.consent_text || '');
    if (data.consent_link_url) {
      const link = { href: data.consent_link_url, target: '_blank', rel: 'noopener' };
      consent.append(' ', make('a', link, data.consent_link_text));
    }
    form.append(
      make('label', { class: 'title', for: email.id }, words.email),
      make('div', { class: 'line' }, email, place('email'), mean, button),
      make('div', { class: 'trap', 'aria-hidden': 'true' }, trap),
      consent,
      place('form'),
    );

    const say = (about, ...message) => {
      (places[about] || places.form).replaceChildren(...message);
      if (about === 'email') email.setAttribute('aria-invalid', 'true');
    };
    const hush = () => {
      for (const element of Object.values(places)) element.textContent = '';
      mean.hidden = true;
      email.removeAttribute('aria-invalid');
    };
    const ticked = (what) => [...form.querySelectorAll(`[name=${what}]:checked`)].map((box) => box.value);
    const chosen = () => (newsletters.length > 1 ? ticked('newsletters') : newsletters.map(({ slug }) => slug));

    async function send(more) {
      const { ok, body } = await call(`${url}/sign-ups`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({
          email: email.value,
          name: name.value,
          newsletters: chosen(),
          topics: ticked('topics'),
          time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
          page_url: location.href.split('#')[0],
          token: data.token,
          website_address: trap.value,
          ...more,
        }),
      });
      if (ok) return finish();
      if (body.code === 'proof-wanted' && body.challenge && !more.altcha) return work(body.challenge, more);
      const errors = (body.errors || []).length ? body.errors : [{ field: 'form', message: body.detail || body.title }];
      if (body.suggestion) return suggest(body.suggestion, errors[0].message);
      for (const { field, message } of errors) say(field, message || words.failed);
      if (email.hasAttribute('aria-invalid')) email.focus();
    }

    /** Only some sign-ups have to be worked for, so what does the work is fetched when it is needed. */
    async function work(challenge, more) {
      let altcha;
      try {
        const { prove } = await import(`${base}assets/prove.js`);
        altcha = await prove(challenge);
      } catch {
        return say('form', words.page, ' ', make('a', { href: url }, words.open));
      }
      return send({ ...more, altcha });
    }

    email.addEventListener('input', () => {
      mean.hidden = true;
    });

    function suggest(address, question) {
      const take = make('button', { type: 'button' }, make('span', {}, words.take));
      const keep = make('button', { type: 'button' }, words.keep);
      take.addEventListener('click', () => {
        email.value = address;
        submit({});
      });
      keep.addEventListener('click', () => submit({ sure: email.value }));
      mean.replaceChildren(make('p', { id: `${key}-mean` }, question), take, keep);
      mean.hidden = false;
      take.focus();
    }

    function finish() {
      const heading = make('h2', { tabindex: '-1', dir: 'auto' }, data.success_title);
      const words = make('p', { dir: 'auto' }, data.success_text || '');
      form.replaceWith(make('div', { class: 'done', role: 'status' }, heading, words));
      heading.focus();
    }

    async function submit(more) {
      if (button.getAttribute('aria-disabled') === 'true') return;
      // What is about to be hidden would take the keyboard's place with it.
      if (mean.contains(form.getRootNode().activeElement)) button.focus();
      hush();
      if (!chosen().length) say('newsletters', words.none);
      if (!email.value.includes('@')) {
        say('email', words.address);
        email.focus();
      }
      if (Object.values(places).some((element) => element.textContent)) return;
      button.setAttribute('aria-disabled', 'true');
      label.textContent = words.sending;
      await send(more).catch(() => say('form', words.offline));
      button.removeAttribute('aria-disabled');
      label.textContent = data.button;
    }

    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submit({});
    });
    return form;
  }

  function replaceShortcodes(text) {
    const parent = text.parentElement;
    if (!parent || !text.data.includes('[') || parent.closest(LEAVE_ALONE)) return;
    for (let node = text, found = SHORTCODE.exec(node.data); found; found = SHORTCODE.exec(node.data)) {
      const shortcode = node.splitText(found.index);
      node = shortcode.splitText(found[0].length);
      const host = make('div', { 'data-daybreak-form': found[1] });
      shortcode.replaceWith(host);
      upgrade(host);
    }
  }

  function search(node) {
    if (node.nodeType === Node.TEXT_NODE) return replaceShortcodes(node);
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    if (node.matches('[data-daybreak-form]')) upgrade(node);
    node.querySelectorAll('[data-daybreak-form]').forEach(upgrade);
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    texts.forEach(replaceShortcodes);
  }

  function start() {
    search(document.body);
    new MutationObserver((records) => {
      for (const { type, target, addedNodes } of records) {
        if (type === 'characterData') search(target);
        else for (const node of addedNodes) if (node.isConnected) search(node);
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  }

  if (document.body) start();
  else document.addEventListener('DOMContentLoaded', start);
})();
