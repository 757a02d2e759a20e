// Replies that come in one piece: a step of a guided flow, the offer to report, a word of the staff, a notice.

import { blockNode, contentOf, noticeNode, plain, showSources } from './blocks.js';
import { lock, offerChoices } from './choices.js';
import { append, finish, finished, newEntry, openReplies } from './entries.js';
import { extras } from './later.js';
import { speak } from './status.js';

export function onFlowStep(chat, message, live) {
  const entry = finish(chat, message);
  const { number, of } = message;
  const key = of ? ['step_of', { n: number, of }] : ['step_n', { n: number }];
  const bar = chat.h('span.bar', { 'aria-hidden': 'true' });
  for (let at = 1; at <= Math.min(of ?? 0, 12); at += 1) bar.append(chat.h(at <= number ? 'i.done' : 'i'));
  if (number) entry.bubble.append(chat.h('div.progress', {}, chat.h('span', { t: key }), bar));
  const blocks = message.image?.src ? [...(message.blocks ?? []), { type: 'image', ...message.image }] : message.blocks;
  entry.bubble.append(contentOf(chat, blocks, entry));
  // Only the last step is to be answered; what was answered is changed by "Zurück".
  const was = chat.lastStep;
  if (was !== entry && was?.options) lock(was.options, null);
  chat.lastStep = entry;
  entry.flow = message.flow;
  // The button above the input reports at any time.
  offerChoices(chat, entry, message.choices?.filter((choice) => choice.value !== 'report_now'));
  entry.bubble.append(entry.sources);
  showSources(chat, entry);
  // On a phone the new step stands at the top, its drawing and buttons below it.
  if (live && (number > 1 || was?.flow === message.flow)) chat.anchor = entry.node;
  finished(chat, entry, blocks, live);
}

export function onOffer(chat, message, live) {
  if (live) extras(chat); // the form may come next
  const entry = finish(chat, message);
  const own = [{ type: 'paragraph', spans: [{ text: chat.t('offer') }] }];
  const blocks = message.blocks?.length ? message.blocks : own;
  entry.bubble.append(contentOf(chat, blocks, entry));
  // The button above the input reports at any time.
  const choices = message.choices?.length
    ? message.choices.filter((choice) => choice.value !== 'report_now')
    : [{ value: 'report', label: chat.t('offer_yes') }, { value: 'rephrase', label: chat.t('offer_rephrase') }];
  offerChoices(chat, entry, choices);
  finished(chat, entry, blocks, live);
}

export function onAgent(chat, message, live) {
  const entry = newEntry(chat, 'staff', message.mid, message.lang);
  entry.bubble.append(contentOf(chat, message.blocks, entry));
  entry.plain = plain(message.blocks);
  append(chat, entry, { turn: true });
  if (live) speak(chat, `${chat.t('staff')}: ${entry.plain}`, { lang: message.lang });
}

export function onNotice(chat, message, live) {
  const blocks = message.blocks ?? [];
  const whole = blocks.every((block) => block.type === 'notice');
  const inside = blocks.map((block) => blockNode(chat, block)).filter(Boolean);
  const node = whole ? chat.h('div.content', {}, inside) : noticeNode(chat, message.level, inside);
  if (message.lang) node.lang = message.lang;
  node.dir = 'auto'; // it may be in any language
  // What is told while a reply is being written stands above it.
  const [reply] = openReplies(chat);
  if (reply) reply.node.before(node);
  else chat.ui.items.append(node);
  if (live) speak(chat, plain(blocks), { lang: message.lang });
}
