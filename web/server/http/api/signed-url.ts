import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Addresses of pictures for <img>, which cannot carry a session token: shop, digest and time are signed together, so
 * that an address works for one shop's one file for a while and for nothing else.
 */
export interface BlobLink {
  readonly shopId: string;
  readonly digest: string;
  /** Seconds since 1970. */
  readonly expires: number;
}

/** Addresses live one to two of these. In steps, so that the same picture keeps its address and is cached. */
const stepSeconds = 900;

function signatureOf(key: Uint8Array, { shopId, digest, expires }: BlobLink): Buffer {
  return createHmac('sha256', key).update(`blob\n${shopId}\n${digest}\n${expires}`).digest();
}

/** The address of a blob below `/api`, valid for 15 to 30 minutes. */
export function signBlobUrl(key: Uint8Array, link: Omit<BlobLink, 'expires'>, now: Date): string {
  const expires = (Math.floor(now.getTime() / 1000 / stepSeconds) + 2) * stepSeconds;
  const signature = signatureOf(key, { ...link, expires }).toString('base64url');
  return `/api/blobs/${link.digest}?${new URLSearchParams({ shop: link.shopId, expires: String(expires), signature })}`;
}

/** Whether the signature is ours for exactly this link and its time has not passed. */
export function verifyBlobLink(key: Uint8Array, link: BlobLink, signature: string, now: Date): boolean {
  const wanted = signatureOf(key, link);
  const given = Buffer.from(signature, 'base64url');
  return (
    given.length === wanted.length && timingSafeEqual(given, wanted) && link.expires * 1000 > now.getTime()
  );
}
