/** Surfaces and layout: page, section, box, stack, grid, divider, scroll box, query container. */
import type { Look, PolarisElement } from './look.ts';

const boxCss = `
:host { display: block; }
:host([background="base"]) { background: var(--surface); }
:host([background="subdued"]) { background: var(--surface-subdued); }
:host([background="strong"]) { background: var(--surface-strong); }
:host([overflow="hidden"]) { overflow: hidden; }
:host([display="none"]) { display: none; }
:host([accessibilityvisibility="exclusive"]) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
`;

const spaces = new Set(
  'none small-500 small-400 small-300 small-200 small-100 small base large large-100 large-200 large-300 large-400 large-500'.split(
    ' ',
  ),
);
const borderWidths: Readonly<Record<string, string>> = {
  none: '0',
  small: '1px',
  'small-100': '1px',
  base: '1px',
  large: '2px',
  'large-100': '3px',
};
const borderColours: Readonly<Record<string, string>> = {
  subdued: '#ebebeb',
  base: '#e3e3e3',
  strong: '#b5b5b5',
};
const radii: Readonly<Record<string, string>> = {
  none: '0',
  'small-200': '2px',
  'small-100': '4px',
  small: '4px',
  base: '8px',
  large: '12px',
  'large-100': '12px',
  'large-200': '16px',
  max: '9999px',
};

/** `base none` → `12px 0px`; anything that is not a word of the scale is left as it is. */
const spaceCss = (value: string): string =>
  value
    .split(/\s+/)
    .map((word) => (spaces.has(word) ? `var(--space-${word})` : word))
    .join(' ');

const wordCss = (words: Readonly<Record<string, string>>) => (value: string) =>
  value
    .split(/\s+/)
    .map((word) => words[word] ?? word)
    .join(' ');

/** Attribute → CSS declaration. Values may be responsive: `@container (inline-size > 500px) A, B`. */
const styled: Readonly<Record<string, (value: string) => string>> = {
  padding: (value) => `padding: ${spaceCss(value)}`,
  paddingblock: (value) => `padding-block: ${spaceCss(value)}`,
  paddingblockstart: (value) => `padding-block-start: ${spaceCss(value)}`,
  paddingblockend: (value) => `padding-block-end: ${spaceCss(value)}`,
  paddinginline: (value) => `padding-inline: ${spaceCss(value)}`,
  paddinginlinestart: (value) => `padding-inline-start: ${spaceCss(value)}`,
  paddinginlineend: (value) => `padding-inline-end: ${spaceCss(value)}`,
  gap: (value) => `gap: ${spaceCss(value)}`,
  rowgap: (value) => `row-gap: ${spaceCss(value)}`,
  columngap: (value) => `column-gap: ${spaceCss(value)}`,
  borderradius: (value) => `border-radius: ${wordCss(radii)(value)}`,
  border: (value) => {
    const [width = 'base', colour = 'base', style = 'solid'] = value.split(/\s+/);
    return `border: ${borderWidths[width] ?? '1px'} ${style === 'auto' ? 'solid' : style} ${borderColours[colour] ?? '#e3e3e3'}`;
  },
  borderwidth: (value) => `border-width: ${wordCss(borderWidths)(value)}; border-style: solid`,
  borderstyle: (value) => `border-style: ${value}`,
  bordercolor: (value) => `border-color: ${borderColours[value] ?? value}`,
  blocksize: (value) => `block-size: ${value}`,
  minblocksize: (value) => `min-block-size: ${value}`,
  maxblocksize: (value) => `max-block-size: ${value}`,
  inlinesize: (value) => `inline-size: ${value}`,
  mininlinesize: (value) => `min-inline-size: ${value}`,
  maxinlinesize: (value) => `max-inline-size: ${value}`,
  alignitems: (value) => `align-items: ${value}`,
  justifyitems: (value) => `justify-items: ${value}`,
  placeitems: (value) => `place-items: ${value}`,
  aligncontent: (value) => `align-content: ${value}`,
  justifycontent: (value) => `justify-content: ${value}`,
  placecontent: (value) => `place-content: ${value}`,
  gridtemplatecolumns: (value) => `grid-template-columns: ${value}`,
  gridtemplaterows: (value) => `grid-template-rows: ${value}`,
  gridcolumn: (value) => `grid-column: ${value}`,
  gridrow: (value) => `grid-row: ${value}`,
};

/** The style that an element's attributes ask for, container queries included. Exported for its test. */
export function attributeStyle(attributes: Iterable<{ name: string; value: string }>): string {
  const plain: string[] = [];
  const queried: string[] = [];
  for (const { name, value } of attributes) {
    const toCss = styled[name];
    if (!toCss || value === '') continue;
    const responsive =
      /^@container\s*((?:[\w-]+\s*)?\([^)]*\)(?:\s*(?:and|or)\s*\([^)]*\))*)\s+(.+?)\s*,\s*([^,]+)$/.exec(
        value,
      );
    if (responsive) {
      plain.push(toCss(responsive[3] ?? ''));
      queried.push(`@container ${responsive[1]} { :host { ${toCss(responsive[2] ?? '')}; } }`);
    } else plain.push(toCss(value));
  }
  return `:host { ${plain.join('; ')} }\n${queried.join('\n')}`;
}

const ownSheets = new WeakMap<PolarisElement, CSSStyleSheet>();

