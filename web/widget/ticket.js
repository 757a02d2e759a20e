// What comes back of a report: its number and access code, and its state.

import { contentOf, plain } from './blocks.js';
import { append, doneLine, newEntry } from './entries.js';
import { timeText } from './history.js';
import { labelled } from './icons.js';
import { act } from './outbox.js';
import { speak } from './status.js';
import { hold } from './view.js';

export function onCreated(chat, message, live) {
  for (const form of [...chat.forms]) form.lock();
  chat.lastTicket = { number: message.number, code: message.code };
  const entry = newEntry(chat, 'bot', null, message.lang);
  entry.node.classList.add('wide');
  entry.bubble.classList.add('success');
  const fact = (key, value, big) => value && [chat.h('dt', { t: key }), chat.h(big ? 'dd.big' : 'dd', {}, value)];
  const group = (...facts) => facts.filter(Boolean).map((parts) => chat.h('div', {}, parts));
  const copied = chat.h('span.fine', { role: 'status' });
  entry.bubble.append(
    doneLine(chat, 'created'),
    chat.h('dl.facts', {}, group(fact('number', message.number, true), fact('code', message.code, true), fact('who', message.who), fact('when', message.when))),
  );
  if (message.blocks?.length) entry.bubble.append(contentOf(chat, message.blocks, entry));
  entry.bubble.append(
    chat.h('p.fine', { t: 'keep_code' }),
    chat.h('div.options', {},
      chat.h('button.button', { onclick: () => copyText(chat, `${message.number} ${message.code}`, copied, entry) }, labelled(chat, 'copy', 'copy')),
      chat.h('button.button', { onclick: () => act(chat, 'ticket.query', { number: message.number, code: message.code }) }, labelled(chat, 'ticket', 'ask_status'))),
    copied,
  );
  entry.plain = [chat.t('created'), `${chat.t('number')}: ${message.number}`, message.who, message.when, plain(message.blocks)].filter(Boolean).join('\n');
  // The code opens the report: it is for the reader's own file, not for what is sent along.
  entry.secret = `${chat.t('code')}: ${message.code}`;
  append(chat, entry, { turn: true });
  chat.filed = entry.node;
  if (!live) return;
  hold(chat, entry.node); // what counts now is the number
  speak(chat, entry.plain, { lang: message.lang });
  chat.face.tell('filed', { number: message.number });
}

export function onStatus(chat, message, live) {
  const state = chat.t(`state_${message.state}`);
  const updated = timeText(chat, message.updated);
  const entry = newEntry(chat, 'bot', null, message.lang);
  entry.bubble.append(
    chat.h('div.content', {},
      chat.headline({ t: ['status_of', { number: message.number }] }),
      chat.h('p', {}, message.text || chat.h('strong', {}, state)),
      updated && chat.h('p.fine', { t: ['updated', { when: updated }] })),
  );
  entry.plain = `${chat.t('status_of', { number: message.number })}: ${message.text || state}`;
  append(chat, entry, { turn: true });
  if (live) speak(chat, entry.plain, { lang: message.lang });
}

async function copyText(chat, words, status, entry) {
  try {
    await navigator.clipboard.writeText(words);
    chat.says(status, { t: ['copied'] });
  } catch {
    // No clipboard without TLS or permission: the number is selected for the reader to copy.
    const range = document.createRange();
    range.selectNodeContents(entry.bubble.querySelector('.facts'));
    const selection = chat.root.getSelection?.() ?? getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
}
