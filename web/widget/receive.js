// Messages of the server, each to its handler. Durable events are numbered without gaps: each is shown once, and
// those of a replay are not spoken.

import { onAgent, onFlowStep, onNotice, onOffer } from './cards.js';
import { onUserChoice } from './choices.js';
import { append, newEntry, settle, writeWords } from './entries.js';
import { onUserFeedback } from './feedback.js';
import { isGone, onGone } from './gone.js';
import { extras } from './later.js';
import { begin, onAck, onError } from './outbox.js';
import { onDelta, onEnd, onSnapshot, onStart } from './reply.js';
import { speak } from './status.js';
import { follow } from './view.js';
import { endReplay, onWelcome } from './welcome.js';

/** Whether a durable event was seen before; notes it. Numbers have no gaps, so the resume point is exact. */
function seenBefore(chat, seq) {
  if (!Number.isInteger(seq)) return false;
  if (seq <= chat.after || chat.seen.has(seq)) return true;
  chat.stored = true;
  chat.seen.add(seq);
  while (chat.seen.delete(chat.after + 1)) chat.after += 1;
  return false;
}

/** Shows one message of the server; what comes behind one that needs the extras waits with it. */
export async function receive(chat, message) {
  const { queue } = chat;
  if (!chat.extras && (queue.length || message.type.startsWith('ticket.'))) {
    queue.push(message);
    if (queue.length > 1) return;
    await extras(chat);
    for (const one of queue.splice(0)) take(chat, one);
  } else take(chat, message);
}

function take(chat, message) {
  const known = message.type !== 'welcome' && seenBefore(chat, message.seq);
  if (known && message.type !== 'ack') return;
  // An acknowledgement is no event: its number, 0 where nothing was stored, makes nothing a replay. What was said in
  // another language before is not spoken once more.
  const live = message.type === 'ack' || (!message.again && !(message.seq <= chat.silentUntil));
  const handler = HANDLERS[message.type];
  if (!handler) return; // a newer server may say more than this widget knows
  handler(chat, message, live);
  if (!live) chat.anchor = null; // after a reload the end is in view
  if (!chat.isOpen && message.seq > chat.read && COUNTED.has(message.type)) {
    chat.unread += 1;
    const words = chat.face.unread(chat.unread);
    if (live) speak(chat, words);
  }
  if (chat.timers.replay && chat.after >= chat.silentUntil) endReplay(chat);
  follow(chat);
}

function onUserMessage(chat, message) {
  begin(chat);
  if (chat.entries.has(message.mid)) return;
  // Ours, with the acknowledgement lost on the way? Then the waiting bubble becomes it.
  const own = [...chat.ui.tail.children].map((node) => chat.nodes.get(node)).find((entry) => entry?.plain === message.text);
  if (own) {
    settle(chat, own, message);
    return;
  }
  const entry = newEntry(chat, 'user', message.mid);
  writeWords(chat, entry, message.text);
  append(chat, entry);
}

const COUNTED = new Set(['bot.end', 'flow.step', 'escalate.offer', 'ticket.form', 'ticket.created', 'ticket.status', 'agent.message']);

const HANDLERS = {
  welcome: onWelcome,
  ack: onAck,
  error: (chat, message) => (isGone(message) ? onGone(chat) : onError(chat, message)),
  'user.message': onUserMessage,
  'user.choice': onUserChoice,
  'user.feedback': onUserFeedback,
  'bot.start': onStart,
  'bot.delta': onDelta,
  'bot.snapshot': onSnapshot,
  'bot.end': onEnd,
  'flow.step': onFlowStep,
  'escalate.offer': onOffer,
  'ticket.form': (chat, ...said) => chat.extras.onForm(chat, ...said),
  'ticket.preview': (chat, ...said) => chat.extras.onPreview(chat, ...said),
  'ticket.created': (chat, ...said) => chat.extras.onCreated(chat, ...said),
  'ticket.status': (chat, ...said) => chat.extras.onStatus(chat, ...said),
  'agent.message': onAgent,
  notice: onNotice,
};
