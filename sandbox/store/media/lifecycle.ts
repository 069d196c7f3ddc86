/** The life of a file: UPLOADED → PROCESSING → READY or FAILED, each step later than the last. */
import { createHash } from 'node:crypto';
import type { Activity } from '../clock/activity.ts';
import type { Clock } from '../clock/clock.ts';
import type { Faults } from '../faults.ts';
import type { ByteSource, FileErrorRecord, FileRecord, FileVersion, ShopState } from '../records.ts';
import {
  checkDimensions,
  extensionOf,
  type ImageLimits,
  mimeOfName,
  type Probed,
  probeImage,
} from './probe.ts';

/** Where bytes come from: at hand, or behind an address that is read when the file is processed. */
export type MediaSource =
  | { readonly bytes: ByteSource; readonly declared?: Probed & { readonly sizeBytes?: number } }
  | { readonly url: string };

export interface Download {
  readonly bytes: Uint8Array;
}

export interface MediaDeps {
  readonly clock: Clock;
  readonly activity: Activity;
  readonly faults: Faults;
  readonly nextId: (kind: 'MediaImage') => number;
  readonly mediaDelayMs: () => number;
  readonly limits: () => ImageLimits;
  /** Reads an originalSource: a staged upload or any other address. An error record says why it could not. */
  readonly download: (url: string, shop: ShopState) => Promise<Download | FileErrorRecord>;
  /** The file reached READY or FAILED, or its alt text or name changed. */
  readonly onChanged: (file: FileRecord) => void;
}

export interface MediaLifecycle {
  create(shop: ShopState, input: NewFile): FileRecord;
  /** Puts other bytes behind the same id and URL; the old ones are shown until the new ones are READY. */
  replaceBytes(file: FileRecord, source: MediaSource): void;
  rename(file: FileRecord, fileName: string): void;
  /** FAILED → READY, with the bytes from before the failed change. */
  acknowledge(file: FileRecord): void;
  remove(file: FileRecord): void;
  find(shop: ShopState, fileName: string): FileRecord | undefined;
  hasName(shop: ShopState, fileName: string): boolean;
  /** Ends what the fault `media.stuck` holds. */
  releaseStuck(): void;
}

export interface NewFile {
  readonly fileName: string;
  readonly alt: string;
  readonly source: MediaSource;
  /** It was there before: READY at once. Its source must be declared. */
  readonly isOld?: boolean;
}

/** Shared, as half a million files have neither earlier bytes nor, at first, a product. */
const none: readonly never[] = [];
export const isFileError = (value: object): value is FileErrorRecord => 'code' in value;
export const readBytes = async (source: ByteSource): Promise<Uint8Array> =>
  typeof source === 'function' ? await source() : source;

