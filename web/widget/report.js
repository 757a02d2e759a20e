// "Jetzt nur melden": a report without a form, from anywhere.

import { appendWaiting, newEntry, settle, writeWords } from './entries.js';
import { act, waiting } from './outbox.js';
import { showFault } from './status.js';
import { hold } from './view.js';

/** "Jetzt nur melden": the open form as it is, else what was said so far; with nothing said yet, the form. */
export function reportNow(chat) {
  const form = [...chat.forms].at(-1);
  if (form) {
    form.now();
    return;
  }
  if (waiting(chat, ({ type }) => type === 'choice.pick')) return;
  const said = chat.begun && [...chat.entries.values()].some((entry) => entry.who === 'user');
  const value = said || chat.ui.tail.childElementCount ? 'report_now' : 'report';
  if (value === 'report') chat.draftForForm = chat.ui.input.value.trim();
  const entry = newEntry(chat, 'user');
  entry.value = value;
  writeWords(chat, entry, chat.t('report_now'));
  appendWaiting(chat, entry);
  act(chat, 'choice.pick', { mid: chat.lastBot, value }, {
    done: ({ seq }) => {
      if (seq || entry.node.parentNode !== chat.ui.tail) settle(chat, entry, {});
      else {
        // The second tap on what was filed a moment ago.
        entry.node.remove();
        if (chat.filed?.isConnected) hold(chat, chat.filed);
      }
    },
    fail: (words) => {
      entry.node.remove();
      showFault(chat, words);
    },
  });
}
