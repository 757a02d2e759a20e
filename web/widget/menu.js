// The menu in the header, the switch of languages, and what the panel is called.

import { confirmDelete } from './gone.js';
import { labelled } from './icons.js';
import { later } from './later.js';
import { act, save } from './outbox.js';
import { address } from './protocol.js';
import { showLine } from './status.js';

/** What the menu offers; again when the operator's addresses are known. */
export function fillMenu(chat) {
  const item = (key, name, onclick) =>
    chat.h('button', { onclick: () => { toggleMenu(chat, false); onclick(); } }, labelled(chat, name, key));
  const link = (key, name, href) =>
    chat.h('a', { href, target: '_blank', rel: 'noopener' }, labelled(chat, name, key));
  const accessibility = address(chat.server.accessibility_url ?? '');
  chat.ui.menu.replaceChildren(
    item('menu_status', 'ticket', () => later(chat, 'statusForm')),
    item('menu_download', 'download', () => later(chat, 'download')),
    item('menu_delete', 'trash', () => confirmDelete(chat)),
    ...(chat.server.accessibility_url && accessibility ? [link('menu_accessibility', 'person', accessibility)] : []),
  );
  const privacy = chat.server.privacy_url && address(chat.server.privacy_url);
  chat.ui.privacy.hidden = !privacy;
  if (privacy) {
    chat.ui.privacy.replaceChildren(' ', chat.h('a', { href: privacy, target: '_blank', rel: 'noopener', t: 'privacy' }));
  }
}

/** Opens or closes the menu; focus goes along. */
export function toggleMenu(chat, show) {
  chat.ui.menu.hidden = !show;
  chat.ui.menuButton.setAttribute('aria-expanded', String(show));
  if (show) chat.ui.menu.querySelector('button')?.focus();
  else if (chat.ui.menu.contains(chat.root.activeElement) || !chat.root.activeElement) chat.ui.menuButton.focus();
}

/** Switches the language; its texts are fetched when it is first shown. */
export async function setLang(chat, lang, byReader = false) {
  chat.wantedLang = lang;
  if (!chat.words.knows(lang)) {
    try {
      await chat.words.learn(lang);
    } catch {
      showLine(chat, 'error', { brief: true });
      return;
    }
    if (chat.wantedLang !== lang) return; // switched again meanwhile
  }
  const { ui } = chat;
  const changed = chat.words.lang !== lang;
  chat.words.change(lang, chat.root);
  chat.says(ui.language, { t: ['other_lang'], tLabel: ['other_lang_label'] });
  ui.language.lang = lang === 'de' ? 'en' : 'de';
  chat.face.speak(lang);
  showName(chat);
  if (!changed || !chat.link) return;
  // A conversation remembers it; before one has begun, a new hello brings greeting and chips.
  if (chat.begun) act(chat, 'lang.set', { lang });
  else if (byReader || chat.isOpen) chat.link.restart();
  save(chat);
}

/** What the host page, else the operator, calls the chat. */
export function showName(chat) {
  chat.ui.heading.textContent = chat.face.name(chat.server.title);
}
