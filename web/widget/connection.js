// What is said to the server first, and what the reader sees of the connection. Short breaks are not worth a word.

import { carryOut, forget, isGone, onGone } from './gone.js';
import { PROTOCOL } from './protocol.js';
import { showLine } from './status.js';

const SHOW_LOST_MS = 900; // shorter breaks are not worth a word
const SHOW_OFFLINE_MS = 30_000; // after this the phone number is offered

/** Who we are, and where we go on. */
export function helloMessage(chat) {
  const resume = chat.conv ? { conv: chat.conv, token: chat.token, after: chat.after } : undefined;
  return {
    v: PROTOCOL, type: 'hello', school: chat.host.getAttribute('school'), room: chat.host.getAttribute('room'), lang: chat.words.lang, resume,
  };
}

/** The connection changed: unsent messages go out again, a longer break is told. */
export function onState(chat, state, detail) {
  if (state === 'ready') {
    if (chat.doomed.length) carryOut(chat);
    for (const { message } of chat.outbox.values()) chat.link.send(message);
    stopWaiting(chat);
    if (chat.ui.conn.dataset.lost) showLine(chat, 'back', { good: true });
    else if (!chat.ui.conn.classList.contains('good')) showLine(chat, null); // good news stays for its time
  } else if (state === 'refused') {
    onRefused(chat, detail ?? {});
  } else if (detail?.text) {
    stopWaiting(chat);
    showLine(chat, null, { words: detail.text });
  } else if (state !== 'idle' && !chat.timers.lost) {
    chat.timers.lost = setTimeout(() => showLine(chat, chat.welcomed ? 'lost' : 'connecting', { lost: chat.welcomed }), SHOW_LOST_MS);
    chat.timers.offline = setTimeout(() => {
      const phone = chat.server.phone;
      showLine(chat, phone ? 'offline_phone' : 'offline', { lost: chat.welcomed, values: { phone }, retry: true });
    }, SHOW_OFFLINE_MS);
  }
}

function stopWaiting({ timers }) {
  clearTimeout(timers.lost);
  clearTimeout(timers.offline);
  timers.lost = timers.offline = 0;
}

/** `hello` was turned down. A conversation that the server no longer has makes room for a new one. */
function onRefused(chat, error) {
  if (chat.conv && isGone(error)) {
    if (chat.stored) onGone(chat, false);
    else forget(chat, { keepOutbox: true });
    chat.link.restart();
    return;
  }
  stopWaiting(chat);
  if (error.code === 'origin') showLine(chat, 'foreign');
  else showLine(chat, 'refused', { retry: true, words: error.text });
}
