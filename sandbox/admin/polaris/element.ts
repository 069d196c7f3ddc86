/**
 * One base for every stand-in: properties, attributes and events come from Shopify's own manifest, the looks from
 * the file of each family. The attribute is the one truth; a property reads and writes it. What Shopify's elements
 * would silently ignore (an unknown attribute, an unknown word) is reported on the console as an error here, so that
 * a test of a page sees a misspelling.
 */
import type { Look, PolarisElement } from './look.ts';
import type { AttributeSpec, ElementSpec } from './manifest.ts';

/** What HTML itself, ARIA and the page's own code may set on any element. */
const globalAttribute =
  /^(id|class|slot|style|hidden|lang|dir|title|tabindex|role|aria-.+|data-.+|part|is|inert|popover|autofocus|form)$/;

abstract class BaseElement extends HTMLElement implements PolarisElement {
  readonly root: ShadowRoot;
  readonly internals: ElementInternals;
  #leaving = new AbortController();

  constructor(sheets: readonly CSSStyleSheet[], html: string, delegatesFocus: boolean) {
    super();
    this.root = this.attachShadow({ mode: 'open', delegatesFocus });
    this.root.adoptedStyleSheets = [...sheets];
    this.root.innerHTML = html;
    this.internals = this.attachInternals();
  }

  abstract readonly look: Look;
  abstract readonly spec: ElementSpec;

  connectedCallback(): void {
    this.#leaving = new AbortController();
    for (const [name, value] of Object.entries(this.look.hostAttributes ?? {})) {
      if (!this.hasAttribute(name)) this.setAttribute(name, value);
    }
    this.look.connect?.(this, this.#leaving.signal);
    this.look.update?.(this);
    reportUnknownAttributes(this);
  }

  disconnectedCallback(): void {
    this.#leaving.abort();
  }

  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    reportUnknownWord(this, name, value);
    if (this.isConnected) this.look.update?.(this);
  }

  /** The element of the shadow root that the selector names. Throws where the look's markup has none. */
  inner<T extends Element = HTMLElement>(selector: string): T {
    const found = this.root.querySelector<T>(selector);
    if (found === null) throw new Error(`${this.spec.tag}: no ${selector} in its shadow root`);
    return found;
  }

  text(name: string): string {
    return this.getAttribute(name) ?? '';
  }
}

function reportUnknownAttributes(element: PolarisElement): void {
  const known = new Set(element.spec.attributes.map(({ name }) => name));
  for (const { name } of element.attributes) {
    if (known.has(name) || globalAttribute.test(name) || name.startsWith('on')) continue;
    console.error(`Polaris stand-in: <${element.spec.tag}> has no attribute "${name}"`);
  }
}

function reportUnknownWord(element: PolarisElement, name: string, value: string | null): void {
  if (value === null || value === '' || value.startsWith('@container')) return;
  const spec = element.spec.attributes.find((attribute) => attribute.name === name);
  if (spec?.words && spec.words.length > 0 && isKeyword(spec) && !spec.words.includes(value)) {
    console.error(`Polaris stand-in: <${element.spec.tag} ${name}> knows no "${value}"`);
  }
}

/** The manifest shortens some open types to one example ("auto", "0", "none"): those take any text. */
const isKeyword = ({ words }: AttributeSpec): boolean => (words ?? []).some((word) => !openWords.has(word));
const openWords = new Set(['auto', '0', 'none', '0 0', '0 0 0', '0 0 0 0', '']);

function propertyOf({ name, kind, words }: AttributeSpec): PropertyDescriptor {
  return {
    configurable: true,
    enumerable: true,
    get(this: PolarisElement) {
      const text = this.getAttribute(name);
      if (kind === 'boolean') return text !== null && text !== 'false';
      if (kind === 'number') return text === null ? undefined : Number(text);
      return text ?? (words === null ? '' : (words.find((word) => word === 'auto' || word === 'base') ?? ''));
    },
    set(this: PolarisElement, value: unknown) {
      if (kind === 'boolean') this.toggleAttribute(name, value === true || value === 'true' || value === '');
      else if (value === null || value === undefined || value === false) this.removeAttribute(name);
      else this.setAttribute(name, String(value));
    },
  };
}

/** `element.onchange = f`, as every event of the manifest has it: Preact and React look for this property. */
function handlerOf(event: string): PropertyDescriptor {
  const handlers = new WeakMap<HTMLElement, EventListener>();
  return {
    configurable: true,
    get(this: HTMLElement) {
      return handlers.get(this) ?? null;
    },
    set(this: HTMLElement, handler: EventListener | null) {
      const before = handlers.get(this);
      if (before) this.removeEventListener(event, before);
      if (handler) {
        handlers.set(this, handler);
        this.addEventListener(event, handler);
      } else handlers.delete(this);
    },
  };
}

/** Makes the custom element of `spec` with `look`, shared style first. */
export function define(spec: ElementSpec, look: Look, shared: CSSStyleSheet): void {
  const own = new CSSStyleSheet();
  own.replaceSync(look.css);
  const html = look.html ?? '<slot></slot>';
  class Element extends BaseElement {
    static readonly formAssociated = look.isField === true;
    static readonly observedAttributes = [...new Set(spec.attributes.map(({ name }) => name))];
    readonly look = look;
    readonly spec = spec;
    constructor() {
      super([shared, own], html, /<(input|select|textarea|button|a)\b/.test(html));
    }
  }
  for (const attribute of spec.attributes) {
    Object.defineProperty(Element.prototype, attribute.field, propertyOf(attribute));
  }
  for (const event of spec.events) {
    if (!(`on${event}` in HTMLElement.prototype)) {
      Object.defineProperty(Element.prototype, `on${event}`, handlerOf(event));
    }
  }
  Object.defineProperties(Element.prototype, look.members ?? {});
  customElements.define(spec.tag, Element);
}
