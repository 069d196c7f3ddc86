/** The admin's side of the frame: gives session tokens and draws what the app asks for. */
import {
  type BarAction,
  channel,
  isEnvelope,
  type NavItem,
  type TitleBar,
  type ToAdmin,
  type ToApp,
} from '../bridge/protocol.ts';
import { iconSvg } from '../polaris/icons.ts';
import { createToasts } from './toasts.ts';

function need<T extends Element>(selector: string): T {
  const found = document.querySelector<T>(selector);
  if (!found) throw new Error(`frame: no ${selector}`);
  return found;
}

const frame = need<HTMLIFrameElement>('iframe');
const appOrigin = new URL(frame.src).origin;
const { store = '', app = '' } = document.body.dataset;
const base = `/store/${store}/apps/${app}`;
const appPath = (): string => location.pathname.slice(base.length) || '/';

const tell = (message: ToApp): void => frame.contentWindow?.postMessage({ channel, message }, appOrigin);
const press = (key: string) => () => tell({ kind: 'press', key });
const toasts = createToasts(need('.toasts'), tell);
let shownSaveBar: string | null = null;
let items: readonly NavItem[] = [];

async function giveToken(call: number): Promise<void> {
  try {
    const answer = await fetch(`/store/${store}/session-token`, { method: 'POST' });
    if (!answer.ok) throw new Error(`the admin answered ${answer.status}`);
    const { token } = (await answer.json()) as { token: string };
    tell({ kind: 'token', call, token, error: null });
  } catch (error) {
    tell({ kind: 'token', call, token: null, error: error instanceof Error ? error.message : 'unknown' });
  }
}

function actionButton(action: BarAction): HTMLButtonElement {
  const button = document.createElement('button');
  button.textContent = action.label;
  button.disabled = action.isDisabled || action.isLoading;
  button.classList.toggle('primary', action.isPrimary);
  button.classList.toggle('critical', action.isCritical);
  button.addEventListener('click', press(action.key));
  return button;
}

function drawTitleBar({ title, badge, back, actions }: TitleBar): void {
  need('.title').textContent = title;
  document.title = `${title} · Vitrine sandbox`;
  const badgeElement = need<HTMLElement>('.badge');
  badgeElement.hidden = badge === null;
  badgeElement.textContent = badge;
  const backButton = need<HTMLButtonElement>('.back');
  backButton.hidden = back === null;
  backButton.setAttribute('aria-label', back ? `Back to ${back.label}` : 'Back');
  backButton.onclick = back ? press(back.key) : null;
  need('.actions').replaceChildren(...actions.map(actionButton));
}

function drawNav(): void {
  const path = appPath();
  const links = items
    .filter(({ isHome }) => !isHome)
    .map((item) => {
      const link = document.createElement('a');
      link.href = base + item.path;
      link.textContent = item.label;
      if (path === item.path || path.startsWith(`${item.path}/`)) link.setAttribute('aria-current', 'page');
      link.addEventListener('click', (event) => {
        event.preventDefault();
        document.body.classList.remove('open');
        tell({ kind: 'press', key: item.key });
      });
      const line = document.createElement('li');
      line.append(link);
      return line;
    });
  need('.pages').replaceChildren(...links);
  const isOnPage = need('.pages').querySelector('[aria-current]') !== null;
  need('.room.app').classList.toggle('current', !isOnPage);
}

function followPath(path: string, isReplaced: boolean): void {
  const url = base + (path === '/' ? '' : path);
  if (url === location.pathname + location.search) return;
  // The frame's own entry is in the joint history already: a second one would make Back need two presses.
  history.replaceState({ isReplaced }, '', url);
  drawNav();
}

type Hearers = { readonly [K in ToAdmin['kind']]: (message: Extract<ToAdmin, { kind: K }>) => void };

const hearers: Hearers = {
  hello: () => {
    shownSaveBar = null;
    need<HTMLElement>('.savebar').hidden = true;
    need<HTMLElement>('.progress').hidden = true;
  },
  token: ({ call }) => void giveToken(call),
  toast: toasts.show,
  'hide-toast': ({ id }) => toasts.hide(id),
  loading: ({ isLoading }) => {
    need<HTMLElement>('.progress').hidden = !isLoading;
  },
  path: ({ path, isReplaced }) => followPath(path, isReplaced),
  'title-bar': ({ bar }) => drawTitleBar(bar),
  nav: (message) => {
    items = message.items;
    drawNav();
  },
  'save-bar': ({ id, isShown }) => {
    shownSaveBar = isShown ? id : null;
    need<HTMLElement>('.savebar').hidden = !isShown;
  },
  open: ({ url }) => openInAdmin(url),
};

function hear<K extends ToAdmin['kind']>(message: Extract<ToAdmin, { kind: K }>): void {
  (hearers[message.kind as K] as (heard: typeof message) => void)(message);
}

/** `shopify://admin/products/1` has a room in the real admin; here it is only named. */
function openInAdmin(url: string): void {
  const place = url.replace(/^shopify:\/\/?/, '').replace(/^\/?admin/, '');
  toasts.show({
    kind: 'toast',
    id: `open-${url}`,
    message: `The Shopify admin would open ${place}`,
    isError: false,
    durationMs: 4000,
    action: null,
  });
}

window.addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || event.origin !== appOrigin || !isEnvelope(event.data)) return;
  hear(event.data.message as ToAdmin);
});
for (const action of ['save', 'discard'] as const) {
  need(`.${action}`).addEventListener('click', () => {
    if (shownSaveBar !== null) tell({ kind: 'save-bar', id: shownSaveBar, action });
  });
}
need('.menu').addEventListener('click', () => {
  const isOpen = document.body.classList.toggle('open');
  need('.menu').setAttribute('aria-expanded', String(isOpen));
});
need('.back').innerHTML = iconSvg('arrow-left');
