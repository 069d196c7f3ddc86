import { readPngTexts } from './containers/png-text.ts';
import { exifTexts } from './rights-exif.ts';
import { iptcTexts } from './rights-iptc.ts';
import type { KeptMetadata, RightsTexts } from './rights-texts.ts';
import { xmpTexts } from './rights-xmp.ts';

/** Where a source may keep its metadata: blobs as libvips hands them out. */
export interface MetadataBlobs {
  readonly exif?: Uint8Array | undefined;
  readonly iptc?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
}

const maxTextLength = 2000;

/** One line of plain text: control characters out, spaces together, at most 2000 characters; null when empty. */
function clean(text: string | undefined): string | null {
  if (text === undefined) return null;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]+/g, ' ').replace(/\s+/g, ' ');
  return plain.trim().slice(0, maxTextLength).toWellFormed() || null;
}

/** A JUMBF box labelled c2pa, in whatever container: APP11, caBX, the RIFF chunk C2PA or a HEIF uuid box. */
function hasManifest(source: Uint8Array): boolean {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const box = buffer.indexOf('jumd', 0, 'latin1');
  return box !== -1 && buffer.subarray(box, box + 64).includes('c2pa');
}

/**
 * The rights that a source states, XMP before IPTC before EXIF before PNG text, as the IPTC Photo Metadata guide
 * ranks them for writing. source: the whole file, untrusted. Never throws: what cannot be read counts as absent.
 */
export function readKeptMetadata(
  source: Uint8Array,
  { metadata }: { readonly metadata: MetadataBlobs },
): KeptMetadata {
  const png = readPngTexts(source[0] === 0x89 ? source : new Uint8Array(), [
    'XML:com.adobe.xmp',
    'Copyright',
    'Author',
  ]);
  const xmp = metadata.xmp ? Buffer.from(metadata.xmp).toString('utf8') : png.get('XML:com.adobe.xmp');
  const stated: readonly RightsTexts[] = [
    xmp === undefined ? {} : xmpTexts(xmp),
    metadata.iptc ? iptcTexts(metadata.iptc) : {},
    metadata.exif ? exifTexts(metadata.exif) : {},
    { copyright: png.get('Copyright') ?? '', creator: png.get('Author') ?? '' },
  ];
  const first = (name: keyof RightsTexts): string | null =>
    stated.map((texts) => clean(texts[name])).find((text) => text !== null) ?? null;
  return {
    copyright: first('copyright'),
    creator: first('creator'),
    credit: first('credit'),
    usageTerms: first('usageTerms'),
    webStatement: first('webStatement'),
    hasContentCredentials: hasManifest(source),
  };
}
