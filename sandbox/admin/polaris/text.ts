/** Words and pictures: heading, paragraph, text, number, icon, image, thumbnail, avatar, lists. */

import { iconSvg } from './icons.ts';
import { applyBox } from './layout.ts';
import type { Look } from './look.ts';
import { eachTone, typeCss } from './tokens.ts';

const clamp = (element: HTMLElement): void => {
  const lines = Number(element.getAttribute('lineclamp') ?? 0);
  element.style.setProperty('--lines', lines > 0 ? String(lines) : 'none');
  element.toggleAttribute('data-clamped', lines > 0);
};
const clampCss =
  ':host([data-clamped]) .clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: var(--lines); overflow: hidden; }';

const thumbSizes: Readonly<Record<string, number>> = {
  'small-200': 24,
  'small-100': 32,
  small: 32,
  base: 40,
  large: 60,
  'large-100': 80,
};

export const textLooks: Readonly<Record<string, Look>> = {
  's-heading': {
    css: `:host { display: block; } .clamp { margin: 0; font-size: 14px; line-height: 20px; font-weight: 650; color: var(--text); } ${clampCss}
:host([fontsize="small"]) .clamp { font-size: 13px; } :host([fontsize="large"]) .clamp, :host([fontsize="large-100"]) .clamp { font-size: 16px; line-height: 24px; }
:host([fontsize="large-200"]) .clamp { font-size: 20px; line-height: 24px; } :host([fontsize="large-300"]) .clamp { font-size: 24px; line-height: 32px; } :host([fontsize="large-400"]) .clamp { font-size: 30px; line-height: 40px; }
:host([accessibilityvisibility="exclusive"]) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }`,
    html: '<h2 class="clamp"><slot></slot></h2>',
    update: (element) => {
      clamp(element);
      // A heading inside a section (which has its own h2) is one level lower, as Shopify's is.
      const level = element.closest('s-section[heading]') ? 3 : 2;
      element.inner('h2').setAttribute('aria-level', String(level));
    },
  },
  's-paragraph': {
    css: `:host { display: block; font-size: 13px; line-height: 20px; font-weight: 450; } p { margin: 0; } ${clampCss} ${typeCss}`,
    html: '<p class="clamp"><slot></slot></p>',
    update: clamp,
  },
  's-text': {
    css: `:host { display: inline; font-weight: 450; } :host([type="strong"]) { font-weight: 650; } :host([type="address"]) { font-style: normal; } :host([type="redundant"]) { text-decoration: line-through; } ${typeCss}`,
  },
  's-number': { css: `:host { display: inline; font-variant-numeric: tabular-nums; } ${typeCss}` },
  's-icon': {
    css: `:host { display: inline-flex; width: 20px; height: 20px; color: var(--icon-colour, #4a4a4a); vertical-align: middle; flex: none; } :host([size="small"]) { width: 16px; height: 16px; }
:host([color="subdued"]) { color: #8a8a8a; } svg { width: 100%; height: 100%; }
${eachTone((tone, { solid }) => `:host([tone="${tone}"]) { color: ${solid}; }`)}`,
    html: '<span aria-hidden="true" style="display:contents"></span>',
    update: (element) => {
      element.inner('span').innerHTML = iconSvg(element.text('type'));
    },
  },
  's-image': {
    css: ':host { display: inline-block; overflow: hidden; } :host([inlinesize="fill"]), :host(:not([inlinesize])) { display: block; inline-size: 100%; } img { display: block; inline-size: 100%; height: auto; object-fit: contain; border-radius: inherit; } :host([objectfit="cover"]) img { object-fit: cover; }',
    html: '<img alt="">',
    connect: (element, signal) => {
      for (const type of ['load', 'error']) {
        element.inner('img').addEventListener(type, () => element.dispatchEvent(new Event(type)), { signal });
      }
    },
    update: (element) => {
      applyBox(element);
      const image = element.inner<HTMLImageElement>('img');
      image.loading = element.text('loading') === 'lazy' ? 'lazy' : 'eager';
      image.alt = element.text('alt');
      image.style.aspectRatio = element.text('aspectratio');
      image.style.height = element.hasAttribute('aspectratio') ? '100%' : 'auto';
      if (element.hasAttribute('sizes')) image.sizes = element.text('sizes');
      if (element.hasAttribute('srcset')) image.srcset = element.text('srcset');
      if (element.text('src') !== image.getAttribute('src')) image.src = element.text('src');
      if (/^(none|presentation)$/.test(element.text('accessibilityrole'))) image.alt = '';
    },
  },
  's-thumbnail': {
    css: `:host { display: inline-block; inline-size: var(--side, 40px); block-size: var(--side, 40px); flex: none; vertical-align: middle; }
.frame { inline-size: 100%; block-size: 100%; border-radius: 8px; background: #fff; overflow: hidden; position: relative; display: grid; place-items: center; color: #8a8a8a; }
.frame::after { content: ""; position: absolute; inset: 0; border-radius: 8px; box-shadow: inset 0 0 0 1px rgba(0,0,0,.1); pointer-events: none; }
img { inline-size: 100%; block-size: 100%; object-fit: contain; display: block; } img:not([src]) { display: none; } img[src] + span { display: none; }`,
    html: `<div class="frame"><img alt="" decoding="async"><span>${iconSvg('image')}</span></div>`,
    connect: (element, signal) => {
      const image = element.inner<HTMLImageElement>('img');
      image.addEventListener('load', () => element.dispatchEvent(new Event('load')), { signal });
      image.addEventListener(
        'error',
        () => {
          image.removeAttribute('src');
          element.dispatchEvent(new Event('error'));
        },
        { signal },
      );
    },
    update: (element) => {
      element.style.setProperty('--side', `${thumbSizes[element.text('size')] ?? 40}px`);
      const image = element.inner<HTMLImageElement>('img');
      image.alt = element.text('alt');
      if (!element.hasAttribute('src')) image.removeAttribute('src');
      else if (image.dataset['wanted'] !== element.text('src')) {
        image.dataset['wanted'] = element.text('src');
        image.src = element.text('src');
      }
    },
  },
  's-avatar': {
    css: `:host { display: inline-block; } .disc { inline-size: 32px; block-size: 32px; border-radius: 8px; background: #d5ebff; color: #003a5a; display: grid; place-items: center; font-size: 12px; font-weight: 600; overflow: hidden; } img { inline-size: 100%; }
:host([size="small"]) .disc, :host([size="small-100"]) .disc { inline-size: 24px; block-size: 24px; font-size: 10px; } :host([size="small-200"]) .disc { inline-size: 20px; block-size: 20px; font-size: 9px; } :host([size="large"]) .disc, :host([size="large-100"]) .disc { inline-size: 40px; block-size: 40px; } :host([size="large-200"]) .disc { inline-size: 60px; block-size: 60px; }`,
    html: '<div class="disc" role="img"></div>',
    update: (element) => {
      const disc = element.inner('.disc');
      disc.textContent = element.text('initials');
      disc.setAttribute('aria-label', element.text('alt') || element.text('initials') || 'avatar');
      if (element.hasAttribute('src')) {
        const image = new Image();
        image.alt = '';
        image.src = element.text('src');
        disc.replaceChildren(image);
      }
    },
  },
  's-unordered-list': {
    css: ':host { display: block; } ul { margin: 0; padding-inline-start: 20px; display: grid; gap: 4px; list-style: disc; }',
    html: '<ul role="presentation"><slot></slot></ul>',
    hostAttributes: { role: 'list' },
  },
  's-ordered-list': {
    css: ':host { display: block; } ol { margin: 0; padding-inline-start: 20px; display: grid; gap: 4px; list-style: decimal; }',
    html: '<ol role="presentation"><slot></slot></ol>',
    hostAttributes: { role: 'list' },
  },
  's-list-item': { css: ':host { display: list-item; }', hostAttributes: { role: 'listitem' } },
};
