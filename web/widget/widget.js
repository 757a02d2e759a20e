// <schul-hilfe>: the support chat on a school's page, in one ES module without a build step.
//
// Promises: nothing is stored or requested before the reader opens the chat, and nothing is stored before
// the first message. No markup from the network is ever parsed: every node is made by createElement, and
// styles come from a constructed sheet, so a host page may set `style-src 'none'` and Trusted Types.
// Text that was typed survives a lost connection; each message acts once however often it is sent.
//
// Sections: constants, TEXTS, ICONS, CSS, small helpers, Memory (the tab's storage), Link (the connection),
// SchulHilfe (the element). The protocol is described in CONTRACT.md and web/README.md.

const SERVER = new URL('.', import.meta.url);
const PROTOCOL = 1;

const MAX_CHARS = 2000; // of one message, as the server counts them
const COUNT_FROM = 1800; // the counter appears here
const WELCOME_MS = 8_000; // longest wait for `welcome` on a fresh connection
const PING_MS = 25_000; // quiet time after which the connection is tested
const PONG_MS = 5_000; // a test unanswered for this long means the line is dead: 30 s in all
const ACK_MS = 10_000; // the same for a message that nothing answers
const BACKOFF_MS = [500, 30_000]; // first and longest pause between attempts
const SHOW_LOST_MS = 900; // shorter breaks are not worth a word
const SHOW_OFFLINE_MS = 30_000; // after this the phone number is offered
const STALE_MS = 4_000; // a half-written answer that nobody continues is taken away

// ---------------------------------------------------------------------------------------------- texts

const TEXTS = {
  de: {
    title: 'Schul-IT-Hilfe',
    unread_one: '1 neue Antwort',
    unread_many: '{n} neue Antworten',
    close: 'Schließen, das Gespräch bleibt erhalten',
    other_lang: 'EN',
    other_lang_label: 'EN: switch to English',
    menu: 'Menü',
    menu_status: 'Stand meiner Meldung',
    menu_download: 'Verlauf herunterladen',
    menu_delete: 'Gespräch löschen',
    menu_accessibility: 'Barrierefreiheit',
    ai_line:
      'Sie schreiben mit einem KI-Assistenten. Antworten können Fehler enthalten. Bitte geben Sie keine Passwörter und keine Daten von Schülerinnen und Schülern ein.',
    ai_line_short: 'KI-Assistent, kann Fehler machen. Bitte keine Passwörter, keine Schülerdaten.',
    privacy: 'Datenschutz',
    log: 'Gesprächsverlauf',
    bot: 'Assistent (KI)',
    you: 'Sie',
    staff: 'Schul-IT',
    greeting: 'Guten Tag! Ich helfe Ihnen bei Technik im Unterricht. Was funktioniert nicht?',
    chips: 'Häufige Themen',
    choices: 'Ihre Auswahl',
    chosen: 'gewählt',
    writing: 'Der Assistent schreibt …',
    stop: 'Anhalten',
    stopping: 'Wird angehalten …',
    quoted_meanwhile: 'Sofort aus der Anleitung',
    worded: 'Für Ihre Frage zusammengefasst',
    medium: 'Ich bin nicht ganz sicher, ob das Ihr Problem trifft. Bitte sehen Sie in die Quelle.',
    sources: 'Quellen',
    source_n: 'Quelle {n}: {title}',
    source_count: 'Quellen: {n}.',
    page_n: 'Seite {n}',
    open_source: 'Stelle in der Anleitung öffnen',
    new_tab: '(neuer Tab)',
    helped: 'Hat Ihnen das geholfen?',
    yes: 'Ja',
    no: 'Nein',
    thanks: 'Danke für Ihre Rückmeldung.',
    thanks_no: 'Danke. Das hilft uns, die Anleitung zu verbessern.',
    why_not: 'Schade. Woran lag es?',
    wrong_device: 'Falsches Gerät',
    unclear: 'Schritt unklar',
    no_effect: 'Hat nicht funktioniert',
    other: 'Anderes',
    note: 'Möchten Sie etwas ergänzen? (freiwillig)',
    submit: 'Absenden',
    offer: 'Dazu habe ich keine gesicherte Anleitung. Ich rate lieber nicht. Soll ich Ihr Anliegen an die Schul-IT weitergeben?',
    offer_yes: 'Ja, weitergeben',
    offer_rephrase: 'Frage anders stellen',
    step_of: 'Schritt {n} von {of}',
    step_n: 'Schritt {n}',
    form_title: 'Meldung an die Schul-IT',
    form_hint: 'Felder mit * brauchen wir. Alles andere hilft, muss aber nicht sein.',
    required: 'Bitte füllen Sie dieses Feld aus.',
    please_choose: 'Bitte wählen',
    include_transcript: 'Diesen Chatverlauf mitsenden',
    preview: 'Chatverlauf ansehen',
    report_now: 'Jetzt nur melden',
    form_sending: 'Wird gesendet …',
    form_sent: 'Gesendet',
    created: 'Ihre Meldung ist eingegangen.',
    number: 'Nummer',
    code: 'Zugangscode',
    who: 'Wer sich kümmert',
    when: 'Wann',
    keep_code: 'Mit Nummer und Zugangscode sehen Sie jederzeit den Stand.',
    copy: 'Nummer und Code kopieren',
    copied: 'Kopiert.',
    ask_status: 'Stand abfragen',
    status_title: 'Stand einer Meldung',
    status_of: 'Stand der Meldung {number}',
    updated: 'Zuletzt geändert: {when}',
    state_new: 'Neu eingegangen',
    state_open: 'In Bearbeitung',
    state_waiting: 'Wartet auf Rückmeldung',
    state_solved: 'Gelöst',
    state_reopened: 'Wieder in Bearbeitung',
    input: 'Ihre Nachricht',
    placeholder: 'Was funktioniert nicht?',
    send: 'Senden',
    left: 'Noch {n} Zeichen',
    too_long: '{n} Zeichen zu viel. Bitte kürzen Sie den Text.',
    jump: 'Zum Ende springen',
    pending: 'Wird gesendet …',
    masked: 'Persönliche Angaben haben wir ausgeblendet.',
    not_sent: 'Nicht gesendet.',
    retry: 'Erneut versuchen',
    retry_in: 'Gerade ist viel los. Ich sende Ihre Nachricht in {n} Sekunden erneut.',
    connecting: 'Verbindung wird aufgebaut …',
    lost: 'Verbindung unterbrochen. Ich verbinde Sie neu … Ihr Text bleibt erhalten.',
    offline: 'Gerade keine Verbindung. Ihr Text bleibt erhalten.',
    offline_phone: 'Gerade keine Verbindung. Sie erreichen uns auch unter Telefon {phone}.',
    back: 'Wieder verbunden.',
    refused: 'Der Chat ist auf dieser Seite gerade nicht verfügbar.',
    error: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.',
    delete_title: 'Gespräch löschen?',
    delete_text: 'Der Verlauf wird hier und auf dem Server gelöscht. Eine Meldung, die Sie schon abgesendet haben, bleibt bestehen.',
    delete_yes: 'Löschen',
    cancel: 'Abbrechen',
    deleting: 'Das Gespräch wird gelöscht …',
    deleted: 'Das Gespräch wurde gelöscht.',
    file_name: 'schul-it-hilfe-verlauf',
    file_title: 'Gespräch mit der Schul-IT-Hilfe',
    level_info: 'Hinweis',
    level_warning: 'Achtung',
    level_danger: 'Gefahr',
  },
  en: {
    title: 'School IT help',
    unread_one: '1 new reply',
    unread_many: '{n} new replies',
    close: 'Close, the conversation is kept',
    other_lang: 'DE',
    other_lang_label: 'DE: auf Deutsch umschalten',
    menu: 'Menu',
    menu_status: 'State of my report',
    menu_download: 'Download conversation',
    menu_delete: 'Delete conversation',
    menu_accessibility: 'Accessibility',
    ai_line:
      'You are writing with an AI assistant. Answers may contain errors. Please do not enter passwords or data about pupils.',
    ai_line_short: 'AI assistant, may make mistakes. No passwords, no pupil data please.',
    privacy: 'Privacy',
    log: 'Conversation',
    bot: 'Assistant (AI)',
    you: 'You',
    staff: 'School IT',
    greeting: 'Hello! I help with technology in the classroom. What is not working?',
    chips: 'Common topics',
    choices: 'Your choice',
    chosen: 'chosen',
    writing: 'The assistant is writing …',
    stop: 'Stop',
    stopping: 'Stopping …',
    quoted_meanwhile: 'Straight from the guide',
    worded: 'Put together for your question',
    medium: 'I am not quite sure that this is your problem. Please check the source.',
    sources: 'Sources',
    source_n: 'Source {n}: {title}',
    source_count: 'Sources: {n}.',
    page_n: 'page {n}',
    open_source: 'Open this passage in the guide',
    new_tab: '(new tab)',
    helped: 'Did this help you?',
    yes: 'Yes',
    no: 'No',
    thanks: 'Thank you for your feedback.',
    thanks_no: 'Thank you. This helps us to improve the guide.',
    why_not: 'Sorry about that. What was the matter?',
    wrong_device: 'Wrong device',
    unclear: 'Step unclear',
    no_effect: 'It did not work',
    other: 'Something else',
    note: 'Anything to add? (optional)',
    submit: 'Submit',
    offer: 'I have no verified guide for this, and I would rather not guess. Shall I pass your request on to school IT?',
    offer_yes: 'Yes, pass it on',
    offer_rephrase: 'Ask differently',
    step_of: 'Step {n} of {of}',
    step_n: 'Step {n}',
    form_title: 'Report to school IT',
    form_hint: 'Fields with * are needed. Everything else helps, but is optional.',
    required: 'Please fill in this field.',
    please_choose: 'Please choose',
    include_transcript: 'Send this conversation along',
    preview: 'View the conversation',
    report_now: 'Just report it',
    form_sending: 'Sending …',
    form_sent: 'Sent',
    created: 'Your report has been received.',
    number: 'Number',
    code: 'Access code',
    who: 'Who takes care of it',
    when: 'When',
    keep_code: 'With number and access code you can check the state at any time.',
    copy: 'Copy number and code',
    copied: 'Copied.',
    ask_status: 'Check the state',
    status_title: 'State of a report',
    status_of: 'State of report {number}',
    updated: 'Last change: {when}',
    state_new: 'Received',
    state_open: 'In progress',
    state_waiting: 'Waiting for a reply',
    state_solved: 'Solved',
    state_reopened: 'In progress again',
    input: 'Your message',
    placeholder: 'What is not working?',
    send: 'Send',
    left: '{n} characters left',
    too_long: '{n} characters too many. Please shorten the text.',
    jump: 'Jump to the end',
    pending: 'Sending …',
    masked: 'Personal details have been hidden.',
    not_sent: 'Not sent.',
    retry: 'Try again',
    retry_in: 'It is busy right now. Your message will be sent again in {n} seconds.',
    connecting: 'Connecting …',
    lost: 'Connection lost. Reconnecting … Your text is kept.',
    offline: 'No connection at the moment. Your text is kept.',
    offline_phone: 'No connection at the moment. You can also call us: {phone}.',
    back: 'Connected again.',
    refused: 'The chat is not available on this page at the moment.',
    error: 'That did not work. Please try again.',
    delete_title: 'Delete conversation?',
    delete_text: 'The conversation is deleted here and on the server. A report that you have already sent remains.',
    delete_yes: 'Delete',
    cancel: 'Cancel',
    deleting: 'Deleting the conversation …',
    deleted: 'The conversation has been deleted.',
    file_name: 'school-it-help-conversation',
    file_title: 'Conversation with the school IT help',
    level_info: 'Note',
    level_warning: 'Caution',
    level_danger: 'Danger',
  },
};

const REASONS = ['wrong_device', 'unclear', 'no_effect', 'other'];

