// The conversation as a whole: as lines of text, and as a file to keep.

/** What was said, in order: `{who: bot|you|staff, words}`, with what is for the reader's own file only. */
function transcriptLines(chat) {
  const lines = [];
  for (const node of [...chat.ui.welcome.children, ...chat.ui.items.children]) {
    const entry = chat.nodes.get(node);
    if (!entry) continue;
    const who = entry.who === 'user' ? 'you' : entry.who;
    if (entry.plain) lines.push({ who, words: entry.plain });
    if (entry.secret) lines.push({ who, words: entry.secret });
    if (entry.cites.size) {
      const titles = [...entry.cites.values()].map((citation) => `[${citation.n}] ${citation.title}`);
      lines.push({ who, words: `${chat.t('sources')}: ${titles.join('; ')}` });
    }
    if (entry.picked) lines.push({ who: 'you', words: entry.picked });
  }
  return lines;
}

/** A time of the protocol for people; empty where it is none. */
export function timeText(chat, time) {
  const date = new Date(time ?? NaN);
  if (Number.isNaN(date.valueOf())) return '';
  return new Intl.DateTimeFormat(chat.words.lang === 'de' ? 'de-DE' : 'en-GB', { dateStyle: 'medium', timeStyle: 'short' }).format(date);
}

/** The conversation as a text file. */
export function download(chat) {
  const now = new Date();
  const day = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const lines = transcriptLines(chat).map((line) => `${chat.t(line.who)}:\n${line.words}\n`);
  const file = new Blob([`\ufeff${chat.t('file_title')}, ${timeText(chat, now)}\n\n${lines.join('\n')}`], { type: 'text/plain;charset=utf-8' });
  const href = URL.createObjectURL(file);
  const anchor = chat.h('a', { href, download: `${chat.t('file_name')}-${day}.txt`, hidden: true });
  chat.root.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}
