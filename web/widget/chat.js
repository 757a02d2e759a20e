// The chat itself, loaded when the reader first opens it: puts the panel into the element's shadow root, shows
// and hides it, and listens to the page. `../widget.js` is the only caller.

import { inputChanged, say } from './composer.js';
import { helloMessage, onState } from './connection.js';
import { buildFrame } from './frame.js';
import { Link } from './link.js';
import { setLang, showName, toggleMenu } from './menu.js';
import { begin, save } from './outbox.js';
import { receive } from './receive.js';
import { Chat } from './state.js';
import { FRAME } from './styles-frame.js';
import { TALK } from './styles-talk.js';
import { fit, focusInput, follow } from './view.js';

/** Builds a chat, closed, into what the element offers. `tables`: texts that were fetched beside it, by language. */
export function makeChat(face, lang, tables) {
  const chat = new Chat(face, tables);
  face.dress(FRAME + TALK);
  buildFrame(chat);
  setLang(chat, lang);
  return {
    arrive: () => arrive(chat),
    leave: () => leave(chat),
    end: () => end(chat),
    show: (byReader) => show(chat, byReader),
    hide: () => hide(chat),
    setLang: (lang) => setLang(chat, lang),
    rename: () => showName(chat),
  };
}

/** The element stands in the page (again). */
function arrive(chat) {
  chat.memory = chat.face.memory;
  listen(chat);
  if (!chat.host.hasAttribute('page')) chat.face.lift(chat.ui.panel);
  const kept = chat.conv ? null : chat.memory.read();
  if (kept) restore(chat, kept);
  if (chat.begun || chat.doomed.length) connect(chat);
}

/** From the first opening on, and again on every page where this tab has begun a conversation. */
function connect(chat) {
  chat.link ??= new Link({
    school: chat.host.getAttribute('school'),
    hello: () => helloMessage(chat),
    onMessage: (message) => receive(chat, message),
    onState: (state, detail) => onState(chat, state, detail),
  });
  chat.link.start();
}

/** The element was taken out of the page. */
function leave(chat) {
  chat.off?.abort();
  chat.link?.stop();
  for (const timer of Object.values(chat.timers)) clearTimeout(timer);
}

/** The element has another school now: this chat makes room for another one. */
function end(chat) {
  leave(chat);
  chat.face.unread(0);
  chat.ui.panel.remove();
}

function show(chat, byReader) {
  const { ui, face } = chat;
  const was = chat.isOpen;
  chat.isOpen = true;
  chat.unread = 0;
  face.unread(0);
  ui.panel.hidden = false;
  face.launcher.hidden = true;
  fit(chat);
  follow(chat);
  connect(chat);
  if (was) return;
  if (byReader) {
    ui.panel.classList.add('opening');
    focusInput(chat, true);
  }
  save(chat);
  face.tell('open');
}

function hide(chat) {
  if (!chat.isOpen) return;
  const { ui, face } = chat;
  const hadFocus = chat.root.activeElement !== null;
  chat.isOpen = false;
  chat.read = chat.after;
  ui.panel.hidden = true;
  face.launcher.hidden = false;
  if (hadFocus) face.launcher.focus();
  if (!chat.begun) chat.link?.stop();
  save(chat);
  face.tell('close');
}

/** What this tab remembers of a conversation. */
function restore(chat, kept) {
  const { conv = null, token = null, stored = false, read = 0, drafts = {}, doomed = [], outbox = [], draft = '' } = kept;
  Object.assign(chat, { conv, token, stored, read, drafts, doomed });
  if (conv || outbox.length) begin(chat);
  chat.ui.input.value = draft;
  inputChanged(chat, false);
  for (const message of outbox) {
    if (message.type === 'msg.send') say(chat, message.text, message);
    else chat.outbox.set(message.cid, { message });
  }
}

function listen(chat) {
  chat.off = new AbortController();
  const { signal } = chat.off;
  const on = (target, name, handler) => target?.addEventListener(name, handler, { signal });
  on(window, 'online', () => chat.link?.probe());
  on(window, 'offline', () => chat.link?.probe());
  on(document, 'visibilitychange', () => document.visibilityState === 'visible' && chat.link?.probe());
  on(window, 'pagehide', () => {
    // A page with an open socket is not kept for "back", and the draft would be lost with it.
    save(chat);
    chat.link?.stop();
  });
  on(window, 'pageshow', () => {
    if (chat.link && (chat.isOpen || chat.begun)) chat.link.start();
  });
  on(window.visualViewport, 'resize', () => fit(chat));
  on(window.visualViewport, 'scroll', () => fit(chat));
  on(document, 'pointerdown', (event) => {
    if (!chat.ui.menu.hidden && !event.composedPath().includes(chat.ui.menuBox)) toggleMenu(chat, false);
  });
}
