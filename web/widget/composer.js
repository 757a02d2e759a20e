// The input and what is sent from it. A message is shown at once, waits at the end of the transcript, and is
// settled when the server has it; one that was refused can be sent again.

import { appendWaiting, newEntry, settle, writeWords } from './entries.js';
import { act, saveSoon } from './outbox.js';
import { MAX_CHARS } from './protocol.js';
import { speak } from './status.js';
import { focusInput } from './view.js';

const COUNT_FROM = 1800; // characters from which on the counter is shown

/** Size of the input, its counter, whether it can be sent; `keep`: also remembers the draft. */
export function inputChanged(chat, keep = true) {
  const { input, count, send } = chat.ui;
  const words = input.value.trim();
  // Of characters that nobody sees there is nothing to send.
  const length = /[^\p{C}\p{Z}]/u.test(words) ? [...words].length : 0;
  const over = length - MAX_CHARS;
  input.style.height = 'auto';
  input.style.height = `${Math.max(44, Math.min(144, input.scrollHeight))}px`;
  count.classList.toggle('bad', over > 0);
  if (over > 0) chat.says(count, { t: ['too_long', { n: over }] });
  else if (length >= COUNT_FROM) chat.says(count, { t: ['left', { n: -over }] });
  else chat.says(count, { t: ['', {}] });
  // Spoken at a few marks only, not at every key.
  const mark = [0, 50, MAX_CHARS - COUNT_FROM].find((left) => length >= MAX_CHARS - left + (left ? 0 : 1));
  if (mark !== undefined && mark !== chat.mark) speak(chat, chat.t(...(over > 0 ? ['too_long', { n: over }] : ['left', { n: -over }])));
  chat.mark = mark;
  input.setAttribute('aria-invalid', String(over > 0));
  send.setAttribute('aria-disabled', String(length === 0 || over > 0));
  if (keep) saveSoon(chat);
}

/** Empties the input. */
export function clearInput(chat) {
  chat.ui.input.value = '';
  inputChanged(chat);
}

/** Sends what stands in the input, where that can be sent. */
export function sendInput(chat) {
  const words = chat.ui.input.value.trim();
  if (chat.ui.send.getAttribute('aria-disabled') === 'true' || !words) return;
  clearInput(chat);
  focusInput(chat);
  say(chat, words);
}

/** A message of the reader's: shown at once, settled when the server has it. `known` was sent before a reload. */
export function say(chat, words, known) {
  const entry = newEntry(chat, 'user');
  writeWords(chat, entry, words);
  const meta = chat.h('div.meta', {}, chat.h('span', { t: 'pending' }));
  entry.node.append(meta);
  entry.meta = meta;
  const handlers = {
    done: (ack) => settle(chat, entry, ack),
    fail: (reason, item) => {
      entry.node.classList.remove('pending');
      chat.ui.items.append(entry.node);
      meta.classList.add('bad');
      meta.replaceChildren(
        chat.h('span', {}, reason ? `${chat.t('not_sent')} ${reason}` : chat.t('not_sent')),
        chat.h('button.link', { t: 'retry', onclick: () => {
          meta.classList.remove('bad');
          meta.replaceChildren(chat.h('span', { t: 'pending' }));
          appendWaiting(chat, entry);
          chat.outbox.set(item.message.cid, item);
          chat.link.send(item.message);
        } }),
      );
      speak(chat, `${chat.t('not_sent')} ${reason ?? ''}`);
    },
  };
  appendWaiting(chat, entry);
  if (known) chat.outbox.set(known.cid, { message: known, ...handlers });
  else act(chat, 'msg.send', { text: words }, handlers);
}