export function applyBox(element: PolarisElement): void {
  let sheet = ownSheets.get(element);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    ownSheets.set(element, sheet);
    element.root.adoptedStyleSheets.push(sheet);
  }
  sheet.replaceSync(attributeStyle(element.attributes));
  const role = element.getAttribute('accessibilityrole');
  const roles: Readonly<Record<string, string>> = {
    'ordered-list': 'list',
    'unordered-list': 'list',
    'list-item': 'listitem',
    section: 'region',
    aside: 'complementary',
    header: 'banner',
    footer: 'contentinfo',
    separator: 'separator',
    status: 'status',
    alert: 'alert',
    main: 'main',
    navigation: 'navigation',
    region: 'region',
  };
  if (role !== null && roles[role]) element.setAttribute('role', roles[role]);
  const label = element.getAttribute('accessibilitylabel');
  if (label !== null && element.hasAttribute('role')) element.setAttribute('aria-label', label);
}

export const boxLook: Look = { css: boxCss, update: applyBox };

export const layoutLooks: Readonly<Record<string, Look>> = {
  's-box': boxLook,
  's-stack': {
    css: `${boxCss} :host { display: flex; flex-direction: column; } :host([direction="inline"]) { flex-direction: row; flex-wrap: wrap; align-items: center; }`,
    update: applyBox,
  },
  's-grid': { css: `${boxCss} :host { display: grid; }`, update: applyBox },
  's-grid-item': { css: `${boxCss} :host { min-inline-size: 0; }`, update: applyBox },
  's-scroll-box': {
    css: `${boxCss} :host { overflow: auto; }`,
    hostAttributes: { tabindex: '0' },
    update: applyBox,
  },
  's-query-container': {
    css: ':host { display: block; container-type: inline-size; }',
    update: (element) => {
      element.style.containerName = element.text('containername');
    },
  },
  's-divider': {
    css: `:host { display: block; } hr { border: 0; border-top: 1px solid #ebebeb; margin: 0; }
:host([color="strong"]) hr { border-color: #b5b5b5; }
:host([direction="block"]) { align-self: stretch; } :host([direction="block"]) hr { border: 0; border-left: 1px solid #ebebeb; height: 100%; }`,
    html: '<hr>',
  },
  's-section': {
    css: `
:host { display: block; container-type: inline-size; }
section { background: var(--surface); border-radius: 12px; padding: 16px; box-shadow: 0 1px 0 0 rgba(26,26,26,.07), 0 0 0 1px rgba(0,0,0,.06), inset 0 -1px 0 rgba(0,0,0,.04); }
:host([padding="none"]) section { padding: 0; overflow: hidden; }
:host([padding="none"]) header { padding: 16px 16px 0; }
header { display: none; align-items: center; gap: 8px; margin: 0 0 12px; }
header.shown { display: flex; }
h2 { font-size: 14px; line-height: 20px; font-weight: 650; margin: 0; flex: 1; color: var(--text); }
p { margin: 2px 0 0; color: var(--text-subdued); font-size: 13px; line-height: 20px; font-weight: 450; }
.body { display: flex; flex-direction: column; gap: 12px; }
:host([padding="none"]) .body { gap: 0; }`,
    html: '<section><header><div style="flex:1"><h2></h2><p hidden></p></div><slot name="accessory"></slot><slot name="secondary-actions"></slot><slot name="primary-action"></slot></header><slot name="graphic"></slot><div class="body"><slot></slot></div><slot name="supplemental"></slot></section>',
    update: (element) => {
      const heading = element.text('heading');
      element.inner('h2').textContent = heading;
      element.inner('h2').hidden = heading === '';
      const sub = element.inner('p');
      sub.textContent = element.text('subheading');
      sub.hidden = sub.textContent === '';
      const hasActions = [...element.children].some((child) => /action|accessory/.test(child.slot));
      element
        .inner('header')
        .classList.toggle('shown', heading !== '' || sub.textContent !== '' || hasActions);
      const label = element.text('accessibilitylabel') || heading;
      if (label) element.inner('section').setAttribute('aria-label', label);
      else element.inner('section').removeAttribute('aria-label');
    },
  },
  's-page': {
    css: `
:host { display: block; color: var(--text); font-size: 13px; line-height: 20px; font-weight: 450; min-height: 100vh; }
.page { max-width: 998px; margin: 0 auto; padding: 16px 16px 40px; display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr); }
:host([inlinesize="large"]) .page { max-width: none; padding-inline: 24px; }
:host([inlinesize="small"]) .page { max-width: 662px; }
.head { display: flex; align-items: center; gap: 8px; min-height: 28px; }
.hoisted .head { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.hoisted .head ::slotted(*) { display: none; }
h1 { font-size: 20px; line-height: 24px; font-weight: 650; letter-spacing: -.01em; margin: 0; flex: 1; }
.columns { display: grid; gap: 16px; align-items: start; grid-template-columns: minmax(0, 1fr); }
main, aside { display: flex; flex-direction: column; gap: 16px; min-width: 0; }
aside.empty { display: none; }
@media (min-width: 880px) { .columns.two { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); } }`,
    html: `<div class="page"><header class="head"><slot name="breadcrumb-actions"></slot><h1></h1><slot name="secondary-actions"></slot><slot name="primary-action"></slot></header>
<slot name="supplemental-start"></slot><div class="columns"><main><slot></slot></main><aside class="empty"><slot name="aside"></slot></aside></div></div>`,
    connect: (element, signal) => {
      const aside = element.inner<HTMLSlotElement>('slot[name="aside"]');
      const place = () => {
        const isEmpty = aside.assignedElements().length === 0;
        element.inner('aside').classList.toggle('empty', isEmpty);
        element.inner('.columns').classList.toggle('two', !isEmpty);
      };
      aside.addEventListener('slotchange', place, { signal });
      place();
    },
    update: (element) => {
      element.inner('h1').textContent = element.text('heading');
      // Inside the admin, App Bridge shows heading and actions in the admin's own title bar.
      const isEmbedded = globalThis.shopify?.environment?.embedded === true;
      element.inner('.page').classList.toggle('hoisted', isEmbedded);
    },
  },
};
