import { z } from 'zod';
import type { EngineId, EngineParams } from '../contract.ts';
import { EngineError, EngineParamError } from '../errors.ts';

/** Prices a second, in micro-dollars, as Replicate publishes them. */
export const hardwareMicrosPerSecond = {
  'gpu-t4': 225,
  'gpu-l40s': 975,
  'gpu-a100-large': 1400,
  'gpu-h100': 1525,
} as const;

const licenceSchema = z.strictObject({
  name: z.string().min(1),
  /** SPDX id; null where the licence has none. */
  spdx: z.string().nullable(),
  /** yes · no: forbidden without the authors' leave · ask: the terms decide, read them. */
  commercialUse: z.enum(['yes', 'no', 'ask']),
  url: z.url({ protocol: /^https$/ }),
  /** One sentence for whoever has to decide. */
  note: z.string().min(1),
});

const priceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('free') }),
  z.strictObject({ kind: z.literal('per-image'), microsPerImage: z.int().positive() }),
  z.strictObject({
    kind: z.literal('per-second'),
    /** Null: the model's page does not say; the rate is that of the dearest it may be. */
    hardware: z.enum(['gpu-t4', 'gpu-l40s', 'gpu-a100-large', 'gpu-h100']).nullable(),
    microsPerSecond: z.int().positive(),
  }),
]);

const paramNames = ['num_steps', 'chopping_size', 'seed', 'resize', 'output_format'] as const;

const limitsSchema = z.strictObject({
  minSidePx: z.int().positive(),
  /** Null: no limit of the model's own. */
  maxSidePx: z.int().positive().nullable(),
  maxPixels: z.int().positive().nullable(),
  steps: z.strictObject({ min: z.int().positive(), max: z.int().positive() }),
  /** Either a range or a list of what the model takes; null where it is ignored. */
  choppingSizes: z
    .union([
      z.strictObject({ min: z.int().positive(), max: z.int().positive() }),
      z.array(z.int().positive()).min(1),
    ])
    .nullable(),
});

const entrySchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  title: z.string().min(1),
  engines: z.array(z.enum(['local', 'replicate', 'cog'])).min(1),
  /** What makes two runs the same run. On Replicate the version's 64 hex digits, or `official`: see isOfficial. */
  version: z.string().min(1),
  /** Replicate serves it by name and keeps its version: it cannot be pinned. */
  isOfficial: z.boolean(),
  /** Output side over input side. */
  scale: z.int().min(2).max(8),
  limits: limitsSchema,
  price: priceSchema,
  licence: licenceSchema,
  goodAt: z.string().min(1),
  /** Parameters without effect, each with the reason that a reader of the record needs. */
  ignores: z.partialRecord(z.enum(paramNames), z.string().min(1)),
  /** Whether the target size changes what is computed. */
  honoursTarget: z.boolean(),
});

export type ModelLicence = z.infer<typeof licenceSchema>;
export type PriceRule = z.infer<typeof priceSchema>;

export interface ImageSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** What one file of this folder says of one model. */
export interface ModelEntry extends Readonly<z.infer<typeof entrySchema>> {
  /** The model's own input. Only called with what `checkRequest` accepted and `effectiveParams` left. */
  readonly toInput: (imageUrl: string, params: EngineParams) => Readonly<Record<string, unknown>>;
  /** Name of the input field that holds the image's address. */
  readonly imageField: string;
  /** Seconds of the engine that one image is expected to take; an estimate, named so wherever it is shown. */
  readonly expectedSeconds: (size: ImageSize, params: EngineParams) => number;
  /** Where tiles begin and end along a side, in pixels of what is sent, without the image's own edges. */
  readonly tileEdges: (lengthPx: number, params: EngineParams) => readonly number[];
}

/** @throws ZodError: a mistake in the register itself, found when the process starts and by its test. */
export function defineModel(entry: ModelEntry): ModelEntry {
  const { toInput, imageField, expectedSeconds, tileEdges, ...facts } = entry;
  entrySchema.parse(facts);
  if (facts.engines.includes('replicate') && !facts.isOfficial) z.hex().length(64).parse(facts.version);
  return Object.freeze({ ...facts, toInput, imageField, expectedSeconds, tileEdges });
}

/** For a model that looks at the whole image at once. */
export const noTileEdges = (): readonly number[] => [];

export const runsOn = (model: ModelEntry, engine: EngineId): boolean => model.engines.includes(engine);

/**
 * Refuses what the model would choke on, waste money on, or silently change.
 * @throws EngineParamError, or EngineError `engine-input-size`.
 */
