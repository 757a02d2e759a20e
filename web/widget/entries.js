// Entries of the transcript: a bubble with its author, from its first appearance to the finished text.
// An entry: {who, mid, node, bubble, plain, cites, …}; `plain` is what is spoken, sent along and downloaded.

import { plain } from './blocks.js';
import { icon, labelled } from './icons.js';
import { speak } from './status.js';
import { focusOn, follow, isTouch, turnTo } from './view.js';

const RECENT = 12; // entries that are always drawn
const LONG = 600; // characters, or
const LINES = 12; // from which on words of the reader's own are folded

/** An entry by `who`: user, bot, staff. It is not shown yet. */
export function newEntry(chat, who, mid = null, lang = null) {
  const bubble = chat.h('div.bubble');
  const author = who === 'user'
    ? chat.h('span.vh', {}, chat.h('span', { t: 'you' }), ': ')
    : chat.h('span.author', {}, who === 'staff' ? icon('person') : null, chat.h('span', { t: who === 'staff' ? 'staff' : 'bot' }));
  const node = chat.h(`div.entry.${who}`, {}, author, bubble);
  const entry = { who, mid, node, bubble, plain: '', cites: new Map() };
  if (lang) bubble.lang = lang;
  chat.nodes.set(node, entry);
  if (mid) chat.entries.set(mid, entry);
  if (who === 'bot' && mid) chat.lastBot = mid;
  return entry;
}

/** Shows an entry at the end; `turn`: the view stays with its start. */
export function append(chat, entry, { turn = false } = {}) {
  entry.node.classList.add('fresh');
  place(chat, entry.node);
  if (turn) chat.anchor = entry.node;
  follow(chat);
}

/** What is far above is neither laid out nor drawn until somebody scrolls there: there may be hundreds. */
function place(chat, node) {
  chat.ui.items.append(node);
  chat.recent.push(node);
  if (chat.recent.length > RECENT) chat.recent.shift().classList.add('past');
}

/** Words of the reader's, as they were typed. */
export function writeWords(chat, entry, words) {
  entry.plain = words;
  const text = chat.h('span', { dir: 'auto' }, words);
  entry.bubble.replaceChildren(text);
  if (words.length < LONG && words.split('\n').length < LINES) return;
  text.className = 'folded';
  const more = chat.h('button.link', { t: 'more', 'aria-expanded': 'false', onclick: () => {
    const folded = text.classList.toggle('folded');
    more.setAttribute('aria-expanded', String(!folded));
    chat.says(more, { t: [folded ? 'more' : 'less'] });
  } });
  entry.bubble.append(more);
}

/** The entry of a finished reply, emptied for its content; a half-written one is taken over where it stands. */
export function finish(chat, message) {
  let entry = chat.entries.get(message.mid);
  if (entry) {
    entry.hadFocus = entry.bubble.contains(chat.root.activeElement);
    entry.unfolded = [...entry.bubble.querySelectorAll('details[open]')].map((node) => node.dataset.n);
    entry.typing = null;
    entry.stale = false;
    entry.cites.clear();
    entry.bubble.replaceChildren();
  } else {
    if (!(message.seq <= chat.silentUntil)) raiseSent(chat);
    entry = newEntry(chat, 'bot', message.mid);
    append(chat, entry);
  }
  if (message.lang) entry.bubble.lang = message.lang;
  for (const citation of message.citations ?? []) entry.cites.set(citation.n, citation);
  entry.sources = chat.h('div', { hidden: true });
  return entry;
}

/** After a finished reply stands: transcript, speech, focus. */
export function finished(chat, entry, blocks, live) {
  entry.plain = plain(blocks);
  entry.node.classList.toggle('wide', Boolean(entry.bubble.querySelector('.steps, .sources, img')));
  showBusy(chat);
  if (entry.hadFocus) focusOn(isTouch() ? chat.ui.log : chat.ui.input);
  if (!live) return;
  speak(chat, entry.plain, { lang: entry.bubble.lang });
  if (entry.cites.size) speak(chat, chat.t('source_count', { n: entry.cites.size }));
}

/** A line with a tick. */
export function doneLine(chat, key) {
  return chat.h('p.done', {}, labelled(chat, 'check', key));
}

/** Replies that are being written. */
export function openReplies(chat) {
  return [...chat.entries.values()].filter((entry) => entry.typing);
}

/** While a reply is being written, the transcript is busy and "Anhalten" stands above the input. */
export function showBusy(chat) {
  const running = openReplies(chat).some((entry) => !entry.stopped);
  const { log, stop, input } = chat.ui;
  log.setAttribute('aria-busy', String(openReplies(chat).length > 0));
  if (!running && chat.root.activeElement === stop) focusOn(isTouch() ? log : input);
  stop.hidden = !running;
}

/** Takes away half-written replies that nobody continued, but for one. */
export function dropStale(chat, but) {
  for (const [mid, entry] of chat.entries) {
    if (!entry.stale || mid === but) continue;
    entry.node.remove();
    chat.entries.delete(mid);
  }
  showBusy(chat);
}

/** A reply may overtake the acknowledgement of what it answers, where both come on different ways. */
export function raiseSent(chat) {
  if (chat.link.state === 'ready') chat.ui.items.append(...chat.ui.tail.children);
}

/** Waiting bubbles stand at the end, whatever else arrives. */
export function appendWaiting(chat, entry) {
  entry.node.classList.add('pending', 'fresh');
  chat.ui.tail.append(entry.node);
  turnTo(chat, entry.node);
  follow(chat);
}

/** The server has it: as it is kept, and at its place in the transcript. */
export function settle(chat, entry, ack) {
  if (ack.mid && chat.entries.has(ack.mid) && chat.entries.get(ack.mid) !== entry) {
    entry.node.remove(); // a replay has shown it already
    return;
  }
  entry.node.classList.remove('pending');
  entry.meta?.remove();
  entry.mid = ack.mid ?? null;
  if (entry.mid) chat.entries.set(entry.mid, entry);
  if (ack.text && ack.text !== entry.plain) {
    writeWords(chat, entry, ack.text);
    entry.node.append(chat.h('div.meta', { t: 'masked' }));
  }
  if (entry.node.parentNode === chat.ui.tail) {
    entry.node.classList.remove('fresh');
    place(chat, entry.node);
  }
}
