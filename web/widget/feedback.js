// "Hat Ihnen das geholfen?", asked once under an answer; a no may be followed by reasons and a note.

import { doneLine } from './entries.js';
import { labelled } from './icons.js';
import { act, keepDraft, waiting } from './outbox.js';
import { showFault } from './status.js';
import { focusOn, toView, turnTo } from './view.js';

const REASONS = ['wrong_device', 'unclear', 'no_effect', 'other'];

export function askFeedback(chat, entry) {
  const box = chat.h('div.feedback');
  entry.feedback = box;
  const { mid } = entry;
  const thank = (helped) => box.replaceChildren(doneLine(chat, helped ? 'thanks' : 'thanks_no'));
  const fail = (words) => {
    ask();
    showFault(chat, words);
  };
  const give = (helped, reasons = [], note) => {
    delete chat.drafts[mid];
    thank(helped);
    box.firstChild.tabIndex = -1;
    focusOn(box.firstChild);
    act(chat, 'feedback.give', { mid, helped, reasons, note: note || undefined }, { fail });
    if (!helped) turnTo(chat, box);
  };
  const why = (kept) => {
    const chosen = new Set(kept.reasons);
    const keep = () => keepDraft(chat, mid, { reasons: [...chosen], note: note.value });
    const reasons = chat.h('div.options', { role: 'group', tLabel: 'why_not' }, REASONS.map((value) =>
      chat.h('button.option', { 'aria-pressed': String(chosen.has(value)), t: value, onclick: (event) => {
        const on = !chosen.delete(value);
        if (on) chosen.add(value);
        event.currentTarget.setAttribute('aria-pressed', String(on));
        keep();
      } })));
    const note = chat.h('textarea', { rows: '2', maxlength: '500', id: `note-${mid}`, oninput: keep });
    note.value = kept.note ?? '';
    box.replaceChildren(
      chat.h('p.lead', { t: 'why_not' }), reasons,
      chat.h('div.field', {}, chat.h('label', { for: `note-${mid}`, t: 'note' }), note),
      chat.h('div.options', {}, chat.h('button.button.main', { t: 'submit', onclick: () => give(false, REASONS.filter((value) => chosen.has(value)), note.value.trim()) })),
    );
    if (kept.reasons) return;
    focusOn(reasons.firstChild);
    toView(chat, box);
  };
  const ask = () => box.replaceChildren(
    chat.h('div.ask', {}, chat.h('p.lead', { t: 'helped' }),
      chat.h('div.options', { role: 'group', tLabel: 'helped' },
        chat.h('button.option', { onclick: () => give(true) }, labelled(chat, 'up', 'yes')),
        chat.h('button.option', { onclick: () => why({}) }, labelled(chat, 'thumb_down', 'no')))));
  // Given, or begun, before a reload.
  const before = waiting(chat, (message) => message.type === 'feedback.give' && message.mid === mid);
  if (before) {
    thank(before.message.helped);
    before.fail = fail;
  } else if (chat.drafts[mid]) why(chat.drafts[mid]);
  else ask();
  entry.bubble.append(box);
}

export function onUserFeedback(chat, message) {
  const entry = chat.entries.get(message.mid);
  delete chat.drafts[message.mid];
  entry?.feedback?.replaceChildren(doneLine(chat, message.helped ? 'thanks' : 'thanks_no'));
}
