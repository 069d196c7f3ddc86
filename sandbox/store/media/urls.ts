import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FileRecord, FileVersion } from '../records.ts';

/** How long the address of an original stays valid. */
const originalLifeMs = 60 * 60 * 1000;

export interface MediaUrls {
  /** The public address of a version: stable but for its `v`. */
  publicUrl(file: FileRecord, version: FileVersion): string;
  /** A short-lived signed address of the exact stored bytes. */
  originalUrl(file: FileRecord, version: FileVersion): string;
  /** A signed address of a path of the CDN, good for so long. */
  signed(path: string, lifeMs: number): string;
  /** Whether path and query carry a signature that still holds. */
  isSigned(url: URL): boolean;
}

export function createMediaUrls(deps: {
  cdnOrigin: () => string;
  secret: string;
  nowMs: () => number;
}): MediaUrls {
  const folder = (file: FileRecord): string => {
    const digits = String(file.shop.id).padStart(12, '0').slice(-12);
    return `${digits.slice(0, 4)}/${digits.slice(4, 8)}/${digits.slice(8)}`;
  };
  const sign = (path: string, expires: string): string =>
    createHmac('sha256', deps.secret).update(`${path}?${expires}`).digest('hex');
  function signed(path: string, lifeMs: number): string {
    const expires = String(Math.floor((deps.nowMs() + lifeMs) / 1000));
    return `${deps.cdnOrigin()}${path}?expires=${expires}&signature=${sign(path, expires)}`;
  }

  return {
    publicUrl: (file, version) =>
      `${deps.cdnOrigin()}/s/files/1/${folder(file)}/files/${file.fileName}?v=${version.v}`,
    signed,
    originalUrl: (file, version) =>
      signed(`/originals/${file.shop.domain}/${file.id}/${version.v}/${file.fileName}`, originalLifeMs),
    isSigned(url) {
      const expires = url.searchParams.get('expires') ?? '';
      const given = Buffer.from(url.searchParams.get('signature') ?? '');
      const wanted = Buffer.from(sign(url.pathname, expires));
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return false;
      return Number(expires) * 1000 >= deps.nowMs();
    },
  };
}
