// What the reader did and the server has not acknowledged. Each message has a `cid`, acts once however often it
// is sent, and stays here, over a reload too, until its `ack` or `error`. With the first of them the conversation
// has begun.

import { PROTOCOL, newId } from './protocol.js';
import { showFault, showLine } from './status.js';

/** Queues a message that acts; it is sent again after every reconnect until the server acknowledges its `cid`. */
export function act(chat, type, fields, { done, fail } = {}) {
  const cid = newId();
  const message = { v: PROTOCOL, type, cid, ...fields };
  chat.outbox.set(cid, { message, done, fail });
  if (['msg.send', 'choice.pick', 'ticket.submit'].includes(type)) begin(chat);
  chat.link?.send(message);
  save(chat);
  return cid;
}

/** What was sent, before a reload perhaps, and waits for the server. */
export const waiting = (chat, fits) => [...chat.outbox.values()].find(({ message }) => fits(message));

/** From the reader's first act on, the tab remembers the conversation, and start chips have had their time. */
export function begin(chat) {
  chat.begun = true;
  chat.ui.panel.classList.add('begun');
  chat.lockChips?.();
}

/** Writes down what a reload needs. A browser that forbids it only loses the reload. */
export function save(chat) {
  clearTimeout(chat.timers.save);
  const { begun, doomed, conv, token, stored, drafts, isOpen } = chat;
  if (!begun && !doomed.length) return;
  chat.memory.write({
    lang: chat.words.lang,
    open: isOpen,
    doomed,
    outbox: [...chat.outbox.values()].map(({ message }) => message),
    ...(begun && { conv, token, stored, drafts, draft: chat.ui.input.value, read: isOpen ? chat.after : chat.read }),
  });
}

/** The same, when the reader pauses. */
export function saveSoon(chat) {
  clearTimeout(chat.timers.save);
  chat.timers.save = setTimeout(() => save(chat), 400);
}

/** Keeps what stands in a form or a note until it is sent. */
export function keepDraft(chat, mid, draft) {
  chat.drafts[mid] = draft;
  saveSoon(chat);
}

export function onAck(chat, message) {
  const item = chat.outbox.get(message.cid);
  if (!item) return;
  chat.outbox.delete(message.cid);
  item.done?.(message);
  save(chat);
}

/** A refusal: of one message, to be sent again or given up, or of nothing in particular. */
export function onError(chat, message) {
  const item = message.cid && chat.outbox.get(message.cid);
  if (!item) {
    showLine(chat, 'error', { words: message.text, brief: true });
    return;
  }
  if (message.retry_after > 0) {
    showLine(chat, 'retry_in', { values: { n: Math.ceil(message.retry_after) } });
    setTimeout(() => {
      if (!chat.outbox.has(message.cid)) return;
      showLine(chat, null);
      chat.link.send(item.message);
    }, message.retry_after * 1000);
    return;
  }
  chat.outbox.delete(message.cid);
  const words = message.text || chat.t('error');
  if (item.fail) item.fail(words, item);
  else showFault(chat, words);
  save(chat);
}
