// The connection: a WebSocket, or SSE with POST where proxies block those (`socket.js`, `stream.js`). Reconnects by
// itself with growing pauses and finds half-open lines by ping. What must arrive is the caller's to keep and to
// send again after each `ready`.

import { PROTOCOL } from './protocol.js';
import { openSocket } from './socket.js';

const WELCOME_MS = 8_000; // longest wait for `welcome` on a fresh connection
const PING_MS = 25_000; // quiet time after which the connection is tested
const PONG_MS = 5_000; // a test unanswered for this long means the line is dead: 30 s in all
const ACK_MS = 10_000; // the same for a message that nothing answers
const BACKOFF_MS = [500, 30_000]; // first and longest pause between attempts

export class Link {
  state = 'idle'; // idle, connecting, ready, waiting, refused
  #school;
  #hello;
  #onMessage;
  #onState;
  #line = null; // {send, close} of the way in use
  #generation = 0; // what older connections call is ignored
  #attempt = 0; // failures since the last welcome
  #stream = false; // the way of this attempt: events by SSE, or a WebSocket
  #usual = false; // the way that worked last
  #worked = false; // whether either did
  #fetched = 0; // failures to fetch `stream.js`
  #retry = 0;
  #idle = 0;
  #deadline = 0;

  constructor({ school, hello, onMessage, onState }) {
    this.#school = school;
    this.#hello = hello;
    this.#onMessage = onMessage;
    this.#onState = onState;
  }

  start() {
    if (this.state === 'connecting' || this.state === 'ready') return;
    this.#connect();
  }

  stop() {
    this.#drop();
    this.#attempt = 0;
    this.#enter('idle');
  }

  /** Connects anew at once, whatever the state. */
  restart() {
    this.#drop();
    this.#attempt = 0;
    this.#connect();
  }

  /** Tests a line that may have died unseen, or ends a pause. */
  probe() {
    if (this.state === 'waiting') this.#connect();
    else if (this.state === 'ready') this.#ping();
  }

  send(message) {
    if (this.state !== 'ready') return;
    this.#expect(ACK_MS);
    this.#line.send(message);
  }

  #enter(state, detail) {
    if (state === this.state && !detail) return;
    this.state = state;
    this.#onState(state, detail);
  }

  #drop() {
    this.#generation += 1;
    for (const timer of [this.#retry, this.#idle, this.#deadline]) clearTimeout(timer);
    this.#deadline = 0;
    const line = this.#line;
    this.#line = null;
    line?.close();
  }

  #connect() {
    this.#drop();
    this.#enter('connecting');
    this.#expect(WELCOME_MS);
    // Two failures in a row: try the other way, too; a server that is just down gets both in turn.
    const other = this.#attempt >= (this.#worked ? 4 : 2) && this.#attempt % 2 === 0;
    this.#stream = this.#usual !== other;
    const generation = this.#generation;
    const now = (call) => (detail) => {
      if (generation === this.#generation) call(detail);
    };
    const calls = {
      received: now((message) => this.#received(message)),
      alive: now(() => this.#alive()),
      ready: now(() => this.#ready()),
      refused: now((error) => this.#refused(error)),
      lost: now(() => this.#lost()),
    };
    if (this.#stream) this.#openStream(calls, generation);
    else this.#line = openSocket(this.#school, this.#hello, calls);
  }

  /** The rarer way is fetched when it is first needed; a browser may remember a failure, hence the number. */
  async #openStream(calls, generation) {
    try {
      const { openStream } = await import(`./stream.js?${this.#fetched}`);
      if (generation === this.#generation) this.#line = openStream(this.#school, this.#hello, calls);
    } catch {
      this.#fetched += 1;
      calls.lost();
    }
  }

  /** The line must show life within `ms`, or counts as lost. */
  #expect(ms) {
    this.#deadline ||= setTimeout(() => this.#lost(), ms);
  }

  #alive() {
    if (this.state !== 'ready') return;
    clearTimeout(this.#deadline);
    clearTimeout(this.#idle);
    this.#deadline = 0;
    this.#idle = setTimeout(() => this.#ping(), PING_MS);
  }

  #ping() {
    clearTimeout(this.#deadline);
    this.#deadline = 0;
    this.#expect(PONG_MS);
    this.#line.send({ v: PROTOCOL, type: 'ping' });
  }

  #ready() {
    this.#attempt = 0;
    this.#worked = true;
    this.#usual = this.#stream;
    this.state = 'ready';
    this.#alive(); // before the outbox is sent, which starts a deadline of its own
    this.#onState('ready');
  }

  #lost(wait, why) {
    this.#drop();
    const [first, longest] = BACKOFF_MS;
    const pause = wait ?? Math.min(longest, first * 2 ** this.#attempt) * (0.5 + Math.random() / 2);
    this.#attempt += 1;
    this.#retry = setTimeout(() => this.#connect(), pause);
    this.#enter('waiting', why);
  }

  #received(message) {
    if (typeof message?.type !== 'string') return;
    this.#alive();
    if (message.type === 'pong') return;
    if (message.type === 'error' && this.state === 'connecting') this.#refused(message);
    else this.#onMessage(message);
  }

  /** `hello` was turned down: wait where asked to, else let the caller decide (a known conversation may be gone). */
  #refused(error) {
    if (error.retry_after > 0) {
      this.#lost(error.retry_after * 1000, error);
      return;
    }
    this.#drop();
    this.#attempt = 0;
    this.#enter('refused', error);
  }
}
