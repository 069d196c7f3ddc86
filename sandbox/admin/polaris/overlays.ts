/** What lies above the page: modal, popover, menu, tooltip, and the commands that open them. */

import { iconSvg } from './icons.ts';
import { type Look, type PolarisElement, say } from './look.ts';

interface Overlay extends HTMLElement {
  showOverlay(): void;
  hideOverlay(): void;
  toggleOverlay(): void;
}
const isOverlay = (element: Element | null): element is Overlay =>
  element !== null && 'showOverlay' in element;

/** Carries out a button's `command` on the element that `commandFor` names. Nothing happens without a target. */
export function runCommand(source: HTMLElement, targetId: string, command: string): void {
  if (targetId === '') return;
  const scope = source.getRootNode();
  const target =
    scope instanceof Document || scope instanceof ShadowRoot ? scope.getElementById(targetId) : null;
  if (command === '--copy') {
    void navigator.clipboard?.writeText(target?.textContent ?? '');
    return;
  }
  if (!isOverlay(target)) return;
  if (target instanceof HTMLElement) anchors.set(target, source);
  if (command === '--show') target.showOverlay();
  else if (command === '--hide') target.hideOverlay();
  else target.toggleOverlay();
}
/** What opened an overlay: where it is placed and where focus returns. */
const anchors = new WeakMap<HTMLElement, HTMLElement>();

const dialogOf = (element: PolarisElement): HTMLDialogElement => element.inner<HTMLDialogElement>('dialog');

const modalMembers: PropertyDescriptorMap = {
  showOverlay: {
    value(this: PolarisElement) {
      const dialog = dialogOf(this);
      if (dialog.open) return;
      say(this, 'show');
      dialog.showModal();
      document.documentElement.style.overflow = 'hidden';
      queueMicrotask(() => say(this, 'aftershow'));
    },
  },
  hideOverlay: {
    value(this: PolarisElement) {
      dialogOf(this).close();
    },
  },
  toggleOverlay: {
    value(this: Overlay & PolarisElement) {
      if (dialogOf(this).open) this.hideOverlay();
      else this.showOverlay();
    },
  },
};

const popMembers: PropertyDescriptorMap = {
  showOverlay: {
    value(this: PolarisElement) {
      const panel = this.inner('.pop');
      if (panel.matches(':popover-open')) return;
      say(this, 'show');
      panel.showPopover();
      placeBeside(panel, anchors.get(this));
      const first = this.querySelector<HTMLElement>('s-button, s-link, input, button, a');
      first?.focus();
      say(this, 'aftershow');
    },
  },
  hideOverlay: {
    value(this: PolarisElement) {
      this.inner('.pop').hidePopover();
    },
  },
  toggleOverlay: {
    value(this: Overlay & PolarisElement) {
      if (this.inner('.pop').matches(':popover-open')) this.hideOverlay();
      else this.showOverlay();
    },
  },
};

/** Below the anchor and inside the window. */
function placeBeside(panel: HTMLElement, anchor: HTMLElement | undefined): void {
  const box = anchor?.getBoundingClientRect();
  if (!box) return;
  const { width, height } = panel.getBoundingClientRect();
  const below = box.bottom + 4;
  panel.style.insetBlockStart = `${below + height > innerHeight ? Math.max(4, box.top - height - 4) : below}px`;
  panel.style.insetInlineStart = `${Math.max(4, Math.min(box.left, innerWidth - width - 4))}px`;
}

const popCss = `:host { display: contents; } .pop { border: 0; margin: 0; position: fixed; background: #fff; border-radius: 12px; padding: 8px; box-shadow: 0 8px 16px -4px rgba(26,26,26,.22), 0 0 0 1px rgba(0,0,0,.06); color: #303030; font-size: 13px; line-height: 20px; }`;

function connectPop(element: PolarisElement, signal: AbortSignal): void {
  element.inner('.pop').addEventListener(
    'toggle',
    (event) => {
      if ((event as ToggleEvent).newState !== 'closed') return;
      say(element, 'hide');
      say(element, 'afterhide');
      anchors.get(element)?.focus();
    },
    { signal },
  );
}

