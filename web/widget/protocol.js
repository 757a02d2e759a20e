// What belongs to the protocol as a whole: its version, its limits, where the server is, ids. The protocol
// itself is described in CONTRACT.md and web/README.md.

export const PROTOCOL = 1;
export const MAX_CHARS = 2000; // of one message, as the server counts them

/** The server's address: paths are relative to where the widget lies, so that it may live below a prefix. */
export const SERVER = new URL('..', import.meta.url);

/** 96 random bits as hex. `randomUUID` is missing on pages without TLS. */
export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** An address that the server named, or null where its scheme is none we would open. */
export function address(href, schemes = ['http:', 'https:']) {
  try {
    const url = new URL(String(href).replace(/^\/+/, ''), SERVER);
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

/** What came as JSON; null where it is none. */
export function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
