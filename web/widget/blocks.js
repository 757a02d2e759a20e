// Typed blocks of the protocol as nodes, with the small numbers that lead to their sources, and as plain text.
// No markup is ever parsed; a block of an unknown type is left out.

import { icon, labelled } from './icons.js';
import { address } from './protocol.js';
import { focusOn, follow } from './view.js';

const LINK_SCHEMES = ['http:', 'https:', 'mailto:', 'tel:'];

const spansText = (spans = []) => spans.map((span) => span.text).join('');

/** Blocks as plain text, steps numbered: for speech, transcript and file. */
export function plain(blocks = []) {
  return blocks
    .map((block) => {
      if (block.type === 'steps') return block.items.map((item, at) => `${at + 1}. ${spansText(item)}`).join('\n');
      if (block.type === 'image') return block.alt ?? '';
      if (block.type === 'link') return block.text ?? '';
      return spansText(block.spans);
    })
    .filter(Boolean)
    .join('\n');
}

/** All blocks of a reply. `entry` knows the citations. */
export function contentOf(chat, blocks, entry) {
  return chat.h('div.content', {}, (blocks ?? []).map((block) => blockNode(chat, block, entry)));
}

/** One block; nothing where its type or address is none we know. */
export function blockNode(chat, block, entry) {
  const { h } = chat;
  const spans = () => spanNodes(chat, block.spans ?? [], entry);
  switch (block?.type) {
    case 'paragraph':
      return h('p', {}, spans());
    case 'heading':
      return chat.headline({}, spans());
    case 'steps':
      return h('ol.steps', {}, (block.items ?? []).map((item, at) => stepItem(chat, at + 1, spanNodes(chat, item, entry))));
    case 'quote':
      return h('blockquote', {}, spans(), block.cite && !block.spans?.some((span) => span.cite) ? marker(chat, block.cite, entry) : null);
    case 'image': {
      const [src, alt] = [address(block.src), block.alt ?? ''];
      return src && h('button.picture', { tLabel: ['enlarge', { alt }], onclick: () => enlarge(chat, src, alt) }, h('img', { src, alt, loading: 'lazy' }));
    }
    case 'link': {
      const href = /^(mailto|tel):/i.test(block.href) ? block.href : address(block.href, LINK_SCHEMES);
      return href && h('a.plainlink', { href, target: '_blank', rel: 'noopener' }, block.text || href);
    }
    case 'notice':
      return noticeNode(chat, block.level, spans());
    default:
      return null;
  }
}

/** A picture as large as the window. */
function enlarge(chat, src, alt) {
  const dialog = chat.h('dialog.large', { tLabel: ['enlarge', { alt }], onclick: () => dialog.close(), onclose: () => dialog.remove() },
    chat.h('button.tool', { tLabel: 'close_picture', autofocus: true }, icon('close')), chat.h('img', { src, alt }));
  chat.face.box.append(dialog);
  dialog.showModal();
}

/** A notice of a level: info, warning, danger. */
export function noticeNode(chat, level, children) {
  const name = ['info', 'warning', 'danger'].includes(level) ? level : 'info';
  return chat.h(`div.notice.${name}`, {}, icon(name === 'info' ? 'info' : 'warning'),
    chat.h('div', {}, chat.h('span.vh', { t: `level_${name}` }), chat.h('span.vh', {}, ': '), children));
}

/** A numbered step of a list. */
export function stepItem(chat, number, children) {
  const item = chat.h('li', {}, chat.h('span.num', { 'aria-hidden': 'true' }, String(number)), chat.h('div.say', {}, children));
  item.value = number;
  return item;
}

function spanNodes(chat, spans, entry) {
  return spans.flatMap((span, at) => {
    const cited = entry && span.cite && spans[at + 1]?.cite !== span.cite;
    const parts = cited ? withMarkers(chat, span.text, [span.cite], entry, span.units) : [span.text];
    return span.strong ? [chat.h('strong', {}, parts)] : parts;
  });
}

/** Words with their markers, the last word and the markers never on two lines. */
export function withMarkers(chat, words, numbers, entry, units) {
  const [, head, last] = words.trimEnd().match(/^([^]*\s)?(\S*)$/);
  return [head ?? '', chat.h('span.together', {}, last, numbers.map((n) => marker(chat, n, entry, units))), ' '];
}

/** The small number behind a sentence. `units`: what of the passage carries it, where not all that is quoted does. */
function marker(chat, n, entry, units) {
  const title = entry.cites.get(n)?.title ?? '';
  return chat.h('button.cite', { tLabel: ['source_n', { n, title }], onclick: () => openSource(chat, entry, n, units) }, String(n));
}

/** From the number behind a sentence to the very words that carry it. */
function openSource(chat, entry, n, units) {
  const card = entry.sources.querySelector(`details[data-n="${Number(n)}"]`);
  if (!card) return;
  card.open = true;
  mark(chat, card, entry.cites.get(n), units);
  focusOn(card.querySelector('summary'));
  card.scrollIntoView({ block: 'nearest' });
}

/** Marks units in the passage of a card, else all that is quoted, and has its link lead to them. */
function mark(chat, card, { quote, url, units: all = [] }, units = []) {
  const chosen = all.filter(([unit]) => !units.length || units.includes(unit));
  let at = 0;
  const parts = chosen.flatMap(([, from, to]) => {
    const before = quote.slice(at, from);
    at = to;
    return [before, chat.h('mark', {}, quote.slice(from, to))];
  });
  const words = card.querySelector('blockquote');
  words.replaceChildren(...parts, quote.slice(at));
  words.scrollTop = (words.children[0]?.offsetTop ?? 0) - words.offsetTop - 28;
  const link = card.querySelector('a');
  if (link) link.href = passage(chat, url, chosen);
}

/** The page of a passage, in the reader's language, at its first mark. */
function passage(chat, url, chosen) {
  const href = address(url);
  if (!href) return null;
  const page = new URL(href);
  if (chosen?.length) page.searchParams.set('mark', chosen.map(([unit]) => unit).join());
  page.searchParams.set('lang', chat.words.lang);
  page.hash = 'treffer';
  return page.href;
}

/** The list of sources below a reply, each with the passage that carries it. */
export function showSources(chat, entry) {
  if (!entry.cites.size) return;
  const shown = new Set([...entry.sources.querySelectorAll('details')].map((node) => node.dataset.n));
  if (!shown.size) {
    entry.sources.className = 'sources';
    entry.sources.hidden = false;
    entry.sources.append(chat.h('p.small', {}, labelled(chat, 'book', 'sources')));
  }
  const fresh = [...entry.cites.values()].filter(({ n }) => !shown.has(String(n))).sort((a, b) => a.n - b.n);
  for (const citation of fresh) {
    const href = passage(chat, citation.url);
    const heading = citation.heading !== citation.title && citation.heading;
    const page = citation.page && chat.h('span', { t: ['page_n', { n: citation.page }] });
    const card = chat.h('details.source', { 'data-n': citation.n, ontoggle: () => follow(chat) },
      chat.h('summary', {}, chat.h('span.num', {}, String(citation.n)),
        chat.h('span.name', {}, citation.title, (heading || page) && chat.h('span.where', {}, heading, heading && page && ' · ', page)), icon('down')),
      chat.h('div.quote', {}, chat.h('blockquote', { tabindex: '0' }, citation.quote),
        href && chat.h('a.out', { href, target: '_blank', rel: 'noopener' }, labelled(chat, 'external', 'open_source'), chat.h('span.vh', { t: 'new_tab' }))));
    card.open = entry.unfolded?.includes(String(citation.n)) ?? false;
    entry.sources.append(card);
  }
}
