import { type CodePoints, refuse } from './containers/facts.ts';
import type { IccProfile } from './icc.ts';
import { srgbToLinear } from './srgb.ts';

/** Colorants in XYZ, white D50, row-major: Display P3 (SMPTE EG 432-1, Bradford-adapted), as in Apple's profile. */
const p3ColorantsD50: readonly number[] = [
  0.515102, 0.291965, 0.157153, 0.241182, 0.692236, 0.066582, -0.001049, 0.041882, 0.784378,
];

/** ITU-T H.273, tables 2 and 3. Unspecified means sRGB on the web. */
const primaries = { bt709: 1, unspecified: 2, displayP3: 12 } as const;
const transfers = { pq: 16, hlg: 18 } as const;

/**
 * The profile that code points stand for; null where they say sRGB. BT.709 and BT.601 curves count as sRGB's, which
 * is how every browser shows them.
 * @throws ImageError image-unsupported-format for high dynamic range (PQ, HLG) and for other primaries: shown as
 * sRGB they would come out flat and pale
 */
export function profileOfCodePoints({ primaries: primary, transfer }: CodePoints): IccProfile | null {
  if (transfer === transfers.pq || transfer === transfers.hlg) {
    refuse(
      'image-unsupported-format',
      'This is an HDR image, whose colours cannot be kept in a normal one; save it as sRGB and upload that.',
      `transfer ${transfer}`,
    );
  }
  // HEIF writers without a choice of their own name BT.601 (5, 6), and nobody means it.
  if (primary === primaries.bt709 || primary === primaries.unspecified || primary === 5 || primary === 6)
    return null;
  if (primary === primaries.displayP3) {
    return { kind: 'matrix', toXyz: p3ColorantsD50, curves: [srgbToLinear, srgbToLinear, srgbToLinear] };
  }
  return refuse(
    'image-unsupported-format',
    'This image uses a rare colour space that cannot be converted here; save it as sRGB and upload that.',
    `primaries ${primary}`,
  );
}
