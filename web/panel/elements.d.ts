/// <reference types="@shopify/polaris-types" />
/// <reference types="@shopify/app-bridge-types" />
import type { SAppNavAttributes } from '@shopify/app-bridge-types';
import type { ComponentChildren } from 'preact';

/** Shopify types its App Bridge elements for React's global JSX only. */
declare module 'preact' {
  namespace createElement.JSX {
    interface IntrinsicElements {
      's-app-nav': Omit<SAppNavAttributes, 'children'> & { children?: ComponentChildren };
    }
  }
}
