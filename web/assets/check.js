// What a browser makes of the chat on the page that it stands in: loaded by the test page (`/einbetten/test`), which
// an operator puts on a school's web space. It goes both ways to the server as the widget does, writes nothing, and says
// in German what works, what is blocked and what to change. Works under the same rules as the widget.

const SERVER = new URL('..', import.meta.url);
const LONGEST_MS = 10_000; // of one test
const place = document.getElementById('schul-hilfe-test');
const school = document.querySelector('schul-hilfe')?.getAttribute('school') ?? '';
const refused = new Set(); // directives of the page's own rules that were broken

document.addEventListener('securitypolicyviolation', (event) => refused.add(event.effectiveDirective));

const at = (path) => new URL(path, SERVER);
const hello = () => JSON.stringify({ v: 1, type: 'hello', school, lang: 'de' });
const ended = (ms) => new Promise((_, fail) => setTimeout(() => fail(new Error('keine Antwort')), ms));

/** A fault whose words say what to change. */
class Blocked extends Error {}

/** The page's rules, which the browser names a moment later, else something on the way. */
async function blocked(directive, address, otherwise) {
  await new Promise((done) => setTimeout(done, 150));
  return new Blocked(refused.has(directive)
    ? `Die Content-Security-Policy dieser Seite verbietet es. In ${directive} muss ${address} stehen.`
    : otherwise);
}

async function button() {
  await customElements.whenDefined('schul-hilfe');
  if (!document.querySelector('schul-hilfe')?.shadowRoot) throw new Blocked('Der Knopf ist nicht erschienen.');
  return 'Das Skript ist geladen, der Knopf steht auf der Seite.';
}

async function allowed() {
  const url = at('api/v1/chat/origin');
  url.searchParams.set('school', school);
  const answer = await fetch(url, { credentials: 'omit', cache: 'no-store' }).then((reply) => reply.json()).catch(() => null);
  if (!answer) throw await blocked('connect-src', SERVER.origin, 'Der Server antwortet nicht: Läuft er, und lässt das Netz ihn zu?');
  if (!answer.allowed) {
    throw new Blocked(`${location.origin} ist nicht freigeschaltet. Tragen Sie diese Adresse im Schulverzeichnis bei der Schule „${school}“ unter origins ein `
      + 'und importieren Sie es, oder für alle Schulen in der Konfiguration unter server.origins.');
  }
  if (answer.school === 'unknown') throw new Blocked(`Die Schule „${school}“ steht nicht im Schulverzeichnis. Der Chat geht, aber ohne Schule.`);
  return `${location.origin} darf den Chat öffnen.`;
}

async function socket() {
  const url = at('api/v1/chat');
  url.protocol = url.protocol === 'http:' ? 'ws:' : 'wss:';
  url.searchParams.set('school', school);
  const otherwise = 'Die Verbindung kommt nicht zustande. Ist die Seite freigeschaltet, sperrt vermutlich ein Proxy WebSocket; '
    + 'der Chat nimmt dann den zweiten Weg.';
  return new Promise((done, fail) => {
    const no = async () => fail(await blocked('connect-src', url.origin, otherwise));
    // One that the page's rules forbid fails without a word in Chromium.
    document.addEventListener('securitypolicyviolation', no, { once: true });
    try {
      const line = new WebSocket(url);
      line.onopen = () => line.send(hello());
      line.onmessage = ({ data }) => {
        line.onerror = line.onclose = null;
        line.close();
        if (JSON.parse(data).type === 'welcome') done('Der Chat öffnet sich über WebSocket.');
        else no();
      };
      line.onerror = line.onclose = no;
    } catch {
      no();
    }
  });
}

async function stream() {
  const otherwise = 'Auch ohne WebSocket kommt keine Verbindung zustande. Ist die Seite freigeschaltet? Lässt das Netz den Server zu?';
  const abort = new AbortController();
  const options = { credentials: 'omit', cache: 'no-store', signal: abort.signal };
  try {
    const post = { ...options, method: 'POST', headers: { 'Content-Type': 'application/json' }, body: hello() };
    const [welcome] = [await fetch(at('api/v1/chat/messages'), post).then((reply) => reply.json())].flat();
    const url = at('api/v1/chat/events');
    url.searchParams.set('school', school);
    const events = await fetch(url, { ...options, headers: { Authorization: `Bearer ${welcome.token}`, 'Last-Event-ID': '0' } });
    const first = await events.body.getReader().read();
    if (!events.ok || first.done) throw new Error('no events');
    return 'Der Chat öffnet sich auch ohne WebSocket (SSE und POST).';
  } catch {
    throw await blocked('connect-src', SERVER.origin, otherwise);
  } finally {
    abort.abort();
  }
}

async function picture() {
  const image = new Image();
  image.src = at('assets/icon.svg');
  try {
    await image.decode();
  } catch {
    throw await blocked('img-src', SERVER.origin, 'Bilder vom Server werden nicht angezeigt.');
  }
  return 'Bilder aus Anleitungen werden angezeigt.';
}

const TESTS = [['Skript', button], ['Freischaltung', allowed], ['WebSocket', socket], ['Ohne WebSocket', stream], ['Bilder', picture]];

function line(name, good, words) {
  const item = document.createElement('li');
  const head = document.createElement('strong');
  head.textContent = `${name}: ${good ? 'funktioniert. ' : 'blockiert. '}`;
  item.append(head, words);
  return item;
}

const results = document.createElement('ol');
const summary = document.createElement('p');
summary.setAttribute('role', 'status');
summary.textContent = 'Es wird geprüft …';
place.replaceChildren(summary, results);
const good = new Set();
for (const [name, test] of TESTS) {
  try {
    const words = await Promise.race([test(), ended(LONGEST_MS)]);
    good.add(name);
    results.append(line(name, true, words));
  } catch (error) {
    results.append(line(name, false, error instanceof Blocked ? error.message : `Keine Antwort nach ${LONGEST_MS / 1000} Sekunden.`));
  }
}
const opens = good.has('WebSocket') || good.has('Ohne WebSocket');
if (good.size === TESTS.length) summary.textContent = 'Alles funktioniert: Der Chat kann auf dieser Seite stehen.';
else if (opens) summary.textContent = 'Der Chat öffnet sich auf dieser Seite; bitte beachten Sie, was unten steht.';
else summary.textContent = 'Der Chat öffnet sich auf dieser Seite nicht. Was zu ändern ist, steht unten.';
