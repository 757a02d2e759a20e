// What not every chat needs is one script of its own, `extras.js`, fetched when it is first needed: forms, reports,
// the menu's doings. What the server says meanwhile waits, so that its order stays.

const PAUSE_MS = 2_000; // before it is asked for again

/** Fetches the extras, and tries until it has them. A browser may remember a failure, hence the number. */
export async function extras(chat) {
  for (let tries = 0; !chat.extras; tries += 1) {
    try {
      chat.extras = (await import(`./extras.js?${tries}`)).EXTRAS;
      chat.face.dress(chat.extras.styles);
      chat.words.add(chat.extras.texts);
    } catch {
      await new Promise((ready) => setTimeout(ready, PAUSE_MS));
    }
  }
  return chat.extras;
}

/** Has the extras do something with the chat: `later(chat, 'download')`. */
export const later = async (chat, name) => (await extras(chat))[name](chat);
