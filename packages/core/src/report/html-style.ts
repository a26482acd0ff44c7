/** The page's one style sheet. Colours have a contrast of at least 4.5 on their background, by day and by night. */
export const htmlStyle = `
:root { color-scheme: light dark; --fg: #1f2328; --dim: #57606a; --bg: #ffffff; --soft: #f3f5f7; --line: #d0d7de;
  --accent: #0a56b5; --one: #0a56b5; --two: #b3470a; --good: #116329; --bad: #b42318; --grid: #e2e6ea; }
@media (prefers-color-scheme: dark) { :root { --fg: #e6edf3; --dim: #9aa5b1; --bg: #0f1419; --soft: #1a212a; --line: #36414d;
  --accent: #79b8ff; --one: #79b8ff; --two: #ffab70; --good: #57d364; --bad: #ff8f85; --grid: #2a333d; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--fg); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h3 { font-size: 1rem; margin: 0; display: inline; }
p { margin: .4rem 0; max-width: 60rem; overflow-wrap: anywhere; }
ul { margin: .4rem 0; padding-left: 1.3rem; } li { overflow-wrap: anywhere; }
section { border: 1px solid var(--line); border-radius: 8px; padding: 1rem; margin: 1.25rem 0; }
code { font: .9em ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; background: var(--soft); border-radius: 4px; padding: .1em .3em; }
a { color: var(--accent); }
.scroll { overflow-x: auto; margin: .75rem 0; } .scroll:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; font-size: .92rem; }
caption { text-align: left; min-width: min(22rem, 80vw); color: var(--dim); padding-bottom: .3rem; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; }
tbody th { font-weight: 500; } th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
details { margin: .75rem 0 0; } summary { cursor: pointer; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: .75rem 0; }
figure { margin: 0; max-width: 100%; } figure svg { display: block; max-width: 100%; height: auto; }
figcaption { font-size: .92rem; color: var(--dim); max-width: 22rem; }
footer { color: var(--dim); font-size: .85rem; margin-top: 2rem; }
@media print { section { break-inside: avoid; } details > * { display: block; } }
`;