export function createMediaLifecycle(deps: MediaDeps): MediaLifecycle {
  const { clock, activity, faults } = deps;
  let stuck: (() => void)[] = [];

  /** Shopify keeps names unique in a shop: a second one gets a random tail. */
  function claimName(shop: ShopState, wanted: string, id: number): string {
    const plain = wanted.replaceAll(/[^A-Za-z0-9._-]/g, '_');
    if (!shop.filesByName.has(plain)) return plain;
    const digest = createHash('sha256').update(`${shop.domain}/${id}`).digest('hex');
    const tail = [
      digest.slice(0, 8),
      digest.slice(8, 12),
      digest.slice(12, 16),
      digest.slice(16, 20),
      digest.slice(20, 32),
    ];
    const extension = extensionOf(plain);
    const stem = extension === '' ? plain : plain.slice(0, -extension.length - 1);
    return `${stem}_${tail.join('-')}${extension === '' ? '' : `.${extension}`}`;
  }

  async function examine(
    file: FileRecord,
    source: MediaSource,
    isUpdate: boolean,
  ): Promise<Omit<FileVersion, 'v'> | FileErrorRecord> {
    const failed = faults.strike('media.failed', { shop: file.shop.domain });
    if (failed !== null) {
      const code = failed.code ?? 'IMAGE_PROCESSING_FAILURE';
      return { code, message: failed.message ?? 'Image processing failure', details: null };
    }
    if ('bytes' in source && source.declared !== undefined) {
      const { sizeBytes, ...declared } = source.declared;
      const checked = checkDimensions(declared, deps.limits());
      return isFileError(checked)
        ? checked
        : { ...checked, bytes: source.bytes, sizeBytes: sizeBytes ?? null };
    }
    let bytes: Uint8Array;
    if ('url' in source) {
      const downloaded = await deps.download(source.url, file.shop);
      if (isFileError(downloaded)) return downloaded;
      bytes = downloaded.bytes;
    } else {
      bytes = await readBytes(source.bytes);
    }
    const probed = await probeImage(bytes, deps.limits());
    if (isFileError(probed)) return probed;
    if (isUpdate && probed.mimeType !== mimeOfName(file.fileName)) {
      const message = `The content is ${probed.mimeType}, but the file is named ${file.fileName}`;
      return { code: 'UNSUPPORTED_IMAGE_FILE_TYPE', message, details: null };
    }
    // A provider stays a provider: a store of half a million generated pictures must not hold them.
    const kept = 'bytes' in source ? source.bytes : bytes;
    return { ...probed, bytes: kept, sizeBytes: bytes.byteLength };
  }

  function settle(file: FileRecord, result: Omit<FileVersion, 'v'> | FileErrorRecord): void {
    file.isLocked = false;
    file.updatedAtMs = clock.nowMs();
    if (isFileError(result)) {
      file.status = 'FAILED';
      file.errors = [result];
    } else {
      const nowSeconds = Math.floor(clock.nowMs() / 1000);
      if (file.current !== null) file.earlier = [...file.earlier, file.current];
      file.current = { ...result, v: Math.max(nowSeconds, (file.current?.v ?? 0) + 1) };
      file.status = 'READY';
      file.errors = [];
    }
    deps.onChanged(file);
  }

  /** Throws TypeError for a source that would have to be looked at. */
  function settleOld(file: FileRecord, source: MediaSource): void {
    if (!('bytes' in source) || source.declared === undefined)
      throw new TypeError('an old image must be declared');
    const { sizeBytes, ...declared } = source.declared;
    const v = Math.floor(file.createdAtMs / 1000);
    file.current = { ...declared, v, bytes: source.bytes, sizeBytes: sizeBytes ?? null };
    file.status = 'READY';
  }

  function process(file: FileRecord, source: MediaSource, isUpdate: boolean): void {
    let end = activity.begin();
    const slow = faults.strike('media.slow', { shop: file.shop.domain })?.delayMs ?? 0;
    const isStuck = faults.strike('media.stuck', { shop: file.shop.domain }) !== null;
    const halfMs = deps.mediaDelayMs() / 2;
    const finish = (): void => {
      examine(file, source, isUpdate)
        .catch(
          (error: unknown): FileErrorRecord => ({
            code: 'IMAGE_PROCESSING_FAILURE',
            message: error instanceof Error ? error.message : String(error),
            details: null,
          }),
        )
        .then((result) => {
          if (file.shop.files.get(file.id) === file) settle(file, result);
        })
        .finally(() => end());
    };
    clock.schedule(halfMs, () => {
      file.status = 'PROCESSING';
      if (isStuck) {
        // Stuck is not busy: nothing happens until it is released.
        end();
        stuck.push(() => {
          end = activity.begin();
          finish();
        });
      } else {
        clock.schedule(halfMs + slow, finish);
      }
    });
  }

  return {
    create(shop, input) {
      const id = deps.nextId('MediaImage');
      const nowMs = clock.nowMs();
      const file: FileRecord = {
        kind: 'MediaImage',
        id,
        shop,
        fileName: claimName(shop, input.fileName, id),
        alt: input.alt,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
        status: 'UPLOADED',
        errors: [],
        isLocked: false,
        current: null,
        earlier: none,
        productIds: none,
      };
      shop.filesByName.set(file.fileName, file);
      shop.files.add(file);
      if (input.isOld === true) settleOld(file, input.source);
      else process(file, input.source, false);
      return file;
    },
    replaceBytes(file, source) {
      file.isLocked = true;
      file.status = 'PROCESSING';
      file.updatedAtMs = clock.nowMs();
      process(file, source, true);
    },
    rename(file, fileName) {
      file.shop.filesByName.delete(file.fileName);
      file.fileName = claimName(file.shop, fileName, file.id);
      file.shop.filesByName.set(file.fileName, file);
    },
    acknowledge(file) {
      file.status = 'READY';
      file.errors = [];
      file.updatedAtMs = clock.nowMs();
      deps.onChanged(file);
    },
    remove(file) {
      file.shop.filesByName.delete(file.fileName);
      file.shop.files.delete(file.id);
    },
    find: (shop, fileName) => shop.filesByName.get(fileName),
    hasName: (shop, fileName) => shop.filesByName.has(fileName),
    releaseStuck() {
      const held = stuck;
      stuck = [];
      for (const finish of held) finish();
    },
  };
}
