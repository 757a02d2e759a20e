// <schul-hilfe>: the support chat on a school's page. This module is all that a page loads before somebody opens
// the chat: the element, its button, and what the tab remembers. The chat itself (`widget/chat.js`) is fetched at
// the first opening, or at once where it fills a page or the tab had it open.
//
// Promises: closed, it has requested nothing else and stored nothing; before the first message nothing is stored
// at all. No markup from the network is ever parsed: every node is made by createElement, and styles come from
// constructed sheets, so a host page may set `style-src 'none'` and Trusted Types.

const HERE = new URL(import.meta.url);
const VERSION = 1; // of what the tab remembers

// What the button says; all other texts come with the chat.
const TEXTS = {
  de: {
    title: 'Schul-IT-Hilfe',
    one: '1 neue Antwort',
    many: '{n} neue Antworten',
    failed: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
  },
  en: {
    title: 'School IT help',
    one: '1 new reply',
    many: '{n} new replies',
    failed: 'That did not work. Please try again.',
  },
};

/** The language of the texts that belongs to a BCP 47 tag; German where none does. */
const toLang = (tag) => (/^en\b/i.test(tag ?? '') ? 'en' : 'de');

// The guard with cap and signal disc, as in web/assets/icon.svg: [element, attributes].
const LOGO = [
  ['circle', { cx: 27, cy: 37, r: 17, fill: '#fff' }],
  ['path', { d: 'M9.5 33a17.5 17.5 0 0 1 35 0z', fill: '#f0b429' }],
  ['path', { d: 'M8 31.5h38a2.6 2.6 0 0 1 0 5.2H8a2.6 2.6 0 0 1 0-5.2z', fill: '#17232e' }],
  ['circle', { cx: 21, cy: 42, r: 2.2, fill: '#17232e' }],
  ['circle', { cx: 33, cy: 42, r: 2.2, fill: '#17232e' }],
  ['path', { d: 'M21 47c3.5 3.4 8.5 3.4 12 0', fill: 'none', stroke: '#17232e', 'stroke-width': 2.4 }],
  ['path', { d: 'M51 27v27', stroke: '#fff', 'stroke-width': 4.5 }],
  ['circle', { cx: 51, cy: 17, r: 11, fill: '#fff' }],
  ['path', { d: 'M51 22.5v-11m-4.6 4.4 4.6-4.6 4.6 4.6', fill: 'none', stroke: '#1b6e50', 'stroke-width': 3 }],
];

const LIGHT = `
  --ink: #17232e; --muted: #4a5a68; --bg: #ffffff; --soft: #eef3f7; --log: #f4f7fa; --line: #d3dde5;
  --field: #76848f; --brand: var(--schul-hilfe-brand, #1d5c8f); --on-brand: var(--schul-hilfe-on-brand, #ffffff);
  --head: var(--brand); --on-head: var(--on-brand);
  --link: #1d5c8f; --user: var(--schul-hilfe-tint, #dcebf7); --bubble: #ffffff; --hint: #5f6f7c; --tint: var(--schul-hilfe-tint, #dcebf7);
  --ok: #1b6e50; --ok-bg: #e6f4ee; --bad: #a4262c; --bad-bg: #fdecec; --warn: #5c4300; --warn-bg: #fff4d6;
  --focus: #0b3d91; --gap: #ffffff; --shade: 0 18px 48px rgb(15 35 55 / .24), 0 2px 8px rgb(15 35 55 / .12);
  color-scheme: light;
`;

const DARK = `
  --ink: #eef3f7; --muted: #b4c2ce; --bg: #14202b; --soft: #1f2d3a; --log: #14202b; --line: #384b5b;
  --field: #7f909e; --brand: var(--schul-hilfe-brand-dark, #8cc4f2); --on-brand: var(--schul-hilfe-on-brand-dark, #08253c);
  --head: var(--schul-hilfe-tint-dark, #1b3b57); --on-head: #eef3f7;
  --link: #8cc4f2; --user: var(--schul-hilfe-tint-dark, #21496b); --bubble: #1f2d3a; --hint: #b4c2ce; --tint: var(--schul-hilfe-tint-dark, #2a4258);
  --ok: #7fd6b1; --ok-bg: #16352b; --bad: #ff9c9c; --bad-bg: #43222a; --warn: #ffe9a8; --warn-bg: #3d3210;
  --focus: #ffffff; --gap: #0b3d91; --shade: 0 18px 48px rgb(0 0 0 / .5), 0 2px 8px rgb(0 0 0 / .3);
  color-scheme: dark;
`;

