// Buttons to choose from, under a reply. They stay where they are after a choice, and the chosen one is marked.

import { append, newEntry, settle, writeWords } from './entries.js';
import { icon } from './icons.js';
import { act, begin, waiting } from './outbox.js';
import { showFault } from './status.js';
import { turnTo } from './view.js';

/** A group of buttons; `onPick` gets the choice of the pressed one. */
export function optionGroup(chat, choices, label, onPick) {
  return chat.h('div.options', { role: 'group', tLabel: label }, choices.map((choice) =>
    chat.h(choice.value === 'flow:back' ? 'button.option.quiet' : 'button.option', {
      'data-value': choice.value, onclick: (event) => event.currentTarget.getAttribute('aria-disabled') !== 'true' && onPick(choice),
    }, choice.label)));
}

/**
 * Buttons stay where they are, the chosen one is marked; Tab passes them by. Not `disabled`: the one that was
 * pressed keeps the focus.
 */
export function lock(group, value) {
  for (const button of group.children) {
    if (button.dataset.value === 'ticket_status') continue; // opens a form, as often as wanted
    if (button.dataset.value === value && button.getAttribute('aria-pressed') !== 'true') {
      button.setAttribute('aria-pressed', 'true');
      button.prepend(icon('check'));
    }
    button.setAttribute('aria-disabled', 'true');
    button.tabIndex = -1;
  }
}

function unlock(group) {
  for (const button of group.children) {
    if (button.getAttribute('aria-pressed') === 'true') button.firstChild.remove();
    button.removeAttribute('aria-pressed');
    button.removeAttribute('aria-disabled');
    button.removeAttribute('tabindex');
  }
}

/** Choices under a reply; the press is a message. */
export function offerChoices(chat, entry, choices) {
  if (!choices?.length) return;
  const picked = ({ value, label }) => {
    lock(entry.options, value);
    entry.picked = label;
  };
  const fail = (words) => {
    unlock(entry.options);
    entry.picked = '';
    showFault(chat, words);
  };
  const shown = [...(entry.options?.children ?? [])];
  entry.options = optionGroup(chat, choices, 'choices', (choice) => {
    picked(choice);
    turnTo(chat, entry.options);
    act(chat, 'choice.pick', { mid: entry.mid, value: choice.value }, { fail });
    if (choice.value === 'rephrase') chat.ui.input.focus();
  });
  // Pressed before a reload, and not yet with the server.
  const before = waiting(chat, ({ mid, value }) => mid === entry.mid && choices.some((choice) => choice.value === value));
  if (before) {
    picked(choices.find(({ value }) => value === before.message.value));
    before.fail = fail;
  }
  entry.bubble.append(entry.options);
  // Said again in another language: what was answered stays answered.
  if (!shown[0]?.hasAttribute('aria-disabled')) return;
  const pressed = shown.find((button) => button.hasAttribute('aria-pressed'))?.dataset.value;
  lock(entry.options, pressed);
  if (pressed) entry.picked = choices.find((choice) => choice.value === pressed)?.label ?? entry.picked;
}

/** A choice of this conversation, pressed here, in another tab, or before a reload. */
export function onUserChoice(chat, message) {
  begin(chat);
  const offers = (one) => [...(one?.options?.children ?? [])].find((button) => button.dataset.value === message.value);
  const entry = [chat.entries.get(message.mid), ...[...chat.entries.values()].reverse()].find(offers);
  // Typed instead of pressed: her words stay hers, and the button shows how they were understood.
  const typed = message.value.startsWith('flow:') && offers(entry)?.textContent !== message.label;
  if (entry) lock(entry.options, message.value);
  if (entry && !typed) {
    entry.picked = message.label;
  } else {
    const own = [...chat.ui.tail.children].map((node) => chat.nodes.get(node)).find((one) => one?.value === message.value);
    if (own) settle(chat, own, {});
    else {
      const said = newEntry(chat, 'user');
      writeWords(chat, said, message.label || message.value);
      append(chat, said);
    }
  }
}
