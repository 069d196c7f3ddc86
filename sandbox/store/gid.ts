/** gid://shopify/Product/123 and back. */
export const toGid = (kind: string, id: number | string): string => `gid://shopify/${kind}/${id}`;

/** The number of a gid of this kind, or null for anything else. */
export function fromGid(kind: string, gid: string): number | null {
  const match = /^gid:\/\/shopify\/([A-Za-z0-9]+)\/(\d{1,15})$/.exec(gid);
  return match !== null && match[1] === kind ? Number(match[2]) : null;
}

export function kindOfGid(gid: string): string | null {
  return /^gid:\/\/shopify\/([A-Za-z0-9]+)\//.exec(gid)?.[1] ?? null;
}

/** Shopify shows times with whole seconds. */
export const toDateTime = (timeMs: number): string => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;
