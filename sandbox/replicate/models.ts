import { z } from 'zod';

/** What Replicate knows of a model, and checks an input against. */
export interface RemoteModel {
  readonly name: string;
  /** Null: official, run by name. */
  readonly version: string | null;
  readonly input: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly imageField: string;
  /** What `predict_time` is billed with, in USD a second. */
  readonly usdPerSecond: number;
}

const uri = z.string().min(1);
const invsr = {
  in_path: uri,
  num_steps: z.int().min(1).default(1),
  chopping_size: z.int().min(1).default(128),
};

/** The published input schemas, written down apart from the app's own register, so that each checks the other. */
export const remoteModels: readonly RemoteModel[] = [
  {
    name: 'zf-kbot/invsr',
    version: '868a98921d08f03f2ff0683ea3d387f3f6d44cacc24fefea68d715fcd1e80357',
    imageField: 'in_path',
    usdPerSecond: 0.0014,
    input: z.strictObject({
      ...invsr,
      seed: z.int().default(12345),
      resize: z.int().optional(),
      output_format: z.enum(['jpg', 'png']).default('jpg'),
    }),
  },
  {
    name: 'zsyoaoa/invsr',
    version: '37eebabfb6cdc4be2892b884b96b361d6fedc9f6a934d2fa3c1a2f85f004b0f0',
    imageField: 'in_path',
    usdPerSecond: 0.0014,
    input: z.strictObject({ ...invsr, seed: z.int().default(12345) }),
  },
  {
    name: 'nightmareai/real-esrgan',
    version: 'f121d640bd286e1fdc67f9799164c1d5be36ff74576ee11c803ae5b665dd46aa',
    imageField: 'image',
    usdPerSecond: 0.000225,
    input: z.strictObject({
      image: uri,
      scale: z.number().min(0).max(10).default(4),
      face_enhance: z.boolean().default(false),
    }),
  },
  {
    name: 'recraft-ai/recraft-crisp-upscale',
    version: null,
    imageField: 'image',
    usdPerSecond: 0,
    input: z.strictObject({ image: uri }),
  },
];
