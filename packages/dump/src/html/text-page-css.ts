import type { ThemeName } from '@holdfast/format'

/** Grounds of the themes that are made for a dark one; `classic` follows what the reader prefers. */
const DARK_GROUNDS: Readonly<Record<Exclude<ThemeName, 'classic'>, string>> = {
  dark: '--ink:#c9d1d9;--paper:#0d1117',
  neon: '--ink:#d6d6ff;--paper:#0a0a1a',
  pastel: '--ink:#d8dae4;--paper:#22242e',
}

const LIGHT_COLORS =
  '--black:#24292f;--red:#c3242c;--green:#1a7f37;--yellow:#946400;--blue:#0b61c4;--magenta:#8544c9;--cyan:#0e7490;--white:#6e7781;--gray:#6b737c;' +
  '--bright-black:#57606a;--bright-red:#a40e26;--bright-green:#116329;--bright-yellow:#7d4e00;--bright-blue:#0a4fa3;--bright-magenta:#6f2fb3;--bright-cyan:#0b5a70;--bright-white:#424a53'
const DARK_COLORS =
  '--black:#484f58;--red:#ff7b72;--green:#56c26a;--yellow:#d6a53a;--blue:#6cb6ff;--magenta:#c297ff;--cyan:#56c8d8;--white:#b1bac4;--gray:#8b949e;' +
  '--bright-black:#6e7681;--bright-red:#ffa198;--bright-green:#7ee29a;--bright-yellow:#f0c866;--bright-blue:#9fd0ff;--bright-magenta:#d8bcff;--bright-cyan:#8fe0ec;--bright-white:#f0f6fc'

/** The style sheet of a page of text; the rules of the formatter follow it. */
export function textPageCss(theme: ThemeName = 'classic'): string {
  const grounds =
    theme === 'classic'
      ? `:root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;${LIGHT_COLORS}}
@media (prefers-color-scheme:dark){:root{--ink:#d3d9e0;--paper:#0f1318;${DARK_COLORS}}}`
      : `:root{color-scheme:dark;${DARK_GROUNDS[theme]};${DARK_COLORS}}`
  return `${grounds}
@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;${LIGHT_COLORS}}}
body{margin:0;background:var(--paper);color:var(--ink)}
header{padding:14px 18px 0;font:600 13px/1.5 system-ui,sans-serif;opacity:.75}
main{padding:10px 18px 18px}
pre{margin:0;font:12.5px/1.55 ui-monospace,SFMono-Regular,"SF Mono",Menlo,Consolas,"Liberation Mono","DejaVu Sans Mono",monospace;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4;content-visibility:auto;contain-intrinsic-size:auto 2400px}
@media print{pre{content-visibility:visible;font-size:9px}}
`
}
