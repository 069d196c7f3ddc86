import { formatName } from './containers/facts.ts';
import { ImageError } from './errors.ts';
import type { OutputFormat, SourceFormat } from './types.ts';

export type FormatChoice = 'keep' | OutputFormat;

const mimeTypes: Readonly<Record<OutputFormat, string>> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

export const mimeTypeOf = (format: OutputFormat): string => mimeTypes[format];

/** Whether `keep` works for a source: GIF, HEIC and AVIF are read, but not written. */
export function canKeepFormat(source: SourceFormat): source is OutputFormat {
  return source === 'jpg' || source === 'png' || source === 'webp';
}

/**
 * The format that is written. A file in a shop can be replaced in place only by one with the same extension, so a
 * source that cannot be kept is refused with the way out, rather than changed in silence.
 * @throws ImageError image-cannot-keep-format
 */
export function chooseFormat(choice: FormatChoice, source: SourceFormat): OutputFormat {
  if (choice !== 'keep') return choice;
  if (canKeepFormat(source)) return source;
  throw new ImageError(
    'image-cannot-keep-format',
    `${formatName(source)} files cannot be written, so this image cannot be replaced in its own format; choose PNG, JPEG or WebP to have a new file made.`,
  );
}