export const overlayLooks: Readonly<Record<string, Look>> = {
  's-modal': {
    css: `:host { display: contents; }
dialog { border: 0; padding: 0; border-radius: 16px; background: #fff; color: #303030; inline-size: min(620px, calc(100vw - 32px)); max-block-size: calc(100vh - 48px); box-shadow: 0 20px 20px -8px rgba(26,26,26,.28), 0 0 0 1px rgba(0,0,0,.06); overflow: hidden; font-size: 13px; line-height: 20px; font-weight: 450; }
dialog[open] { display: flex; flex-direction: column; animation: rise .16s ease-out; } @keyframes rise { from { transform: translateY(8px); opacity: 0; } }
:host([size="small"]) dialog, :host([size="small-100"]) dialog { inline-size: min(380px, calc(100vw - 32px)); } :host([size="large"]) dialog, :host([size="large-100"]) dialog { inline-size: min(980px, calc(100vw - 32px)); }
dialog::backdrop { background: rgba(0,0,0,.5); }
header { display: flex; align-items: center; gap: 8px; padding: 12px 12px 12px 16px; background: #f3f3f3; border-bottom: 1px solid #e3e3e3; } h2 { flex: 1; margin: 0; font-size: 14px; line-height: 20px; font-weight: 650; }
.close { all: unset; cursor: pointer; border-radius: 8px; padding: 2px; display: inline-flex; color: #4a4a4a; } .close:hover { background: rgba(0,0,0,.06); } .close:focus-visible { outline: 2px solid var(--focus); }
.body { padding: 16px; overflow: auto; display: flex; flex-direction: column; gap: 12px; } :host([padding="none"]) .body { padding: 0; }
footer { display: flex; justify-content: flex-end; gap: 8px; padding: 12px 16px; border-top: 1px solid #e3e3e3; } footer.none { display: none; }`,
    html: `<dialog><header><h2 id="heading"></h2><button class="close" aria-label="Close">${iconSvg('x')}</button></header><div class="body"><slot></slot></div><footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer></dialog>`,
    members: modalMembers,
    connect: (element, signal) => {
      const dialog = dialogOf(element);
      element.inner('.close').addEventListener('click', () => dialog.close(), { signal });
      dialog.addEventListener('click', (event) => event.target === dialog && dialog.close(), { signal });
      dialog.addEventListener(
        'close',
        () => {
          document.documentElement.style.removeProperty('overflow');
          say(element, 'hide');
          say(element, 'afterhide');
        },
        { signal },
      );
      const place = () =>
        element.inner('footer').classList.toggle('none', element.querySelector(':scope > [slot]') === null);
      element.root.addEventListener('slotchange', place, { signal });
      place();
      signal.addEventListener('abort', () => document.documentElement.style.removeProperty('overflow'));
    },
    update: (element) => {
      element.inner('h2').textContent = element.text('heading');
      dialogOf(element).setAttribute(
        'aria-label',
        element.text('accessibilitylabel') || element.text('heading'),
      );
    },
  },
  's-popover': {
    css: popCss,
    html: '<div class="pop" popover><slot></slot></div>',
    members: popMembers,
    connect: connectPop,
  },
  's-menu': {
    css: `${popCss} .pop { padding: 6px; min-inline-size: 160px; } ::slotted(s-button) { display: block; } `,
    html: '<div class="pop" popover role="group"><slot></slot></div>',
    members: popMembers,
    connect: (element, signal) => {
      connectPop(element, signal);
      element.addEventListener('click', () => element.inner('.pop').hidePopover(), { signal });
    },
    update: (element) =>
      element.inner('.pop').setAttribute('aria-label', element.text('accessibilitylabel') || 'Actions'),
  },
  's-tooltip': {
    css: `:host { display: contents; } .pop { border: 0; margin: 0; position: fixed; background: #1a1a1a; color: #fff; border-radius: 8px; padding: 4px 8px; font-size: 12px; line-height: 16px; max-inline-size: 240px; pointer-events: none; }`,
    html: '<div class="pop" popover="manual" role="tooltip"><slot></slot></div>',
    connect: (element, signal) => {
      const pop = element.inner('.pop');
      const show = (event: Event) => {
        const owner =
          event.target instanceof Element ? event.target.closest(`[interestfor="${element.id}"]`) : null;
        if (!(owner instanceof HTMLElement) || element.id === '' || pop.matches(':popover-open')) return;
        pop.showPopover();
        placeBeside(pop, owner);
      };
      const hide = () => pop.matches(':popover-open') && pop.hidePopover();
      for (const type of ['pointerover', 'focusin']) document.addEventListener(type, show, { signal });
      for (const type of ['pointerout', 'focusout']) document.addEventListener(type, hide, { signal });
    },
  },
};
