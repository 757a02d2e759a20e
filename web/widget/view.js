// What the reader has in view: the transcript follows what is new until the start of the turn would leave it,
// the panel stays above an on-screen keyboard, and focus goes to the input where no keyboard covers the answer.

/** Scrolls after the next layout, once however many events came: a replay may bring hundreds. */
export function follow(chat) {
  chat.frame ||= requestAnimationFrame(() => {
    chat.frame = 0;
    scroll(chat);
  });
}

function scroll(chat) {
  const { log, jump } = chat.ui;
  const end = log.scrollHeight - log.clientHeight;
  if (chat.pinned) {
    // New text is followed until the start of the turn would leave the view; then the reader scrolls.
    const start = chat.anchor?.isConnected ? chat.anchor.offsetTop - 12 : chat.begun ? end : 0;
    const back = chat.shrunk || (chat.held && chat.held === chat.anchor);
    const top = Math.max(back ? 0 : log.scrollTop, Math.min(end, start));
    chat.shrunk = false;
    if (top !== log.scrollTop) log.scrollTop = top;
    chat.top = log.scrollTop;
  }
  jump.hidden = !chat.begun || end - log.scrollTop < 60;
}

/** The reader scrolled: up means to stay there, to the end means to follow again. */
export function scrolled(chat) {
  const { log, jump } = chat.ui;
  const end = log.scrollHeight - log.clientHeight;
  if (log.scrollTop < chat.top - 30) chat.pinned = false;
  if (end - log.scrollTop < 24) chat.pinned = true;
  if (chat.pinned) chat.top = log.scrollTop;
  jump.hidden = !chat.begun || end - log.scrollTop < 60;
}

/** From now on the transcript follows what is new; `node` is where the current turn starts. */
export function turnTo(chat, node) {
  chat.anchor = node;
  chat.pinned = true;
  chat.top = 0; // a scroll that was before, and is told of only now, is none away from here
}

/** Keeps the start of a node in view, whatever happens above it, until the next turn or until the reader scrolls. */
export function hold(chat, node) {
  turnTo(chat, node);
  chat.held = node;
  follow(chat);
  setTimeout(() => follow(chat), 200); // what comes with it has been laid out
}

/** To the newest, as the reader asked. */
export function toEnd(chat) {
  const { log } = chat.ui;
  chat.pinned = true;
  log.scrollTop = log.scrollHeight;
  focusInput(chat);
}

/** Brings a node that grew into view. */
export function toView(chat, node) {
  node.scrollIntoView({ block: 'nearest' });
  follow(chat);
}

/** Keeps the panel above an on-screen keyboard: iOS shrinks only the visual viewport. */
export function fit(chat) {
  const view = window.visualViewport;
  if (!view || !chat.isOpen) return;
  const { panel } = chat.ui;
  const page = chat.host.hasAttribute('page');
  const keyboard = view.height < window.innerHeight - 60 && view.scale < 1.05;
  const set = (name, value) => (keyboard ? panel.style.setProperty(name, value) : panel.style.removeProperty(name));
  if (page) set('height', `${Math.max(240, view.height + view.offsetTop - Math.max(0, chat.host.getBoundingClientRect().top))}px`);
  else {
    set('--view-top', `${view.offsetTop}px`);
    set('--view-height', `${view.height}px`);
  }
  follow(chat);
}

/** Focus without a jump of the page. */
export const focusOn = (node) => node.focus({ preventScroll: true });

/** Whether fingers are the main pointer: then an on-screen keyboard is likely. */
export const isTouch = () => matchMedia('(pointer: coarse)').matches;

/** Focus to the input; on touch screens only to the heading, so that the keyboard does not cover the answer. */
export function focusInput(chat, opening = false) {
  if (!isTouch()) focusOn(chat.ui.input);
  else if (opening) focusOn(chat.ui.heading);
}
