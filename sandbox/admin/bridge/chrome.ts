/**
 * The parts of the app that the admin draws: navigation, title bar, save bar, and the address. They are read from
 * the page's own elements (s-app-nav or ui-nav-menu, s-page or ui-title-bar, ui-save-bar) whenever these change.
 */
import type { Port } from './port.ts';
import type { BarAction, NavItem, TitleBar } from './protocol.ts';

/** Pressable elements by the key that the admin knows them by. */
type Pressables = Map<string, HTMLElement>;

const textOf = (element: Element): string => element.textContent?.trim() ?? '';

function actionOf(element: HTMLElement, key: string, pressables: Pressables): BarAction {
  pressables.set(key, element);
  return {
    key,
    label: textOf(element) || (element.getAttribute('accessibilitylabel') ?? ''),
    isPrimary: element.slot === 'primary-action' || element.getAttribute('variant') === 'primary',
    isCritical: element.getAttribute('tone') === 'critical',
    isDisabled: element.hasAttribute('disabled'),
    isLoading: element.hasAttribute('loading'),
  };
}

function readTitleBar(pressables: Pressables): TitleBar {
  const page = document.querySelector('s-page');
  const legacy = document.querySelector('ui-title-bar');
  const title = page?.getAttribute('heading') ?? legacy?.getAttribute('title') ?? document.title;
  const inSlot = (slot: string) => [
    ...(page?.querySelectorAll<HTMLElement>(`:scope > [slot="${slot}"]`) ?? []),
  ];
  const back = inSlot('breadcrumb-actions')[0] ?? null;
  const buttons = [...inSlot('secondary-actions'), ...inSlot('primary-action')];
  const legacyButtons = [...(legacy?.querySelectorAll<HTMLElement>('button') ?? [])];
  const badge = inSlot('accessory')[0];
  return {
    title,
    badge: badge ? textOf(badge) : null,
    back: back ? actionOf(back, 'back', pressables) : null,
    actions: (buttons.length > 0 ? buttons : legacyButtons).map((button, index) =>
      actionOf(button, `action-${index}`, pressables),
    ),
  };
}

function readNav(pressables: Pressables): NavItem[] {
  return [
    ...document.querySelectorAll<HTMLAnchorElement>('s-app-nav a, s-app-nav s-link, ui-nav-menu a'),
  ].map((link, index) => {
    const key = `nav-${index}`;
    pressables.set(key, link);
    const path = link.getAttribute('href') ?? '/';
    return { key, label: textOf(link), path, isHome: link.getAttribute('rel') === 'home' };
  });
}

/** App Bridge tells the page by an event and, where nobody takes it, follows the link. */
function followLink(link: HTMLElement): void {
  const href = link.getAttribute('href');
  const event = new CustomEvent('shopify:navigate', { bubbles: true, cancelable: true });
  link.dispatchEvent(event);
  if (href === null || !event.defaultPrevented) link.click();
}

function watchAddress(port: Port): void {
  const tell = (isReplaced: boolean) => {
    const query = new URLSearchParams(location.search);
    for (const name of ['embedded', 'shop', 'host', 'id_token', 'hmac', 'timestamp', 'session', 'locale']) {
      query.delete(name);
    }
    const search = query.size > 0 ? `?${query}` : '';
    port.tell({ kind: 'path', path: location.pathname + search, isReplaced });
  };
  for (const method of ['pushState', 'replaceState'] as const) {
    const native = history[method].bind(history);
    history[method] = (...args: Parameters<History['pushState']>) => {
      native(...args);
      tell(method === 'replaceState');
    };
  }
  window.addEventListener('popstate', () => tell(true));
  tell(true);
}

class SaveBar extends HTMLElement {
  static port: Port;
  async show(): Promise<void> {
    SaveBar.port.tell({ kind: 'save-bar', id: this.id, isShown: true });
    this.dispatchEvent(new Event('show'));
  }
  async hide(): Promise<void> {
    SaveBar.port.tell({ kind: 'save-bar', id: this.id, isShown: false });
    this.dispatchEvent(new Event('hide'));
  }
  disconnectedCallback(): void {
    SaveBar.port.tell({ kind: 'save-bar', id: this.id, isShown: false });
  }
}

export function connectChrome(port: Port): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    's-app-nav, ui-nav-menu, ui-title-bar, ui-save-bar, s-app-window { display: none !important; }',
  );
  document.adoptedStyleSheets.push(sheet);

  SaveBar.port = port;
  customElements.define('ui-save-bar', SaveBar);
  for (const tag of ['s-app-nav', 'ui-nav-menu', 'ui-title-bar']) {
    customElements.define(tag, class extends HTMLElement {});
  }

  let pressables: Pressables = new Map();
  let told = '';
  const read = () => {
    pressables = new Map();
    const bar = readTitleBar(pressables);
    const items = readNav(pressables);
    const now = JSON.stringify([bar, items]);
    if (now === told) return;
    told = now;
    port.tell({ kind: 'title-bar', bar });
    port.tell({ kind: 'nav', items });
  };
  let isPlanned = false;
  const plan = () => {
    if (isPlanned) return;
    isPlanned = true;
    queueMicrotask(() => {
      isPlanned = false;
      read();
    });
  };
  new MutationObserver(plan).observe(document.documentElement, {
    childList: true,
    subtree: true,
    characterData: true,
    attributes: true,
    attributeFilter: ['heading', 'title', 'disabled', 'loading', 'href', 'slot', 'tone', 'variant'],
  });
  document.addEventListener('DOMContentLoaded', plan);
  port.on('press', ({ key }) => {
    const element = pressables.get(key);
    if (!element) return;
    if (key === 'back' || key.startsWith('nav-')) followLink(element);
    else element.click();
  });
  port.on('save-bar', ({ id, action }) => {
    const buttons = [...(document.getElementById(id)?.querySelectorAll('button') ?? [])];
    const primary = buttons.find((button) => button.getAttribute('variant') === 'primary');
    (action === 'save' ? primary : buttons.find((button) => button !== primary))?.click();
  });
  port.on('go', ({ path }) => {
    history.replaceState(null, '', path);
    window.dispatchEvent(new PopStateEvent('popstate'));
  });
  watchAddress(port);
  watchLinks(port);
}

/** Links into the admin (`shopify://admin/…`) and links out of the frame are the admin's to open. */
function watchLinks(port: Port): void {
  document.addEventListener('click', (event) => {
    const link = event
      .composedPath()
      .find((node): node is HTMLAnchorElement => node instanceof HTMLAnchorElement);
    const href = link?.getAttribute('href') ?? '';
    if (!/^shopify:/.test(href)) return;
    event.preventDefault();
    port.tell({ kind: 'open', url: href, target: link?.target || '_top' });
  });
}
