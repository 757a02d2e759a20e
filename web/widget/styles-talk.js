// How the conversation looks: entries, steps, sources, buttons, forms; and what small screens and forced colours
// change, of the panel too.

export const TALK = `
.entry { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; max-width: 100%; }
.entry.user { align-items: flex-end; }
.author { display: flex; align-items: center; gap: 6px; color: var(--muted); font-size: .8125em; }
.author svg { width: 1.15em; height: 1.15em; }
.bubble { display: flex; flex-direction: column; gap: 12px; min-width: 0; max-width: 100%; padding: 12px 14px; border: 1px solid var(--line);
  border-radius: 4px 16px 16px 16px; background: var(--bubble); }
.wide > .bubble { width: 100%; }
.user > .bubble { max-width: 86%; border-color: transparent; border-radius: 16px 16px 4px 16px; background: var(--user); white-space: pre-wrap; }
.staff > .bubble { border-color: var(--ok); }
.meta { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 0 8px; color: var(--muted); font-size: .8125em; }
.meta.bad { color: var(--bad); }
.pending .meta { animation: fade 0s 1s both; }

.content { display: flex; flex-direction: column; gap: 10px; min-width: 0; }
.content:empty { display: none; }
.headline { font-size: 1em; font-weight: 650; line-height: 1.35; }
.picture { align-self: flex-start; min-width: 44px; max-width: 100%; padding: 0; border: 1px solid var(--line); border-radius: 10px; background: #fff; cursor: zoom-in; overflow: hidden; }
.picture img { display: block; max-width: 100%; height: min(200px, 20vh); min-height: 44px; object-fit: contain; }
.content .plainlink { display: inline-flex; align-items: center; min-height: 32px; }
mark { border-radius: 3px; background: var(--warn-bg); color: inherit; box-shadow: 0 2px var(--warn); }
.folded { display: block; max-height: 9em; overflow: hidden; }
blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--brand); }
.steps { display: flex; flex-direction: column; gap: 8px; }
.steps li { display: grid; grid-template-columns: 28px minmax(0, 1fr); gap: 10px; padding: 10px 12px 10px 10px; border: 1px solid var(--line); border-radius: 12px; background: var(--bg); }
.steps .num { display: grid; place-items: center; width: 28px; height: 28px; border: 1px solid transparent; border-radius: 50%; background: var(--tint); color: var(--link);
  font-size: .9375em; font-weight: 700; line-height: 1; }
.steps .say { padding-block-start: 2px; white-space: pre-line; }
.cite { display: inline-grid; place-items: center; min-width: 24px; height: 24px; margin: 0 1px 0 4px; padding: 0 5px; vertical-align: 1px; border: 1px solid var(--field); border-radius: 8px;
  background: var(--bg); color: var(--link); font-size: .75em; font-weight: 700; line-height: 1; }
.together { white-space: nowrap; }
.cite:hover { background: var(--tint); }
.notice { display: grid; grid-template-columns: 1.25em minmax(0, 1fr); gap: 10px; padding: 10px 12px; border: 1px solid var(--line); border-radius: 12px; background: var(--soft); }
.notice svg { margin-block-start: 2px; }
.notice.warning { border-color: currentColor; background: var(--warn-bg); color: var(--warn); }
.notice.danger { border-color: currentColor; background: var(--bad-bg); color: var(--bad); }
.notice a, .notice .cite { color: inherit; }
.notices { display: flex; flex-direction: column; gap: 8px; font-size: .9375em; }
.notices:empty { display: none; }
.unsure { display: flex; gap: 8px; color: var(--muted); font-size: .875em; }
.unsure svg { margin-block-start: 2px; width: 1.2em; height: 1.2em; }
.early { display: flex; flex-direction: column; gap: 8px; }
.early { padding: 10px; border-radius: 12px; background: var(--soft); }
.label { color: var(--muted); font-size: .8125em; font-weight: 600; }
.progress { display: flex; flex-direction: column; gap: 6px; color: var(--muted); font-size: .875em; font-weight: 600; }
.bar { display: flex; gap: 4px; }
.bar i { flex: 1; height: 5px; border: 1px solid var(--field); border-radius: 3px; }
.bar i.done { border-color: var(--link); background: var(--link); }

.typing { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 10px; color: var(--muted); font-size: .9375em; }
.dots { display: flex; gap: 4px; }
.dots i { width: 7px; height: 7px; border-radius: 50%; background: var(--field); }
@media (prefers-reduced-motion: no-preference) {
  .dots i { animation: blink 1.2s infinite; }
  .dots i:nth-child(2) { animation-delay: .15s; }
  .dots i:nth-child(3) { animation-delay: .3s; }
}
@keyframes blink { 0%, 60%, 100% { opacity: .35; } 30% { opacity: 1; } }

.sources { display: flex; flex-direction: column; gap: 6px; padding-block-start: 12px; border-block-start: 1px solid var(--line); }
.small { display: flex; align-items: center; gap: 6px; color: var(--muted); font-size: .8125em; font-weight: 600; }
.source { border: 1px solid var(--line); border-radius: 12px; background: var(--bg); }
.source summary { display: grid; grid-template-columns: 26px minmax(0, 1fr) 1.25em; gap: 10px; align-items: center; min-height: 44px; padding: 8px 12px 8px 10px; border-radius: 12px;
  list-style: none; cursor: pointer; line-height: 1.35; }
.source summary::-webkit-details-marker { display: none; }
.source summary:hover { background: var(--soft); }
.source .num { display: grid; place-items: center; width: 26px; height: 26px; border: 1px solid var(--field); border-radius: 8px; color: var(--link); font-size: .8125em; font-weight: 700; line-height: 1; }
.source .name { display: flex; flex-direction: column; font-size: .9375em; font-weight: 600; }
.source .where { color: var(--muted); font-size: .875em; font-weight: 400; }
.source summary svg { color: var(--muted); }
.source[open] summary svg { transform: rotate(180deg); }
.source .quote { display: flex; flex-direction: column; align-items: flex-start; gap: 4px; padding: 4px 12px 8px; }
.source blockquote { max-height: max(160px, 30vh); overflow-y: auto; white-space: pre-line; font-size: .9375em; }
.out { display: inline-flex; align-items: center; gap: 8px; min-height: 44px; font-size: .9375em; font-weight: 600; }

.options { display: flex; flex-wrap: wrap; gap: 8px; }
.button, .option { display: inline-flex; align-items: center; justify-content: center; gap: 8px; min-height: 44px; padding: 8px 16px; border: 1px solid var(--field); border-radius: 12px;
  background: var(--bg); color: var(--link); font-weight: 600; line-height: 1.3; text-align: center; }
.chips .option { border-radius: 22px; }
.option.quiet { border-color: transparent; background: none; font-weight: 400; }
.button:hover, .option:hover { background: var(--tint); }
.button.main { border-color: var(--brand); background: var(--brand); color: var(--on-brand); }
.button.main:hover { filter: brightness(1.08); }
.button.bad { border-color: var(--bad); color: var(--bad); }
.option[aria-pressed="true"] { border-color: var(--link); background: var(--tint); color: var(--ink); }
[aria-disabled="true"] { cursor: default; }
.option[aria-disabled="true"]:not([aria-pressed="true"]) { border-style: dashed; border-color: var(--line); background: transparent; color: var(--muted); font-weight: 400; }
.button[aria-disabled="true"] { border-style: dashed; border-color: var(--field); background: transparent; color: var(--muted); filter: none; }
.link { display: inline-flex; align-items: center; gap: 6px; min-height: 44px; padding: 4px 8px; border: 1px solid transparent; border-radius: 10px; background: none; color: var(--link); font-weight: 600; white-space: nowrap; }
.link:hover { background: var(--soft); text-decoration: underline; }
.feedback { display: flex; flex-direction: column; gap: 10px; padding-block-start: 12px; border-block-start: 1px solid var(--line); }
.ask { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 8px 12px; }
.ask .option { padding: 8px 14px; }
.field { display: flex; flex-direction: column; gap: 4px; }
.field label, .lead { font-weight: 600; font-size: .9375em; }
.field input, .field select, .field textarea { width: 100%; min-height: 44px; padding: 9px 12px; border: 1px solid var(--field); border-radius: 10px; background: var(--bg); color: var(--ink); }
.field textarea { min-height: 92px; resize: vertical; }
.field [aria-invalid="true"] { border: 2px solid var(--bad); }
.problem { color: var(--bad); font-size: .875em; }
.fine { color: var(--muted); font-size: .875em; }
.done { display: flex; align-items: center; gap: 8px; color: var(--ok); font-weight: 600; }

@media (max-width: 360px) { .head .logo { display: none; } .log { padding-inline: 10px; } .user > .bubble { max-width: 94%; } }
@media (max-width: 480px) { .begun .ai .full { display: none; } .begun .ai .short { display: inline; } }
@media (max-height: 560px) { .ai .full { display: none; } .ai .short { display: inline; } }
@media (max-height: 560px) {
  :host(:not([page])) .panel { inset-block: 0; height: var(--view-height, 100vh); border-radius: 0; }
  .log { min-height: 48px; }
  .head, .foot { padding-block: 2px; }
}
@media (forced-colors: active) {
  .launcher, .tool, .send, .head, .bubble, .user > .bubble, .steps .num { border-color: CanvasText; }
  .option[aria-pressed="true"] { border: 3px solid Highlight; }
  mark { background: Mark; color: MarkText; forced-color-adjust: none; }
  .dots i, .bar i.done { background: CanvasText; forced-color-adjust: none; }
  :focus-visible, .tool:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
  .box:focus-within { outline: 3px solid Highlight; }
}
`;
