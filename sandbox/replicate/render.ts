import sharp from 'sharp';
import type { Engine } from '../../web/core/engines/contract.ts';
import type { Raster } from '../../web/core/image/types.ts';
import { type DamageKind, damage } from '../character/damage.ts';
import { giveInvsrCharacter } from '../character/invsr.ts';

export interface RenderRequest {
  readonly image: Uint8Array;
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly damage: DamageKind | null;
  readonly signal: AbortSignal;
}

export interface Rendered {
  readonly bytes: Uint8Array;
  readonly extension: 'png' | 'jpg';
}

/** Makes the ×4 picture that a model would. Throws what the model would fail with. */
export type Render = (request: RenderRequest) => Promise<Rendered>;

const scale = 4;

/** Cubic ×4, no network: fixed work for tests and benches where only the way of the prediction counts. */
export function createPlainRender(): Render {
  return async ({ image, model, input }) => {
    const rgb = await readInput(image, input);
    const large = await sharp(rgb.data, { raw: rawOf(rgb) })
      .resize(rgb.widthPx * scale, rgb.heightPx * scale, { kernel: 'cubic', fit: 'fill' })
      .raw()
      .toBuffer();
    return encode(
      { ...rgb, data: large, widthPx: rgb.widthPx * scale, heightPx: rgb.heightPx * scale },
      model,
      input,
    );
  };
}

export interface NetRenderOptions {
  /** The app's own local engine, used as a stand-in for the GPU. */
  readonly engine: Pick<Engine, 'enhance'>;
  /** Default local/slim: quick. */
  readonly net?: string;
}

/**
 * A real ×4 by a local network. InvSR's results get InvSR's own character: denoised, re-textured, a little drifted;
 * more steps rewrite more, as its authors measured. Real-ESRGAN stays faithful.
 */
export function createNetRender({ engine, net = 'local/slim' }: NetRenderOptions): Render {
  return async ({ image, model, input, damage: kind, signal }) => {
    const rgb = await readInput(image, input);
    const made = await engine.enhance(
      {
        input: { rgb, alpha: null, jpeg: null },
        inputPng: image,
        inputDigest: '',
        params: { num_steps: 1, chopping_size: null, seed: null, resize: null, output_format: 'png' },
        model: net,
        targetLongestSidePx: null,
      },
      { signal },
    );
    const steps = Number(input['num_steps'] ?? 1);
    const seed = Number(input['seed'] ?? 12345);
    // PSNR falls by about a decibel from one to five steps: texture is rewritten a little more with each.
    const texture = 1 + 0.08 * Math.min(5, steps - 1);
    const natural = model.endsWith('/invsr')
      ? giveInvsrCharacter(made.rgb, rgb, seed, { texture, drift: 1, warp: 1 })
      : made.rgb;
    const spot = { xPx: natural.widthPx / 2, yPx: natural.heightPx / 2, angle: 0.7 };
    const final = kind === null ? natural : damage(kind, { result: natural, scale, spot, seed });
    return encode(final, model, input);
  };
}

const rawOf = ({ widthPx, heightPx }: Raster<3>) =>
  ({ width: widthPx, height: heightPx, channels: 3 }) as const;

/** As InvSR reads: no orientation, no profile, alpha dropped. */
async function readInput(image: Uint8Array, input: Readonly<Record<string, unknown>>): Promise<Raster<3>> {
  let pipeline = sharp(image).removeAlpha().toColourspace('srgb');
  const resize = input['resize'];
  if (typeof resize === 'number') {
    pipeline = pipeline.resize(resize, resize, { fit: 'inside', kernel: 'cubic' });
  }
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { data, widthPx: info.width, heightPx: info.height, channels: 3 };
}

async function encode(
  rgb: Raster<3>,
  model: string,
  input: Readonly<Record<string, unknown>>,
): Promise<Rendered> {
  // The published default is jpg; the models without the input answer with a PNG.
  const wantsJpg = model === 'zf-kbot/invsr' && (input['output_format'] ?? 'jpg') === 'jpg';
  const pipeline = sharp(rgb.data, { raw: rawOf(rgb) });
  return wantsJpg
    ? { bytes: await pipeline.jpeg({ quality: 95 }).toBuffer(), extension: 'jpg' }
    : { bytes: await pipeline.png({ compressionLevel: 1 }).toBuffer(), extension: 'png' };
}
