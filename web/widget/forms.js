// The report form, and the form that asks for the state of a report. What was typed is kept, over a reload too,
// until the server has it; what is missing is marked and gone to.

import { clearInput } from './composer.js';
import { append, doneLine, finish, newEntry } from './entries.js';
import { labelled } from './icons.js';
import { act, keepDraft, waiting } from './outbox.js';
import { MAX_CHARS, PROTOCOL, newId } from './protocol.js';
import { speak } from './status.js';
import { focusOn, follow, isTouch, turnTo } from './view.js';

function formField(chat, field, prefill, id) {
  const { h } = chat;
  const value = field.value ?? prefill?.[field.name] ?? '';
  const common = { id, name: field.name, 'aria-required': field.required ? 'true' : null, 'aria-describedby': `${id}-problem` };
  let input;
  if (field.kind === 'select') {
    input = h('select', common, h('option', { value: '', t: 'please_choose' }),
      (field.options ?? []).map((option) => h('option', { value: option.value, selected: option.value === value }, option.label)));
  } else if (field.kind === 'textarea') {
    input = h('textarea', { ...common, rows: '3', maxlength: String(MAX_CHARS) });
    input.value = value;
  } else {
    input = h('input', { ...common, type: 'text', maxlength: '300', autocomplete: 'off' });
    input.value = value;
  }
  const problem = h('p.problem', { id: `${id}-problem`, hidden: true });
  input.addEventListener('input', () => {
    if (!input.value.trim()) return;
    input.removeAttribute('aria-invalid');
    problem.hidden = true;
  });
  const label = h('label', { for: id }, field.label + (field.required ? ' *' : ''));
  return { name: field.name, required: field.required, label, input, problem, node: h('div.field', {}, label, input, problem) };
}

/** Marks what is missing and goes there; true when all is there. */
function checkFields(chat, fields) {
  const missing = fields.filter((field) => field.required && !field.input.value.trim());
  for (const field of fields) {
    const bad = missing.includes(field);
    field.input.setAttribute('aria-invalid', String(bad));
    field.problem.hidden = !bad;
    field.problem.textContent = bad ? chat.t('required') : '';
  }
  missing[0]?.input.focus();
  return missing.length === 0;
}

/** The labels of an open form in another language; what was filled in stays. */
function translate(fields, message) {
  for (const { name, label, options } of message.fields) {
    const field = fields.find((one) => one.name === name);
    if (!field) continue;
    field.label.textContent = label + (field.required ? ' *' : '');
    for (const option of options ?? []) {
      const shown = [...(field.input.options ?? [])].find(({ value }) => value === option.value);
      if (shown) shown.textContent = option.label;
    }
  }
}

/** What would be sent, as the server answers it. */
export function onPreview(chat, message) {
  for (const form of chat.forms) if (form.asked === message.cid) form.show(message);
}

