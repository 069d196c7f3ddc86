/** What the admin frame and the stand-in for App Bridge say to each other by postMessage. */
export const channel = 'vitrine-sandbox-admin';

export interface BarAction {
  readonly key: string;
  readonly label: string;
  readonly isPrimary: boolean;
  readonly isCritical: boolean;
  readonly isDisabled: boolean;
  readonly isLoading: boolean;
}

export interface TitleBar {
  readonly title: string;
  readonly badge: string | null;
  /** The way back; null on a first page. */
  readonly back: BarAction | null;
  readonly actions: readonly BarAction[];
}

export interface NavItem {
  readonly key: string;
  readonly label: string;
  readonly path: string;
  readonly isHome: boolean;
}

/** From the app's page to the admin. */
export type ToAdmin =
  | { readonly kind: 'hello' }
  | { readonly kind: 'token'; readonly call: number }
  | {
      readonly kind: 'toast';
      readonly id: string;
      readonly message: string;
      readonly isError: boolean;
      readonly durationMs: number;
      readonly action: string | null;
    }
  | { readonly kind: 'hide-toast'; readonly id: string }
  | { readonly kind: 'loading'; readonly isLoading: boolean }
  | { readonly kind: 'path'; readonly path: string; readonly isReplaced: boolean }
  | { readonly kind: 'title-bar'; readonly bar: TitleBar }
  | { readonly kind: 'nav'; readonly items: readonly NavItem[] }
  | { readonly kind: 'save-bar'; readonly id: string; readonly isShown: boolean }
  | { readonly kind: 'open'; readonly url: string; readonly target: string };

/** From the admin to the app's page. */
export type ToApp =
  | {
      readonly kind: 'token';
      readonly call: number;
      readonly token: string | null;
      readonly error: string | null;
    }
  | { readonly kind: 'press'; readonly key: string }
  | { readonly kind: 'toast-action'; readonly id: string }
  | { readonly kind: 'toast-dismiss'; readonly id: string }
  | { readonly kind: 'save-bar'; readonly id: string; readonly action: 'save' | 'discard' }
  | { readonly kind: 'go'; readonly path: string };

export interface Envelope<T> {
  readonly channel: typeof channel;
  readonly message: T;
}

export const isEnvelope = (data: unknown): data is Envelope<unknown> =>
  typeof data === 'object' && data !== null && 'channel' in data && data.channel === channel;
