// A conversation that was deleted: here, in another tab, or by the server. What was not sent goes back into the
// input, and the next message begins another.

import { noticeNode } from './blocks.js';
import { inputChanged } from './composer.js';
import { showBusy } from './entries.js';
import { save } from './outbox.js';
import { SERVER } from './protocol.js';
import { showLine, speak } from './status.js';
import { focusInput } from './view.js';

/** Whether an error says that the server has no such conversation (any more). */
export const isGone = ({ code }) => /^(gone|token)$|^http_4(0[14]|10)$/.test(code ?? '');

/** Drops the conversation, here and in the tab's storage. */
export function forget(chat, { keepOutbox = false } = {}) {
  chat.memory.clear();
  clearTimeout(chat.timers.save);
  chat.conv = chat.token = null;
  chat.stored = false;
  chat.after = chat.read = 0;
  chat.silentUntil = 0;
  chat.seen.clear();
  chat.queue.length = 0;
  chat.entries.clear();
  chat.recent = [];
  chat.forms.clear();
  chat.drafts = {};
  chat.lastBot = '';
  chat.lastTicket = null;
  chat.pinned = true;
  chat.ui.items.replaceChildren();
  showBusy(chat);
  for (const [cid, { message }] of chat.outbox) if (!keepOutbox || message.type !== 'msg.send') chat.outbox.delete(cid);
  if (!keepOutbox) chat.ui.tail.replaceChildren();
  chat.anchor = chat.ui.tail.lastElementChild;
  chat.begun = chat.outbox.size > 0;
  chat.ui.panel.classList.toggle('begun', chat.begun);
  chat.greeted = '';
}

/** It was deleted elsewhere: said once, nothing that was typed is lost. `again`: whether to say hello anew. */
export function onGone(chat, again = true) {
  const { input } = chat.ui;
  const unsent = [...chat.outbox.values()].map(({ message }) => message.text ?? message.fields?.symptom);
  const typed = Object.values(chat.drafts).map(({ fields, note }) => fields?.symptom ?? note);
  const words = [...unsent, ...typed, input.value.trim()].filter(Boolean);
  forget(chat);
  input.value = [...new Set(words)].join('\n');
  inputChanged(chat, false);
  tell(chat, 'gone');
  speak(chat, chat.t('gone'));
  if (!again) return;
  if (chat.isOpen) chat.link.restart();
  else chat.link.stop();
}

/** A line in the transcript. */
function tell(chat, key) {
  const node = noticeNode(chat, 'info', [chat.h('span', { t: key })]);
  chat.ui.items.append(node);
  return node;
}

/** Asks, and deletes. */
export function confirmDelete(chat) {
  const dialog = chat.h('dialog', { 'aria-labelledby': 'delete-title', lang: chat.words.lang, onclose: () => {
    const yes = dialog.returnValue === 'yes';
    dialog.remove();
    chat.ui.menuButton.focus();
    if (yes) remove(chat);
  } },
    chat.h('h2', { id: 'delete-title', t: 'delete_title' }), chat.h('p', { t: 'delete_text' }),
    chat.h('div.options', {},
      chat.h('button.button', { t: 'cancel', autofocus: true, onclick: () => dialog.close('no') }),
      chat.h('button.button.bad', { t: 'delete_yes', onclick: () => dialog.close('yes') })));
  chat.face.box.append(dialog);
  dialog.showModal();
}

/** Deletes the conversation: from the screen at once, on the server as soon as it can be reached. */
function remove(chat) {
  if (chat.token) chat.doomed.push(chat.token);
  forget(chat);
  save(chat); // nothing but that it is to be deleted
  showLine(chat, 'deleting');
  chat.link.restart();
  focusInput(chat);
  carryOut(chat);
}

/** Has the server delete what was deleted here; what it does not hear now is told again at the next connection. */
export async function carryOut(chat) {
  for (const token of [...chat.doomed]) {
    let heard;
    try {
      const url = new URL('api/v1/chat/conversation', SERVER);
      const { status } = await fetch(url, { method: 'DELETE', headers: { Authorization: `Bearer ${token}` }, credentials: 'omit' });
      heard = status < 500 && status !== 429;
    } catch {
      heard = false;
    }
    if (!heard) break;
    chat.doomed = chat.doomed.filter((other) => other !== token);
  }
  chat.removing?.remove();
  chat.removing = null;
  if (chat.doomed.length) {
    save(chat);
    chat.removing = tell(chat, 'deleted_here');
    showLine(chat, null);
  } else {
    if (chat.begun) save(chat);
    else chat.memory.clear();
    showLine(chat, 'deleted', { good: true });
    speak(chat, chat.t('deleted'));
  }
}