export function onForm(chat, message, live) {
  const { h } = chat;
  const { mid } = message;
  if (message.again) {
    const open = [...chat.forms].find((one) => one.mid === mid);
    open?.translate(message);
    return;
  }
  const entry = finish(chat, message);
  entry.node.classList.add('wide');
  const id = `form-${mid}`;
  const fields = (message.fields ?? []).map((field, at) => formField(chat, field, message.prefill, `${id}-${at}`));
  const values = () => Object.fromEntries(fields.map(({ name, input }) => [name, input.value.trim()]).filter(([, value]) => value));
  const offered = JSON.stringify(values());
  const look = () => preview.open && form.ask();
  const share = h('input', { type: 'checkbox', id: `${id}-share` });
  const sheet = h('div.sheet', { tabindex: '0', role: 'region', tLabel: 'preview' });
  const preview = h('details.preview', { ontoggle: look }, h('summary', {}, labelled(chat, 'down', 'preview')), sheet);
  const problem = h('p.problem', { role: 'alert' });
  const submit = h('button.button.main', { type: 'submit', t: 'submit' });
  const keep = () => keepDraft(chat, mid, { fields: values(), share: share.checked });
  const node = h('form.form', { novalidate: true, 'aria-labelledby': `${id}-title`, oninput: keep, onchange: look, onsubmit: (event) => {
    event.preventDefault();
    if (form.busy || !checkFields(chat, fields)) return;
    form.send();
    act(chat, 'ticket.submit', { mid, fields: values(), include_transcript: share.checked }, form);
  } },
    chat.headline({ id: `${id}-title`, t: 'form_title', tabindex: '-1' }), h('p.fine', { t: 'form_hint' }),
    fields.map((field) => field.node),
    h('div.check', {}, share, h('label', { for: `${id}-share`, t: 'include_transcript' })), preview,
    problem, h('div.options', {}, submit));

  const form = {
    busy: false,
    mid,
    asked: '',
    // The server says what it would send: it has masked what is personal, and knows what was said before.
    ask: () => {
      form.asked = newId();
      if (chat.link.state !== 'ready') sheet.replaceChildren(h('p', { t: 'preview_offline' }));
      else chat.link.send({ v: PROTOCOL, type: 'ticket.preview', cid: form.asked, fields: values(), include_transcript: share.checked });
    },
    show: ({ facts, transcript, lang }) => {
      sheet.replaceChildren(
        h('dl', { lang }, facts.map((fact) => h('div', {}, h('dt', {}, fact.label), h('dd', {}, fact.value)))),
        ...(transcript ? [h('p', { t: 'preview_talk' }), h('p.talk', { lang }, transcript)] : []));
      follow(chat);
    },
    translate: (again) => {
      translate(fields, again);
      entry.bubble.lang = again.lang;
      look();
    },
    send: () => {
      form.busy = true;
      problem.textContent = '';
      chat.says(submit, { t: ['form_sending'] });
      submit.setAttribute('aria-disabled', 'true');
      turnTo(chat, entry.node);
    },
    // What was typed so far goes along: nobody types it twice.
    now: () => {
      if (form.busy) return;
      const typed = JSON.stringify(values()) === offered ? undefined : values();
      form.send();
      act(chat, 'choice.pick', { mid, value: 'report_now', fields: typed }, form);
    },
    fail: (words) => {
      form.busy = false;
      problem.textContent = words;
      chat.says(submit, { t: ['submit'] });
      submit.removeAttribute('aria-disabled');
    },
    lock: () => {
      chat.forms.delete(form);
      delete chat.drafts[mid];
      const focused = node.contains(chat.root.activeElement);
      // It shrinks: that moves the view to the end, and is no scrolling of the reader's.
      chat.top = 0;
      chat.shrunk = true;
      node.replaceChildren(chat.headline({ t: 'form_title', id: `${id}-title`, tabindex: '-1' }), doneLine(chat, 'form_sent'));
      if (focused) focusOn(node.firstChild);
    },
  };
  chat.forms.add(form);
  entry.bubble.append(node);
  if (chat.draftForForm) {
    const target = fields.find((field) => field.name === 'symptom') ?? fields.find((field) => field.input.localName === 'textarea');
    if (target && !target.input.value) {
      target.input.value = chat.draftForForm;
      if (chat.ui.input.value.trim() === chat.draftForForm) clearInput(chat);
    }
    chat.draftForForm = '';
    keep();
  }
  // Typed, or sent already, before a reload.
  const kept = chat.drafts[mid];
  share.checked = kept?.share ?? false;
  for (const { name, input } of kept ? fields : []) input.value = kept.fields[name] ?? '';
  const before = waiting(chat, (sent) => sent.mid === mid);
  if (before) {
    form.send();
    before.fail = form.fail;
  }
  entry.plain = '';
  if (!live) return;
  speak(chat, chat.t('form_title'));
  turnTo(chat, entry.node);
  follow(chat);
  // The reader asked for it; a draft in the input or a touch keyboard is not interrupted.
  if (chat.isOpen && !isTouch() && !chat.ui.input.value) {
    focusOn(fields.find((field) => field.required && !field.input.value)?.input ?? node.firstChild);
  }
}

/** A small form that asks for the state of a report; asked for again, it comes to the end. */
export function statusForm(chat) {
  const { h } = chat;
  if (chat.asking?.node.isConnected && chat.asking.about === chat.lastTicket) {
    present(chat, chat.asking);
    return;
  }
  chat.asking?.node.remove();
  const entry = newEntry(chat, 'bot');
  entry.about = chat.lastTicket;
  chat.asking = entry;
  entry.node.classList.add('wide');
  const id = `status-${newId()}`;
  const make = (name, at) => formField(chat, { name, label: chat.t(name), kind: 'text', required: true, value: chat.lastTicket?.[name] ?? '' }, {}, `${id}-${at}`);
  const fields = [make('number', 0), make('code', 1)];
  const problem = h('p.problem', { role: 'alert' });
  const form = h('form.form', { novalidate: true, 'aria-labelledby': `${id}-title`, onsubmit: (event) => {
    event.preventDefault();
    if (!checkFields(chat, fields)) return;
    problem.textContent = '';
    const [number, code] = fields.map((field) => field.input.value.trim());
    act(chat, 'ticket.query', { number, code }, { fail: (words) => (problem.textContent = words) });
  } },
    chat.headline({ id: `${id}-title`, t: 'status_title' }), fields.map((field) => field.node), problem,
    h('div.options', {}, h('button.button.main', { type: 'submit', t: 'ask_status' })));
  entry.bubble.append(form);
  present(chat, entry);
}

function present(chat, entry) {
  chat.pinned = true;
  append(chat, entry, { turn: true });
  const inputs = [...entry.bubble.querySelectorAll('input')];
  focusOn(inputs.find((input) => !input.value) ?? inputs[0]);
}