export function checkRequest(model: ModelEntry, size: ImageSize, params: EngineParams): void {
  const { limits } = model;
  if (!('num_steps' in model.ignores)) {
    const { min, max } = limits.steps;
    if (!Number.isInteger(params.num_steps) || params.num_steps < min || params.num_steps > max) {
      throw new EngineParamError(
        'num_steps',
        `a whole number from ${min} to ${max} for ${model.id}`,
        params.num_steps,
      );
    }
  }
  const { chopping_size: choppingPx } = params;
  if (choppingPx !== null && limits.choppingSizes !== null) {
    const sizes = limits.choppingSizes;
    const isTaken = isList(sizes)
      ? sizes.includes(choppingPx)
      : Number.isInteger(choppingPx) && choppingPx >= sizes.min && choppingPx <= sizes.max;
    if (!isTaken) {
      const expected = isList(sizes)
        ? `one of ${sizes.join(', ')} for ${model.id}`
        : `a whole number from ${sizes.min} to ${sizes.max} for ${model.id}`;
      throw new EngineParamError('chopping_size', expected, choppingPx);
    }
  }
  if (params.seed !== null && !(Number.isInteger(params.seed) && Math.abs(params.seed) < 2 ** 31)) {
    throw new EngineParamError('seed', 'unset or a whole number below 2,147,483,648', params.seed);
  }
  if (params.resize !== null && !(Number.isInteger(params.resize) && params.resize >= limits.minSidePx)) {
    throw new EngineParamError(
      'resize',
      `unset or a whole number of at least ${limits.minSidePx}`,
      params.resize,
    );
  }
  if (params.output_format !== 'jpg' && params.output_format !== 'png') {
    throw new EngineParamError('output_format', 'jpg or png', params.output_format);
  }
  checkSize(model, sentSize(model, size, params), params);
}

/** The size that the model works on: `resize` only ever makes smaller. */
export function sentSize(model: ModelEntry, size: ImageSize, params: EngineParams): ImageSize {
  const longestPx = Math.max(size.widthPx, size.heightPx);
  if (params.resize === null || 'resize' in model.ignores || params.resize >= longestPx) return size;
  const ratio = params.resize / longestPx;
  return {
    widthPx: Math.max(1, Math.round(size.widthPx * ratio)),
    heightPx: Math.max(1, Math.round(size.heightPx * ratio)),
  };
}

export interface EffectiveParams {
  /** What is sent: a parameter without effect has the value that stands for unset. */
  readonly params: EngineParams;
  /** Why the others have no effect; only those that were set to something. */
  readonly ignored: Readonly<Partial<Record<keyof EngineParams, string>>>;
}

const unset: EngineParams = {
  num_steps: 1,
  chopping_size: null,
  seed: null,
  resize: null,
  output_format: 'png',
};

/** Takes out what the model does not know and what would change nothing. */
export function effectiveParams(model: ModelEntry, size: ImageSize, params: EngineParams): EffectiveParams {
  const ignored: Partial<Record<keyof EngineParams, string>> = {};
  for (const name of paramNames) {
    const reason = model.ignores[name];
    if (reason !== undefined && params[name] !== unset[name]) ignored[name] = reason;
  }
  let resizePx = 'resize' in model.ignores ? null : params.resize;
  if (resizePx !== null && resizePx >= Math.max(size.widthPx, size.heightPx)) {
    resizePx = null;
    ignored.resize = 'the photo is already as small';
  }
  const pick = <K extends keyof EngineParams>(name: K): EngineParams[K] =>
    name in model.ignores ? unset[name] : params[name];
  return {
    params: {
      num_steps: pick('num_steps'),
      chopping_size: pick('chopping_size'),
      seed: pick('seed'),
      resize: resizePx,
      output_format: pick('output_format'),
    },
    ignored,
  };
}

function checkSize(model: ModelEntry, { widthPx, heightPx }: ImageSize, params: EngineParams): void {
  const { limits } = model;
  const shortestPx = Math.min(widthPx, heightPx);
  // Tiled InvSR mis-crops an image whose side is below about a third of a tile.
  const tiledMinPx = params.chopping_size === null ? 0 : Math.ceil(params.chopping_size / 3);
  const minPx = limits.choppingSizes === null ? limits.minSidePx : Math.max(limits.minSidePx, tiledMinPx);
  if (shortestPx < minPx) {
    throw new EngineError(
      'engine-input-size',
      `The photo’s shorter side is ${shortestPx} pixels and ${model.title} needs at least ${minPx}; choose a smaller chopping size, or upload a larger photo.`,
      { isReported: false },
    );
  }
  const longestPx = Math.max(widthPx, heightPx);
  if (limits.maxSidePx !== null && longestPx > limits.maxSidePx) {
    throw new EngineError(
      'engine-input-size',
      `The photo’s longer side is ${longestPx} pixels and ${model.title} takes up to ${limits.maxSidePx}; set resize to ${limits.maxSidePx} or less, or leave the photo as it is.`,
      { isReported: false },
    );
  }
  if (limits.maxPixels !== null && widthPx * heightPx > limits.maxPixels) {
    throw new EngineError(
      'engine-input-size',
      `The photo has ${widthPx} × ${heightPx} pixels and ${model.title} takes up to ${Math.floor(limits.maxPixels / 1e6)} million; set resize, or leave the photo as it is.`,
      { isReported: false },
    );
  }
}

const isList = (sizes: object): sizes is readonly number[] => Array.isArray(sizes);
