// What the chat says about itself: once to a screen reader (`speak`), and in the line above the input, which
// speaks of the connection and of what did not work.

import { follow } from './view.js';

const TOGETHER = 150; // milliseconds within which what is said is one thing to be spoken

/**
 * Speaks once, politely: a step and the question right behind it together. `passing` words give way to others;
 * `lang` is theirs, where it is not the reader's.
 */
export function speak(chat, words, { passing = false, lang = null } = {}) {
  const { status } = chat.ui;
  chat.spoken = [...chat.spoken.filter((one) => !one.passing && one.words !== words), { words, passing, lang }];
  status.textContent = '';
  clearTimeout(chat.timers.speak);
  chat.timers.speak = setTimeout(() => {
    status.replaceChildren(...chat.spoken.map((one) => chat.h('span', { lang: one.lang ?? chat.words.lang }, `${one.words} `)));
    chat.spoken = [];
  }, TOGETHER);
}

/** What did not work, for a while. */
export const showFault = (chat, words) => showLine(chat, null, { words, brief: true });

/** The line above the input that speaks of the connection. */
export function showLine(chat, key, { good = false, lost = false, retry = false, brief = good, values, words } = {}) {
  const { conn } = chat.ui;
  clearTimeout(chat.timers.line);
  conn.classList.toggle('good', good);
  if (lost) conn.dataset.lost = '1';
  else delete conn.dataset.lost;
  const parts = [];
  if (words) parts.push(chat.h('span', {}, words));
  else if (key) parts.push(chat.h('span', { t: [key, values] }));
  if (retry) parts.push(chat.h('button.link', { t: 'retry', onclick: () => chat.link.restart() }));
  conn.replaceChildren(...parts);
  if (brief) chat.timers.line = setTimeout(() => showLine(chat, null), good ? 3_000 : 10_000);
  follow(chat);
}
