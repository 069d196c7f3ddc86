/** A shop's permanent domain and nothing else: it becomes part of addresses that get our secrets. */
const pattern = /^[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com$/;

/** The domain in its one spelling, or null. */
export function parseShopDomain(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const domain = text.toLowerCase();
  return pattern.test(domain) ? domain : null;
}
