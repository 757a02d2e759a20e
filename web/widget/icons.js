// The small pictures on buttons: stroked paths on a 24 by 24 grid, drawn for this product. They carry no
// meaning of their own for screen readers; each button has its name.

const ICONS = {
  send: 'M12 20V5M5.5 11.5 12 5l6.5 6.5',
  close: 'M6 6l12 12M18 6 6 18',
  down: 'M5.5 9.5 12 16l6.5-6.5',
  menu: 'M12 4.5v1.2M12 11.4v1.2M12 18.3v1.2',
  flag: 'M6 21V4M6 4.5c4-2 7 2 12 0v9c-5 2-8-2-12 0',
  book: 'M4 5.5c3-1.2 6-.8 8 1 2-1.8 5-2.2 8-1v13c-3-1.2-6-.8-8 1-2-1.8-5-2.2-8-1zM12 6.5v13',
  up: 'M4 11h3.5v9H4zM7.5 11 12 3.5c1.8 0 2.6 1.4 2.2 3L13.5 9.5h4.7c1.4 0 2.3 1.2 2 2.5l-1.4 6c-.3 1.2-1.3 2-2.5 2H7.5',
  thumb_down: 'M4 13h3.5V4H4zM7.5 13l4.5 7.5c1.8 0 2.6-1.4 2.2-3l-.7-3h4.7c1.4 0 2.3-1.2 2-2.5l-1.4-6c-.3-1.2-1.3-2-2.5-2H7.5',
  stop: 'M7 7h10v10H7z',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  external: 'M13 5h6v6M19 5l-8.5 8.5M10 6H5v13h13v-5',
  warning: 'M12 4 2.8 20h18.4zM12 10v4.5M12 17.3h.01',
  info: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 11.5V16M12 8h.01',
  trash: 'M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7',
  download: 'M12 4v11M7 10.5 12 15.5l5-5M5 20h14',
  ticket: 'M4 7h16v3.5a1.8 1.8 0 0 0 0 3.5v3H4v-3a1.8 1.8 0 0 0 0-3.5zM14.5 7v10',
  person: 'M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM5 20c.6-4 3.3-6 7-6s6.4 2 7 6',
};

const SVG = 'http://www.w3.org/2000/svg';

/** The picture of that name, as large as `svg` is in the styles. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  svg.appendChild(document.createElementNS(SVG, 'path')).setAttribute('d', ICONS[name]);
  return svg;
}

/** A picture and the text of that key beside it. */
export const labelled = (chat, name, key) => [icon(name), chat.h('span', { t: key })];
