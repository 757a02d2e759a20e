// A reply while it is written and when it is finished: quoted steps first, then checked sentences as they come,
// "Anhalten", and at the end the whole answer in their place.

import { contentOf, showSources, stepItem, withMarkers } from './blocks.js';
import { offerChoices } from './choices.js';
import { append, dropStale, finish, finished, newEntry, openReplies, raiseSent, showBusy } from './entries.js';
import { askFeedback } from './feedback.js';
import { labelled } from './icons.js';
import { act } from './outbox.js';
import { speak } from './status.js';

export function onStart(chat, message) {
  dropStale(chat, message.mid);
  const entry = chat.entries.get(message.mid);
  if (entry) {
    entry.stale = false;
    return;
  }
  replyEntry(chat, message.mid, message.lang);
  speak(chat, chat.t('writing'), { passing: true });
}

/** The entry of a reply that is being written. */
function replyEntry(chat, mid, lang) {
  const known = chat.entries.get(mid);
  if (known) {
    known.stale = false;
    return known;
  }
  raiseSent(chat);
  const entry = newEntry(chat, 'bot', mid, lang);
  entry.early = chat.h('div.early', { hidden: true });
  entry.content = chat.h('div.content');
  entry.sources = chat.h('div', { hidden: true });
  entry.sentences = new Set();
  entry.typing = chat.h('div.typing', {}, chat.h('span.dots', { 'aria-hidden': 'true' }, chat.h('i'), chat.h('i'), chat.h('i')), chat.h('span', { t: 'writing' }));
  entry.bubble.append(entry.early, entry.content, entry.typing, entry.sources);
  append(chat, entry);
  showBusy(chat);
  return entry;
}

export function onDelta(chat, message) {
  const entry = replyEntry(chat, message.mid);
  if (!entry.typing || entry.stopped || entry.sentences.has(message.n)) return;
  entry.sentences.add(message.n);
  for (const citation of message.citations ?? []) entry.cites.set(citation.n, citation);
  const sentence = chat.h('span.sentence', {}, withMarkers(chat, message.text, (message.citations ?? []).map(({ n }) => n), entry, message.units));
  const { content } = entry;
  if (!entry.early.hidden && !content.childElementCount) content.append(chat.h('p.label', { t: 'worded' }));
  const last = content.lastElementChild;
  if (message.step > 0) {
    const list = last?.localName === 'ol' ? last : content.appendChild(chat.h('ol.steps'));
    const item = list.lastElementChild;
    if (item?.value === message.step) item.lastElementChild.append(' ', sentence);
    else list.append(stepItem(chat, message.step, [sentence]));
  } else if (last?.localName === 'p' && last.className === '') last.append(' ', sentence);
  else content.append(chat.h('p', {}, sentence));
  showSources(chat, entry);
}

export function onSnapshot(chat, message) {
  const entry = replyEntry(chat, message.mid);
  if (!entry.typing) return;
  for (const citation of message.citations ?? []) entry.cites.set(citation.n, citation);
  const content = contentOf(chat, message.blocks, entry);
  // It holds all that is known so far; what follows is added below.
  entry.content.replaceChildren(...(message.worded ? content.childNodes : []));
  entry.early.replaceChildren(chat.h('p.label', { t: 'quoted_meanwhile' }), content);
  entry.early.hidden = !content.childElementCount;
  showSources(chat, entry);
}

export function onEnd(chat, message, live) {
  dropStale(chat, message.mid);
  const entry = finish(chat, message);
  const { bubble } = entry;
  if (message.outcome === 'answered' && message.band === 'medium') {
    bubble.append(chat.h('p.unsure', {}, labelled(chat, 'info', 'medium')));
  }
  bubble.append(contentOf(chat, message.blocks, entry));
  bubble.append(entry.sources);
  showSources(chat, entry);
  // The button above the input says the same; below a danger it stands out.
  const spare = message.outcome !== 'hotline';
  offerChoices(chat, entry, message.choices?.filter((choice) => !spare || choice.value !== 'report_now'));
  if (message.ask_feedback) askFeedback(chat, entry);
  finished(chat, entry, message.blocks, live);
}

/** "Anhalten". */
export function stopReply(chat) {
  for (const entry of openReplies(chat)) {
    if (entry.stopped) continue;
    entry.stopped = true;
    chat.says(entry.typing.lastChild, { t: ['stopping'] });
    act(chat, 'msg.stop', { mid: entry.mid });
  }
  showBusy(chat);
}
