/** The measures and colours that every stand-in shares: Polaris' own scale of space, radius, type and tone. */
export const sharedCss = `
:host {
  box-sizing: border-box;
  --text: #303030; --text-subdued: #616161; --border: #e3e3e3; --border-strong: #8a8a8a;
  --surface: #fff; --surface-subdued: #f7f7f7; --surface-strong: #f1f1f1;
  --focus: #005bd3; --link: #005bd3;
  --space-small-300: 2px; --space-small-200: 4px; --space-small-100: 8px; --space-small: 8px; --space-small-400: 1px; --space-small-500: 1px;
  --space-base: 12px; --space-large: 16px; --space-large-100: 16px; --space-large-200: 20px;
  --space-large-300: 24px; --space-large-400: 32px; --space-large-500: 40px; --space-none: 0px;
  --font: "Inter Variable", Inter, -apple-system, BlinkMacSystemFont, "San Francisco", "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
  font-family: var(--font); font-feature-settings: "calt" 0; -webkit-font-smoothing: antialiased;
}
:host([hidden]) { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
button, input, select, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
:focus { outline: none; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.sr { position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; clip-path: inset(50%); white-space: nowrap; border: 0; }
@media (prefers-reduced-motion: reduce) { *, *::before, *::after { animation-duration: 1ms !important; animation-iteration-count: 1 !important; transition-duration: 1ms !important; } }
`;

/** Tones of small solid surfaces (badge, banner icon): background, text. Contrast of each pair ≥ 4.5. */
export const tones: Readonly<Record<string, { background: string; text: string; solid: string }>> = {
  neutral: { background: '#ebebeb', text: '#616161', solid: '#616161' },
  info: { background: '#d5ebff', text: '#003a5a', solid: '#0070b8' },
  success: { background: '#affebf', text: '#014b40', solid: '#047b5d' },
  caution: { background: '#ffef9d', text: '#4f4700', solid: '#8a6a00' },
  warning: { background: '#ffd6a4', text: '#5e4200', solid: '#b25b00' },
  critical: { background: '#fedad9', text: '#8e0b21', solid: '#c70a24' },
};

/** One rule for each tone: `rule(tone, colours)`. */
export const eachTone = (rule: (tone: string, colours: (typeof tones)[string]) => string): string =>
  Object.entries(tones)
    .map(([tone, colours]) => rule(tone, colours))
    .join('\n');

/** Typography of text elements by their fontSize and fontWeight attributes. */
export const typeCss = `
:host([fontsize="small-200"]) { font-size: 11px; line-height: 14px; }
:host([fontsize="small-100"]), :host([fontsize="small"]) { font-size: 12px; line-height: 16px; }
:host([fontsize="base"]) { font-size: 13px; line-height: 20px; }
:host([fontsize="large"]), :host([fontsize="large-100"]) { font-size: 16px; line-height: 24px; }
:host([fontweight="base"]) { font-weight: 450; }
:host([fontweight="medium"]) { font-weight: 550; }
:host([fontweight="semibold"]) { font-weight: 600; }
:host([fontweight="bold"]) { font-weight: 650; }
:host([fontvariantnumeric="tabular-nums"]) { font-variant-numeric: tabular-nums; }
:host([color="subdued"]) { color: var(--text-subdued); }
${eachTone((tone, { text }) => `:host([tone="${tone}"]) { color: ${text}; }`)}
:host([accessibilityvisibility="exclusive"]) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
