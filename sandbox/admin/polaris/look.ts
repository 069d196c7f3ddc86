/** What an element of one family looks like and does; `element.ts` makes the custom element of it. */
import type { ElementSpec } from './manifest.ts';

/** A stand-in as its look sees it. */
export interface PolarisElement extends HTMLElement {
  readonly root: ShadowRoot;
  readonly internals: ElementInternals;
  readonly spec: ElementSpec;
  /** The element of the shadow root that the selector names. Throws where the look's markup has none. */
  inner<T extends Element = HTMLElement>(selector: string): T;
  /** An attribute's text, empty where it is not set. */
  text(name: string): string;
}

export interface Look {
  /** Style of the shadow root. */
  readonly css: string;
  /** Markup of the shadow root; `<slot></slot>` where nothing is said. */
  readonly html?: string;
  readonly isField?: boolean;
  /** Attributes that the host gets where the page sets none, such as a role. */
  readonly hostAttributes?: Readonly<Record<string, string>>;
  /** Runs at each connection; the signal is aborted when the element leaves the page. */
  readonly connect?: (element: PolarisElement, signal: AbortSignal) => void;
  /** Runs after connection and whenever one of the element's attributes changes. */
  readonly update?: (element: PolarisElement) => void;
  /** Methods and live properties (such as a field's value) put on the prototype. */
  readonly members?: PropertyDescriptorMap;
}

/** Says an event of the manifest: it does not bubble out of the element's own family, as Shopify's do not. */
export function say(element: HTMLElement, type: string, detail?: unknown): boolean {
  return element.dispatchEvent(new CustomEvent(type, { cancelable: true, detail }));
}
