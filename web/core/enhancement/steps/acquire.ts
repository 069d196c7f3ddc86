import { MediaGoneError } from '../../catalog/errors.ts';
import { fileNameOf } from '../../catalog/media.ts';
import { type FileUse, readUses } from '../../catalog/uses.ts';
import { readHeader } from '../../image/header.ts';
import { defaultImageLimits } from '../../image/limits.ts';
import { sha256 } from '../../vault/digest.ts';
import { keepBlob } from '../blobs.ts';
import { isOwnContent } from '../own-content.ts';
import type { StepContext, StepDefinition } from '../step.ts';

/**
 * Fetches what the shop shows into the vault, and settles which bytes are the original: the first that Vitrine ever
 * saw of this picture. An image that is enhanced again starts from those, not from our own output.
 */
export const acquire: StepDefinition = {
  name: 'acquire',
  async run(context) {
    const { deps, image, work, signal } = context;
    const url = work.before?.originalUrl ?? work.before?.url;
    if (work.before === null || url == null) throw new MediaGoneError(image.mediaId);
    const { bytes } = await deps.net.download(url, { maxBytes: defaultImageLimits.maxInputBytes, signal });
    const shownDigest = sha256(bytes);
    const isOwn = await isOwnContent(context, shownDigest);
    if (isOwn && work.trigger !== 'merchant') {
      const isRestored = shownDigest === image.originalDigest;
      return {
        image: { contentDigest: shownDigest },
        end: {
          state: 'skipped',
          imageStatus: isRestored ? 'restored' : 'enhanced',
          code: 'own-write',
          sentence: 'The image is as Vitrine left it.',
        },
      };
    }
    const isOutput = isOwn && shownDigest !== image.originalDigest;
    const source =
      isOutput && image.originalDigest !== null ? await deps.vault.read(image.originalDigest) : bytes;
    const info = await readHeader(source);
    const sourceDigest = isOutput && image.originalDigest !== null ? image.originalDigest : shownDigest;
    await keepBlob(
      context,
      bytes,
      isOutput ? 'output' : 'original',
      work.before.mimeType ?? 'application/octet-stream',
    );
    return {
      patch: {
        sourceDigest,
        facts: {
          shownDigest,
          uses: await usesOf(context),
          source: {
            fileName: fileNameOf(work.before.url),
            format: info.format,
            widthPx: info.widthPx,
            heightPx: info.heightPx,
            bytes: info.bytes,
          },
        },
      },
      image: {
        contentDigest: shownDigest,
        ...(isOutput
          ? {}
          : { originalDigest: sourceDigest, originalWidthPx: info.widthPx, originalHeightPx: info.heightPx }),
      },
    };
  },
};

/** The product of the place was read a moment ago; the others that were ever seen with the file are asked now. */
async function usesOf({ client, image, work, signal }: StepContext): Promise<FileUse[]> {
  const place = work.facts.place;
  const others = image.productIds.filter((productId) => productId !== place?.productId);
  const uses = others.length === 0 ? [] : await readUses(await client(), image.mediaId, others, signal);
  if (place?.productId == null || place.position === null) return uses;
  const { productId, productTitle, position, variantIds } = place;
  return [{ productId, title: productTitle ?? '', position, variantIds }, ...uses];
}
