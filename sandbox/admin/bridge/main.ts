/**
 * The script that stands in for Shopify's app-bridge.js: the global `shopify` with the names of
 * @shopify/app-bridge-types, and the elements that are drawn by the admin and not by the page.
 */
/// <reference types="@shopify/app-bridge-types" />
import { connectChrome } from './chrome.ts';
import { connectToAdmin } from './port.ts';

const apiKey = document.querySelector<HTMLMetaElement>('meta[name="shopify-api-key"]')?.content ?? '';
if (apiKey === '') throw new Error('App Bridge: <meta name="shopify-api-key"> is missing.');
if (document.currentScript instanceof HTMLScriptElement && document.currentScript.async) {
  throw new Error('App Bridge: its script must not be async.');
}

/** What the admin put into the first address stays known while the page moves on. */
function readConfig(): { shop: string; host: string; locale: string } {
  const query = new URLSearchParams(location.search);
  const remembered = JSON.parse(sessionStorage.getItem('app-bridge-config') ?? '{}');
  const config = {
    shop: query.get('shop') ?? remembered.shop ?? '',
    host: query.get('host') ?? remembered.host ?? '',
    locale: query.get('locale') ?? remembered.locale ?? 'en-US',
  };
  sessionStorage.setItem('app-bridge-config', JSON.stringify(config));
  return config;
}

const config = readConfig();
const isEmbedded = window.top !== window.self;
const port = connectToAdmin(isEmbedded);
let nextToast = 1;
const toastCallbacks = new Map<string, { onAction?: () => void; onDismiss?: () => void }>();
port.on('toast-action', ({ id }) => toastCallbacks.get(id)?.onAction?.());
port.on('toast-dismiss', ({ id }) => {
  toastCallbacks.get(id)?.onDismiss?.();
  toastCallbacks.delete(id);
});

interface Overlay extends HTMLElement {
  show?(): Promise<void>;
  hide?(): Promise<void>;
  toggle?(): Promise<void>;
  showOverlay?(): void;
  hideOverlay?(): void;
  toggleOverlay?(): void;
}

const overlay = (id: string): Overlay => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`App Bridge: no element with the id "${id}"`);
  return element as Overlay;
};

const bridge = {
  config: { apiKey, ...config },
  origin: location.origin,
  ready: Promise.resolve(),
  environment: { embedded: isEmbedded, mobile: false, pos: false, intent: false },
  idToken: () => port.token(),
  loading: (isLoading = true) => port.tell({ kind: 'loading', isLoading }),
  toast: {
    show: (message, { duration = 5000, isError = false, action, onAction, onDismiss } = {}) => {
      const id = `toast-${nextToast++}`;
      toastCallbacks.set(id, { ...(onAction && { onAction }), ...(onDismiss && { onDismiss }) });
      port.tell({ kind: 'toast', id, message, isError, durationMs: duration, action: action ?? null });
      return id;
    },
    hide: (id) => port.tell({ kind: 'hide-toast', id }),
  },
  modal: {
    show: async (id) => {
      const found = overlay(id);
      found.showOverlay ? found.showOverlay() : await found.show?.();
    },
    hide: async (id) => {
      const found = overlay(id);
      found.hideOverlay ? found.hideOverlay() : await found.hide?.();
    },
    toggle: async (id) => {
      const found = overlay(id);
      found.toggleOverlay ? found.toggleOverlay() : await found.toggle?.();
    },
  },
  saveBar: {
    show: async (id) => overlay(id).show?.(),
    hide: async (id) => overlay(id).hide?.(),
    toggle: async (id) => {
      const found = overlay(id);
      found.toggleOverlay ? found.toggleOverlay() : await found.toggle?.();
    },
    leaveConfirmation: async () => undefined,
  },
} satisfies Partial<ShopifyGlobal>;
type ShopifyGlobal = import('@shopify/app-bridge-types').ShopifyGlobal;

Object.defineProperty(globalThis, 'shopify', { value: bridge, configurable: true });
connectChrome(port);
