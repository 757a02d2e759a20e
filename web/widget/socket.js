// One WebSocket: messages both ways as JSON. It says `ready` after a welcome; what an older connection still
// calls is the caller's to ignore.

import { SERVER, parsed } from './protocol.js';

/** `calls`: {received, ready, lost}. Returns `{send, close}`. */
export function openSocket(school, hello, calls) {
  const url = new URL('api/v1/chat', SERVER);
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  if (school) url.searchParams.set('school', school);
  let socket;
  try {
    socket = new WebSocket(url);
  } catch {
    setTimeout(calls.lost);
    return { send() {}, close() {} };
  }
  socket.onopen = () => socket.send(JSON.stringify(hello()));
  socket.onmessage = ({ data }) => {
    const message = parsed(data);
    calls.received(message);
    if (message?.type === 'welcome') calls.ready();
  };
  socket.onclose = () => calls.lost();
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    close: () => socket.close(),
  };
}
