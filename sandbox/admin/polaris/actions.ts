/** What is pressed: buttons, links, chips, clickables, menus' items. */

import { iconSvg } from './icons.ts';
import { applyBox, boxLook } from './layout.ts';
import { type Look, type PolarisElement, say } from './look.ts';
import { runCommand } from './overlays.ts';

const buttonCss = `
:host { display: inline-block; vertical-align: middle; font-size: 12px; }
:host([inlinesize="fill"]) { display: block; }
.b { display: inline-flex; inline-size: 100%; align-items: center; justify-content: center; gap: 4px; min-height: 28px; padding: 4px 12px; border: 0; border-radius: 8px; cursor: pointer; text-decoration: none; user-select: none;
  font-size: 12px; line-height: 16px; font-weight: 550; color: #303030; background: #fff; white-space: nowrap; position: relative;
  box-shadow: inset 0 -1px 0 #b5b5b5, inset 0 0 0 1px rgba(0,0,0,.1), inset 0 .5px 0 1.5px #fff; transition: background .1s; }
.b:hover { background: #fafafa; } .b:active { background: #f7f7f7; box-shadow: inset 0 2px 1px rgba(26,26,26,.2), inset 1px 0 1px rgba(26,26,26,.12), inset -1px 0 1px rgba(26,26,26,.12); }
.b:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
.icon { display: none; width: 20px; height: 20px; margin-inline: -4px 0; } .icon.shown { display: inline-flex; } .only .icon { margin-inline: -8px; }
:host([variant="primary"]) .b { color: #fff; background: #303030; box-shadow: inset 0 -1px 0 1px rgba(0,0,0,.8), inset 0 0 0 1px #303030, inset 0 .5px 0 1.5px rgba(255,255,255,.25); background-image: linear-gradient(180deg, rgba(48,48,48,0) 63.5%, rgba(255,255,255,.15)); }
:host([variant="primary"]) .b:hover { background-color: #1a1a1a; }
:host([variant="primary"][tone="critical"]) .b { background-color: #c70a24; box-shadow: inset 0 -1px 0 1px rgba(142,11,33,.8), inset 0 0 0 1px #c70a24, inset 0 .5px 0 1.5px rgba(255,255,255,.25); }
:host([variant="primary"][tone="critical"]) .b:hover { background-color: #a30a24; }
:host([tone="critical"]:not([variant="primary"])) .b { color: #8e0b21; }
:host([variant="tertiary"]) .b { background: transparent; box-shadow: none; } :host([variant="tertiary"]) .b:hover { background: rgba(0,0,0,.05); } :host([variant="tertiary"]) .b:active { background: rgba(0,0,0,.07); }
:host([disabled]) .b, :host([disabled]) .b:hover { cursor: default; color: #616161; background: rgba(0,0,0,.05); box-shadow: none; }
:host([variant="primary"][disabled]) .b { color: #fff; background: #6b6b6b; }
:host([loading]) .b { color: transparent !important; cursor: default; } :host([loading]) .b::after { content: ""; position: absolute; inline-size: 14px; block-size: 14px; border-radius: 50%; border: 2px solid #8a8a8a; border-top-color: transparent; animation: turn .7s linear infinite; }
:host([variant="primary"][loading]) .b::after { border-color: #fff; border-top-color: transparent; }
:host([pressed]) .b { background: #e3e3e3; box-shadow: inset 0 0 0 1px rgba(0,0,0,.06); } :host([variant="tertiary"][pressed]) .b { background: rgba(0,0,0,.08); box-shadow: none; }
@keyframes turn { to { transform: rotate(1turn); } }`;

const buttonHtml =
  '<button class="b" type="button" part="control"><span class="icon"></span><slot></slot></button>';

/** The button inside becomes a link where there is an href, as Shopify's does. */
function drawControl(element: PolarisElement): HTMLElement {
  const wanted = element.hasAttribute('href') ? 'a' : 'button';
  let control = element.inner<HTMLElement>('.b');
  if (control.localName !== wanted) {
    const next = document.createElement(wanted);
    next.className = control.className;
    next.append(...control.childNodes);
    control.replaceWith(next);
    control = next;
  }
  if (control instanceof HTMLAnchorElement) {
    control.href = element.text('href');
    control.target = element.text('target') === 'auto' ? '' : element.text('target');
    if (control.target === '_blank') control.rel = 'noopener noreferrer';
    if (element.hasAttribute('download')) control.download = element.text('download');
  } else if (control instanceof HTMLButtonElement) {
    control.type = 'button';
    control.disabled = element.hasAttribute('disabled');
    if (element.hasAttribute('loading')) control.setAttribute('aria-busy', 'true');
    else control.removeAttribute('aria-busy');
  }
  const label = element.text('accessibilitylabel');
  if (label) control.setAttribute('aria-label', label);
  else control.removeAttribute('aria-label');
  return control;
}