const BUTTON = `
:host { all: initial; ${LIGHT} }
@media (prefers-color-scheme: dark) { :host(:not([theme="light"])) { ${DARK} } }
:host([theme="dark"]) { ${DARK} }
:host([hidden]) { display: none; }
:host([page]) { display: block; height: 100%; min-height: 0; }

*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
.root { font: 400 max(16px, 1rem)/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink);
  text-align: start; -webkit-text-size-adjust: 100%; overflow-wrap: anywhere; }
:host([page]) .root { height: 100%; }
button, textarea, input, select { font: inherit; color: inherit; margin: 0; letter-spacing: inherit; }
button { cursor: pointer; touch-action: manipulation; }
svg { display: block; flex: none; width: 1.25em; height: 1.25em; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--gap); }
.vh { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

[popover] { inset: auto; margin: 0; overflow: visible; color: var(--ink); }
.launcher { position: fixed; z-index: 2147483000; inset-block-end: max(16px, env(safe-area-inset-bottom)); inset-inline-end: 16px;
  display: flex; align-items: center; gap: 10px; min-height: 56px; max-width: calc(100vw - 32px); padding: 6px 20px 6px 8px;
  border: 1px solid transparent; border-radius: 28px; background: var(--brand); color: var(--on-brand); font-weight: 600;
  box-shadow: var(--shade); transition: transform .15s ease; }
.launcher:hover { transform: translateY(-2px); }
:host([position="left"]) .launcher { inset-inline: 16px auto; }
.logo { display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: 50%; background: #1d5c8f;
  border: 1px solid rgb(255 255 255 / .35); }
.logo svg { width: 32px; height: 32px; stroke: none; }
.logo img { width: 100%; height: 100%; padding: 13%; border-radius: inherit; background: #fff; object-fit: contain; }
.badge { display: grid; place-items: center; min-width: 26px; height: 26px; padding: 0 7px; border-radius: 13px; margin-inline-end: -8px;
  border: 1px solid #fff; background: #a4262c; color: #fff; font-size: .875em; font-weight: 700; }
.launcher[aria-busy="true"] .logo { opacity: .6; }

@media (forced-colors: active) {
  .launcher { border-color: ButtonText; background: ButtonFace; color: ButtonText; }
  :focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
}
@media print { .launcher { display: none; } }
`;

const sheets = new Map(); // constructed sheets by their text: shared by all elements on a page

/** Gives a shadow root more styles; browsers without constructed sheets get a style element. */
function dress(root, css) {
  try {
    if (!sheets.has(css)) {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      sheets.set(css, sheet);
    }
    if (!root.adoptedStyleSheets.includes(sheets.get(css))) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheets.get(css)];
  } catch {
    const style = document.createElement('style');
    style.textContent = css;
    root.append(style);
  }
}

/**
 * The authority's colours: brand, what is written on it, a soft shade; then the same for dark screens. What the host
 * page sets on the element itself counts more.
 */
function paint(root, colours) {
  const found = colours?.match(/#[\da-f]{6}\b/gi) ?? [];
  const names = ['brand', 'on-brand', 'tint', 'brand-dark', 'on-brand-dark', 'tint-dark'];
  if (found.length === names.length) dress(root, `:host { ${found.map((colour, at) => `--schul-hilfe-${names[at]}: ${colour};`).join(' ')} }`);
}

function make(name, className, ...children) {
  const node = document.createElement(name);
  node.className = className;
  node.append(...children);
  return node;
}

/** Above everything on the page, and free of an ancestor's transform or filter. */
function lift(node) {
  try {
    node.popover = 'manual';
    if (node.isConnected && !node.matches(':popover-open')) node.showPopover();
  } catch {
    // An older browser: fixed to the window, as far as the page lets it.
  }
}

function logo() {
  const shape = (name, attributes) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    return node;
  };
  const svg = shape('svg', { viewBox: '0 0 64 64', 'aria-hidden': 'true', focusable: 'false' });
  svg.append(...LOGO.map(([name, attributes]) => shape(name, attributes)));
  return make('span', 'logo', svg);
}

/** What the tab remembers of a conversation. A browser that forbids storage only loses the reload. */
class Memory {
  #key;

  constructor(school) {
    this.#key = `schul-hilfe:${HERE.host}:${school ?? ''}`;
  }

  read() {
    try {
      const value = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      return value?.v === VERSION ? value : null;
    } catch {
      return null;
    }
  }

  write(value) {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ v: VERSION, ...value }));
    } catch {
      // Full or forbidden: the conversation lives on in this page.
    }
  }

  clear() {
    try {
      sessionStorage.removeItem(this.#key);
    } catch {
      // Forbidden: then nothing was written either.
    }
  }
}

/**
 * `<schul-hilfe school lang theme position title brand room page>`; methods `open() close() toggle()`.
 * Events (bubbling, composed): `schul-hilfe-open`, `schul-hilfe-close`, `schul-hilfe-ready` at the first welcome
 * of the server, `schul-hilfe-unread` with `{count}`, `schul-hilfe-filed` with `{number}` of a report.
 */
class SchulHilfe extends HTMLElement {
  static observedAttributes = ['lang', 'title', 'school', 'brand'];

  #face = null; // what the chat gets of the element
  #label = make('span', '');
  #badge = make('span', 'badge');
  #lang = 'de';
  #title = null; // as the host page calls the chat
  #operator = null; // as the operator does
  #unread = 0;
  #isOpen = false; // or is about to be
  #chat = null; // once it is loaded
  #loading = null;
  #failures = 0;

