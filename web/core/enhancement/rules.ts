import { CatalogError } from '../catalog/errors.ts';
import { fileNameOf, type ShopImage } from '../catalog/media.ts';
import type { ProductContext } from '../catalog/product.ts';
import { type Settings, settingsSchema } from './settings.ts';
import type { End } from './work.ts';

export interface Circumstances {
  /** The shop shows what our last write, or a restore, left there. */
  readonly isOwn: boolean;
  /** A person asked for just this image: neither its size, nor an earlier decision, nor a rule keeps it from being worked on. */
  readonly isAsked: boolean;
  readonly fileName: string;
}

/**
 * What the image itself says. Null: there is work to do, as far as it goes.
 * @throws CatalogError (retriable) while Shopify still processes the image.
 */
export function decide(shown: ShopImage, settings: Settings, { isOwn, isAsked }: Circumstances): End | null {
  if (shown.fileStatus === 'FAILED') {
    return skip('media-failed', 'Shopify could not process this image; upload it again.');
  }
  const { widthPx, heightPx } = shown;
  if (shown.fileStatus !== 'READY' || widthPx === null || heightPx === null) {
    throw new CatalogError(
      'media-not-ready',
      'Shopify is still processing the image; it is looked at again soon.',
      {
        isRetriable: true,
        isReported: false,
      },
    );
  }
  if (isOwn && !isAsked) return ownWrite;
  if (!settings.isOn && !isAsked) return skip('switched-off', 'Vitrine is switched off for this shop.');
  const format = formats[extensionOf(shown.url)];
  if (format === undefined) {
    return skip(
      'format-not-written',
      `Vitrine replaces JPEG, PNG and WebP images in place; this one is ${kindOf(shown)}.`,
    );
  }
  const [longest, shortest] = [Math.max(widthPx, heightPx), Math.min(widthPx, heightPx)];
  const { largeEnoughLongestSidePx, largeEnoughMegapixels, smallestShortestSidePx } = settings.rules;
  const megapixels = (widthPx * heightPx) / 1e6;
  if (largeEnoughMegapixels !== null && megapixels >= largeEnoughMegapixels && !isAsked) {
    return {
      state: 'skipped',
      imageStatus: 'good',
      code: 'large-enough',
      sentence: `The image has ${megapixels.toFixed(1)} megapixels; ${largeEnoughMegapixels} are enough.`,
    };
  }
  if (longest >= largeEnoughLongestSidePx && !isAsked) {
    return {
      state: 'skipped',
      imageStatus: 'good',
      code: 'large-enough',
      sentence: `The image is ${longest} px on its longest side; ${largeEnoughLongestSidePx} px are enough.`,
    };
  }
  if (shortest < smallestShortestSidePx) {
    return skip(
      'too-small',
      `The image is only ${widthPx}×${heightPx} px; at least ${smallestShortestSidePx} px on the shortest side are needed.`,
    );
  }
  return null;
}

const ownWrite: End = {
  state: 'skipped',
  imageStatus: 'enhanced',
  code: 'own-write',
  sentence: 'The image is as Vitrine left it.',
};

const skip = (code: string, sentence: string): End => ({
  state: 'skipped',
  imageStatus: 'skipped',
  code,
  sentence,
});

/** What the product says, and how the file is called. Null: there is work to do. */
export function decideByProduct(
  product: ProductContext | null,
  shown: ShopImage,
  { rules: { leaveAlone } }: Settings,
  { isAsked, fileName }: Circumstances,
): End | null {
  if (isAsked) return null;
  const named = leaveAlone.fileNames.find((pattern) => matches(fileName, pattern));
  if (named !== undefined) return leave(`its file name matches “${named}”`);
  const said = leaveAlone.altTexts.find((pattern) => matches(shown.alt ?? '', pattern));
  if (said !== undefined) return leave(`its alt text matches “${said}”`);
  if (product === null) return null;
  const tag = commonOf(product.tags, leaveAlone.tags);
  if (tag !== undefined) return leave(`its product has the tag “${tag}”`);
  const collection = commonOf(product.collections, leaveAlone.collections);
  if (collection !== undefined) return leave(`its product is in the collection “${collection}”`);
  if (isOneOf(product.vendor, leaveAlone.vendors)) return leave(`its vendor is “${product.vendor}”`);
  if (isOneOf(product.productType, leaveAlone.productTypes)) {
    return leave(`its product type is “${product.productType}”`);
  }
  const status = leaveAlone.statuses.find((each) => each === product.status);
  if (status !== undefined) return leave(`its product is ${status.toLowerCase()}`);
  return null;
}

/**
 * The shop's settings with the first override that fits the product. An override replaces whole top-level keys, so
 * that what holds for an image can be read off two places at the most.
 */
export function settingsFor(settings: Settings, product: ProductContext | null): Settings {
  const override = settings.overrides.find(({ when }) => {
    if (product === null) return false;
    return when.tag !== undefined
      ? isOneOf(when.tag, product.tags)
      : when.collection !== undefined && isOneOf(when.collection, product.collections);
  });
  return override === undefined ? settings : settingsSchema.parse({ ...settings, ...override.set });
}

const leave = (why: string): End => skip('left-alone', `The image is left alone because ${why}.`);

const isOneOf = (value: string, list: readonly string[]): boolean =>
  list.some((each) => each.toLowerCase() === value.toLowerCase());

const commonOf = (has: readonly string[], wanted: readonly string[]): string | undefined =>
  has.find((value) => isOneOf(value, wanted));

/** `*` stands for any characters; letters in any case. Without a star the pattern must occur somewhere. */
function matches(text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const lower = text.toLowerCase();
  if (parts.length === 1) return lower.includes(parts[0] ?? '');
  const [first = '', last = ''] = [parts[0], parts.at(-1)];
  if (!lower.startsWith(first) || !lower.endsWith(last) || lower.length < first.length + last.length)
    return false;
  let at = first.length;
  const end = lower.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = lower.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

const formats: Readonly<Record<string, string>> = { jpg: 'jpg', jpeg: 'jpg', png: 'png', webp: 'webp' };

function extensionOf(url: string | null): string {
  return fileNameOf(url).split('.').at(-1)?.toLowerCase() ?? '';
}

function kindOf(shown: ShopImage): string {
  return shown.mimeType?.replace('image/', '').toUpperCase() ?? 'of another kind';
}
