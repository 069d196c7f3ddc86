/** What tells a state: badge, banner, progress, spinner, empty state. */

import { iconSvg } from './icons.ts';
import { type Look, say } from './look.ts';
import { eachTone } from './tokens.ts';

const bannerIcons: Readonly<Record<string, string>> = {
  info: 'info',
  success: 'check-circle',
  warning: 'alert-triangle',
  critical: 'alert-diamond',
};

export const feedbackLooks: Readonly<Record<string, Look>> = {
  's-badge': {
    css: `:host { display: inline-flex; align-items: center; gap: 2px; padding: 2px 8px; border-radius: 8px; font-size: 12px; line-height: 16px; font-weight: 550; white-space: nowrap; background: #ebebeb; color: #616161; vertical-align: middle; }
:host([size="large"]), :host([size="large-100"]) { padding: 4px 8px; }
.icon { display: none; inline-size: 16px; block-size: 16px; margin-inline-start: -4px; } .icon.shown { display: inline-flex; }
${eachTone((tone, { background, text }) => `:host([tone="${tone}"]) { background: ${background}; color: ${text}; }`)}
${eachTone((tone, { solid }) => `:host([tone="${tone}"][color="strong"]) { background: ${solid}; color: #fff; }`)}`,
    html: '<span class="icon"></span><slot></slot>',
    update: (element) => {
      const holder = element.inner('.icon');
      const icon = element.text('icon');
      holder.classList.toggle('shown', icon !== '');
      holder.innerHTML = icon === '' ? '' : iconSvg(icon, 16);
    },
  },
  's-banner': {
    css: `:host { display: block; font-size: 13px; line-height: 20px; font-weight: 450; color: #303030; }
.banner { border-radius: 12px; background: #fff; overflow: hidden; box-shadow: 0 1px 0 0 rgba(26,26,26,.07), 0 0 0 1px rgba(0,0,0,.06); }
.bar { display: flex; align-items: center; gap: 8px; padding: 8px 12px; background: #e0f0ff; color: #003a5a; font-weight: 650; }
.bar span { display: inline-flex; } strong { flex: 1; font-weight: 650; } .body { padding: 12px; display: flex; flex-direction: column; gap: 12px; } .body:not(.shown) { display: none; }
.close { all: unset; display: none; cursor: pointer; border-radius: 6px; } :host([dismissible]) .close { display: inline-flex; } .close:focus-visible { outline: 2px solid var(--focus); }
.actions:not(.shown) { display: none; } .actions { display: flex; gap: 8px; }
${eachTone((tone, { background, text }) => `:host([tone="${tone}"]) .bar { background: ${background}; color: ${text}; }`)}`,
    html: `<div class="banner" role="status"><div class="bar"><span></span><strong></strong><button class="close" aria-label="Dismiss">${iconSvg('x')}</button></div><div class="body"><div><slot></slot></div><div class="actions"><slot name="secondary-actions"></slot></div></div></div>`,
    connect: (element, signal) => {
      element.inner('.close').addEventListener(
        'click',
        () => {
          if (!say(element, 'dismiss')) return;
          element.hidden = true;
          say(element, 'afterhide');
        },
        { signal },
      );
      const place = () => {
        const actions = element.querySelector(':scope > [slot="secondary-actions"]') !== null;
        element.inner('.actions').classList.toggle('shown', actions);
        const words = [...element.childNodes].some(
          (node) => !(node instanceof Element && node.slot !== '') && (node.textContent ?? '').trim() !== '',
        );
        element.inner('.body').classList.toggle('shown', actions || words);
      };
      element.root.addEventListener('slotchange', place, { signal });
      place();
    },
    update: (element) => {
      const tone = element.text('tone') || 'info';
      element.inner('.bar span').innerHTML = iconSvg(bannerIcons[tone] ?? 'info');
      element.inner('strong').textContent = element.text('heading');
      element
        .inner('.banner')
        .setAttribute('role', tone === 'critical' || tone === 'warning' ? 'alert' : 'status');
    },
  },
  's-progress': {
    css: `:host { display: block; inline-size: 100%; } .track { block-size: 4px; border-radius: 4px; background: #e3e3e3; overflow: hidden; } .fill { block-size: 100%; inline-size: 0; background: #303030; border-radius: 4px; transition: inline-size .4s ease-out; }
.track.waiting .fill { inline-size: 30%; animation: slide 1.2s ease-in-out infinite alternate; } @keyframes slide { to { margin-inline-start: 70%; } }
${eachTone((tone, { solid }) => `:host([tone="${tone}"]) .fill { background: ${solid}; }`)}`,
    html: '<div class="track" role="progressbar" aria-valuemin="0"><div class="fill"></div></div>',
    update: (element) => {
      const track = element.inner('.track');
      const max = Number(element.getAttribute('max') ?? 1) || 1;
      track.setAttribute('aria-label', element.text('accessibilitylabel') || 'Progress');
      track.setAttribute('aria-valuemax', String(max));
      const isKnown = element.hasAttribute('value');
      track.classList.toggle('waiting', !isKnown);
      if (!isKnown) {
        track.removeAttribute('aria-valuenow');
        element.inner('.fill').style.removeProperty('inline-size');
        return;
      }
      const value = Math.min(max, Math.max(0, Number(element.text('value'))));
      track.setAttribute('aria-valuenow', String(value));
      element.inner('.fill').style.inlineSize = `${(100 * value) / max}%`;
    },
  },
  's-spinner': {
    css: `:host { display: inline-flex; } .ring { inline-size: 20px; block-size: 20px; border-radius: 50%; border: 2.5px solid #d4d4d4; border-top-color: #616161; animation: turn .8s linear infinite; } :host([size="large"]) .ring, :host([size="large-100"]) .ring { inline-size: 44px; block-size: 44px; border-width: 4px; } @keyframes turn { to { transform: rotate(1turn); } }`,
    html: '<div class="ring" role="status"><span class="sr"></span></div>',
    update: (element) => {
      element.inner('.sr').textContent = element.text('accessibilitylabel') || 'Loading';
    },
  },
  's-empty-state': {
    css: ':host { display: block; } .empty { display: flex; flex-direction: column; align-items: center; text-align: center; gap: 12px; padding: 48px 16px; max-width: 440px; margin: 0 auto; } h2 { margin: 0; font-size: 16px; line-height: 24px; font-weight: 650; color: #303030; } .sub { color: var(--text-subdued); font-size: 13px; line-height: 20px; } .actions { display: flex; gap: 8px; margin-top: 4px; } .actions.none { display: none; }',
    html: '<div class="empty"><slot name="graphic"></slot><h2></h2><div class="sub"><slot name="subheading"></slot></div><div class="actions none"><slot name="secondary-actions"></slot><slot name="primary-action"></slot></div></div>',
    connect: (element, signal) => {
      const place = () =>
        element
          .inner('.actions')
          .classList.toggle(
            'none',
            element.querySelector(':scope > [slot$="action"], :scope > [slot$="actions"]') === null,
          );
      element.root.addEventListener('slotchange', place, { signal });
      place();
    },
    update: (element) => {
      element.inner('h2').textContent = element.text('heading');
    },
  },
};
