import { defineModel, hardwareMicrosPerSecond } from './entry.ts';
import { invsrSeconds, invsrTileEdges } from './invsr-tiles.ts';
import { sLabLicence } from './s-lab-licence.ts';

/** The model that Vitrine is made around. Its predictor's code is not public; input schema as on its page. */
export const zfKbotInvsr = defineModel({
  id: 'zf-kbot/invsr',
  title: 'InvSR',
  engines: ['replicate', 'cog'],
  version: '868a98921d08f03f2ff0683ea3d387f3f6d44cacc24fefea68d715fcd1e80357',
  isOfficial: false,
  scale: 4,
  limits: {
    minSidePx: 48,
    // ×4 makes 8,192 pixels of 2,048: past what a shop's file may have, so only time and money would be lost.
    maxSidePx: 2048,
    maxPixels: null,
    // Any count from 1 is accepted by the model; its authors recommend 1 and its guide never more than 20.
    steps: { min: 1, max: 20 },
    choppingSizes: { min: 64, max: 1024 },
  },
  price: { kind: 'per-second', hardware: null, microsPerSecond: hardwareMicrosPerSecond['gpu-h100'] },
  licence: sLabLicence,
  goodAt:
    'Realistic texture in tired, noisy or much compressed photos; it invents fine detail and distorts small text.',
  ignores: {},
  honoursTarget: false,
  imageField: 'in_path',
  toInput: (imageUrl, params) => ({
    in_path: imageUrl,
    num_steps: params.num_steps,
    ...(params.chopping_size === null ? {} : { chopping_size: params.chopping_size }),
    ...(params.seed === null ? {} : { seed: params.seed }),
    ...(params.resize === null ? {} : { resize: params.resize }),
    output_format: params.output_format,
  }),
  expectedSeconds: invsrSeconds,
  tileEdges: invsrTileEdges,
});
