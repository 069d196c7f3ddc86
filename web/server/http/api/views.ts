import { z } from 'zod';
import { findReferredBlob } from '../../../core/store/blobs.ts';
import type { ShopDb } from '../../../core/store/door.ts';
import { findEnhancement, latestEnhancement } from '../../../core/store/enhancements.ts';
import { listLedgerEntriesOfImage } from '../../../core/store/ledger.ts';
import type { EnhancementRecord, ImageRecord, LedgerEntryRow } from '../../../core/store/records.ts';
import type { Attempt, HistoryEntry, ImageDetail, ImageRow, Picture } from './schemas.ts';

const thumbnailWidthPx = 160;

/** Shopify's CDN makes a smaller picture where the address says a width; others ignore it. */
function thumbnailOf(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const address = new URL(url);
  address.searchParams.set('width', String(thumbnailWidthPx));
  return address.href;
}

const sizeOf = (widthPx: number | null, heightPx: number | null) =>
  widthPx === null || heightPx === null ? null : { widthPx, heightPx };

/** An image as the list shows it. */
export function toImageRow(image: ImageRecord): ImageRow {
  const { id, mediaId, productId, productTitle, fileName, alt, status, reasonCode, reason } = image;
  return {
    id,
    mediaId,
    productId,
    productTitle,
    fileName,
    alt,
    status,
    reasonCode,
    reason,
    progress: Math.min(1, Math.max(0, image.progress)),
    before: sizeOf(image.originalWidthPx, image.originalHeightPx),
    shown: sizeOf(image.widthPx, image.heightPx),
    shownBytes: image.bytes === null ? null : Number(image.bytes),
    thumbnailUrl: thumbnailOf(image.url),
    canRestore: status === 'enhanced' && image.originalDigest !== null,
    updatedAt: image.updatedAt.toISOString(),
  };
}

/** The parts of an attempt's JSON that the panel shows; unknown keys are left out, missing ones are null. */
const outputFactSchema = z.object({
  output: z.object({ widthPx: z.number(), heightPx: z.number() }).nullish(),
  source: z.object({ widthPx: z.number(), heightPx: z.number() }).nullish(),
});
const paramsSchema = z.object({ params: z.object({ num_steps: z.number().int() }) });
const measureSchema = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  meaning: z.string(),
});
const reportSchema = z.object({ measures: z.array(measureSchema) });
const verdictSchema = z.object({
  kind: z.string(),
  reasons: z.array(z.object({ code: z.string(), sentence: z.string() })),
});

function toAttempt(record: EnhancementRecord): Attempt {
  const { id, state, step, engine, model, licence } = record;
  return {
    id,
    state,
    step,
    engine,
    model,
    licence,
    steps: paramsSchema.safeParse(record.params).data?.params.num_steps ?? null,
    costMicros: Number(record.costMicros),
    startedAt: record.startedAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    measures: reportSchema.safeParse(record.report).data?.measures ?? [],
    verdict: verdictSchema.safeParse(record.verdict).data ?? null,
  };
}

const actorSchema = z.object({ actor: z.object({ kind: z.string() }) });

function toHistoryEntry({ seq, kind, at, body }: LedgerEntryRow): HistoryEntry {
  return { seq, kind, at: at.toISOString(), by: actorSchema.safeParse(body).data?.actor.kind ?? null };
}

/** Signs the address of one of the shop's blobs. */
export type SignBlob = (shopId: string, digest: string) => string;

async function pictureOf(
  shop: ShopDb,
  digest: string | null,
  size: { widthPx: number; heightPx: number } | null | undefined,
  sign: SignBlob,
): Promise<Picture | null> {
  if (digest === null || !size) return null;
  const blob = await findReferredBlob(shop, digest);
  if (blob === null) return null;
  const { widthPx, heightPx } = size;
  return {
    url: sign(shop.shopId, digest),
    widthPx,
    heightPx,
    bytes: Number(blob.bytes),
    mimeType: blob.mimeType,
  };
}

/** The attempt whose result the shop shows or showed, or the one that is under way. */
async function attemptOf(shop: ShopDb, image: ImageRecord): Promise<EnhancementRecord | null> {
  const isUnderWay = image.status === 'working' || image.status === 'queued';
  if (!isUnderWay && image.enhancementId !== null) {
    const written = await findEnhancement(shop, image.enhancementId);
    if (written !== null) return written;
  }
  return latestEnhancement(shop, image.id);
}

const historyLimit = 50;

/** Everything the page of one image shows. Pictures whose bytes are no longer kept are null. */
export async function toImageDetail(shop: ShopDb, image: ImageRecord, sign: SignBlob): Promise<ImageDetail> {
  const record = await attemptOf(shop, image);
  const facts = outputFactSchema.safeParse(record?.facts).data;
  const original = sizeOf(image.originalWidthPx, image.originalHeightPx) ?? facts?.source;
  const entries = await listLedgerEntriesOfImage(shop, image.id, historyLimit);
  return {
    image: toImageRow(image),
    before: await pictureOf(
      shop,
      record?.sourceDigest ?? image.originalDigest,
      facts?.source ?? original,
      sign,
    ),
    after: await pictureOf(shop, record?.outputDigest ?? null, facts?.output, sign),
    attempt: record === null ? null : toAttempt(record),
    history: entries.map(toHistoryEntry),
  };
}
