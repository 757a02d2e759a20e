// How the panel looks: its place on the page, header, transcript, input, dialog. Colours are the custom properties
// of `../widget.js`. A constructed sheet takes them, so a host page may set `style-src 'none'`.

export const FRAME = `
p, ol, ul, dl, dd, figure, blockquote, h1, h2, h3 { margin: 0; padding: 0; }
ol, ul { list-style: none; }
a { color: var(--link); text-underline-offset: .15em; }

.panel { position: fixed; z-index: 2147483000; inset-block-end: 16px; inset-inline-end: 16px; display: flex; flex-direction: column;
  width: min(420px, calc(100vw - 32px)); height: min(720px, calc(100vh - 32px)); height: min(720px, calc(100dvh - 32px)); overflow: hidden;
  border: 1px solid var(--line); border-radius: 16px; background: var(--bg); box-shadow: var(--shade); }
:host([position="left"]) .panel { inset-inline: 16px auto; }
@media (prefers-reduced-motion: no-preference) {
  .panel.opening { animation: rise .18s ease-out; }
  .entry.fresh, .sentence { animation: fade .25s ease-out; }
}
@keyframes rise { from { opacity: 0; transform: translateY(12px); } }
@keyframes fade { from { opacity: 0; } }
@media (max-width: 480px) {
  :host(:not([page])) .panel { inset: var(--view-top, 0) 0 auto 0; width: 100%; height: var(--view-height, 100vh); border: 0; border-radius: 0; }
  @supports (height: 100dvh) { :host(:not([page])) .panel { height: var(--view-height, 100dvh); } }
}
:host([page]) .panel { position: relative; inset: auto; width: 100%; height: 100%; border: 0; border-radius: 0; box-shadow: none; }

.head { position: relative; z-index: 2; display: flex; align-items: center; gap: 4px; padding: 8px 8px 8px 12px; background: var(--head);
  color: var(--on-head); border-block-end: 1px solid transparent; padding-block-start: max(8px, env(safe-area-inset-top)); }
.head .tool svg { stroke-width: 2.4; }
.head .logo { width: 40px; height: 40px; margin-inline-end: 8px; }
.head .logo svg { width: 29px; height: 29px; }
.head h1, .head h2 { flex: 1; min-width: 0; font-size: 1.0625em; line-height: 1.25; font-weight: 650; overflow-wrap: break-word; }
.tool { display: grid; place-items: center; flex: none; width: 44px; height: 44px; padding: 0; border: 1px solid transparent; border-radius: 12px;
  background: transparent; color: inherit; font-size: .9375em; font-weight: 650; }
.tool:hover, .tool[aria-expanded="true"] { background: rgb(255 255 255 / .16); border-color: currentColor; }
.tool:focus-visible { outline-offset: -1px; outline-color: var(--gap); box-shadow: inset 0 0 0 4px var(--focus); }
.menu { position: absolute; inset-block-start: calc(100% + 4px); inset-inline-end: 8px; min-width: 240px; max-width: calc(100% - 16px); padding: 6px;
  border: 1px solid var(--line); border-radius: 14px; background: var(--bg); color: var(--ink); box-shadow: var(--shade); }
.menu button, .menu a { display: flex; align-items: center; gap: 12px; width: 100%; min-height: 44px; padding: 8px 12px; border: 1px solid transparent;
  border-radius: 10px; background: none; color: var(--ink); text-align: start; text-decoration: none; }
.menu button:hover, .menu a:hover { background: var(--soft); }
.menu svg { color: var(--muted); }
.ai { padding: 8px 16px; border-block-end: 1px solid var(--line); background: var(--soft); color: var(--muted); font-size: .8125em; line-height: 1.45; }
.ai .short { display: none; }
.ai a { color: inherit; }

.log { position: relative; flex: 1 1 auto; min-height: 120px; overflow-y: auto; overscroll-behavior: contain; overflow-anchor: none; background: var(--log); padding: 16px 16px 8px; }
.log:focus-visible { outline-offset: -4px; box-shadow: none; outline-color: var(--link); }
.past { content-visibility: auto; contain-intrinsic-size: auto 200px; }
.items, .tail { display: flex; flex-direction: column; gap: 16px; }
.tail:not(:empty) { margin-block-start: 16px; }
:host([page]) .log > div, :host([page]) .foot > *, :host([page]) .ai > p { max-width: 760px; margin-inline: auto; }

.bottom { position: relative; flex: none; }
.jump { display: grid; place-items: center; flex: none; width: 44px; height: 44px; margin-inline-start: auto; padding: 0; border: 4px solid transparent; border-radius: 50%; background: var(--tint) padding-box; color: var(--link); }
.conn { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; padding: 8px 16px; border-block-start: 1px solid var(--line); background: var(--warn-bg); color: var(--warn); font-size: .875em; }
.conn.good { background: var(--ok-bg); color: var(--ok); }
.conn:empty { display: none; }
.conn .link { padding-inline: 0; color: inherit; text-decoration: underline; }
.foot { position: relative; padding: 4px 12px 12px; border-block-start: 1px solid var(--line); background: var(--bg); padding-block-end: max(12px, env(safe-area-inset-bottom)); }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: 0 8px; min-height: 44px; }
.row .link { font-size: .9375em; }
.row .stop { margin-inline-start: auto; }
.count { margin-inline-start: auto; color: var(--muted); font-size: .8125em; text-align: end; }
.count:empty { margin: 0; }
.count.bad { color: var(--bad); font-weight: 600; }
.box { display: flex; align-items: flex-end; gap: 6px; padding: 4px; border: 1px solid var(--field); border-radius: 16px; background: var(--bg); }
.box:focus-within { outline: 2px solid var(--link); outline-offset: 0; border-color: var(--link); }
.box textarea { flex: 1; min-width: 0; height: 44px; max-height: 144px; padding: 10px 8px 10px 12px; border: 0; border-radius: 12px; background: transparent; resize: none; overflow-y: auto; }
.box textarea:focus-visible { outline: none; box-shadow: none; }
.box textarea::placeholder { color: var(--hint); opacity: 1; }
.send { display: grid; place-items: center; flex: none; width: 44px; height: 44px; padding: 0; border: 1px solid transparent; border-radius: 12px; background: var(--brand); color: var(--on-brand); }
.send:hover { filter: brightness(1.08); }
.send[aria-disabled="true"] { background: var(--soft); color: var(--hint); border-color: var(--line); filter: none; }

dialog { width: min(360px, calc(100vw - 32px)); padding: 20px; border: 1px solid var(--line); border-radius: 16px; background: var(--bg); color: var(--ink); box-shadow: var(--shade); }
dialog::backdrop { background: rgb(10 20 30 / .5); }
dialog.large { width: fit-content; max-width: calc(100vw - 16px); max-height: calc(100dvh - 16px); padding: 8px; cursor: zoom-out; }
.large img { display: block; width: min(92vw, 900px); max-height: calc(100dvh - 90px); background: #fff; }
.large .tool { margin-inline-start: auto; }
dialog h2 { font-size: 1.125em; margin-block-end: 8px; }
dialog .options { justify-content: flex-end; margin-block-start: 20px; }
`;
