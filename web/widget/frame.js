// The panel: header, the line about the assistant, transcript, input. Nodes that are needed again stand in `chat.ui`.

import { inputChanged, sendInput } from './composer.js';
import { icon, labelled } from './icons.js';
import { fillMenu, setLang, toggleMenu } from './menu.js';
import { stopReply } from './reply.js';
import { reportNow } from './report.js';
import { scrolled, toEnd } from './view.js';
import { greet } from './welcome.js';

/** Builds the panel, closed. */
export function buildFrame(chat) {
  const { h } = chat;
  const ui = chat.ui;
  const page = chat.host.hasAttribute('page');
  const tool = (key, name, onclick, more) => h('button.tool', { tLabel: key, onclick, ...more }, icon(name));

  ui.heading = h(page ? 'h1' : 'h2', { id: 'title', tabindex: '-1' });
  ui.language = h('button.tool', { onclick: () => setLang(chat, chat.words.lang === 'de' ? 'en' : 'de', true) });
  ui.menuButton = tool('menu', 'menu', () => toggleMenu(chat, ui.menu.hidden), { 'aria-expanded': 'false', 'aria-controls': 'menu' });
  ui.menu = h('div.menu', { id: 'menu', hidden: true });
  ui.menuBox = h('div', {}, ui.menuButton, ui.menu);
  ui.close = page ? null : tool('close', 'close', () => chat.face.close());
  const head = h('div.head', {}, chat.face.logo(), ui.heading, ui.language, ui.menuBox, ui.close);

  ui.privacy = h('span', { hidden: true });
  ui.ai = h('div.ai', {}, h('p', {}, h('span.full', { t: 'ai_line' }), h('span.short', { t: 'ai_line_short' }), ui.privacy));

  ui.notices = h('div.notices');
  ui.welcome = h('div.items');
  ui.items = h('div.items');
  ui.tail = h('div.tail');
  ui.log = h('div.log', { role: 'log', 'aria-live': 'off', tLabel: 'log', tabindex: '0', onscroll: () => scrolled(chat) },
    h('div.items', {}, ui.notices, ui.welcome, ui.items), ui.tail);

  ui.jump = h('button.jump', { tLabel: 'jump', hidden: true, onclick: () => toEnd(chat) }, icon('down'));
  ui.conn = h('div.conn', { role: 'status' });
  ui.report = h('button.link', { onclick: () => reportNow(chat) }, labelled(chat, 'flag', 'report_now'));
  ui.stop = h('button.link.stop', { hidden: true, onclick: () => stopReply(chat) }, labelled(chat, 'stop', 'stop'));
  ui.count = h('span.count', { id: 'count' });
  ui.input = h('textarea', {
    id: 'input', rows: '1', tLabel: 'input', tHint: 'placeholder', enterkeyhint: 'send', autocomplete: 'off', 'aria-describedby': 'count',
    oninput: () => inputChanged(chat),
    onkeydown: (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      sendInput(chat);
    },
  });
  ui.send = h('button.send', { tLabel: 'send', 'aria-disabled': 'true', onclick: () => sendInput(chat) }, icon('send'));
  const foot = h('div.foot', {}, h('div.row', {}, ui.report, ui.stop, ui.count, ui.jump), h('div.box', {}, ui.input, ui.send));

  ui.panel = h('div.panel', { role: page ? 'region' : 'dialog', 'aria-labelledby': 'title', hidden: true, onkeydown: (event) => onKey(chat, event) },
    head, ui.ai, ui.log, h('div.bottom', {}, ui.conn, foot));
  // A page's own one-key shortcuts must not fire while somebody types here.
  for (const name of ['keyup', 'keypress']) ui.panel.addEventListener(name, (event) => event.stopPropagation());

  ui.status = chat.face.status;
  ui.status.before(ui.panel);
  greet(chat, null, null);
  fillMenu(chat);
}

/** Esc closes what is open, F6 goes between transcript and input; no key of ours reaches the host page. */
function onKey(chat, event) {
  event.stopPropagation();
  if (event.key === 'Escape' && !chat.root.querySelector('dialog[open]')) {
    if (!chat.ui.menu.hidden) {
      toggleMenu(chat, false);
      chat.ui.menuButton.focus();
    } else chat.face.close();
  } else if (event.key === 'F6') {
    event.preventDefault();
    (chat.root.activeElement === chat.ui.input ? chat.ui.log : chat.ui.input).focus();
  }
}
