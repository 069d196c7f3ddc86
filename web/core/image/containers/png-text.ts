import { inflateSync } from 'node:zlib';
import { pngChunks } from './png.ts';

/** No statement of rights is longer; what inflates to more is a bomb and is left alone. */
const maxTextBytes = 256 * 1024;

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

function inflate(bytes: Uint8Array): Uint8Array | null {
  try {
    return inflateSync(bytes, { maxOutputLength: maxTextBytes });
  } catch {
    // Broken or too large: the text is as good as absent, the picture is not touched by it.
    return null;
  }
}

/** Keyword and text of a tEXt, zTXt or iTXt chunk; null where it is broken. */
function readText(type: string, data: Uint8Array): readonly [string, string] | null {
  const end = data.indexOf(0);
  if (end < 1 || end > 79) return null;
  const keyword = latin1(data.subarray(0, end));
  // Some writers, libvips among them, put XMP into a Latin-1 chunk all the same: XMP is UTF-8 wherever it stands.
  const decode = keyword.startsWith('XML:') ? utf8 : latin1;
  if (type === 'tEXt') return [keyword, decode(data.subarray(end + 1, end + 1 + maxTextBytes))];
  if (type === 'zTXt') {
    const text = inflate(data.subarray(end + 2));
    return text && [keyword, decode(text)];
  }
  const isCompressed = data[end + 1] === 1;
  const language = data.indexOf(0, end + 3);
  const translated = language === -1 ? -1 : data.indexOf(0, language + 1);
  if (translated === -1) return null;
  const body = data.subarray(translated + 1);
  const text = isCompressed ? inflate(body) : body.subarray(0, maxTextBytes);
  return text && [keyword, utf8(text)];
}

/**
 * The texts of a PNG with one of the given keywords, the first of each. bytes: untrusted. Never throws; at most
 * 256 KiB are inflated for one keyword.
 */
export function readPngTexts(bytes: Uint8Array, keywords: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { type, start, end } of pngChunks(bytes)) {
    if (!type.endsWith('Xt') && !type.endsWith('XT')) continue;
    const data = bytes.subarray(start + 8, end - 4);
    const keyword = latin1(data.subarray(0, Math.max(0, Math.min(data.indexOf(0), 79))));
    if (!keywords.includes(keyword) || found.has(keyword)) continue;
    const text = readText(type, data);
    if (text) found.set(text[0], text[1]);
  }
  return found;
}
