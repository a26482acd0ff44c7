/** Of the status page. Colours follow the system; nothing is loaded. */
export const style = `:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --ink: #1b1f24; --soft: #5b6470; --line: #dfe3e8;
  --hit: #1f7a5c; --miss: #c3cad3; --full: #b3261e; --chip: #eef1f4;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #14171b; --card: #1c2026; --ink: #e8ebee; --soft: #9aa4b0; --line: #2d333b;
    --hit: #4cc29a; --miss: #4a535e; --full: #f2827a; --chip: #2a3038;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1rem; margin-bottom: 1.25rem; }
h1 { font-size: 1.35rem; margin: 0; letter-spacing: -0.01em; }
h2 { font-size: 0.95rem; margin: 0 0 0.75rem; }
p, small, dt, th { color: var(--soft); }
p { margin: 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: 1rem; margin: 0 0 1rem; }
.figures div, section { background: var(--card); border: 1px solid var(--line); border-radius: 0.6rem; padding: 1rem 1.15rem; }
dt { font-size: 0.85rem; }
dd { margin: 0; font-size: 1.7rem; font-weight: 600; letter-spacing: -0.02em; line-height: 1.3; }
small { display: block; font-size: 0.82rem; font-weight: 400; letter-spacing: 0; line-height: 1.45; }
.wide { margin-bottom: 1rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; align-items: start; }
.head { display: flex; justify-content: space-between; gap: 1rem; }
.key { font-size: 0.82rem; display: flex; gap: 1rem; }
.key span::before { content: ''; display: inline-block; width: 0.7em; height: 0.7em; border-radius: 2px; margin-right: 0.4em; background: var(--miss); }
.key .hit::before { background: var(--hit); }
svg { display: block; width: 100%; }
.hours text { font-size: 11px; fill: var(--soft); }
.hours .axis { stroke: var(--line); }
rect.hit, rect.used { fill: var(--hit); } rect.miss { fill: var(--miss); }
rect.full { fill: var(--full); } rect.room { fill: var(--chip); }
.meter { height: 0.3rem; border-radius: 0.15rem; margin-top: 0.6rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th { font-size: 0.8rem; font-weight: 500; }
th, td { text-align: left; padding: 0.35rem 0.9rem 0.35rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
tr:last-child td { border-bottom: 0; }
th.number, td.number { text-align: right; }
th:last-child, td:last-child { padding-right: 0; }
`;
