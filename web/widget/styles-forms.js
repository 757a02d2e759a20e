// How forms and a filed report look; comes with `extras.js`. A select has an arrow of its own: that of WebKit brings a
// grey button along.

export const FORMS = `
.form .headline { font-size: 1.0625em; }
.form { display: flex; flex-direction: column; gap: 14px; }
.field select { appearance: none; padding-inline-end: 36px; background: linear-gradient(45deg, transparent 50%, currentColor 50%) calc(100% - 19px) 55% / 7px 7px no-repeat, linear-gradient(-45deg, transparent 50%, currentColor 50%) calc(100% - 12px) 55% / 7px 7px no-repeat, var(--bg); }
.check { display: grid; grid-template-columns: 24px minmax(0, 1fr); gap: 10px; align-items: center; min-height: 44px; }
.check input { width: 22px; height: 22px; accent-color: var(--link); }
.preview summary { display: flex; align-items: center; gap: 6px; min-height: 44px; border-radius: 10px; list-style: none; color: var(--link); font-weight: 600; cursor: pointer; }
.preview summary::-webkit-details-marker { display: none; }
.preview[open] summary svg { transform: rotate(180deg); }
.sheet { max-height: 260px; overflow: auto; padding: 10px 12px; border: 1px solid var(--line); border-radius: 10px; background: var(--soft); font-size: .875em; }
.sheet dl { display: grid; gap: 6px; }
.sheet dt, .sheet > p:not(.talk) { color: var(--muted); }
.sheet dd, .talk { white-space: pre-line; overflow-wrap: anywhere; }
.sheet > p { margin-top: 8px; }
.bubble.success { border-color: var(--ok); }
.facts { display: grid; gap: 10px; }
.facts dt { color: var(--muted); font-size: .8125em; }
.facts dd { font-weight: 600; }
.facts .big { font-size: 1.25em; font-variant-numeric: tabular-nums; letter-spacing: .01em; user-select: all; }
`;
