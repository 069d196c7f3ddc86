/** The CDN: the stored bytes by file name and `?v=`, originals by signed address, results of bulk operations. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BulkResult } from '../bulk/record.ts';
import type { Faults } from '../faults.ts';
import type { Interjections } from '../interjections.ts';
import { type MediaLifecycle, readBytes } from '../media/lifecycle.ts';
import type { MediaUrls } from '../media/urls.ts';
import type { FileRecord, FileVersion, ShopState } from '../records.ts';
import { sendText } from './http.ts';

export interface CdnDeps {
  readonly faults: Faults;
  readonly interjections: Interjections;
  readonly media: MediaLifecycle;
  readonly urls: MediaUrls;
  readonly shopById: (id: number) => ShopState | undefined;
  readonly shopByDomain: (domain: string) => ShopState | undefined;
  readonly bulkResult: (path: string) => BulkResult | null;
}

const publicPath = /^\/s\/files\/1\/(\d{4})\/(\d{4})\/(\d{4})\/(?:files|products)\/([^/]+)$/;
const originalPath = /^\/originals\/([^/]+)\/(\d+)\/(\d+)\/[^/]+$/;

const exactVersionOf = (file: FileRecord, v: number): FileVersion | null =>
  file.current?.v === v ? file.current : (file.earlier.find((version) => version.v === v) ?? null);

/** An unknown `v` shows what is there now: to a CDN it is a cache key. */
const versionOf = (file: FileRecord, v: number): FileVersion | null =>
  exactVersionOf(file, v) ?? file.current;

export function createCdnHost(deps: CdnDeps) {
  const { faults, media, urls } = deps;

  function find(url: URL): FileVersion | null {
    const asked = publicPath.exec(url.pathname);
    if (asked === null) return null;
    const shop = deps.shopById(Number(`${asked[1]}${asked[2]}${asked[3]}`));
    const file = shop === undefined ? undefined : media.find(shop, decodeURIComponent(asked[4] ?? ''));
    return file === undefined ? null : versionOf(file, Number(url.searchParams.get('v') ?? 0));
  }

  /** Exactly the version that was signed for: the address of an original never shows anything else. */
  function findOriginal(url: URL): FileVersion | null {
    const asked = originalPath.exec(url.pathname);
    if (asked === null) return null;
    const file = deps.shopByDomain(asked[1] ?? '')?.files.get(Number(asked[2]));
    const v = Number(asked[3]);
    if (file === undefined) return null;
    return exactVersionOf(file, v);
  }

  function sendBytes(
    response: ServerResponse,
    bytes: Uint8Array,
    type: string,
    isHead: boolean,
    cutAfter: number | null,
  ): void {
    response.writeHead(200, {
      'content-type': type,
      'content-length': bytes.byteLength,
      'cache-control': 'public, max-age=31557600',
      'access-control-allow-origin': '*',
    });
    if (isHead) response.end();
    else if (cutAfter === null) response.end(bytes);
    else response.write(bytes.subarray(0, cutAfter), () => response.destroy());
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://cdn');
    const isHead = request.method === 'HEAD';
    if (request.method !== 'GET' && !isHead) return sendText(response, 405, 'Method Not Allowed');
    if (url.pathname.startsWith('/bulk/')) {
      const result = urls.isSigned(url) ? deps.bulkResult(url.pathname) : null;
      if (result === null) return sendText(response, 404, 'Not Found');
      return sendBytes(response, result.body, 'application/jsonl', isHead, result.cutAfterBytes);
    }
    const failed = faults.strike('cdn.serverError');
    if (failed !== null) return sendText(response, failed.status ?? 503, 'Service Unavailable');
    if (faults.strike('cdn.notFound') !== null) return sendText(response, 404, 'Not Found');
    const isOriginal = url.pathname.startsWith('/originals/');
    if (isOriginal && !urls.isSigned(url))
      return sendText(response, 403, 'The address has expired or is not signed');
    await deps.interjections.reachHost('cdn');
    const version = isOriginal ? findOriginal(url) : find(url);
    if (version === null) return sendText(response, 404, 'Not Found');
    const bytes = await readBytes(version.bytes);
    version.sizeBytes ??= bytes.byteLength;
    const isTruncated = !isHead && faults.strike('cdn.truncated') !== null;
    sendBytes(
      response,
      bytes,
      version.mimeType,
      isHead,
      isTruncated ? Math.floor(bytes.byteLength / 2) : null,
    );
  };
}
