// Events by SSE and messages by POST, for networks that block WebSockets. `hello` is a POST that is answered by the
// welcome; then the stream is opened from the resume point. POSTs go out one after the other. As the last way there is,
// it also finds out whether the page may open a chat at all.

import { SERVER, parsed } from './protocol.js';

/** `calls`: {received, alive, ready, refused, lost}. Returns `{send, close}`. */
export function openStream(school, hello, calls) {
  const abort = new AbortController();
  const { signal } = abort;
  let token = null;
  let posts = Promise.resolve();

  const received = (message) => {
    if (signal.aborted) return;
    if (message?.type === 'welcome') token = message.token;
    calls.received(message);
  };

  const run = async () => {
    try {
      const said = hello();
      const [welcome] = [await post(said, null, signal).catch((error) => shut(school, signal, error))].flat();
      if (welcome?.type !== 'welcome') {
        calls.refused(welcome ?? {});
        return;
      }
      received(welcome);
      const url = new URL('api/v1/chat/events', SERVER);
      if (school) url.searchParams.set('school', school);
      const after = said.resume?.conv === welcome.conv ? said.resume.after : welcome.seq;
      const response = await fetch(url, {
        headers: { Accept: 'text/event-stream', Authorization: `Bearer ${token}`, 'Last-Event-ID': String(after ?? 0) },
        credentials: 'omit',
        cache: 'no-store',
        signal,
      });
      if (!response.ok || !response.body) throw new Error('no event stream');
      calls.ready();
      await read(response.body.getReader(), signal, calls.alive, received);
    } catch {
      // Lost below, as is a stream that simply ended.
    }
    calls.lost();
  };

  run();
  return {
    close: () => abort.abort(),
    send: (message) => {
      posts = posts.then(async () => {
        if (signal.aborted) return;
        try {
          const reply = await post(message, token, signal);
          for (const part of [reply ?? []].flat()) received(part);
        } catch {
          calls.lost();
        }
      });
    },
  };
}

/**
 * Whether the page itself may not open a chat, which neither a refused WebSocket nor a refused POST tells: then the
 * refusal, and for whoever keeps the page what to change. Throws `error` where it may.
 */
async function shut(school, signal, error) {
  const url = new URL('api/v1/chat/origin', SERVER);
  if (school) url.searchParams.set('school', school);
  const answer = await (await fetch(url, { credentials: 'omit', cache: 'no-store', signal })).json();
  if (answer.allowed !== false) throw error;
  const place = school ? `\`origins\` of the school "${school}" in the directory` : 'a school\'s `origins` in the directory';
  console.warn(`schul-hilfe: pages of ${location.origin} may not open this chat; add this origin to ${place}, or to \`server.origins\` in the configuration of ${SERVER.host}`);
  return { type: 'error', code: 'origin' };
}

async function read(reader, signal, alive, received) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done || signal.aborted) return;
    alive(); // comments that keep the line open count as life, too
    rest += decoder.decode(value, { stream: true });
    const events = rest.split(/\r?\n\r?\n/);
    rest = events.pop();
    for (const event of events) {
      const lines = event.split(/\r?\n/).filter((line) => line.startsWith('data:'));
      if (lines.length) received(parsed(lines.map((line) => line.slice(5).replace(/^ /, '')).join('\n')));
    }
  }
}

/** POSTs a client message; a refusal comes back as the protocol's `error`, a dead server as an exception. */
async function post(message, token, signal) {
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const response = await fetch(new URL('api/v1/chat/messages', SERVER), {
    method: 'POST',
    headers,
    body: JSON.stringify(message),
    credentials: 'omit',
    cache: 'no-store',
    signal,
  });
  const body = await response.json().catch(() => null);
  if (response.ok) return body;
  if (response.status >= 500 && response.status !== 503) throw new Error(`status ${response.status}`);
  if (body?.type === 'error') return { cid: message.cid, ...body };
  const retry = Number(response.headers.get('Retry-After'));
  return {
    type: 'error',
    cid: message.cid,
    code: body?.code ?? `http_${response.status}`,
    text: body?.detail ?? body?.title,
    retry_after: retry > 0 ? retry : response.status === 429 || response.status === 503 ? 5 : undefined,
  };
}
