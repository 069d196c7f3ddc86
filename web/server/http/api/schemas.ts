/** What the panel and the server say to each other. The panel imports the types only. */
import { z } from 'zod';
import { imageStatuses } from '../../../core/store/records.ts';

const pixels = z.number().int().nonnegative();
const timestamp = z.iso.datetime();

export const statusSchema = z.enum(imageStatuses);

const sizeSchema = z.object({ widthPx: pixels, heightPx: pixels });

export const imageRowSchema = z.object({
  id: z.uuid(),
  mediaId: z.string(),
  productId: z.string().nullable(),
  productTitle: z.string().nullable(),
  fileName: z.string(),
  alt: z.string().nullable(),
  status: statusSchema,
  /** A code for programs and a sentence for people, wherever the status needs one. */
  reasonCode: z.string().nullable(),
  reason: z.string().nullable(),
  /** 0…1 of the work under way. */
  progress: z.number().min(0).max(1),
  /** Of the original, once one is kept. */
  before: sizeSchema.nullable(),
  /** What the shop shows now; null until it was read. */
  shown: sizeSchema.nullable(),
  shownBytes: z.number().int().nonnegative().nullable(),
  /** A small picture of what the shop shows, made by Shopify's CDN; null until there is one. */
  thumbnailUrl: z.string().nullable(),
  canRestore: z.boolean(),
  updatedAt: timestamp,
});

export const imageListQuerySchema = z.object({
  /** One status, or several with commas between. */
  status: z
    .string()
    .max(200)
    .transform((text) => text.split(',').filter((word) => word !== ''))
    .pipe(z.array(statusSchema).max(imageStatuses.length))
    .optional(),
  search: z.string().max(200).optional(),
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(250).default(50),
});

export const imageListSchema = z.object({
  images: z.array(imageRowSchema),
  /** Where the next page begins; null on the last one. */
  next: z.string().nullable(),
});

const pictureSchema = sizeSchema.extend({
  /** A short-lived address of the exact bytes. */
  url: z.string(),
  bytes: z.number().int().nonnegative(),
  mimeType: z.string(),
});

const measureSchema = z.object({
  name: z.string(),
  value: z.number(),
  unit: z.string(),
  meaning: z.string(),
});
const reasonSchema = z.object({ code: z.string(), sentence: z.string() });

export const attemptSchema = z.object({
  id: z.uuid(),
  state: z.string(),
  /** The last step whose result is stored. */
  step: z.string(),
  engine: z.string().nullable(),
  model: z.string().nullable(),
  licence: z.string().nullable(),
  steps: z.number().int().nullable(),
  costMicros: z.number().int(),
  startedAt: timestamp,
  finishedAt: timestamp.nullable(),
  measures: z.array(measureSchema),
  verdict: z.object({ kind: z.string(), reasons: z.array(reasonSchema) }).nullable(),
});

export const historyEntrySchema = z.object({
  seq: z.number().int().positive(),
  kind: z.string(),
  at: timestamp,
  /** automation | staff | flow | operator; null where the entry does not say. */
  by: z.string().nullable(),
});

export const imageDetailSchema = z.object({
  image: imageRowSchema,
  before: pictureSchema.nullable(),
  after: pictureSchema.nullable(),
  attempt: attemptSchema.nullable(),
  history: z.array(historyEntrySchema),
});

export const restoreBodySchema = z.strictObject({
  /** Write over a change that was made in the shop since. */
  isForced: z.boolean().default(false),
});
export const restoreAnswerSchema = z.object({ restoreId: z.uuid() });

export const summarySchema = z.object({
  total: z.number().int().nonnegative(),
  byStatus: z.record(statusSchema, z.number().int().nonnegative()),
});

/** One event of the stream: `data:` holds it as JSON. */
export const liveEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('images'), images: z.array(imageRowSchema) }),
  z.object({ type: z.literal('progress'), imageId: z.uuid(), progress: z.number().min(0).max(1) }),
  z.object({ type: z.literal('summary'), summary: summarySchema }),
  /** More changed than the stream can say: read the page again. */
  z.object({ type: z.literal('reload') }),
]);

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
});

export type ImageRow = z.infer<typeof imageRowSchema>;
export type ImageStatus = ImageRow['status'];
export type ImageList = z.infer<typeof imageListSchema>;
export type ImageDetail = z.infer<typeof imageDetailSchema>;
export type Picture = z.infer<typeof pictureSchema>;
export type Attempt = z.infer<typeof attemptSchema>;
export type HistoryEntry = z.infer<typeof historyEntrySchema>;
export type Summary = z.infer<typeof summarySchema>;
export type LiveEvent = z.infer<typeof liveEventSchema>;
export type Problem = z.infer<typeof problemSchema>;
