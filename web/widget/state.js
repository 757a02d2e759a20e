// What one open chat knows: the only thing that the modules share. Each takes it as its first argument and
// changes what belongs to its matter; nothing is kept in a module, so two chats on a page are two chats.

import { Words } from './words.js';

export class Chat {
  ui = {}; // the nodes that are needed again, see `frame.js`
  server = {}; // operator's texts and addresses, from `welcome`
  link = null; // the connection, from the first opening on
  timers = {};
  spoken = []; // what waits to be spoken
  wantedLang = 'de'; // while its texts are fetched, `words.lang` is another
  off = null; // ends the listeners on window and document

  isOpen = false;
  begun = false; // whether the reader has written or chosen anything: only then is the tab's storage used
  welcomed = false;
  unread = 0;

  conv = null; // id and token of the conversation
  token = null;
  after = 0; // every event up to this number has been seen
  seen = new Set(); // and these beyond it
  silentUntil = 0; // replayed events up to this number are not spoken
  stored = false; // whether the server keeps anything of it
  read = 0; // every event up to this number was there while the chat stood open
  extras = null; // what not every chat needs, once it is there
  queue = []; // what the server said while they are fetched
  outbox = new Map(); // cid -> {message, done?, fail?}
  drafts = {}; // mid -> what stands in a form or a note that was not sent
  doomed = []; // tokens of conversations that the server was not yet told to delete

  entries = new Map(); // mid -> entry
  recent = []; // the last nodes of the transcript
  nodes = new WeakMap(); // node -> entry
  forms = new Set(); // open report forms
  greeted = ''; // what the greeting was drawn from
  lastBot = ''; // mid of the last reply
  lastStep = null;
  lastTicket = null;
  filed = null; // its entry
  removing = null; // the line that says that a conversation is still to be deleted on the server
  asking = null; // the form that asks for a report's state
  draftForForm = ''; // what was typed before "Jetzt nur melden" opened the form

  pinned = true; // the transcript follows what is new
  anchor = null; // start of the current turn: it stays in view
  top = 0; // where it stood last
  held = null; // node whose start stays in view
  shrunk = false; // what stood above became shorter: the view may go back to the start of the turn
  frame = 0;

  /** `face` is what the element on the page offers, see `../widget.js`; `tables` its texts by language. */
  constructor(face, tables) {
    this.face = face;
    this.host = face.host;
    this.root = face.root;
    this.memory = face.memory;
    this.words = new Words(tables);
    this.h = this.words.h;
    this.t = this.words.text;
    this.says = this.words.says;
  }

  /** A heading inside the conversation, one level below the title. */
  headline(props, ...children) {
    return this.h(this.host.hasAttribute('page') ? 'h2.headline' : 'h3.headline', props, ...children);
  }
}
