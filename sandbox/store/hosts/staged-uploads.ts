/** Staged uploads: addresses to put bytes to, and the bytes until a file takes them. */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import type { ShopState } from '../records.ts';

const lifeMs = 60 * 60 * 1000;
const imageResources: readonly string[] = ['IMAGE', 'PRODUCT_IMAGE', 'COLLECTION_IMAGE', 'SHOP_IMAGE'];
const imageMimeTypes: readonly string[] = [
  'image/jpeg',
  'image/png',
  'image/gif',
  'image/webp',
  'image/heic',
  'image/avif',
];
const maxImageBytes = 20e6;

export interface StagedInput {
  readonly resource: string;
  readonly filename: string;
  readonly mimeType: string;
  readonly httpMethod?: 'PUT' | 'POST' | null;
  readonly fileSize?: string | null;
}

export interface StagedTarget {
  readonly url: string;
  readonly resourceUrl: string;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

interface Staged {
  readonly shop: ShopState;
  readonly key: string;
  readonly method: 'PUT' | 'POST';
  readonly mimeType: string;
  readonly sizeBytes: number | null;
  readonly expiresAtMs: number;
  bytes: Uint8Array | null;
}

export interface UploadAttempt {
  readonly method: string;
  readonly key: string;
  readonly signature: string;
  readonly expires: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

export interface StagedUploads {
  faultOf(input: StagedInput): { readonly field: string; readonly message: string } | null;
  create(shop: ShopState, input: StagedInput): StagedTarget;
  /** Takes the bytes, or says with status and sentence why not. */
  accept(attempt: UploadAttempt): { readonly status: number; readonly message: string };
  /** The bytes behind a resource address; `expired` and `empty` are known addresses without usable bytes. */
  read(resourceUrl: string, shop: ShopState): Uint8Array | 'unknown' | 'expired' | 'empty';
}

export function createStagedUploads(deps: {
  clock: Clock;
  secret: string;
  uploadOrigin: () => string;
}): StagedUploads {
  const { clock } = deps;
  const byKey = new Map<string, Staged>();
  const sign = (method: string, key: string, expires: string, mimeType: string): string =>
    createHmac('sha256', deps.secret).update([method, key, expires, mimeType].join('\n')).digest('hex');

  function isSigned(attempt: UploadAttempt): boolean {
    const wanted = Buffer.from(sign(attempt.method, attempt.key, attempt.expires, attempt.mimeType));
    const given = Buffer.from(attempt.signature);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  }

  /** Bytes that nobody asked for in time would fill the memory of a long run. */
  function forgetExpired(): void {
    for (const [key, staged] of byKey) if (staged.expiresAtMs < clock.nowMs()) byKey.delete(key);
  }

  return {
    faultOf(input) {
      if (!imageResources.includes(input.resource)) {
        return {
          field: 'resource',
          message: `${input.resource} is not kept in this store: it holds images only`,
        };
      }
      if (!imageMimeTypes.includes(input.mimeType)) {
        return { field: 'mimeType', message: `${input.mimeType} is not a recognized format` };
      }
      if (input.filename.trim() === '') return { field: 'filename', message: "Filename can't be blank" };
      if (input.fileSize != null && Number(input.fileSize) >= maxImageBytes) {
        return { field: 'fileSize', message: 'Filesize is too big' };
      }
      return null;
    },
    create(shop, input) {
      forgetExpired();
      const method = input.httpMethod ?? 'PUT';
      const fileName = input.filename.replaceAll(/[^A-Za-z0-9._-]/g, '_');
      const key = `tmp/${shop.id}/products/${randomUUID()}/${fileName}`;
      const expiresAtMs = clock.nowMs() + lifeMs;
      const expires = String(Math.floor(expiresAtMs / 1000));
      const signature = sign(method, key, expires, input.mimeType);
      byKey.set(key, {
        shop,
        key,
        method,
        mimeType: input.mimeType,
        sizeBytes: input.fileSize == null ? null : Number(input.fileSize),
        expiresAtMs,
        bytes: null,
      });
      const origin = deps.uploadOrigin();
      const resourceUrl = `${origin}/${key}`;
      if (method === 'PUT') {
        // As Shopify's: the signature is in the address, what it covers beside it travels as headers.
        const parameters = [
          { name: 'content_type', value: input.mimeType },
          { name: 'acl', value: 'private' },
        ];
        return { url: `${resourceUrl}?expires=${expires}&signature=${signature}`, resourceUrl, parameters };
      }
      const parameters = [
        { name: 'Content-Type', value: input.mimeType },
        { name: 'success_action_status', value: '201' },
        { name: 'acl', value: 'private' },
        { name: 'key', value: key },
        { name: 'expires', value: expires },
        { name: 'signature', value: signature },
      ];
      return { url: `${origin}/`, resourceUrl, parameters };
    },
    accept(attempt) {
      const staged = byKey.get(attempt.key);
      if (staged === undefined) return { status: 404, message: 'NoSuchKey' };
      if (!isSigned(attempt) || staged.method !== attempt.method)
        return { status: 403, message: 'SignatureDoesNotMatch' };
      if (staged.expiresAtMs < clock.nowMs()) return { status: 403, message: 'ExpiredToken' };
      if (attempt.bytes.byteLength === 0) return { status: 400, message: 'EntityTooSmall' };
      if (attempt.bytes.byteLength >= maxImageBytes) return { status: 400, message: 'EntityTooLarge' };
      if (staged.sizeBytes !== null && staged.sizeBytes !== attempt.bytes.byteLength) {
        return { status: 400, message: 'The size is not the one that was announced' };
      }
      staged.bytes = attempt.bytes;
      return { status: attempt.method === 'POST' ? 201 : 200, message: '' };
    },
    read(resourceUrl, shop) {
      const key = new URL(resourceUrl).pathname.slice(1);
      const staged = byKey.get(decodeURIComponent(key));
      if (staged === undefined || staged.shop !== shop) return 'unknown';
      if (staged.expiresAtMs < clock.nowMs()) return 'expired';
      return staged.bytes ?? 'empty';
    },
  };
}
