import type { RequestHandler } from 'express';
import { parseShopDomain } from '../shopify/shop-domain.ts';

export interface SecurityHeadersOptions {
  /** The origin that stands for Shopify's admin and CDN; null in the open. */
  readonly sandbox: string | null;
}

/**
 * What every answer says to the browser. Only the admin of the very shop may frame us, as Shopify demands of embedded
 * apps; without a shop nobody may. Scripts come from here and from Shopify's CDN (App Bridge, Polaris) alone.
 */
export function securityHeaders({ sandbox }: SecurityHeadersOptions): RequestHandler {
  const scripts = ["'self'", 'https://cdn.shopify.com', ...(sandbox === null ? [] : [sandbox])].join(' ');
  return function setSecurityHeaders(request, response, next) {
    response.set({
      'content-security-policy': [
        `frame-ancestors ${ancestorsFor(parseShopDomain(request.query['shop']), sandbox)}`,
        `script-src ${scripts}`,
        "object-src 'none'",
        "base-uri 'none'",
      ].join('; '),
      'x-content-type-options': 'nosniff',
      // The address of the page carries the session token: it must not travel on.
      'referrer-policy': 'no-referrer',
    });
    next();
  };
}

/** Who may frame a page of this shop, as the sources of CSP's frame-ancestors. */
export function ancestorsFor(shopDomain: string | null, sandbox: string | null): string {
  if (shopDomain === null) return "'none'";
  const admin = `https://${shopDomain} https://admin.shopify.com`;
  return sandbox === null ? admin : `${admin} ${sandbox}`;
}
