import { defineModel, hardwareMicrosPerSecond } from './entry.ts';
import { invsrSeconds, invsrTileEdges } from './invsr-tiles.ts';
import { sLabLicence } from './s-lab-licence.ts';

/** The authors' own deployment of InvSR: no `resize`, no `output_format`. */
export const zsyoaoaInvsr = defineModel({
  id: 'zsyoaoa/invsr',
  title: 'InvSR (authors’ own)',
  engines: ['replicate', 'cog'],
  version: '37eebabfb6cdc4be2892b884b96b361d6fedc9f6a934d2fa3c1a2f85f004b0f0',
  isOfficial: false,
  scale: 4,
  limits: {
    minSidePx: 48,
    maxSidePx: 2048,
    maxPixels: null,
    steps: { min: 1, max: 5 },
    choppingSizes: [128, 256, 512],
  },
  price: { kind: 'per-second', hardware: null, microsPerSecond: hardwareMicrosPerSecond['gpu-h100'] },
  licence: sLabLicence,
  goodAt: 'The same as InvSR, as its authors run it: 1 to 5 steps.',
  ignores: {
    resize: 'the authors’ deployment has no such input',
    output_format: 'the authors’ deployment always answers with a PNG',
  },
  honoursTarget: false,
  imageField: 'in_path',
  toInput: (imageUrl, params) => ({
    in_path: imageUrl,
    num_steps: params.num_steps,
    ...(params.chopping_size === null ? {} : { chopping_size: params.chopping_size }),
    ...(params.seed === null ? {} : { seed: params.seed }),
  }),
  expectedSeconds: invsrSeconds,
  tileEdges: invsrTileEdges,
});
