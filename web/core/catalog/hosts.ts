import type { HostRule } from '../net/guarded-fetch.ts';

/** Where Shopify keeps files and takes uploads. Nothing else is fetched from, or sent to, on a shop's behalf. */
export const shopifyFileHosts: readonly HostRule[] = [
  { host: 'cdn.shopify.com', withSubdomains: false },
  { host: 'cdn.shopifycdn.net', withSubdomains: false },
  { host: 'shopify-shop-assets.storage.googleapis.com', withSubdomains: false },
  { host: 'shopify-staged-uploads.storage.googleapis.com', withSubdomains: false },
  // Staged uploads and signed sources also come path-style: https://storage.googleapis.com/<bucket>/…
  { host: 'storage.googleapis.com', withSubdomains: false },
];