function drawButton(element: PolarisElement): void {
  const control = drawControl(element);
  const icon = element.text('icon');
  const holder = element.inner('.icon');
  holder.classList.toggle('shown', icon !== '');
  holder.innerHTML = icon === '' ? '' : iconSvg(icon);
  control.classList.toggle('only', icon !== '' && element.textContent?.trim() === '');
}

function pressable(element: PolarisElement, signal: AbortSignal): void {
  element.addEventListener(
    'click',
    (event) => {
      if (element.hasAttribute('disabled') || element.hasAttribute('loading')) {
        event.stopImmediatePropagation();
        event.preventDefault();
        return;
      }
      runCommand(element, element.text('commandfor'), element.text('command'));
      const form = element.closest('form');
      if (element.text('type') === 'submit') form?.requestSubmit();
      if (element.text('type') === 'reset') form?.reset();
    },
    { signal, capture: true },
  );
}

export const actionLooks: Readonly<Record<string, Look>> = {
  's-button': { css: buttonCss, html: buttonHtml, connect: pressable, update: drawButton },
  's-press-button': {
    css: buttonCss,
    html: buttonHtml,
    connect: (element, signal) => {
      pressable(element, signal);
      // Controlled: the page sets `pressed` in answer to the click.
      if (element.hasAttribute('defaultpressed')) element.setAttribute('pressed', '');
    },
    update: (element) => {
      drawButton(element);
      element.inner('.b').setAttribute('aria-pressed', String(element.hasAttribute('pressed')));
    },
  },
  's-button-group': {
    css: ':host { display: inline-flex; gap: 8px; align-items: center; } :host([gap="none"]) { gap: 0; }',
    html: '<slot></slot><slot name="secondary-actions"></slot><slot name="primary-action"></slot>',
    hostAttributes: { role: 'group' },
    update: (element) => {
      if (element.text('accessibilitylabel'))
        element.setAttribute('aria-label', element.text('accessibilitylabel'));
    },
  },
  's-link': {
    css: `:host { display: inline; } .b { all: unset; color: var(--link); text-decoration: underline; cursor: pointer; border-radius: 4px; } .b:hover { color: #004299; } .b:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }
:host([tone="neutral"]) .b { color: inherit; text-decoration: none; } :host([tone="neutral"]) .b:hover { text-decoration: underline; } :host([tone="critical"]) .b { color: #8e0b21; }`,
    html: '<button class="b"><slot></slot></button>',
    connect: pressable,
    update: (element) => void drawControl(element),
  },
  's-clickable': {
    css: `${boxLook.css} .b { all: unset; display: block; inline-size: 100%; cursor: pointer; border-radius: inherit; } .b:hover { background: rgba(0,0,0,.03); } .b:focus-visible { outline: 2px solid var(--focus); outline-offset: 1px; }`,
    html: '<button class="b"><slot></slot></button>',
    connect: pressable,
    update: (element) => {
      applyBox(element);
      drawControl(element);
    },
  },
  's-chip': {
    css: ':host { display: inline-flex; align-items: center; gap: 4px; background: #ebebeb; border-radius: 8px; padding: 2px 8px; font-size: 12px; line-height: 20px; color: #303030; } button { all: unset; cursor: pointer; display: none; } :host([removable]) button { display: inline-flex; }',
    html: `<slot name="graphic"></slot><slot></slot><button aria-label="Remove">${iconSvg('x', 16)}</button>`,
    connect: (element, signal) => {
      element.inner('button').addEventListener('click', () => say(element, 'remove'), { signal });
    },
  },
  's-clickable-chip': {
    css: ':host { display: inline-flex; align-items: center; font-size: 12px; line-height: 20px; } .b { all: unset; cursor: pointer; background: #ebebeb; border-radius: 8px; padding: 2px 8px; color: #303030; } .b:hover { background: #e3e3e3; } .b:focus-visible { outline: 2px solid var(--focus); } .x { all: unset; cursor: pointer; display: none; } :host([removable]) .x { display: inline-flex; }',
    html: `<button class="b"><slot name="graphic"></slot><slot></slot></button><button class="x" aria-label="Remove">${iconSvg('x', 16)}</button>`,
    connect: (element, signal) => {
      pressable(element, signal);
      element.inner('.x').addEventListener('click', () => say(element, 'remove'), { signal });
    },
    update: (element) => void drawControl(element),
  },
};
