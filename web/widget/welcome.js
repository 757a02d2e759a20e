// The server's welcome: greeting, start chips, notices, the operator's addresses; and what becomes of a reply that
// was cut off.

import { blockNode } from './blocks.js';
import { lock, optionGroup } from './choices.js';
import { say } from './composer.js';
import { dropStale, newEntry, openReplies } from './entries.js';
import { forget, onGone } from './gone.js';
import { later } from './later.js';
import { fillMenu, showName } from './menu.js';
import { save } from './outbox.js';
import { address } from './protocol.js';

const LONG_REPLAY = 30; // events
const REPLAY_MS = 5_000; // so long it may take to get them
const STALE_MS = 4_000; // a half-written answer that nobody continues is taken away

export function onWelcome(chat, message) {
  if (chat.conv && message.conv !== chat.conv) {
    if (chat.stored) onGone(chat, false);
    else forget(chat, { keepOutbox: true });
  }
  const fresh = !chat.conv;
  chat.conv = message.conv;
  chat.token = message.token;
  if (fresh) chat.after = message.seq ?? 0;
  else if (!chat.ui.items.childElementCount) {
    chat.silentUntil = message.seq ?? 0;
    beginReplay(chat);
  }
  const { brand, logo } = chat.server;
  chat.server = { ...chat.server, ...message.texts };
  if (chat.server.brand !== brand) chat.face.paint(chat.server.brand);
  if (chat.server.logo !== logo) showLogo(chat);
  fillMenu(chat);
  showName(chat);
  chat.ui.notices.replaceChildren(...(message.notices ?? []).flat().map((block) => blockNode(chat, block)).filter(Boolean));
  greet(chat, message.greeting, message.chips);
  // An answer that was cut off is either continued by the server, or taken away.
  const open = openReplies(chat);
  for (const entry of open) entry.stale = true;
  clearTimeout(chat.timers.stale);
  if (open.length) chat.timers.stale = setTimeout(() => dropStale(chat), STALE_MS);
  save(chat);
  if (chat.welcomed) return;
  chat.welcomed = true;
  if (message.warnings) console.warn(...message.warnings);
  chat.face.tell('ready');
}

/** The authority's logo in the place of ours, once it is there: the page's rules may forbid it. */
function showLogo(chat) {
  for (const place of chat.root.querySelectorAll('.logo')) {
    const image = chat.h('img', { alt: '', src: address(chat.server.logo), onload: () => place.replaceChildren(image) });
  }
}

/** What is told again after a reload is put into the page in one piece. */
function beginReplay(chat) {
  if (chat.silentUntil < LONG_REPLAY) return;
  chat.ui.items.remove();
  chat.timers.replay = setTimeout(() => endReplay(chat), REPLAY_MS);
}

export function endReplay(chat) {
  clearTimeout(chat.timers.replay);
  chat.timers.replay = 0;
  if (!chat.ui.items.isConnected) chat.ui.welcome.after(chat.ui.items);
}

/** Greeting and start chips; drawn anew only where they changed. */
export function greet(chat, greeting, chips) {
  const wanted = JSON.stringify([greeting, chips]);
  if (wanted === chat.greeted) return;
  chat.greeted = wanted;
  const entry = newEntry(chat, 'bot');
  const content = chat.h('div.content');
  if (Array.isArray(greeting)) content.append(...greeting.map((block) => blockNode(chat, block)).filter(Boolean));
  else content.append(greeting ? chat.h('p', { lang: chat.words.lang }, greeting) : chat.h('p', { t: 'greeting' }));
  entry.plain = content.textContent;
  entry.bubble.append(content);
  chat.ui.welcome.replaceChildren(entry.node);
  if (!chips?.length) return;
  const group = optionGroup(chat, chips, 'chips', (chip) => {
    if (chip.value === 'ticket_status') {
      later(chat, 'statusForm');
      return;
    }
    lock(group, chip.value);
    say(chat, chip.label);
  });
  group.classList.add('chips');
  chat.lockChips = () => lock(group, null);
  if (chat.begun) chat.lockChips();
  chat.ui.welcome.append(group);
}
