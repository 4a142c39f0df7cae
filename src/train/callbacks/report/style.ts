/** How the page looks: light and dark, narrow and wide, on paper. It holds none of the characters that XML reserves. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fcfcfa; --raised: #fff; --ink: #1c1f26; --faint: #5d6370; --rule: #e3e4e6; --axis: #9aa0aa;
  --blue: #0b57c2; --orange: #b8500a; --green: #23763b; --violet: #7a3fb0; --on-deep: #fff; --on-middle: #1c1f26; --on-wrong: #1c1f26;
  --blue-parts: 11 87 194; --orange-parts: 214 104 20;
  font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #14161a; --raised: #1b1e24; --ink: #e6e6e2; --faint: #a0a6b2; --rule: #2d3139; --axis: #6a717e;
    --blue: #7db4ff; --orange: #f2a25c; --green: #7fce94; --violet: #c79bf2; --on-deep: #101216; --on-middle: #101216; --on-wrong: #101216;
    --blue-parts: 125 180 255; --orange-parts: 242 162 92;
  }
}
* { box-sizing: border-box; }
body { max-width: 66rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.25; font-weight: 600; margin: 0; text-wrap: balance; unicode-bidi: isolate; }
h1 { font-size: 1.9rem; letter-spacing: -0.01em; }
h2 { font-size: 1.2rem; }
h3 { font-size: 0.95rem; }
h2::first-letter, h3::first-letter { text-transform: uppercase; }
section { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
p { margin: 0.4rem 0; }
.lead, .fine, dt, figcaption, .tiles span { color: var(--faint); }
.lead { max-width: 46rem; }
.fine, figcaption, .tiles dt, .tiles span { font-size: 0.85rem; }
.status { margin: 1rem 0; padding: 0.5rem 0.9rem; border-left: 4px solid var(--blue); background: var(--raised); white-space: pre-line; }
.finished { border-color: var(--green); }
.stopped { border-color: var(--violet); }
.failed { border-color: var(--orange); }
table, .chart, dd, .matrix { font-variant-numeric: tabular-nums; }
dl { margin: 0.6rem 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0 2rem; }
dl div { display: flex; justify-content: space-between; gap: 1rem; padding: 0.3rem 0; border-bottom: 1px solid var(--rule); }
dt { white-space: nowrap; }
dd { margin: 0; min-width: 0; text-align: right; unicode-bidi: isolate; }
.tiles { grid-template-columns: repeat(auto-fill, minmax(min(100%, 8.5rem), 1fr)); gap: 1rem 1.5rem; margin: 1.5rem 0 1rem; }
.tiles div { display: block; border: 0; padding: 0; }
.tiles dd { text-align: left; }
.tiles b { display: block; font-size: 1.6rem; font-weight: 600; line-height: 1.3; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 2rem 2.5rem; margin-top: 1rem; }
figure { margin: 0; min-width: 0; display: flex; flex-direction: column; }
svg { display: block; }
figure .chart { margin-top: auto; padding-top: 0.4rem; }
.chart { width: 100%; height: auto; overflow: visible; font-size: 11px; }
.chart text { fill: var(--faint); }
.chart .end { text-anchor: end; }
.chart .middle { text-anchor: middle; }
.rule { stroke: var(--rule); }
.axis { stroke: var(--axis); }
.line { --tint: var(--ink); }
.line path { fill: none; stroke: var(--tint); stroke-width: 1.8; stroke-linejoin: round; stroke-linecap: round; }
.line circle { fill: var(--tint); stroke: transparent; stroke-width: 12; }
.line circle:hover { stroke: var(--tint); stroke-width: 3; }
.training, .group-0 { --tint: var(--blue); }
.validation, .group-1 { --tint: var(--orange); }
.validation path, .group-1 path { stroke-dasharray: 6 4; }
.group-2 { --tint: var(--green); }
.group-3 { --tint: var(--violet); }
.plain { --tint: var(--faint); }
.spark { width: 7.5rem; height: 1.6rem; }
figcaption { display: flex; flex-wrap: wrap; gap: 0.2rem 1.2rem; min-height: 1.5em; }
.key::before { content: ''; display: inline-block; width: 1.4em; margin-right: 0.4em; vertical-align: 0.25em; border-top: 3px solid var(--tint); }
.key.validation::before, .key.group-1::before { border-top-style: dashed; }
.scroll { overflow-x: auto; margin: 0.8rem 0; }
:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 0.9rem; overflow-wrap: normal; }
th, td { padding: 0.3rem 0.9rem 0.3rem 0; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; font-weight: 400; unicode-bidi: isolate; }
thead th { color: var(--faint); vertical-align: bottom; }
.number { text-align: right; padding-left: 0.9rem; }
.strong > * { font-weight: 700; background: rgb(var(--blue-parts) / 0.09); }
code { font: 0.95em ui-monospace, monospace; }
.matrix th, .matrix td { padding: 0.3rem 0.45rem; text-align: right; min-width: 2.6rem; border: 1px solid var(--paper); }
.matrix.small td { min-width: 0.55rem; width: 0.55rem; height: 0.55rem; padding: 0; border-width: 0; }
.matrix.small th { padding: 0 0.3rem; font-size: 0.6rem; line-height: 1; min-width: 0; }
.matrix.small thead th { writing-mode: vertical-rl; text-align: left; padding: 0.3rem 0; }
.matrix.small .share { font-size: 0.6rem; padding-left: 0.4rem; }
.matrix .right { background: rgb(var(--blue-parts) / calc(0.06 + 0.94 * var(--depth))); }
.matrix .wrong { background: rgb(var(--orange-parts) / calc(0.04 + 0.8 * var(--depth))); }
.matrix .right.middle { color: var(--on-middle); }
.matrix .right.deep { color: var(--on-deep); }
.matrix .wrong.deep { color: var(--on-wrong); }
.matrix .share { color: var(--faint); }
.mistakes { margin: 0; padding-left: 1.4rem; }
@media print {
  :root { color-scheme: light; font-size: 11px; background: none; print-color-adjust: exact; }
  body { max-width: none; padding: 0; }
  section { margin-top: 1.5rem; }
  figure, .tiles, tr, h2 { break-inside: avoid; }
  h2, h3, thead { break-after: avoid; }
  .scroll { overflow: visible; }
  th, td { white-space: normal; }
}
`;
