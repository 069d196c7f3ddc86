import { type ContainerFacts, refuse } from './facts.ts';
import { readGifFacts } from './gif.ts';
import { heifFormat, readHeifFacts } from './heif.ts';
import { readJpegFacts } from './jpeg.ts';
import { readPngFacts } from './png.ts';
import { readWebpFacts } from './webp.ts';

const latin1 = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to));

/** Formats that people do upload as images and that are refused by name, by how their first bytes may read. */
const refusedFormats: readonly { readonly name: string; readonly starts: readonly (string | RegExp)[] }[] = [
  { name: 'TIFF', starts: ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'] },
  { name: 'PDF', starts: [/^[^%]{0,16}%PDF-/] },
  { name: 'SVG', starts: [/^(?:\u00ef\u00bb\u00bf)?\s*<(?:svg|[?]xml|!DOCTYPE svg|!--)/i] },
  { name: 'Photoshop', starts: ['8BPS'] },
  { name: 'BMP', starts: ['BM'] },
  { name: 'JPEG XL', starts: ['\u00ff\u000a', '\0\0\0\u000cJXL '] },
  { name: 'JPEG 2000', starts: ['\0\0\0\u000cjP  ', '\u00ffO\u00ffQ'] },
  { name: 'icon', starts: ['\0\0\u0001\0', '\0\0\u0002\0'] },
  { name: 'camera raw', starts: ['FUJIFILMCCD-RAW', 'IIU\0', 'IIRO'] },
];

/**
 * Tells the format from the first bytes alone, whatever the name or the sender says, and reads the size from the
 * file's own structure. Nothing is decoded; the time is linear in the bytes.
 * @throws ImageError image-not-an-image, image-unsupported-format, image-corrupt
 */
export function readContainer(bytes: Uint8Array): ContainerFacts {
  const head = latin1(bytes, 0, 64);
  if (head.startsWith('\u00ff\u00d8\u00ff')) return readJpegFacts(bytes);
  if (head.startsWith('\u0089PNG\r\n\u001a\n')) return readPngFacts(bytes);
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return readGifFacts(bytes);
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return readWebpFacts(bytes);
  if (head.slice(4, 8) === 'ftyp') {
    const heif = heifFormat(bytes);
    if (heif) return readHeifFacts(bytes, heif.format, heif.isSequence);
  }
  const foreign = refusedFormats.find(({ starts }) =>
    starts.some((start) => (typeof start === 'string' ? head.startsWith(start) : start.test(head))),
  );
  if (foreign) {
    refuse(
      'image-unsupported-format',
      `This is a ${foreign.name} file, which cannot be sharpened; upload it as JPEG, PNG or WebP.`,
    );
  }
  return refuse(
    'image-not-an-image',
    'This file is not an image that can be read; upload a JPEG, PNG, WebP, GIF or AVIF file.',
  );
}
