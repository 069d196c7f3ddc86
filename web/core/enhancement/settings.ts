import { z } from 'zod';

const side = z.number().int().min(1).max(20_000);

const words = z.array(z.string().min(1).max(255)).max(250).default([]);

/** Which images are worked on. */
const rulesSchema = z.strictObject({
  /** An image whose longest side has at least this many pixels is left alone. */
  largeEnoughLongestSidePx: side.default(1600),
  /** The same by width × height in millions; null: only the side counts. */
  largeEnoughMegapixels: z.number().positive().max(100).nullable().default(null),
  /** Smaller than this on its shortest side there is nothing to build on. */
  smallestShortestSidePx: side.default(32),
  /** Letters in any case; in the two patterns `*` stands for any characters. */
  leaveAlone: z
    .strictObject({
      tags: words,
      vendors: words,
      productTypes: words,
      /** Titles. */
      collections: words,
      statuses: z.array(z.enum(['ACTIVE', 'ARCHIVED', 'DRAFT', 'UNLISTED'])).default([]),
      altTexts: words,
      fileNames: words,
    })
    .prefault({}),
});

const engineParamsSchema = z.strictObject({
  num_steps: z.number().int().min(1).default(1),
  chopping_size: z.number().int().positive().nullable().default(null),
  seed: z.number().int().nullable().default(null),
  resize: z.number().int().positive().nullable().default(null),
});

const channel = z.number().int().min(0).max(255);
const colour = z.strictObject({ r: channel, g: channel, b: channel });

const finishSchema = z.strictObject({
  /** `keep` writes the file's own format, in place; the others put a new file in its place, whose URL is another. */
  format: z.enum(['keep', 'jpg', 'png', 'webp']).default('keep'),
  longestSidePx: side.default(2048),
  /** A square canvas with this padding; null: none. */
  squarePadding: colour.nullable().default(null),
  /** Under transparency, where a format cannot hold it; null: such an image is left alone. */
  background: colour.nullable().default(null),
  goalBytes: z.number().int().positive().nullable().default(null),
});

const micros = z.number().int().min(0).max(1_000_000_000_000);

/** Spend on paid engines, in micro-dollars; null: no cap. */
const budgetSchema = z.strictObject({
  perImageMicros: micros.nullable().default(250_000),
  /** A UTC day. */
  perDayMicros: micros.nullable().default(5_000_000),
  /** All days together. */
  perShopMicros: micros.nullable().default(null),
});

/** What can differ for the products of a tag or a collection. Without defaults: an override says only what it changes. */
const choices = {
  engine: z.enum(['local', 'replicate', 'cog']),
  /** Key in the register of models. */
  model: z.string(),
  params: engineParamsSchema,
  rules: rulesSchema,
  finish: finishSchema,
  profile: z.enum(['strict', 'normal', 'lenient']),
  /** approve-first: nothing is written before a person has looked. */
  mode: z.enum(['automatic', 'approve-first']),
};

const overrideSchema = z.strictObject({
  when: z
    .strictObject({ tag: z.string().min(1).optional(), collection: z.string().min(1).optional() })
    .refine(({ tag, collection }) => (tag === undefined) !== (collection === undefined), {
      error: 'an override is for a tag or for a collection',
    }),
  set: z.strictObject(choices).partial(),
});

/** What a merchant can choose. Each part has a default, so that `{}` is a whole set of settings. */
export const settingsSchema = z.strictObject({
  isOn: z.boolean().default(true),
  engine: choices.engine.default('local'),
  model: choices.model.default('local/medium'),
  params: choices.params.prefault({}),
  rules: choices.rules.prefault({}),
  finish: choices.finish.prefault({}),
  profile: choices.profile.default('normal'),
  mode: choices.mode.default('automatic'),
  /** Copyright and credit of the source are written into the result; all other metadata is left out. */
  keepsRights: z.boolean().default(true),
  /** When the gate holds another engine's result, the faithful local engine may try. */
  mayFallBackToLocal: z.boolean().default(true),
  /** Whether text is read on both images: slower, and the only measure that sees a changed letter as such. */
  comparesText: z.boolean().default(true),
  /** When the engine is left alone for a while (no credit, too many requests): wait, or use the local engine. */
  whenEngineIsDown: z.enum(['wait', 'local']).default('wait'),
  /** Who took the responsibility for a licence that does not simply allow commercial use. */
  confirmedLicences: z
    .array(
      z.strictObject({
        model: z.string(),
        licence: z.string(),
        confirmedBy: z.string(),
        confirmedAt: z.string(),
      }),
    )
    .default([]),
  budget: budgetSchema.prefault({}),
  /** The first that fits a product replaces the keys that it names. */
  overrides: z.array(overrideSchema).max(100).default([]),
});

export type Settings = z.infer<typeof settingsSchema>;