/** A text of the table with its `{placeholders}` filled in. */
function text(lang, key, values = {}) {
  const found = TEXTS[lang]?.[key] ?? TEXTS.de[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** The language of the table that belongs to a BCP 47 tag; German where none does. */
const toLang = (tag) => (/^en\b/i.test(tag ?? '') ? 'en' : 'de');

// ---------------------------------------------------------------------------------------------- icons

// Stroked paths on a 24 by 24 grid, drawn for this product.
const ICONS = {
  send: ['M12 20V5', 'M5.5 11.5 12 5l6.5 6.5'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  down: ['M5.5 9.5 12 16l6.5-6.5'],
  menu: ['M12 4.5v1.2', 'M12 11.4v1.2', 'M12 18.3v1.2'],
  flag: ['M6 21V4', 'M6 4.5c4-2 7 2 12 0v9c-5 2-8-2-12 0'],
  book: ['M4 5.5c3-1.2 6-.8 8 1 2-1.8 5-2.2 8-1v13c-3-1.2-6-.8-8 1-2-1.8-5-2.2-8-1z', 'M12 6.5v13'],
  up: ['M4 11h3.5v9H4z', 'M7.5 11 12 3.5c1.8 0 2.6 1.4 2.2 3L13.5 9.5h4.7c1.4 0 2.3 1.2 2 2.5l-1.4 6c-.3 1.2-1.3 2-2.5 2H7.5'],
  thumb_down: ['M4 13h3.5V4H4z', 'M7.5 13l4.5 7.5c1.8 0 2.6-1.4 2.2-3l-.7-3h4.7c1.4 0 2.3-1.2 2-2.5l-1.4-6c-.3-1.2-1.3-2-2.5-2H7.5'],
  stop: ['M7 7h10v10H7z'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  copy: ['M9 9h10v11H9z', 'M5 15V4h10'],
  external: ['M13 5h6v6', 'M19 5l-8.5 8.5', 'M10 6H5v13h13v-5'],
  warning: ['M12 4 2.8 20h18.4z', 'M12 10v4.5', 'M12 17.3h.01'],
  info: ['M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z', 'M12 11.5V16', 'M12 8h.01'],
  trash: ['M5 7h14', 'M9.5 7V4.5h5V7', 'M7 7l.8 12.5h8.4L17 7'],
  download: ['M12 4v11', 'M7 10.5 12 15.5l5-5', 'M5 20h14'],
  ticket: ['M4 7h16v3.5a1.8 1.8 0 0 0 0 3.5v3H4v-3a1.8 1.8 0 0 0 0-3.5z', 'M14.5 7v10'],
  person: ['M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z', 'M5 20c.6-4 3.3-6 7-6s6.4 2 7 6'],
};

// The guard with cap and signal disc, as in web/assets/icon.svg: [element, attributes].
const LOGO = [
  ['circle', { cx: 27, cy: 37, r: 17, fill: '#fff' }],
  ['path', { d: 'M9.5 33a17.5 17.5 0 0 1 35 0z', fill: '#f0b429' }],
  ['path', { d: 'M8 31.5h38a2.6 2.6 0 0 1 0 5.2H8a2.6 2.6 0 0 1 0-5.2z', fill: '#17232e' }],
  ['circle', { cx: 21, cy: 42, r: 2.2, fill: '#17232e' }],
  ['circle', { cx: 33, cy: 42, r: 2.2, fill: '#17232e' }],
  ['path', { d: 'M21 47c3.5 3.4 8.5 3.4 12 0', fill: 'none', stroke: '#17232e', 'stroke-width': 2.4, 'stroke-linecap': 'round' }],
  ['path', { d: 'M51 27v27', stroke: '#fff', 'stroke-width': 4.5, 'stroke-linecap': 'round' }],
  ['circle', { cx: 51, cy: 17, r: 11, fill: '#fff' }],
  ['path', { d: 'M51 22.5v-11m-4.6 4.4 4.6-4.6 4.6 4.6', fill: 'none', stroke: '#1b6e50', 'stroke-width': 3, 'stroke-linecap': 'round', 'stroke-linejoin': 'round' }],
];

// ------------------------------------------------------------------------------------------------ css

const LIGHT = `
  --ink: #17232e; --muted: #4a5a68; --bg: #ffffff; --soft: #eef3f7; --log: #f4f7fa; --line: #d3dde5;
  --field: #76848f; --brand: var(--schul-hilfe-brand, #1d5c8f); --on-brand: var(--schul-hilfe-on-brand, #ffffff);
  --head: var(--brand); --on-head: var(--on-brand);
  --link: #1d5c8f; --user: #dcebf7; --bubble: #ffffff; --hint: #5f6f7c; --tint: #dcebf7;
  --ok: #1b6e50; --ok-bg: #e6f4ee; --bad: #a4262c; --bad-bg: #fdecec; --warn: #5c4300; --warn-bg: #fff4d6;
  --focus: #0b3d91; --gap: #ffffff; --shade: 0 18px 48px rgb(15 35 55 / .24), 0 2px 8px rgb(15 35 55 / .12);
  color-scheme: light;`;

const DARK = `
  --ink: #eef3f7; --muted: #b4c2ce; --bg: #14202b; --soft: #1f2d3a; --log: #14202b; --line: #384b5b;
  --field: #7f909e; --brand: var(--schul-hilfe-brand-dark, #8cc4f2); --on-brand: var(--schul-hilfe-on-brand-dark, #08253c);
  --head: #1b3b57; --on-head: #eef3f7;
  --link: #8cc4f2; --user: #21496b; --bubble: #1f2d3a; --hint: #b4c2ce; --tint: #2a4258;
  --ok: #7fd6b1; --ok-bg: #16352b; --bad: #ff9c9c; --bad-bg: #43222a; --warn: #ffe9a8; --warn-bg: #3d3210;
  --focus: #ffffff; --gap: #0b3d91; --shade: 0 18px 48px rgb(0 0 0 / .5), 0 2px 8px rgb(0 0 0 / .3);
  color-scheme: dark;`;

const CSS = `
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
p, ol, ul, dl, dd, figure, blockquote, h1, h2, h3 { margin: 0; padding: 0; }
ol, ul { list-style: none; }
button, textarea, input, select { font: inherit; color: inherit; margin: 0; letter-spacing: inherit; }
button { cursor: pointer; touch-action: manipulation; }
a { color: var(--link); text-underline-offset: .15em; }
svg { display: block; flex: none; width: 1.25em; height: 1.25em; fill: none; stroke: currentColor; stroke-width: 2;
  stroke-linecap: round; stroke-linejoin: round; }
:focus { outline: none; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; box-shadow: 0 0 0 2px var(--gap); }
.vh { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

/* launcher */
.launcher { position: fixed; z-index: 2147483000; inset-block-end: max(16px, env(safe-area-inset-bottom)); inset-inline-end: 16px;
  display: flex; align-items: center; gap: 10px; min-height: 56px; max-width: calc(100vw - 32px); padding: 6px 20px 6px 8px;
  border: 1px solid transparent; border-radius: 28px; background: var(--brand); color: var(--on-brand); font-weight: 600;
  box-shadow: var(--shade); transition: transform .15s ease; }
.launcher:hover { transform: translateY(-2px); }
:host([position="left"]) .launcher { inset-inline: 16px auto; }
.logo { display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: 50%; background: #1d5c8f;
  border: 1px solid rgb(255 255 255 / .35); }
.logo svg { width: 32px; height: 32px; stroke: none; }
.badge { display: grid; place-items: center; min-width: 26px; height: 26px; padding: 0 7px; border-radius: 13px; margin-inline-end: -8px;
  border: 1px solid #fff; background: #a4262c; color: #fff; font-size: .875em; font-weight: 700; }

/* panel */
.panel { position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px; display: flex; flex-direction: column;
  width: min(420px, calc(100vw - 32px)); height: min(720px, calc(100vh - 32px)); overflow: hidden;
  border: 1px solid var(--line); border-radius: 16px; background: var(--bg); box-shadow: var(--shade); }
@supports (height: 100dvh) { .panel { height: min(720px, calc(100dvh - 32px)); } }
:host([position="left"]) .panel { inset-inline: 16px auto; }
@media (prefers-reduced-motion: no-preference) {
  .panel.opening { animation: rise .18s ease-out; }
  .entry.fresh, .sentence { animation: fade .25s ease-out; }
}
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
@keyframes fade { from { opacity: 0; } }
@media (max-width: 480px) {
  :host(:not([page])) .panel { inset: var(--view-top, 0) 0 auto 0; width: 100%; height: var(--view-height, 100vh); border: 0; border-radius: 0; }
  @supports (height: 100dvh) { :host(:not([page])) .panel { height: var(--view-height, 100dvh); } }
}
:host([page]) .panel { position: relative; inset: auto; width: 100%; height: 100%; border: 0; border-radius: 0; box-shadow: none; }

.head { position: relative; z-index: 2; display: flex; align-items: center; gap: 4px; padding: 8px 8px 8px 12px; background: var(--head);
  color: var(--on-head); border-block-end: 1px solid transparent; padding-block-start: max(8px, env(safe-area-inset-top)); }
.head .tool svg { stroke-width: 2.4; }
.head .logo { width: 40px; height: 40px; margin-inline-end: 8px; }
.head .logo svg { width: 29px; height: 29px; }
.head h1, .head h2 { flex: 1; min-width: 0; font-size: 1.0625em; line-height: 1.25; font-weight: 650; overflow-wrap: break-word; }
.tool { display: grid; place-items: center; flex: none; width: 44px; height: 44px; padding: 0; border: 1px solid transparent; border-radius: 12px;
  background: transparent; color: inherit; font-size: .9375em; font-weight: 650; }
.tool:hover, .tool[aria-expanded="true"] { background: rgb(255 255 255 / .16); border-color: currentColor; }
.tool:focus-visible { outline-offset: -1px; outline-color: var(--gap); box-shadow: inset 0 0 0 4px var(--focus); }
.menu { position: absolute; inset-block-start: calc(100% + 4px); inset-inline-end: 8px; min-width: 240px; max-width: calc(100% - 16px); padding: 6px;
  border: 1px solid var(--line); border-radius: 14px; background: var(--bg); color: var(--ink); box-shadow: var(--shade); }
.menu button, .menu a { display: flex; align-items: center; gap: 12px; width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid transparent;
  border-radius: 10px; background: none; color: var(--ink); text-align: start; text-decoration: none; }
.menu button:hover, .menu a:hover { background: var(--soft); }
.menu svg { color: var(--muted); }
.ai { padding: 8px 16px; border-block-end: 1px solid var(--line); background: var(--soft); color: var(--muted); font-size: .8125em; line-height: 1.45; }
.ai .short { display: none; }
.ai a { color: inherit; }

.log { position: relative; flex: 1 1 auto; min-height: 120px; overflow-y: auto; overscroll-behavior: contain; background: var(--log); padding: 16px 16px 8px; }
.log:focus-visible { outline-offset: -4px; box-shadow: none; outline-color: var(--link); }
.items, .tail { display: flex; flex-direction: column; gap: 16px; }
.tail:not(:empty) { margin-block-start: 16px; }
:host([page]) .log > div, :host([page]) .foot > *, :host([page]) .ai > p { max-width: 760px; margin-inline: auto; }

/* entries */
.entry { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; max-width: 100%; }
.entry.user { align-items: flex-end; }
.author { display: flex; align-items: center; gap: 6px; color: var(--muted); font-size: .8125em; }
.author svg { width: 1.15em; height: 1.15em; }
.bubble { display: flex; flex-direction: column; gap: 12px; min-width: 0; max-width: 100%; padding: 12px 14px; border: 1px solid var(--line);
  border-radius: 4px 16px 16px 16px; background: var(--bubble); }
.wide > .bubble { width: 100%; }
.user > .bubble { max-width: 86%; border-color: transparent; border-radius: 16px 16px 4px 16px; background: var(--user); white-space: pre-wrap; }
.staff > .bubble { border-color: var(--ok); }
.meta { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 0 8px; color: var(--muted); font-size: .8125em; }
.meta.bad { color: var(--bad); }
.pending .meta { animation: fade 0s 1s both; }

.content { display: flex; flex-direction: column; gap: 10px; min-width: 0; }
.content:empty { display: none; }
.headline { font-size: 1em; font-weight: 650; line-height: 1.35; }
.form .headline { font-size: 1.0625em; }
.content img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 10px; background: #fff; }
.content .plainlink { display: inline-flex; align-items: center; min-height: 32px; }
blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--brand); }
.steps { display: flex; flex-direction: column; gap: 8px; }
.steps li { display: grid; grid-template-columns: 28px minmax(0, 1fr); gap: 10px; padding: 10px 12px 10px 10px; border: 1px solid var(--line); border-radius: 12px; background: var(--bg); }
.steps .num { display: grid; place-items: center; width: 28px; height: 28px; border: 1px solid transparent; border-radius: 50%; background: var(--tint); color: var(--link);
  font-size: .9375em; font-weight: 700; line-height: 1; }
.steps .say { padding-block-start: 2px; white-space: pre-line; }
.cite { display: inline-grid; place-items: center; min-width: 24px; height: 24px; margin: 0 1px 0 4px; padding: 0 5px; vertical-align: 1px; border: 1px solid var(--field); border-radius: 8px;
  background: var(--bg); color: var(--link); font-size: .75em; font-weight: 700; line-height: 1; }
.together { white-space: nowrap; }
.cite:hover { background: var(--tint); }
.notice { display: grid; grid-template-columns: 1.25em minmax(0, 1fr); gap: 10px; padding: 10px 12px; border: 1px solid var(--line); border-radius: 12px; background: var(--soft); }
.notice svg { margin-block-start: 2px; }
.notice.warning { border-color: currentColor; background: var(--warn-bg); color: var(--warn); }
.notice.danger { border-color: currentColor; background: var(--bad-bg); color: var(--bad); }
.notice a, .notice .cite { color: inherit; }
.notices { display: flex; flex-direction: column; gap: 8px; font-size: .9375em; }
.notices:empty { display: none; }
.unsure { display: flex; gap: 8px; color: var(--muted); font-size: .875em; }
.unsure svg { margin-block-start: 2px; width: 1.2em; height: 1.2em; }
.early { display: flex; flex-direction: column; gap: 8px; }
.early { padding: 10px; border-radius: 12px; background: var(--soft); }
.label { color: var(--muted); font-size: .8125em; font-weight: 600; }
.progress { display: flex; flex-direction: column; gap: 6px; color: var(--muted); font-size: .875em; font-weight: 600; }
.bar { display: flex; gap: 4px; }
.bar i { flex: 1; height: 5px; border: 1px solid var(--field); border-radius: 3px; }
.bar i.done { border-color: var(--link); background: var(--link); }

.typing { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; color: var(--muted); font-size: .9375em; }
.dots { display: flex; gap: 4px; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--field); }
@media (prefers-reduced-motion: no-preference) {
  .dots i { animation: blink 1.2s infinite; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
}
@keyframes blink { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }

/* sources */
.sources { display: flex; flex-direction: column; gap: 6px; padding-block-start: 12px; border-block-start: 1px solid var(--line); }
.small { display: flex; align-items: center; gap: 6px; color: var(--muted); font-size: .8125em; font-weight: 600; }
.source { border: 1px solid var(--line); border-radius: 12px; background: var(--bg); }
.source summary { display: grid; grid-template-columns: 26px minmax(0, 1fr) 1.25em; gap: 10px; align-items: center; min-height: 44px; padding: 8px 12px 8px 10px; border-radius: 12px;
  list-style: none; cursor: pointer; line-height: 1.35; }
.source summary::-webkit-details-marker { display: none; }
.source summary:hover { background: var(--soft); }
.source .num { display: grid; place-items: center; width: 26px; height: 26px; border: 1px solid var(--field); border-radius: 8px; color: var(--link); font-size: .8125em; font-weight: 700; line-height: 1; }
.source .name { display: flex; flex-direction: column; font-size: .9375em; font-weight: 600; }
.source .where { color: var(--muted); font-size: .875em; font-weight: 400; }
.source summary svg { color: var(--muted); }
.source[open] summary svg { transform: rotate(180deg); }
.source .quote { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; padding: 4px 12px 8px; }
.source blockquote { white-space: pre-line; font-size: .9375em; }
.out { display: inline-flex; align-items: center; gap: 8px; min-height: 44px; font-size: .9375em; font-weight: 600; }

/* buttons, forms */
.options { display: flex; flex-wrap: wrap; gap: 8px; }
.button, .option { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 44px; padding: 8px 16px; border: 1px solid var(--field); border-radius: 12px;
  background: var(--bg); color: var(--link); font-weight: 600; line-height: 1.3; text-align: center; }
.chips .option { border-radius: 22px; }
.option.quiet { border-color: transparent; background: none; font-weight: 400; }
.button:hover, .option:hover { background: var(--tint); }
.button.main { border-color: var(--brand); background: var(--brand); color: var(--on-brand); }
.button.main:hover { filter: brightness(1.08); }
.button.bad { border-color: var(--bad); color: var(--bad); }
.option[aria-pressed="true"] { border-color: var(--link); background: var(--tint); color: var(--ink); }
[aria-disabled="true"] { cursor: default; }
.option[aria-disabled="true"]:not([aria-pressed="true"]) { border-style: dashed; border-color: var(--line); background: transparent; color: var(--muted); font-weight: 400; }
.button[aria-disabled="true"] { border-style: dashed; border-color: var(--field); background: transparent; color: var(--muted); filter: none; }
.link { display: inline-flex; align-items: center; gap: 6px; min-height: 44px; padding: 4px 8px; border: 1px solid transparent; border-radius: 10px; background: none; color: var(--link); font-weight: 600; white-space: nowrap; }
.link:hover { background: var(--soft); text-decoration: underline; }
.feedback { display: flex; flex-direction: column; gap: 10px; padding-block-start: 12px; border-block-start: 1px solid var(--line); }
.ask { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px 12px; }
.ask .option { padding: 8px 14px; }
.form { display: flex; flex-direction: column; gap: 14px; }
.field { display: flex; flex-direction: column; gap: 4px; }
.field label, .lead { font-weight: 600; font-size: .9375em; }
.field input, .field select, .field textarea { width: 100%; min-height: 44px; padding: 9px 12px; border: 1px solid var(--field); border-radius: 10px; background: var(--bg); color: var(--ink); }
.field textarea { min-height: 92px; resize: vertical; }
.field [aria-invalid="true"] { border: 2px solid var(--bad); }
.field .problem, .form > .problem { color: var(--bad); font-size: .875em; }
.check { display: grid; grid-template-columns: 24px minmax(0, 1fr); gap: 10px; align-items: center; min-height: 44px; }
.check input { width: 22px; height: 22px; accent-color: var(--link); }
.preview summary { display: flex; align-items: center; gap: 6px; min-height: 44px; border-radius: 10px; list-style: none; color: var(--link); font-weight: 600; cursor: pointer; }
.preview summary::-webkit-details-marker { display: none; }
.preview[open] summary svg { transform: rotate(180deg); }
.preview ul { display: flex; flex-direction: column; gap: 6px; max-height: 220px; overflow: auto; padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--soft); font-size: .875em; }
.fine { color: var(--muted); font-size: .875em; }
.done { display: flex; align-items: center; gap: 8px; color: var(--ok); font-weight: 600; }
.bubble.success { border-color: var(--ok); }
.facts { display: grid; gap: 10px; }
.facts dt { color: var(--muted); font-size: .8125em; }
.facts dd { font-weight: 600; }
.facts .big { font-size: 1.25em; font-variant-numeric: tabular-nums; letter-spacing: .01em; user-select: all; }

/* composer */
.bottom { position: relative; flex: none; }
.jump { position: absolute; inset-block-end: calc(100% + 10px); inset-inline-end: 14px; display: grid; place-items: center; width: 44px; height: 44px; padding: 0; border: 1px solid var(--field); border-radius: 50%;
  background: var(--bg); color: var(--link); box-shadow: 0 2px 8px rgb(15 35 55 / .18); }
.conn { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; padding: 8px 16px; border-block-start: 1px solid var(--line); background: var(--warn-bg); color: var(--warn); font-size: .875em; }
.conn.good { background: var(--ok-bg); color: var(--ok); }
.conn:empty { display: none; }
.conn .link { padding-inline: 0; color: inherit; text-decoration: underline; }
.foot { position: relative; padding: 4px 12px 12px; border-block-start: 1px solid var(--line); background: var(--bg); padding-block-end: max(12px, env(safe-area-inset-bottom)); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; min-height: 44px; }
.row .link { font-size: .9375em; }
.row .stop { margin-inline-start: auto; }
.count { margin-inline-start: auto; color: var(--muted); font-size: .8125em; text-align: end; }
.count:empty { margin: 0; }
.count.bad { color: var(--bad); font-weight: 600; }
.box { display: flex; align-items: flex-end; gap: 6px; padding: 4px; border: 1px solid var(--field); border-radius: 16px; background: var(--bg); }
.box:focus-within { outline: 2px solid var(--link); outline-offset: 0; border-color: var(--link); }
.box textarea { flex: 1; min-width: 0; height: 44px; max-height: 144px; padding: 10px 8px 10px 12px; border: 0; border-radius: 12px; background: transparent; resize: none; overflow-y: auto; }
.box textarea:focus-visible { outline: none; box-shadow: none; }
.box textarea::placeholder { color: var(--hint); opacity: 1; }
.send { display: grid; place-items: center; flex: none; width: 44px; height: 44px; padding: 0; border: 1px solid transparent; border-radius: 12px; background: var(--brand); color: var(--on-brand); }
.send:hover { filter: brightness(1.08); }
.send[aria-disabled="true"] { background: var(--soft); color: var(--hint); border-color: var(--line); filter: none; }

dialog { width: min(360px, calc(100vw - 32px)); padding: 20px; border: 1px solid var(--line); border-radius: 16px; background: var(--bg); color: var(--ink); box-shadow: var(--shade); }
dialog::backdrop { background: rgb(10 20 30 / .5); }
dialog h2 { font-size: 1.125em; margin-block-end: 8px; }
dialog .options { justify-content: flex-end; margin-block-start: 20px; }

@media (max-width: 360px) { .head .logo { display: none; } .log { padding-inline: 10px; } .user > .bubble { max-width: 94%; } }
@media (max-width: 480px) { .begun .ai .full { display: none; } .begun .ai .short { display: inline; } }
@media (max-height: 560px) { .ai .full { display: none; } .ai .short { display: inline; } }
@media (max-height: 400px) { .panel { overflow-y: auto; } .log { flex: none; min-height: 60vh; } }
@media (forced-colors: active) {
  .launcher, .tool, .send, .head, .bubble, .user > .bubble, .steps .num { border-color: CanvasText; }
  .option[aria-pressed="true"] { border: 3px solid Highlight; }
  .dots i, .bar i.done { background: CanvasText; forced-color-adjust: none; }
  :focus-visible, .tool:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
  .box:focus-within { outline: 3px solid Highlight; }
}
@media print { .launcher { display: none; } }
`;

/** Gives a shadow root its styles; browsers without constructed sheets get a style element. */
function dress(root) {
  try {
    dress.sheet ??= new CSSStyleSheet();
    if (!dress.sheet.cssRules.length) dress.sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [dress.sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = CSS;
    root.append(style);
  }
}

// -------------------------------------------------------------------------------------------- helpers

/** 96 random bits as hex. `randomUUID` is missing on pages without TLS. */
function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An address that the server named, or null where its scheme is none we would open. */
function address(href, schemes = ['http:', 'https:']) {
  try {
    // Paths are relative to where the module lies, so that the server may live below a prefix.
    const url = new URL(String(href).replace(/^\/+/, ''), SERVER);
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const LINK_SCHEMES = ['http:', 'https:', 'mailto:', 'tel:'];

const spansText = (spans = []) => spans.map((span) => span.text).join('');

/** Blocks as plain text, steps numbered: for speech, transcript and file. */
function plain(blocks = []) {
  return blocks
    .map((block) => {
      if (block.type === 'steps') return block.items.map((item, at) => `${at + 1}. ${spansText(item)}`).join('\n');
      if (block.type === 'image') return block.alt ?? '';
      if (block.type === 'link') return block.text ?? '';
      return spansText(block.spans);
    })
    .filter(Boolean)
    .join('\n');
}

function draw(shapes, box) {
  const make = (name, attributes) => {
    const node = document.createElementNS('http://www.w3.org/2000/svg', name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
    return node;
  };
  const svg = make('svg', { viewBox: box, 'aria-hidden': 'true', focusable: 'false' });
  svg.append(...shapes.map(([name, attributes]) => make(name, attributes)));
  return svg;
}

const icon = (name) => draw(ICONS[name].map((d) => ['path', { d }]), '0 0 24 24');
const logo = () => draw(LOGO, '0 0 64 64');

const isTouch = () => matchMedia('(pointer: coarse)').matches;

// --------------------------------------------------------------------------------------------- memory

/** What the tab remembers of a conversation. A browser that forbids storage only loses the reload. */
class Memory {
  #key;

  constructor(school) {
    this.#key = `schul-hilfe:${SERVER.host}:${school ?? ''}`;
  }

  read() {
    try {
      const value = JSON.parse(sessionStorage.getItem(this.#key) ?? 'null');
      return value?.v === PROTOCOL ? value : null;
    } catch {
      return null;
    }
  }

  write(value) {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ v: PROTOCOL, ...value }));
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

// ----------------------------------------------------------------------------------------------- link

/**
 * The connection: a WebSocket, or SSE with POST where proxies block those. Reconnects by itself with
 * growing pauses, finds half-open lines by ping, and reports `state`: idle, connecting, ready, waiting,
 * refused. What must arrive is the caller's to keep and to send again after each `ready`.
 */
class Link {
  state = 'idle';
  #school;
  #hello;
  #onMessage;
  #onState;
  #attempt = 0; // failures since the last welcome
  #stream = false; // the way that worked last: events by SSE, or a WebSocket
  #worked = false; // whether either did
  #generation = 0; // callbacks of older connections are ignored
  #socket = null;
  #abort = null;
  #token = null;
  #posts = Promise.resolve(); // POSTs go out one after the other
  #retry = 0;
  #idle = 0;
  #deadline = 0;

  constructor({ school, hello, onMessage, onState }) {
    this.#school = school;
    this.#hello = hello;
    this.#onMessage = onMessage;
    this.#onState = onState;
  }

  start() {
    if (this.state === 'connecting' || this.state === 'ready') return;
    this.#connect();
  }

  stop() {
    this.#drop();
    this.#attempt = 0;
    this.#enter('idle');
  }

  /** Connects anew at once, whatever the state. */
  restart() {
    this.#drop();
    this.#attempt = 0;
    this.#connect();
  }

  /** Tests a line that may have died unseen, or ends a pause. */
  probe() {
    if (this.state === 'waiting') this.#connect();
    else if (this.state === 'ready') this.#ping();
  }

  send(message) {
    if (this.state !== 'ready') return;
    this.#expect(ACK_MS);
    if (this.#socket) this.#socket.send(JSON.stringify(message));
    else this.#post(message, this.#generation);
  }

  #enter(state, detail) {
    if (state === this.state && !detail) return;
    this.state = state;
    this.#onState(state, detail);
  }

  #drop() {
    this.#generation += 1;
    for (const timer of [this.#retry, this.#idle, this.#deadline]) clearTimeout(timer);
    this.#deadline = 0;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#abort?.abort();
    this.#abort = null;
  }

  #connect() {
    this.#drop();
    this.#enter('connecting');
    this.#expect(WELCOME_MS);
    // Two failures in a row: try the other way, too; a server that is just down gets both in turn.
    const other = this.#attempt >= (this.#worked ? 4 : 2) && this.#attempt % 2 === 0;
    if (this.#stream !== other) this.#overStream(this.#generation);
    else this.#overSocket(this.#generation);
  }

  /** The line must show life within `ms`, or counts as lost. */
  #expect(ms) {
    if (this.#deadline) return;
    const generation = this.#generation;
    this.#deadline = setTimeout(() => this.#lost(generation), ms);
  }

  #alive() {
    if (this.state !== 'ready') return;
    clearTimeout(this.#deadline);
    clearTimeout(this.#idle);
    this.#deadline = 0;
    this.#idle = setTimeout(() => this.#ping(), PING_MS);
  }

  #ping() {
    clearTimeout(this.#deadline);
    this.#deadline = 0;
    this.#expect(PONG_MS);
    const message = { v: PROTOCOL, type: 'ping' };
    if (this.#socket) this.#socket.send(JSON.stringify(message));
    else this.#post(message, this.#generation);
  }

  #ready() {
    this.#attempt = 0;
    this.#worked = true;
    this.#stream = this.#socket === null;
    this.state = 'ready';
    this.#alive(); // before the outbox is sent, which starts a deadline of its own
    this.#onState('ready');
  }

  #lost(generation, wait) {
    if (generation !== this.#generation) return;
    this.#drop();
    const [first, longest] = BACKOFF_MS;
    const pause = wait ?? Math.min(longest, first * 2 ** this.#attempt) * (0.5 + Math.random() / 2);
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), pause);
    this.#enter('waiting');
  }

  #received(data, generation) {
    if (generation !== this.#generation) return;
    let message;
    try {
      message = typeof data === 'string' ? JSON.parse(data) : data;
    } catch {
      return;
    }
    if (!message || typeof message.type !== 'string') return;
    this.#alive();
    if (message.type === 'pong') return;
    if (message.type === 'welcome') this.#token = message.token;
    if (message.type === 'error' && this.state === 'connecting') {
      this.#refused(message, generation);
      return;
    }
    this.#onMessage(message);
    if (message.type === 'welcome' && this.#socket && generation === this.#generation) this.#ready();
  }

  /** `hello` was turned down: wait where asked to, else let the caller decide (a known conversation may be gone). */
  #refused(error, generation) {
    if (error.retry_after > 0) {
      this.#lost(generation, error.retry_after * 1000);
      return;
    }
    this.#drop();
    this.#enter('refused', error);
  }

  #overSocket(generation) {
    const url = new URL('api/v1/chat', SERVER);
    url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
    if (this.#school) url.searchParams.set('school', this.#school);
    let socket;
    try {
      socket = new WebSocket(url);
    } catch {
      setTimeout(() => this.#lost(generation));
      return;
    }
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(this.#hello()));
    socket.onmessage = (event) => this.#received(event.data, generation);
    socket.onclose = () => this.#lost(generation);
  }

  async #overStream(generation) {
    const abort = new AbortController();
    this.#abort = abort;
    try {
      const hello = this.#hello();
      const welcome = await this.#fetchJson(hello, null, abort.signal);
      if (generation !== this.#generation) return;
      if (welcome?.type !== 'welcome') {
        this.#refused(welcome ?? {}, generation);
        return;
      }
      this.#received(welcome, generation);
      const url = new URL('api/v1/chat/events', SERVER);
      if (this.#school) url.searchParams.set('school', this.#school);
      const after = hello.resume?.conv === welcome.conv ? hello.resume.after : welcome.seq;
      const response = await fetch(url, {
        headers: { Accept: 'text/event-stream', Authorization: `Bearer ${this.#token}`, 'Last-Event-ID': String(after ?? 0) },
        credentials: 'omit',
        cache: 'no-store',
        signal: abort.signal,
      });
      if (!response.ok || !response.body) throw new Error('no event stream');
      if (generation !== this.#generation) return;
      this.#ready();
      await this.#read(response.body.getReader(), generation);
    } catch {
      // Lost below, as is a stream that simply ended.
    }
    this.#lost(generation);
  }

  async #read(reader, generation) {
    const decoder = new TextDecoder();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done || generation !== this.#generation) return;
      this.#alive(); // comments that keep the line open count as life, too
      rest += decoder.decode(value, { stream: true });
      const events = rest.split(/\r?\n\r?\n/);
      rest = events.pop();
      for (const event of events) {
        const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
        if (lines.length) this.#received(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n'), generation);
      }
    }
  }

  #post(message, generation) {
    this.#posts = this.#posts.then(async () => {
      if (generation !== this.#generation) return;
      try {
        const reply = await this.#fetchJson(message, this.#token, this.#abort?.signal);
        for (const part of [reply ?? []].flat()) this.#received(part, generation);
      } catch {
        this.#lost(generation);
      }
    });
  }

  /** POSTs a client message; a refusal comes back as the protocol's `error`, a dead server as an exception. */
  async #fetchJson(message, token, signal) {
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    if (token) headers.Authorization = `Bearer ${token}`;
    const response = await fetch(new URL('api/v1/chat/messages', SERVER), {
      method: 'POST',
      headers,
      body: JSON.stringify(message),
      credentials: 'omit',
      cache: 'no-store',
      signal,
    });
    const body = await response.json().catch(() => null);
    if (response.ok) return body;
    if (response.status >= 500 && response.status !== 503) throw new Error(`status ${response.status}`);
    if (body?.type === 'error') return { cid: message.cid, ...body };
    const retry = Number(response.headers.get('Retry-After'));
    return {
      type: 'error',
      cid: message.cid,
      code: body?.code ?? `http_${response.status}`,
      text: body?.detail ?? body?.title,
      retry_after: retry > 0 ? retry : response.status === 429 || response.status === 503 ? 5 : undefined,
    };
  }
}

// -------------------------------------------------------------------------------------------- element

/**
 * `<schul-hilfe school lang theme position title room page>`; methods `open() close() toggle()`.
 * Events (bubbling, composed): `schul-hilfe-open`, `schul-hilfe-close`, and `schul-hilfe-ready` at the
 * first welcome of the server.
 */
class SchulHilfe extends HTMLElement {
  static observedAttributes = ['lang', 'title'];

  #root = null; // shadow root
  #ui = {}; // the nodes that are needed again
  #texts = new WeakMap(); // node -> what it says in every language
  #lang = 'de';
  #title = null;
  #server = {}; // operator's texts and addresses, from `welcome`
  #memory = null;
  #link = null;
  #isOpen = false;
  #begun = false; // whether the reader has written or chosen anything: only then is the tab's storage used
  #welcomed = false;
  #unread = 0;

  #conv = null;
  #token = null;
  #after = 0; // every event up to this number has been seen
  #seen = new Set(); // and these beyond it
  #silentUntil = 0; // replayed events up to this number are not spoken
  #entries = new Map(); // mid -> entry
  #nodes = new WeakMap(); // node -> entry
  #outbox = new Map(); // cid -> {message, done?, fail?}
  #restored = []; // messages from before a reload that were never acknowledged
  #forms = new Set(); // open report forms
  #lastBot = ''; // mid of the last reply
  #lastTicket = null;
  #draftForForm = '';

  #pinned = true; // the transcript follows what is new
  #anchor = null; // start of the current turn: it stays in view
  #top = 0;
  #timers = {};
  #off = null; // ends the listeners on window and document

  // ------------------------------------------------------------------------------------- life and page

  connectedCallback() {
    if (!this.#root) {
      this.#root = this.attachShadow({ mode: 'open' });
      dress(this.#root);
      this.#build();
    }
    this.#memory = new Memory(this.getAttribute('school'));
    this.#listen();
    const kept = this.#conv ? null : this.#memory.read();
    if (kept) this.#restore(kept);
    if (this.hasAttribute('page') || this.#isOpen || kept?.open) this.#show(false);
  }

  disconnectedCallback() {
    this.#off?.abort();
    this.#link?.stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  attributeChangedCallback(name, _old, value) {
    if (value === null) return;
    if (name === 'lang') this.#setLang(toLang(value));
    if (name === 'title') {
      // Kept and taken away: as an attribute it would be a tooltip over the whole chat.
      this.#title = value;
      this.removeAttribute('title');
      this.#name();
    }
  }

  open() {
    this.#show(true);
  }

  close() {
    if (!this.#isOpen || this.hasAttribute('page')) return;
    const hadFocus = this.#root.activeElement !== null;
    this.#isOpen = false;
    this.#ui.panel.hidden = true;
    this.#ui.launcher.hidden = false;
    if (hadFocus) this.#ui.launcher.focus();
    if (!this.#begun) this.#link?.stop();
    this.#save();
    this.#tell('close');
  }

  toggle() {
    if (this.#isOpen) this.close();
    else this.open();
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(`schul-hilfe-${name}`, { bubbles: true, composed: true }));
  }

  #show(byReader) {
    if (!this.#root) return;
    const was = this.#isOpen && !this.#ui.panel.hidden;
    this.#isOpen = true;
    this.#unread = 0;
    this.#badge();
    this.#ui.panel.hidden = false;
    this.#ui.launcher.hidden = true;
    this.#fit();
    this.#follow();
    this.#link ??= new Link({
      school: this.getAttribute('school'),
      hello: () => this.#hello(),
      onMessage: (message) => this.#receive(message),
      onState: (state, detail) => this.#stateChanged(state, detail),
    });
    this.#link.start();
    if (was) return;
    if (byReader) {
      this.#ui.panel.classList.add('opening');
      this.#focusInput(true);
    }
    this.#save();
    this.#tell('open');
  }

  #listen() {
    this.#off = new AbortController();
    const { signal } = this.#off;
    const on = (target, name, handler) => target?.addEventListener(name, handler, { signal });
    on(window, 'online', () => this.#link?.probe());
    on(window, 'offline', () => this.#link?.probe());
    on(document, 'visibilitychange', () => document.visibilityState === 'visible' && this.#link?.probe());
    on(window, 'pagehide', () => {
      // A page with an open socket is not kept for "back", and the draft would be lost with it.
      this.#save();
      this.#link?.stop();
    });
    on(window, 'pageshow', () => {
      if (this.#link && (this.#isOpen || this.#begun)) this.#link.start();
    });
    on(window.visualViewport, 'resize', () => this.#fit());
    on(window.visualViewport, 'scroll', () => this.#fit());
    on(document, 'pointerdown', (event) => {
      if (this.#ui.menu && !this.#ui.menu.hidden && !event.composedPath().includes(this.#ui.menuBox)) this.#menu(false);
    });
  }

  /** Keeps the panel above an on-screen keyboard: iOS shrinks only the visual viewport. */
  #fit() {
    const view = window.visualViewport;
    if (!view || !this.#isOpen) return;
    const { panel } = this.#ui;
    const page = this.hasAttribute('page');
    const keyboard = view.height < window.innerHeight - 60 && view.scale < 1.05;
    const set = (name, value) => (keyboard ? panel.style.setProperty(name, value) : panel.style.removeProperty(name));
    if (page) set('height', `${Math.max(240, view.height + view.offsetTop - Math.max(0, this.getBoundingClientRect().top))}px`);
    else {
      set('--view-top', `${view.offsetTop}px`);
      set('--view-height', `${view.height}px`);
    }
    this.#follow();
  }

  // --------------------------------------------------------------------------------- building and texts

  /**
   * A node: `h('button.main', {t: 'yes', onclick}, …children)`. `t`, `tLabel`, `tHint` are keys of TEXTS, or
   * `[key, values]`, for text, accessible name and placeholder; they change with the language.
   */
  #h(tag, props, ...children) {
    const [name, ...classes] = tag.split('.');
    const node = document.createElement(name);
    if (classes.length) node.className = classes.join(' ');
    const says = {};
    for (const [key, value] of Object.entries(props ?? {})) {
      if (value === undefined || value === null || value === false) continue;
      if (key === 't' || key === 'tLabel' || key === 'tHint') says[key] = [value].flat();
      else if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
      else node.setAttribute(key, value === true ? '' : String(value));
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
    if (Object.keys(says).length) this.#says(node, says);
    return node;
  }

  /** A heading inside the conversation, one level below the title. */
  #headline(props, ...children) {
    return this.#h(this.hasAttribute('page') ? 'h2.headline' : 'h3.headline', props, ...children);
  }

  #says(node, says) {
    node.dataset.t = '';
    this.#texts.set(node, says);
    if (says.t) node.textContent = text(this.#lang, ...says.t);
    if (says.tLabel) node.setAttribute('aria-label', text(this.#lang, ...says.tLabel));
    if (says.tHint) node.setAttribute('placeholder', text(this.#lang, ...says.tHint));
  }

  #t(key, values) {
    return text(this.#lang, key, values);
  }

  #build() {
    const h = this.#h.bind(this);
    const ui = this.#ui;
    const page = this.hasAttribute('page');
    const tool = (key, name, onclick, more) => h('button.tool', { type: 'button', tLabel: key, onclick, ...more }, icon(name));

    ui.launcherText = h('span', {});
    ui.badge = h('span.badge', { hidden: true });
    ui.launcher = h('button.launcher', { type: 'button', 'aria-haspopup': 'dialog', hidden: page, onclick: () => this.open() },
      h('span.logo', {}, logo()), ui.launcherText, ui.badge);

    ui.heading = h(page ? 'h1' : 'h2', { id: 'title', tabindex: '-1' });
    ui.language = h('button.tool', { type: 'button', onclick: () => this.#setLang(this.#lang === 'de' ? 'en' : 'de', true) });
    ui.menuButton = tool('menu', 'menu', () => this.#menu(ui.menu.hidden), { 'aria-expanded': 'false', 'aria-controls': 'menu' });
    ui.menu = h('div.menu', { id: 'menu', hidden: true });
    ui.menuBox = h('div', {}, ui.menuButton, ui.menu);
    ui.close = page ? null : tool('close', 'close', () => this.close());
    const head = h('div.head', {}, h('span.logo', {}, logo()), ui.heading, ui.language, ui.menuBox, ui.close);

    ui.privacy = h('span', { hidden: true });
    ui.ai = h('div.ai', {}, h('p', {}, h('span.full', { t: 'ai_line' }), h('span.short', { t: 'ai_line_short' }), ui.privacy));

    ui.notices = h('div.notices');
    ui.welcome = h('div.items');
    ui.items = h('div.items');
    ui.tail = h('div.tail');
    ui.log = h('div.log', { role: 'log', 'aria-live': 'off', tLabel: 'log', tabindex: '0', onscroll: () => this.#scrolled() },
      h('div.items', {}, ui.notices, ui.welcome, ui.items), ui.tail);

    ui.jump = h('button.jump', { type: 'button', tLabel: 'jump', hidden: true, onclick: () => this.#toEnd() }, icon('down'));
    ui.conn = h('div.conn', { role: 'status' });
    ui.report = h('button.link', { type: 'button', onclick: () => this.#reportNow() }, icon('flag'), h('span', { t: 'report_now' }));
    ui.stop = h('button.link.stop', { type: 'button', hidden: true, onclick: () => this.#stop() }, icon('stop'), h('span', { t: 'stop' }));
    ui.count = h('span.count', { id: 'count', role: 'status' });
    ui.input = h('textarea', {
      id: 'input', rows: '1', tLabel: 'input', tHint: 'placeholder', enterkeyhint: 'send', autocomplete: 'off', 'aria-describedby': 'count',
      oninput: () => this.#typed(),
      onkeydown: (event) => {
        if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
        event.preventDefault();
        this.#send();
      },
    });
    ui.send = h('button.send', { type: 'button', tLabel: 'send', 'aria-disabled': 'true', onclick: () => this.#send() }, icon('send'));
    const foot = h('div.foot', {}, h('div.row', {}, ui.report, ui.stop, ui.count), h('div.box', {}, ui.input, ui.send));

    ui.panel = h('div.panel', { role: page ? 'region' : 'dialog', 'aria-labelledby': 'title', hidden: true, onkeydown: (event) => this.#key(event) },
      head, ui.ai, ui.log, h('div.bottom', {}, ui.jump, ui.conn, foot));
    // A page's own one-key shortcuts must not fire while somebody types here.
    for (const name of ['keyup', 'keypress']) ui.panel.addEventListener(name, (event) => event.stopPropagation());

    ui.status = h('div.vh', { role: 'status' });
    ui.root = h('div.root', { lang: this.#lang }, ui.launcher, ui.panel, ui.status);
    this.#root.append(ui.root);
    this.#greet(null, null);
    this.#fillMenu();
    this.#name();
    this.#setLang(this.#lang);
  }

  #name() {
    const ui = this.#ui;
    if (!ui.root) return;
    const title = this.#title ?? this.#server.title ?? this.#t('title');
    ui.heading.textContent = title;
    ui.launcherText.textContent = title;
    this.#badge();
  }

  #badge() {
    const ui = this.#ui;
    const unread = this.#t(this.#unread === 1 ? 'unread_one' : 'unread_many', { n: this.#unread });
    ui.badge.hidden = !this.#unread;
    ui.badge.replaceChildren(String(this.#unread), this.#h('span.vh', {}, unread.replace(/^\d+/, '')));
  }

  #setLang(lang, byReader = false) {
    const changed = lang !== this.#lang;
    this.#lang = lang;
    const ui = this.#ui;
    if (!ui.root) return;
    ui.root.lang = lang;
    this.#says(ui.language, { t: ['other_lang'], tLabel: ['other_lang_label'] });
    ui.language.lang = lang === 'de' ? 'en' : 'de';
    for (const node of this.#root.querySelectorAll('[data-t]')) this.#says(node, this.#texts.get(node));
    this.#name();
    if (!changed || !this.#link) return;
    // A conversation remembers it; before one has begun, a new hello brings greeting and chips.
    if (this.#begun) this.#act('lang.set', { lang });
    else if (byReader || this.#isOpen) this.#link.restart();
    this.#save();
  }

  #fillMenu() {
    const item = (key, name, onclick) =>
      this.#h('button', { type: 'button', onclick: () => { this.#menu(false); onclick(); } }, icon(name), this.#h('span', { t: key }));
    const link = (key, name, href) =>
      this.#h('a', { href, target: '_blank', rel: 'noopener' }, icon(name), this.#h('span', { t: key }));
    const accessibility = address(this.#server.accessibility_url ?? '');
    this.#ui.menu.replaceChildren(
      item('menu_status', 'ticket', () => this.#statusForm()),
      item('menu_download', 'download', () => this.#download()),
      item('menu_delete', 'trash', () => this.#confirmDelete()),
      ...(this.#server.accessibility_url && accessibility ? [link('menu_accessibility', 'person', accessibility)] : []),
    );
    const privacy = this.#server.privacy_url && address(this.#server.privacy_url);
    this.#ui.privacy.hidden = !privacy;
    if (privacy) {
      this.#ui.privacy.replaceChildren(' ', this.#h('a', { href: privacy, target: '_blank', rel: 'noopener', t: 'privacy' }));
    }
  }

  #menu(show) {
    this.#ui.menu.hidden = !show;
    this.#ui.menuButton.setAttribute('aria-expanded', String(show));
    if (show) this.#ui.menu.querySelector('button')?.focus();
    else if (this.#ui.menu.contains(this.#root.activeElement) || !this.#root.activeElement) this.#ui.menuButton.focus();
  }

  #key(event) {
    event.stopPropagation();
    if (event.key === 'Escape' && !this.#root.querySelector('dialog[open]')) {
      if (!this.#ui.menu.hidden) {
        this.#menu(false);
        this.#ui.menuButton.focus();
      } else this.close();
    } else if (event.key === 'F6') {
      event.preventDefault();
      (this.#root.activeElement === this.#ui.input ? this.#ui.log : this.#ui.input).focus();
    }
  }

  /** To the input; on touch screens only to the heading, so that the keyboard does not cover the answer. */
  #focusInput(opening = false) {
    if (!isTouch()) this.#ui.input.focus({ preventScroll: true });
    else if (opening) this.#ui.heading.focus({ preventScroll: true });
  }

  /** Speaks once, politely. */
  #speak(words) {
    const { status } = this.#ui;
    status.textContent = '';
    clearTimeout(this.#timers.speak);
    this.#timers.speak = setTimeout(() => (status.textContent = words), 60);
  }

  // ------------------------------------------------------------------------------------------ scrolling

  #frame = 0;

  /** Scrolls after the next layout, once however many events came: a replay may bring hundreds. */
  #follow() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#scroll();
    });
  }

  #scroll() {
    const { log, jump } = this.#ui;
    const end = log.scrollHeight - log.clientHeight;
    if (this.#pinned) {
      // New text is followed until the start of the turn would leave the view; then the reader scrolls.
      const start = this.#anchor?.isConnected ? this.#anchor.offsetTop - 12 : this.#begun ? end : 0;
      const top = Math.max(log.scrollTop, Math.min(end, start));
      if (top !== log.scrollTop) log.scrollTop = top;
      this.#top = log.scrollTop;
    }
    jump.hidden = !this.#begun || end - log.scrollTop < 60;
  }

  #scrolled() {
    const { log, jump } = this.#ui;
    const end = log.scrollHeight - log.clientHeight;
    if (log.scrollTop < this.#top - 30) this.#pinned = false;
    if (end - log.scrollTop < 24) this.#pinned = true;
    if (this.#pinned) this.#top = log.scrollTop;
    jump.hidden = !this.#begun || end - log.scrollTop < 60;
  }

  #toEnd() {
    const { log } = this.#ui;
    this.#pinned = true;
    log.scrollTop = log.scrollHeight;
    this.#focusInput();
  }

  // ----------------------------------------------------------------------------- connection and outbox

  #hello() {
    const resume = this.#conv ? { conv: this.#conv, token: this.#token, after: this.#after } : undefined;
    return {
      v: PROTOCOL, type: 'hello', school: this.getAttribute('school'), room: this.getAttribute('room'), lang: this.#lang, resume,
    };
  }

  /** Queues a message that acts; it is sent again after every reconnect until the server acknowledges its `cid`. */
  #act(type, fields, { done, fail } = {}) {
    const cid = newId();
    const message = { v: PROTOCOL, type, cid, ...fields };
    this.#outbox.set(cid, { message, done, fail });
    if (['msg.send', 'choice.pick', 'ticket.submit'].includes(type)) this.#begin();
    this.#link?.send(message);
    this.#save();
    return cid;
  }

  #begin() {
    this.#begun = true;
    this.#ui.panel.classList.add('begun');
    if (this.#ui.chips) this.#lock(this.#ui.chips, null);
  }

  #stateChanged(state, detail) {
    if (state === 'ready') {
      const restored = this.#restored;
      this.#restored = [];
      for (const message of restored) this.#pending(message.text, message);
      for (const { message } of this.#outbox.values()) this.#link.send(message);
      clearTimeout(this.#timers.lost);
      clearTimeout(this.#timers.offline);
      this.#timers.lost = this.#timers.offline = 0;
      if (this.#ui.conn.dataset.lost) this.#line('back', { good: true });
      else if (!this.#ui.conn.classList.contains('good')) this.#line(null); // good news stays for its time
    } else if (state === 'refused') {
      this.#refused(detail ?? {});
    } else if (state !== 'idle' && !this.#timers.lost) {
      this.#timers.lost = setTimeout(() => this.#line(this.#welcomed ? 'lost' : 'connecting', { lost: this.#welcomed }), SHOW_LOST_MS);
      this.#timers.offline = setTimeout(() => {
        const phone = this.#server.phone;
        this.#line(phone ? 'offline_phone' : 'offline', { lost: this.#welcomed, values: { phone }, retry: true });
      }, SHOW_OFFLINE_MS);
    }
  }

  /** The line above the input that speaks of the connection. */
  #line(key, { good = false, lost = false, retry = false, brief = good, values, words } = {}) {
    const { conn } = this.#ui;
    clearTimeout(this.#timers.line);
    conn.classList.toggle('good', good);
    if (lost) conn.dataset.lost = '1';
    else delete conn.dataset.lost;
    const parts = [];
    if (words) parts.push(this.#h('span', {}, words));
    else if (key) parts.push(this.#h('span', { t: [key, values] }));
    if (retry) parts.push(this.#h('button.link', { type: 'button', t: 'retry', onclick: () => this.#link.restart() }));
    conn.replaceChildren(...parts);
    if (brief) this.#timers.line = setTimeout(() => this.#line(null), good ? 3_000 : 10_000);
    this.#follow();
  }

  /** `hello` was turned down. A conversation that the server no longer has makes room for a new one. */
  #refused(error) {
    const gone = /conv|token|resume|unknown|gone|expired|auth|http_40[134]|http_410/.test(error.code ?? '');
    if (this.#conv && gone) {
      this.#forget({ keepOutbox: true });
      this.#link.restart();
      return;
    }
    clearTimeout(this.#timers.lost);
    clearTimeout(this.#timers.offline);
    this.#timers.lost = this.#timers.offline = 0;
    this.#line('refused', { retry: true, words: error.text });
  }

  #save() {
    if (!this.#begun) return;
    const outbox = [...this.#outbox.values()].map(({ message }) => message).filter((message) => message.type === 'msg.send');
    this.#memory?.write({
      conv: this.#conv,
      token: this.#token,
      lang: this.#lang,
      open: this.#isOpen,
      draft: this.#ui.input?.value ?? '',
      outbox: [...this.#restored, ...outbox],
    });
  }

  #restore(kept) {
    this.#begin();
    this.#conv = kept.conv ?? null;
    this.#token = kept.token ?? null;
    if (kept.lang) this.#setLang(toLang(kept.lang));
    this.#ui.input.value = kept.draft ?? '';
    this.#typed(false);
    this.#restored = Array.isArray(kept.outbox) ? kept.outbox.filter((message) => message?.cid && typeof message.text === 'string') : [];
  }

  /** Drops the conversation, here and in the tab's storage. */
  #forget({ keepOutbox = false } = {}) {
    this.#memory.clear();
    this.#conv = this.#token = null;
    this.#after = 0;
    this.#silentUntil = 0;
    this.#seen.clear();
    this.#entries.clear();
    this.#forms.clear();
    this.#lastBot = '';
    this.#lastTicket = null;
    this.#pinned = true;
    this.#ui.items.replaceChildren();
    this.#busy();
    for (const [cid, { message }] of this.#outbox) if (!keepOutbox || message.type !== 'msg.send') this.#outbox.delete(cid);
    if (!keepOutbox) this.#ui.tail.replaceChildren();
    this.#anchor = this.#ui.tail.lastElementChild;
    this.#begun = this.#outbox.size > 0;
    this.#ui.panel.classList.toggle('begun', this.#begun);
    this.#greeted = '';
  }

  // ------------------------------------------------------------------------------------ what comes in

  /** Whether a durable event was seen before; notes it. Numbers have no gaps, so the resume point is exact. */
  #known(seq) {
    if (!Number.isInteger(seq)) return false;
    if (seq <= this.#after || this.#seen.has(seq)) return true;
    this.#seen.add(seq);
    while (this.#seen.delete(this.#after + 1)) this.#after += 1;
    return false;
  }

  #receive(message) {
    const known = message.type !== 'welcome' && this.#known(message.seq);
    if (known && message.type !== 'ack') return;
    const live = !(message.seq <= this.#silentUntil);
    const handler = this.#handlers[message.type];
    if (!handler) return; // a newer server may say more than this widget knows
    handler.call(this, message, live);
    if (!live) this.#anchor = null; // after a reload the end is in view
    if (live && !this.#isOpen && SchulHilfe.#COUNTED.has(message.type)) {
      this.#unread += 1;
      this.#badge();
      this.#speak(this.#t(this.#unread === 1 ? 'unread_one' : 'unread_many', { n: this.#unread }));
    }
    this.#follow();
  }

  static #COUNTED = new Set(['bot.end', 'flow.step', 'escalate.offer', 'ticket.form', 'ticket.created', 'ticket.status', 'agent.message']);

  #handlers = {
    welcome: this.#onWelcome,
    ack: this.#onAck,
    error: this.#onError,
    'user.message': this.#onUserMessage,
    'user.choice': this.#onUserChoice,
    'user.feedback': this.#onUserFeedback,
    'bot.start': this.#onStart,
    'bot.delta': this.#onDelta,
    'bot.snapshot': this.#onSnapshot,
    'bot.end': this.#onEnd,
    'flow.step': this.#onFlowStep,
    'escalate.offer': this.#onOffer,
    'ticket.form': this.#onForm,
    'ticket.created': this.#onCreated,
    'ticket.status': this.#onStatus,
    'agent.message': this.#onAgent,
    notice: this.#onNotice,
  };

  #onWelcome(message) {
    if (this.#conv && message.conv !== this.#conv) this.#forget({ keepOutbox: true });
    const fresh = !this.#conv;
    this.#conv = message.conv;
    this.#token = message.token;
    if (fresh) this.#after = message.seq ?? 0;
    else if (!this.#ui.items.childElementCount) this.#silentUntil = message.seq ?? 0;
    this.#server = { ...this.#server, ...message.texts };
    this.#fillMenu();
    this.#name();
    this.#ui.notices.replaceChildren(...(message.notices ?? []).flat().map((block) => this.#block(block)).filter(Boolean));
    this.#greet(message.greeting, message.chips);
    // An answer that was cut off is either continued by the server, or taken away.
    const open = this.#writing();
    for (const entry of open) entry.stale = true;
    clearTimeout(this.#timers.stale);
    if (open.length) this.#timers.stale = setTimeout(() => this.#dropStale(), STALE_MS);
    this.#save();
    if (this.#welcomed) return;
    this.#welcomed = true;
    this.#tell('ready');
  }

  #dropStale(but) {
    for (const [mid, entry] of this.#entries) {
      if (!entry.stale || mid === but) continue;
      entry.node.remove();
      this.#entries.delete(mid);
    }
    this.#busy();
  }

  #greeted = '';

  #greet(greeting, chips) {
    const wanted = JSON.stringify([greeting, chips]);
    if (wanted === this.#greeted) return;
    this.#greeted = wanted;
    const entry = this.#entry('bot');
    const content = this.#h('div.content');
    if (Array.isArray(greeting)) content.append(...greeting.map((block) => this.#block(block)).filter(Boolean));
    else content.append(greeting ? this.#h('p', { lang: this.#lang }, greeting) : this.#h('p', { t: 'greeting' }));
    entry.plain = content.textContent;
    entry.bubble.append(content);
    this.#ui.welcome.replaceChildren(entry.node);
    if (!chips?.length) return;
    const group = this.#options(chips, 'chips', (chip) => {
      if (chip.value === 'ticket_status') {
        this.#statusForm();
        return;
      }
      this.#lock(group, chip.value);
      this.#say(chip.label);
    });
    group.classList.add('chips');
    this.#ui.chips = group;
    if (this.#begun) this.#lock(group, null);
    this.#ui.welcome.append(group);
  }

  #onAck(message) {
    const item = this.#outbox.get(message.cid);
    if (!item) return;
    this.#outbox.delete(message.cid);
    item.done?.(message);
    this.#save();
  }

  #onError(message) {
    const item = message.cid && this.#outbox.get(message.cid);
    if (!item) {
      this.#line('error', { words: message.text, brief: true });
      return;
    }
    if (message.retry_after > 0) {
      item.wait?.(message);
      this.#line('retry_in', { values: { n: Math.ceil(message.retry_after) } });
      setTimeout(() => {
        if (!this.#outbox.has(message.cid)) return;
        this.#line(null);
        this.#link.send(item.message);
      }, message.retry_after * 1000);
      return;
    }
    this.#outbox.delete(message.cid);
    const words = message.text || this.#t('error');
    if (item.fail) item.fail(words, item);
    else this.#line(null, { words, brief: true });
    this.#save();
  }

  #onUserMessage(message) {
    this.#begin();
    if (this.#entries.has(message.mid)) return;
    // Ours, with the acknowledgement lost on the way? Then the waiting bubble becomes it.
    const own = [...this.#ui.tail.children].map((node) => this.#nodes.get(node)).find((entry) => entry?.plain === message.text);
    if (own) {
      this.#settle(own, message);
      return;
    }
    const entry = this.#entry('user', message.mid);
    this.#write(entry, message.text);
    this.#add(entry);
  }

  #onUserChoice(message) {
    this.#begin();
    const offers = (one) => [...(one?.options?.children ?? [])].find((button) => button.dataset.value === message.value);
    const entry = [this.#entries.get(message.mid), ...[...this.#entries.values()].reverse()].find(offers);
    // Typed instead of pressed: her words stay hers, and the button shows how they were understood.
    const typed = message.value.startsWith('flow:') && offers(entry)?.textContent !== message.label;
    if (entry) this.#lock(entry.options, message.value);
    if (entry && !typed) {
      entry.picked = message.label;
    } else {
      const own = [...this.#ui.tail.children].map((node) => this.#nodes.get(node)).find((one) => one?.value === message.value);
      if (own) this.#settle(own, {});
      else {
        const said = this.#entry('user');
        this.#write(said, message.label || message.value);
        this.#add(said);
      }
    }
  }

  #onUserFeedback(message) {
    const entry = this.#entries.get(message.mid);
    entry?.feedback?.replaceChildren(this.#done(message.helped ? 'thanks' : 'thanks_no'));
  }

  #onStart(message) {
    this.#dropStale(message.mid);
    const entry = this.#entries.get(message.mid);
    if (entry) {
      entry.stale = false;
      return;
    }
    this.#streaming(message.mid, message.lang);
    this.#speak(this.#t('writing'));
  }

  /** The entry of a reply that is being written. */
  #streaming(mid, lang) {
    const known = this.#entries.get(mid);
    if (known) {
      known.stale = false;
      return known;
    }
    this.#raiseSent();
    const entry = this.#entry('bot', mid, lang);
    entry.early = this.#h('div.early', { hidden: true });
    entry.content = this.#h('div.content');
    entry.sources = this.#h('div', { hidden: true });
    entry.sentences = new Set();
    entry.typing = this.#h('div.typing', {}, this.#h('span.dots', { 'aria-hidden': 'true' }, this.#h('i'), this.#h('i'), this.#h('i')), this.#h('span', { t: 'writing' }));
    entry.bubble.append(entry.early, entry.content, entry.typing, entry.sources);
    this.#add(entry);
    this.#busy();
    return entry;
  }

  #writing() {
    return [...this.#entries.values()].filter((entry) => entry.typing);
  }

  /** While a reply is being written, the transcript is busy and "Anhalten" stands above the input. */
  #busy() {
    const running = this.#writing().some((entry) => !entry.stopped);
    const { log, stop, input } = this.#ui;
    log.setAttribute('aria-busy', String(this.#writing().length > 0));
    if (!running && this.#root.activeElement === stop) (isTouch() ? log : input).focus({ preventScroll: true });
    stop.hidden = !running;
  }

  #stop() {
    for (const entry of this.#writing()) {
      if (entry.stopped) continue;
      entry.stopped = true;
      this.#says(entry.typing.lastChild, { t: ['stopping'] });
      this.#act('msg.stop', { mid: entry.mid });
    }
    this.#busy();
  }

  #onDelta(message) {
    const entry = this.#streaming(message.mid);
    if (!entry.typing || entry.stopped || entry.sentences.has(message.n)) return;
    entry.sentences.add(message.n);
    for (const citation of message.citations ?? []) entry.cites.set(citation.n, citation);
    const sentence = this.#h('span.sentence', {}, this.#cited(message.text, (message.citations ?? []).map(({ n }) => n), entry));
    const { content } = entry;
    if (!entry.early.hidden && !content.childElementCount) content.append(this.#h('p.label', { t: 'worded' }));
    const last = content.lastElementChild;
    if (message.step > 0) {
      const list = last?.localName === 'ol' ? last : content.appendChild(this.#h('ol.steps'));
      const item = list.lastElementChild;
      if (item?.value === message.step) item.lastElementChild.append(sentence);
      else list.append(this.#step(message.step, [sentence]));
    } else if (last?.localName === 'p' && last.className === '') last.append(sentence);
    else content.append(this.#h('p', {}, sentence));
    this.#showSources(entry);
  }

  #onSnapshot(message) {
    const entry = this.#streaming(message.mid);
    if (!entry.typing) return;
    for (const citation of message.citations ?? []) entry.cites.set(citation.n, citation);
    const content = this.#h('div.content', {}, (message.blocks ?? []).map((block) => this.#block(block, entry)));
    entry.early.replaceChildren(this.#h('p.label', { t: 'quoted_meanwhile' }), content);
    entry.early.hidden = !content.childElementCount;
    // It holds all that is known so far; what follows is added below.
    entry.content.replaceChildren();
    this.#showSources(entry);
  }

  #onEnd(message, live) {
    this.#dropStale(message.mid);
    const entry = this.#finish(message);
    const { bubble } = entry;
    if (message.outcome === 'answered' && message.band === 'medium') {
      bubble.append(this.#h('p.unsure', {}, icon('info'), this.#h('span', { t: 'medium' })));
    }
    bubble.append(this.#content(message.blocks, entry));
    bubble.append(entry.sources);
    this.#showSources(entry);
    // Below an answer the button above the input says the same; below a danger it stands out.
    const spare = message.outcome === 'answered';
    this.#offerChoices(entry, message.choices?.filter((choice) => !spare || choice.value !== 'report_now'));
    if (message.ask_feedback) this.#askFeedback(entry);
    this.#shown(entry, message.blocks, live);
  }

  #lastStep = null;

  #onFlowStep(message, live) {
    const entry = this.#finish(message);
    const { number, of } = message;
    const key = of ? ['step_of', { n: number, of }] : ['step_n', { n: number }];
    const bar = this.#h('span.bar', { 'aria-hidden': 'true' });
    for (let at = 1; at <= Math.min(of ?? 0, 12); at += 1) bar.append(this.#h(at <= number ? 'i.done' : 'i'));
    if (number) entry.bubble.append(this.#h('div.progress', {}, this.#h('span', { t: key }), bar));
    const blocks = message.image?.src ? [...(message.blocks ?? []), { type: 'image', ...message.image }] : message.blocks;
    entry.bubble.append(this.#content(blocks, entry));
    // Only the last step is to be answered; what was answered is changed by "Zurück".
    if (this.#lastStep?.options) this.#lock(this.#lastStep.options, null);
    this.#lastStep = entry;
    // The button above the input reports at any time.
    this.#offerChoices(entry, message.choices?.filter((choice) => choice.value !== 'report_now'));
    entry.bubble.append(entry.sources);
    this.#showSources(entry);
    // On a phone the new step stands at the top, its drawing and buttons below it.
    if (live && number > 1) this.#anchor = entry.node;
    this.#shown(entry, blocks, live);
  }

  #onOffer(message, live) {
    const entry = this.#finish(message);
    const own = [{ type: 'paragraph', spans: [{ text: this.#t('offer') }] }];
    const blocks = message.blocks?.length ? message.blocks : own;
    entry.bubble.append(this.#content(blocks, entry));
    const choices = message.choices?.length
      ? message.choices
      : [{ value: 'report', label: this.#t('offer_yes') }, { value: 'rephrase', label: this.#t('offer_rephrase') }];
    this.#offerChoices(entry, choices);
    this.#shown(entry, blocks, live);
  }

  #onCreated(message, live) {
    for (const form of [...this.#forms]) form.lock();
    this.#lastTicket = { number: message.number, code: message.code };
    const entry = this.#entry('bot', null);
    entry.node.classList.add('wide');
    entry.bubble.classList.add('success');
    const fact = (key, value, big) => value && [this.#h('dt', { t: key }), this.#h(big ? 'dd.big' : 'dd', {}, value)];
    const group = (...facts) => facts.filter(Boolean).map((parts) => this.#h('div', {}, parts));
    const copied = this.#h('span.fine', { role: 'status' });
    entry.bubble.append(
      this.#done('created'),
      this.#h('dl.facts', {}, group(fact('number', message.number, true), fact('code', message.code, true), fact('who', message.who), fact('when', message.when))),
    );
    if (message.blocks?.length) entry.bubble.append(this.#content(message.blocks, entry));
    entry.bubble.append(
      this.#h('p.fine', { t: 'keep_code' }),
      this.#h('div.options', {},
        this.#h('button.button', { type: 'button', onclick: () => this.#copy(`${message.number} ${message.code}`, copied, entry) }, icon('copy'), this.#h('span', { t: 'copy' })),
        this.#h('button.button', { type: 'button', onclick: () => this.#act('ticket.query', { number: message.number, code: message.code }) }, icon('ticket'), this.#h('span', { t: 'ask_status' }))),
      copied,
    );
    entry.plain = [this.#t('created'), `${this.#t('number')}: ${message.number}`, message.who, message.when, plain(message.blocks)].filter(Boolean).join('\n');
    // The code opens the report: it is for the reader's own file, not for what is sent along.
    entry.secret = `${this.#t('code')}: ${message.code}`;
    this.#add(entry, { turn: true });
    if (live) this.#speak(entry.plain);
  }

  #onStatus(message, live) {
    const state = this.#t(`state_${message.state}`);
    const updated = this.#when(message.updated);
    const entry = this.#entry('bot', null);
    entry.bubble.append(
      this.#h('div.content', {},
        this.#headline({ t: ['status_of', { number: message.number }] }),
        this.#h('p', {}, message.text || this.#h('strong', {}, state)),
        updated && this.#h('p.fine', { t: ['updated', { when: updated }] })),
    );
    entry.plain = `${this.#t('status_of', { number: message.number })}: ${message.text || state}`;
    this.#add(entry, { turn: true });
    if (live) this.#speak(entry.plain);
  }

  #onAgent(message, live) {
    const entry = this.#entry('staff', message.mid);
    entry.bubble.append(this.#content(message.blocks, entry));
    entry.plain = plain(message.blocks);
    this.#add(entry, { turn: true });
    if (live) this.#speak(`${this.#t('staff')}: ${entry.plain}`);
  }

  #onNotice(message, live) {
    const blocks = message.blocks ?? [];
    const whole = blocks.every((block) => block.type === 'notice');
    const inside = blocks.map((block) => this.#block(block)).filter(Boolean);
    const node = whole ? this.#h('div.content', {}, inside) : this.#notice(message.level, inside);
    this.#ui.items.append(node);
    if (live) this.#speak(plain(blocks));
  }

  #when(time) {
    const date = new Date(time ?? NaN);
    if (Number.isNaN(date.valueOf())) return '';
    return new Intl.DateTimeFormat(this.#lang === 'de' ? 'de-DE' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(date);
  }

  // --------------------------------------------------------------------------------- entries and blocks

  #entry(who, mid = null, lang = null) {
    const bubble = this.#h('div.bubble');
    const author = who === 'user'
      ? this.#h('span.vh', {}, this.#h('span', { t: 'you' }), ': ')
      : this.#h('span.author', {}, who === 'staff' ? icon('person') : null, this.#h('span', { t: who === 'staff' ? 'staff' : 'bot' }));
    const node = this.#h(`div.entry.${who}`, {}, author, bubble);
    const entry = { who, mid, node, bubble, plain: '', cites: new Map() };
    if (lang) bubble.lang = lang;
    this.#nodes.set(node, entry);
    if (mid) this.#entries.set(mid, entry);
    if (who === 'bot' && mid) this.#lastBot = mid;
    return entry;
  }

  #add(entry, { turn = false } = {}) {
    entry.node.classList.add('fresh');
    this.#ui.items.append(entry.node);
    if (turn) this.#anchor = entry.node;
    this.#follow();
  }

  #write(entry, words) {
    entry.plain = words;
    entry.bubble.replaceChildren(this.#h('span', { dir: 'auto' }, words));
  }

  /** The entry of a finished reply, emptied for its content; a half-written one is taken over where it stands. */
  #finish(message) {
    let entry = this.#entries.get(message.mid);
    if (entry) {
      entry.hadFocus = entry.bubble.contains(this.#root.activeElement);
      entry.unfolded = [...entry.bubble.querySelectorAll('details[open]')].map((node) => node.dataset.n);
      entry.typing = null;
      entry.stale = false;
      entry.cites.clear();
      entry.bubble.replaceChildren();
    } else {
      if (!(message.seq <= this.#silentUntil)) this.#raiseSent();
      entry = this.#entry('bot', message.mid);
      this.#add(entry);
    }
    if (message.lang) entry.bubble.lang = message.lang;
    for (const citation of message.citations ?? []) entry.cites.set(citation.n, citation);
    entry.sources = this.#h('div', { hidden: true });
    return entry;
  }

  /** After a finished reply stands: transcript, speech, focus. */
  #shown(entry, blocks, live) {
    entry.plain = plain(blocks);
    entry.node.classList.toggle('wide', Boolean(entry.bubble.querySelector('.steps, .sources, img')));
    this.#busy();
    if (entry.hadFocus) (isTouch() ? this.#ui.log : this.#ui.input).focus({ preventScroll: true });
    if (!live) return;
    const sources = entry.cites.size ? this.#t('source_count', { n: entry.cites.size }) : '';
    this.#speak([entry.plain, sources].filter(Boolean).join(' '));
  }

  #content(blocks, entry) {
    return this.#h('div.content', {}, (blocks ?? []).map((block) => this.#block(block, entry)));
  }

  #block(block, entry) {
    const h = this.#h.bind(this);
    const spans = () => this.#spans(block.spans ?? [], entry);
    switch (block?.type) {
      case 'paragraph':
        return h('p', {}, spans());
      case 'heading':
        return this.#headline({}, spans());
      case 'steps':
        return h('ol.steps', {}, (block.items ?? []).map((item, at) => this.#step(at + 1, this.#spans(item, entry))));
      case 'quote':
        return h('blockquote', {}, spans(), block.cite && !block.spans?.some((span) => span.cite) ? this.#marker(block.cite, entry) : null);
      case 'image': {
        const src = address(block.src);
        return src && h('figure', {}, h('img', { src, alt: block.alt ?? '', loading: 'lazy' }));
      }
      case 'link': {
        const href = /^(mailto|tel):/i.test(block.href) ? block.href : address(block.href, LINK_SCHEMES);
        return href && h('a.plainlink', { href, target: '_blank', rel: 'noopener' }, block.text || href);
      }
      case 'notice':
        return this.#notice(block.level, spans());
      default:
        return null;
    }
  }

  #notice(level, children) {
    const name = ['info', 'warning', 'danger'].includes(level) ? level : 'info';
    return this.#h(`div.notice.${name}`, {}, icon(name === 'info' ? 'info' : 'warning'),
      this.#h('div', {}, this.#h('span.vh', { t: `level_${name}` }), this.#h('span.vh', {}, ': '), children));
  }

  #step(number, children) {
    const item = this.#h('li', {}, this.#h('span.num', { 'aria-hidden': 'true' }, String(number)), this.#h('div.say', {}, children));
    item.value = number;
    return item;
  }

  #spans(spans, entry) {
    return spans.flatMap((span, at) => {
      const cited = entry && span.cite && spans[at + 1]?.cite !== span.cite;
      const parts = cited ? this.#cited(span.text, [span.cite], entry) : [span.text];
      return span.strong ? [this.#h('strong', {}, parts)] : parts;
    });
  }

  /** Words with their markers, the last word and the markers never on two lines. */
  #cited(words, numbers, entry) {
    const [, head, last] = words.trimEnd().match(/^([^]*\s)?(\S*)$/);
    return [head ?? '', this.#h('span.together', {}, last, numbers.map((n) => this.#marker(n, entry))), ' '];
  }

  /** The small number behind a sentence. */
  #marker(n, entry) {
    const title = entry.cites.get(n)?.title ?? '';
    return this.#h('button.cite', { type: 'button', tLabel: ['source_n', { n, title }], onclick: () => this.#openSource(entry, n) }, String(n));
  }

  #openSource(entry, n) {
    const card = entry.sources.querySelector(`details[data-n="${Number(n)}"]`);
    if (!card) return;
    card.open = true;
    card.querySelector('summary').focus({ preventScroll: true });
    card.scrollIntoView({ block: 'nearest' });
  }

  #showSources(entry) {
    if (!entry.cites.size) return;
    const shown = new Set([...entry.sources.querySelectorAll('details')].map((node) => node.dataset.n));
    if (!shown.size) {
      entry.sources.className = 'sources';
      entry.sources.hidden = false;
      entry.sources.append(this.#h('p.small', {}, icon('book'), this.#h('span', { t: 'sources' })));
    }
    const fresh = [...entry.cites.values()].filter(({ n }) => !shown.has(String(n))).sort((a, b) => a.n - b.n);
    for (const citation of fresh) {
      const href = address(citation.url);
      const heading = citation.heading !== citation.title && citation.heading;
      const page = citation.page && this.#h('span', { t: ['page_n', { n: citation.page }] });
      const card = this.#h('details.source', { 'data-n': citation.n, ontoggle: () => this.#follow() },
        this.#h('summary', {}, this.#h('span.num', {}, String(citation.n)),
          this.#h('span.name', {}, citation.title, (heading || page) && this.#h('span.where', {}, heading, heading && page && ' · ', page)), icon('down')),
        this.#h('div.quote', {}, this.#h('blockquote', {}, citation.quote),
          href && this.#h('a.out', { href, target: '_blank', rel: 'noopener' }, icon('external'), this.#h('span', { t: 'open_source' }), this.#h('span.vh', { t: 'new_tab' }))));
      card.open = entry.unfolded?.includes(String(citation.n)) ?? false;
      entry.sources.append(card);
    }
  }

  #done(key) {
    return this.#h('p.done', {}, icon('check'), this.#h('span', { t: key }));
  }

  // ------------------------------------------------------------------------------- choices and feedback

  #options(choices, label, onPick) {
    return this.#h('div.options', { role: 'group', tLabel: label }, choices.map((choice) =>
      this.#h(choice.value === 'flow:back' ? 'button.option.quiet' : 'button.option', {
        type: 'button', 'data-value': choice.value, onclick: (event) => event.currentTarget.getAttribute('aria-disabled') !== 'true' && onPick(choice),
      }, choice.label)));
  }

  /**
   * Buttons stay where they are, the chosen one is marked; Tab passes them by. Not `disabled`: the one that was
   * pressed keeps the focus.
   */
  #lock(group, value) {
    for (const button of group.children) {
      if (button.dataset.value === 'ticket_status') continue; // opens a form, as often as wanted
      if (button.dataset.value === value && button.getAttribute('aria-pressed') !== 'true') {
        button.setAttribute('aria-pressed', 'true');
        button.prepend(icon('check'));
      }
      button.setAttribute('aria-disabled', 'true');
      button.tabIndex = -1;
    }
  }

  #unlock(group) {
    for (const button of group.children) {
      if (button.getAttribute('aria-pressed') === 'true') button.firstChild.remove();
      button.removeAttribute('aria-pressed');
      button.removeAttribute('aria-disabled');
      button.removeAttribute('tabindex');
    }
  }

  #offerChoices(entry, choices) {
    if (!choices?.length) return;
    entry.options = this.#options(choices, 'choices', (choice) => {
      this.#lock(entry.options, choice.value);
      entry.picked = choice.label;
      this.#anchor = entry.options;
      this.#pinned = true;
      this.#act('choice.pick', { mid: entry.mid, value: choice.value }, {
        fail: (words) => {
          this.#unlock(entry.options);
          entry.picked = '';
          this.#line(null, { words, brief: true });
        },
      });
      if (choice.value === 'rephrase') this.#ui.input.focus();
    });
    entry.bubble.append(entry.options);
  }

  #askFeedback(entry) {
    const box = this.#h('div.feedback');
    entry.feedback = box;
    const give = (helped, reasons = [], note) => {
      box.replaceChildren(this.#done(helped ? 'thanks' : 'thanks_no'));
      box.firstChild.tabIndex = -1;
      box.firstChild.focus({ preventScroll: true });
      this.#act('feedback.give', { mid: entry.mid, helped, reasons, note: note || undefined }, {
        fail: (words) => {
          ask();
          this.#line(null, { words, brief: true });
        },
      });
      if (!helped) {
        this.#anchor = box;
        this.#pinned = true;
      }
    };
    const why = () => {
      const chosen = new Set();
      const reasons = this.#h('div.options', { role: 'group', tLabel: 'why_not' }, REASONS.map((value) =>
        this.#h('button.option', { type: 'button', 'aria-pressed': 'false', t: value, onclick: (event) => {
          const on = !chosen.delete(value);
          if (on) chosen.add(value);
          event.currentTarget.setAttribute('aria-pressed', String(on));
        } })));
      const note = this.#h('textarea', { rows: '2', maxlength: '500', id: `note-${entry.mid}` });
      box.replaceChildren(
        this.#h('p.lead', { t: 'why_not' }), reasons,
        this.#h('div.field', {}, this.#h('label', { for: `note-${entry.mid}`, t: 'note' }), note),
        this.#h('div.options', {}, this.#h('button.button.main', { type: 'button', t: 'submit', onclick: () => give(false, REASONS.filter((value) => chosen.has(value)), note.value.trim()) })),
      );
      reasons.firstChild.focus({ preventScroll: true });
      this.#toView(box);
    };
    const ask = () => box.replaceChildren(
      this.#h('div.ask', {}, this.#h('p.lead', { t: 'helped' }),
        this.#h('div.options', { role: 'group', tLabel: 'helped' },
          this.#h('button.option', { type: 'button', onclick: () => give(true) }, icon('up'), this.#h('span', { t: 'yes' })),
          this.#h('button.option', { type: 'button', onclick: why }, icon('thumb_down'), this.#h('span', { t: 'no' })))));
    ask();
    entry.bubble.append(box);
  }

  #toView(node) {
    node.scrollIntoView({ block: 'nearest' });
    this.#follow();
  }

  // ------------------------------------------------------------------------------------ report and state

  /** "Jetzt nur melden": the open form as it is, else what was said so far; with nothing said yet, the form. */
  #reportNow() {
    const form = [...this.#forms].at(-1);
    if (form) {
      form.now();
      return;
    }
    if ([...this.#outbox.values()].some(({ message }) => message.type === 'choice.pick')) return;
    const said = this.#begun && [...this.#entries.values()].some((entry) => entry.who === 'user');
    const value = said || this.#ui.tail.childElementCount ? 'report_now' : 'report';
    if (value === 'report') this.#draftForForm = this.#ui.input.value.trim();
    const entry = this.#entry('user');
    entry.value = value;
    this.#write(entry, this.#t('report_now'));
    this.#tail(entry);
    this.#act('choice.pick', { mid: this.#lastBot, value }, {
      done: () => this.#settle(entry, {}),
      fail: (words) => {
        entry.node.remove();
        this.#line(null, { words, brief: true });
      },
    });
  }

  #field(field, prefill, id) {
    const h = this.#h.bind(this);
    const value = field.value ?? prefill?.[field.name] ?? '';
    const common = { id, name: field.name, 'aria-required': field.required ? 'true' : null, 'aria-describedby': `${id}-problem` };
    let input;
    if (field.kind === 'select') {
      input = h('select', common, h('option', { value: '', t: 'please_choose' }),
        (field.options ?? []).map((option) => h('option', { value: option.value, selected: option.value === value }, option.label)));
    } else if (field.kind === 'textarea') {
      input = h('textarea', { ...common, rows: '3', maxlength: String(MAX_CHARS) });
      input.value = value;
    } else {
      input = h('input', { ...common, type: 'text', maxlength: '300', autocomplete: 'off' });
      input.value = value;
    }
    const problem = h('p.problem', { id: `${id}-problem`, hidden: true });
    input.addEventListener('input', () => {
      if (!input.value.trim()) return;
      input.removeAttribute('aria-invalid');
      problem.hidden = true;
    });
    const node = h('div.field', {}, h('label', { for: id }, field.label, field.required ? ' *' : ''), input, problem);
    return { name: field.name, required: field.required, input, problem, node };
  }

  /** Marks what is missing and goes there; true when all is there. */
  #check(fields) {
    const missing = fields.filter((field) => field.required && !field.input.value.trim());
    for (const field of fields) {
      const bad = missing.includes(field);
      field.input.setAttribute('aria-invalid', String(bad));
      field.problem.hidden = !bad;
      field.problem.textContent = bad ? this.#t('required') : '';
    }
    missing[0]?.input.focus();
    return missing.length === 0;
  }

  #onForm(message, live) {
    const h = this.#h.bind(this);
    const entry = this.#finish(message);
    entry.node.classList.add('wide');
    const id = `form-${message.mid}`;
    const fields = (message.fields ?? []).map((field, at) => this.#field(field, message.prefill, `${id}-${at}`));
    const values = () => Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()]).filter(([, value]) => value));
    const offered = JSON.stringify(values());
    if (this.#draftForForm) {
      const target = fields.find((field) => field.name === 'symptom') ?? fields.find((field) => field.input.localName === 'textarea');
      if (target && !target.input.value) {
        target.input.value = this.#draftForForm;
        if (this.#ui.input.value.trim() === this.#draftForForm) this.#clearInput();
      }
      this.#draftForForm = '';
    }
    const share = h('input', { type: 'checkbox', id: `${id}-share` });
    const list = h('ul');
    const preview = h('details.preview', { ontoggle: () => {
      list.replaceChildren(...this.#transcript().map((line) => h('li', {}, h('strong', {}, `${this.#t(line.who)}: `), line.words)));
      this.#follow();
    } }, h('summary', {}, icon('down'), h('span', { t: 'preview' })), list);
    const problem = h('p.problem', { role: 'alert' });
    const submit = h('button.button.main', { type: 'submit', t: 'submit' });
    const now = h('button.button', { type: 'button', t: 'report_now', onclick: () => form.now() });
    const node = h('form.form', { novalidate: true, 'aria-labelledby': `${id}-title`, onsubmit: (event) => {
      event.preventDefault();
      if (form.busy || !this.#check(fields)) return;
      form.send(() => this.#act('ticket.submit', { fields: values(), include_transcript: share.checked }, form.handlers));
    } },
      this.#headline({ id: `${id}-title`, t: 'form_title', tabindex: '-1' }), h('p.fine', { t: 'form_hint' }),
      fields.map((field) => field.node),
      h('div.check', {}, share, h('label', { for: `${id}-share`, t: 'include_transcript' })), preview,
      problem, h('div.options', {}, submit, now));

    const form = {
      busy: false,
      send: (act) => {
        form.busy = true;
        problem.textContent = '';
        this.#says(submit, { t: ['form_sending'] });
        for (const button of [submit, now]) button.setAttribute('aria-disabled', 'true');
        this.#anchor = entry.node;
        this.#pinned = true;
        act();
      },
      // What was typed so far goes along: nobody types it twice.
      now: () => {
        if (form.busy) return;
        const typed = JSON.stringify(values()) === offered ? undefined : values();
        form.send(() => this.#act('choice.pick', { mid: message.mid, value: 'report_now', fields: typed }, form.handlers));
      },
      handlers: {
        fail: (words) => {
          form.busy = false;
          problem.textContent = words;
          this.#says(submit, { t: ['submit'] });
          for (const button of [submit, now]) button.removeAttribute('aria-disabled');
        },
      },
      lock: () => {
        this.#forms.delete(form);
        const focused = node.contains(this.#root.activeElement);
        this.#top = 0; // it shrinks: that moves the view, and is no scrolling of the reader's
        node.replaceChildren(this.#headline({ t: 'form_title', id: `${id}-title`, tabindex: '-1' }), this.#done('form_sent'));
        if (focused) node.firstChild.focus({ preventScroll: true });
      },
    };
    this.#forms.add(form);
    entry.bubble.append(node);
    entry.plain = '';
    if (!live) return;
    this.#speak(this.#t('form_title'));
    this.#anchor = entry.node;
    this.#pinned = true;
    this.#follow();
    // The reader asked for it; a draft in the input or a touch keyboard is not interrupted.
    if (this.#isOpen && !isTouch() && !this.#ui.input.value) {
      (fields.find((field) => field.required && !field.input.value)?.input ?? node.firstChild).focus({ preventScroll: true });
    }
  }

  /** A small form that asks for the state of a report. */
  #statusForm() {
    const h = this.#h.bind(this);
    const entry = this.#entry('bot');
    entry.node.classList.add('wide');
    const id = `status-${newId()}`;
    const make = (name, at) => this.#field({ name, label: this.#t(name), kind: 'text', required: true, value: this.#lastTicket?.[name] ?? '' }, {}, `${id}-${at}`);
    const fields = [make('number', 0), make('code', 1)];
    const problem = h('p.problem', { role: 'alert' });
    const form = h('form.form', { novalidate: true, 'aria-labelledby': `${id}-title`, onsubmit: (event) => {
      event.preventDefault();
      if (!this.#check(fields)) return;
      problem.textContent = '';
      const [number, code] = fields.map((field) => field.input.value.trim());
      this.#act('ticket.query', { number, code }, { fail: (words) => (problem.textContent = words) });
    } },
      this.#headline({ id: `${id}-title`, t: 'status_title' }), fields.map((field) => field.node), problem,
      h('div.options', {}, h('button.button.main', { type: 'submit', t: 'ask_status' })));
    entry.bubble.append(form);
    this.#pinned = true;
    this.#add(entry, { turn: true });
    (fields.find((field) => !field.input.value) ?? fields[0]).input.focus({ preventScroll: true });
  }

  async #copy(words, status, entry) {
    try {
      await navigator.clipboard.writeText(words);
      this.#says(status, { t: ['copied'] });
    } catch {
      // No clipboard without TLS or permission: the number is selected for the reader to copy.
      const range = document.createRange();
      range.selectNodeContents(entry.bubble.querySelector('.facts'));
      const selection = this.#root.getSelection?.() ?? getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
    }
  }

  // ------------------------------------------------------------------------------------- what goes out

  #typed(save = true) {
    const { input, count, send } = this.#ui;
    const length = [...input.value.trim()].length;
    const over = length - MAX_CHARS;
    input.style.height = 'auto';
    input.style.height = `${Math.max(44, Math.min(144, input.scrollHeight))}px`;
    count.classList.toggle('bad', over > 0);
    if (over > 0) this.#says(count, { t: ['too_long', { n: over }] });
    else if (length >= COUNT_FROM) this.#says(count, { t: ['left', { n: -over }] });
    else this.#says(count, { t: ['', {}] });
    input.setAttribute('aria-invalid', String(over > 0));
    send.setAttribute('aria-disabled', String(length === 0 || over > 0));
    if (!save) return;
    clearTimeout(this.#timers.draft);
    this.#timers.draft = setTimeout(() => this.#save(), 400);
  }

  #clearInput() {
    this.#ui.input.value = '';
    this.#typed();
  }

  #send() {
    const words = this.#ui.input.value.trim();
    if (this.#ui.send.getAttribute('aria-disabled') === 'true' || !words) return;
    this.#clearInput();
    this.#focusInput();
    this.#say(words);
  }

  #say(words) {
    this.#pending(words);
  }

  /** A message of the reader's: shown at once, settled when the server has it. */
  #pending(words, known) {
    const entry = this.#entry('user');
    this.#write(entry, words);
    const meta = this.#h('div.meta', {}, this.#h('span', { t: 'pending' }));
    entry.node.append(meta);
    entry.meta = meta;
    const handlers = {
      done: (ack) => this.#settle(entry, ack),
      fail: (reason, item) => {
        entry.node.classList.remove('pending');
        this.#ui.items.append(entry.node);
        meta.classList.add('bad');
        meta.replaceChildren(
          this.#h('span', {}, reason ? `${this.#t('not_sent')} ${reason}` : this.#t('not_sent')),
          this.#h('button.link', { type: 'button', t: 'retry', onclick: () => {
            meta.classList.remove('bad');
            meta.replaceChildren(this.#h('span', { t: 'pending' }));
            this.#tail(entry);
            this.#outbox.set(item.message.cid, item);
            this.#link.send(item.message);
          } }),
        );
        this.#speak(`${this.#t('not_sent')} ${reason ?? ''}`);
      },
    };
    this.#tail(entry);
    if (known) this.#outbox.set(known.cid, { message: known, ...handlers });
    else this.#act('msg.send', { text: words }, handlers);
  }

  /** Waiting bubbles stand at the end, whatever else arrives. */
  #tail(entry) {
    entry.node.classList.add('pending', 'fresh');
    this.#ui.tail.append(entry.node);
    this.#anchor = entry.node;
    this.#pinned = true;
    this.#follow();
  }

  /** A reply may overtake the acknowledgement of what it answers, where both come on different ways. */
  #raiseSent() {
    if (this.#link.state === 'ready') this.#ui.items.append(...this.#ui.tail.children);
  }

  #settle(entry, ack) {
    if (ack.mid && this.#entries.has(ack.mid) && this.#entries.get(ack.mid) !== entry) {
      entry.node.remove(); // a replay has shown it already
      return;
    }
    entry.node.classList.remove('pending');
    entry.meta?.remove();
    entry.mid = ack.mid ?? null;
    if (entry.mid) this.#entries.set(entry.mid, entry);
    if (ack.text && ack.text !== entry.plain) {
      this.#write(entry, ack.text);
      entry.node.append(this.#h('div.meta', { t: 'masked' }));
    }
    if (entry.node.parentNode === this.#ui.tail) {
      entry.node.classList.remove('fresh');
      this.#ui.items.append(entry.node);
    }
  }

  // ------------------------------------------------------------------------------ transcript, deletion

  /** What was said, in order: `{who: bot|you|staff, words}`. */
  #transcript(own = false) {
    const lines = [];
    for (const node of [...this.#ui.welcome.children, ...this.#ui.items.children]) {
      const entry = this.#nodes.get(node);
      if (!entry) continue;
      const who = entry.who === 'user' ? 'you' : entry.who;
      if (entry.plain) lines.push({ who, words: entry.plain });
      if (own && entry.secret) lines.push({ who, words: entry.secret });
      if (own && entry.cites.size) {
        const titles = [...entry.cites.values()].map((citation) => `[${citation.n}] ${citation.title}`);
        lines.push({ who, words: `${this.#t('sources')}: ${titles.join('; ')}` });
      }
      if (entry.picked) lines.push({ who: 'you', words: entry.picked });
    }
    return lines;
  }

  #download() {
    const now = new Date();
    const day = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    const lines = this.#transcript(true).map((line) => `${this.#t(line.who)}:\n${line.words}\n`);
    const file = new Blob([`\ufeff${this.#t('file_title')}, ${this.#when(now)}\n\n${lines.join('\n')}`], { type: 'text/plain;charset=utf-8' });
    const href = URL.createObjectURL(file);
    const anchor = this.#h('a', { href, download: `${this.#t('file_name')}-${day}.txt`, hidden: true });
    this.#root.append(anchor);
    anchor.click();
    anchor.remove();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  }

  #confirmDelete() {
    const remove = () => {
      this.#line('deleting');
      const done = () => {
        this.#forget();
        this.#line('deleted', { good: true });
        this.#speak(this.#t('deleted'));
        this.#link.restart();
        this.#focusInput();
      };
      if (this.#conv) this.#act('conv.delete', {}, { done });
      else done();
    };
    const dialog = this.#h('dialog', { 'aria-labelledby': 'delete-title', lang: this.#lang, onclose: () => {
      const yes = dialog.returnValue === 'yes';
      dialog.remove();
      this.#ui.menuButton.focus();
      if (yes) remove();
    } },
      this.#h('h2', { id: 'delete-title', t: 'delete_title' }), this.#h('p', { t: 'delete_text' }),
      this.#h('div.options', {},
        this.#h('button.button', { type: 'button', t: 'cancel', autofocus: true, onclick: () => dialog.close('no') }),
        this.#h('button.button.bad', { type: 'button', t: 'delete_yes', onclick: () => dialog.close('yes') })));
    this.#ui.root.append(dialog);
    dialog.showModal();
  }
}

if (!customElements.get('schul-hilfe')) customElements.define('schul-hilfe', SchulHilfe);