  connectedCallback() {
    this.#face ??= this.#build();
    this.#face.memory = new Memory(this.getAttribute('school'));
    if (!this.hasAttribute('page')) lift(this.#face.launcher);
    const kept = this.#chat ? null : this.#face.memory.read();
    if (kept?.lang) this.#speak(toLang(kept.lang));
    this.#chat?.arrive();
    if (this.hasAttribute('page') || this.#isOpen || kept?.open) this.#show(false);
    // This tab has begun a conversation: what comes meanwhile is counted on the button.
    else if (kept && !this.#chat) this.#loading ??= this.#load();
  }

  disconnectedCallback() {
    this.#chat?.leave();
  }

  attributeChangedCallback(name, old, value) {
    if (name === 'school') {
      if (!this.#face || old === value) return;
      // Another school is another chat; it stands open where the last one did.
      this.#chat?.end();
      this.#chat = null;
      if (this.isConnected) this.connectedCallback();
    }
    if (value === null) return;
    if (name === 'lang') {
      if (this.#chat) this.#chat.setLang(toLang(value));
      else this.#speak(toLang(value));
    }
    if (name === 'brand') this.#face?.paint(value);
    if (name === 'title') {
      // Kept and taken away: as an attribute it would be a tooltip over the whole chat.
      this.#title = value;
      this.removeAttribute('title');
      this.#named();
      this.#chat?.rename();
    }
  }

  open() {
    this.#show(true);
  }

  close() {
    if (!this.#isOpen || this.hasAttribute('page')) return;
    this.#isOpen = false;
    this.#chat?.hide();
  }

  toggle() {
    if (this.#isOpen) this.close();
    else this.open();
  }

  async #show(byReader) {
    this.#isOpen = true;
    if (!this.#face) return; // until it stands in a page
    if (!this.#chat) await (this.#loading ??= this.#load());
    if (this.#chat && this.#isOpen && this.isConnected) this.#chat.show(byReader);
  }

  /** Fetches the chat, in one request, and its English texts beside it where they are wanted. */
  async #load() {
    const { launcher, status } = this.#face;
    if (this.#isOpen) launcher.setAttribute('aria-busy', 'true');
    status.textContent = '';
    this.#named();
    // A browser may remember that a module could not be had: another address asks again.
    const again = this.#failures ? `?${this.#failures}` : '';
    try {
      const [{ makeChat }, english] = await Promise.all([
        import(`./widget/chat.js${again}`),
        this.#lang === 'en' ? import(`./widget/texts-en.js${again}`) : null,
      ]);
      this.#chat = makeChat(this.#face, this.#lang, english ? { en: english.EN } : {});
      if (this.isConnected) this.#chat.arrive();
    } catch (error) {
      console.error('schul-hilfe:', error);
      this.#failures += 1;
      launcher.hidden = false;
      // Nobody asked for what is fetched while it is closed.
      if (this.#isOpen) this.#label.textContent = status.textContent = TEXTS[this.#lang].failed;
      this.#isOpen = false;
    }
    launcher.removeAttribute('aria-busy');
    this.#loading = null;
  }

  #build() {
    const root = this.attachShadow({ mode: 'open' });
    dress(root, BUTTON);
    const launcher = make('button', 'launcher', logo(), this.#label, this.#badge);
    launcher.type = 'button';
    launcher.setAttribute('aria-haspopup', 'dialog');
    launcher.hidden = this.hasAttribute('page');
    launcher.addEventListener('click', () => this.open());
    const status = make('div', 'vh');
    status.setAttribute('role', 'status');
    const box = make('div', 'root', launcher, status);
    root.append(box);
    const face = {
      host: this, root, box, launcher, status, logo, lift, memory: null,
      dress: (css) => dress(root, css),
      paint: (colours) => paint(root, colours),
      close: () => this.close(),
      tell: (name, detail) => this.#tell(name, detail),
      /** Takes the operator's name for the chat; returns what it is called. */
      name: (operator) => {
        this.#operator = operator ?? null;
        return this.#named();
      },
      speak: (lang) => this.#speak(lang),
      /** Shows the number of unread replies; returns it in words. */
      unread: (count) => {
        if (count !== this.#unread) this.#tell('unread', { count });
        this.#unread = count;
        return this.#counted();
      },
    };
    this.#face = face;
    face.paint(this.getAttribute('brand'));
    this.#speak(this.#lang);
    return face;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`schul-hilfe-${name}`, { bubbles: true, composed: true, detail }));
  }

  #named() {
    return (this.#label.textContent = this.#title ?? this.#operator ?? TEXTS[this.#lang].title);
  }

  #counted() {
    const words = TEXTS[this.#lang][this.#unread === 1 ? 'one' : 'many'].replace('{n}', String(this.#unread));
    this.#badge.hidden = !this.#unread;
    this.#badge.replaceChildren(String(this.#unread), make('span', 'vh', words.replace(/^\d+/, '')));
    return words;
  }

  #speak(lang) {
    this.#lang = lang;
    if (this.#face) this.#face.box.lang = lang;
    this.#named();
    this.#counted();
  }
}

if (!customElements.get('schul-hilfe')) customElements.define('schul-hilfe', SchulHilfe);
