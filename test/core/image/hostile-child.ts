import { deflateSync } from 'node:zlib';
import { ImageError } from '../../../web/core/image/errors.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import { insertPngChunk, pngBomb, pngChunk } from './embed.ts';
import { cutOut, photo, toSharp } from './pictures.ts';

/**
 * What a worker does with the worst that strangers upload, in a process of its own so that its peak memory can be
 * read. `make` prints the files, deflated; without it they are read from stdin, and for each the code (or "taken")
 * and the peak of resident memory so far are printed. Making them needs more memory than using them.
 */
configureLibvips();

/** 16-bit RGBA of one colour: a few hundred kB whatever its size. */
function flatDeepPng(widthPx: number, heightPx: number): Buffer {
  const bytesPerPixel = 8;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(widthPx, 0);
  header.writeUInt32BE(heightPx, 4);
  header.set([16, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(Buffer.alloc((widthPx * bytesPerPixel + 1) * heightPx), { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

if (process.argv[2] === 'make') {
  const files = {
    'bomb of 196 MP': pngBomb(14_000, 14_000, 14_000),
    'sides of 65,535': pngBomb(65_535, 65_535, 1),
    '16-bit RGBA of 25 MP': flatDeepPng(5000, 5000),
    'text that inflates to 7 GB': Buffer.concat([
      (await toSharp(cutOut(64, 64)).png().toBuffer()).subarray(0, 33),
      ...Array(900).fill(
        pngChunk(
          'zTXt',
          Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(Buffer.alloc(7_900_000, 'A'))]),
        ),
      ),
      (await toSharp(cutOut(64, 64)).png().toBuffer()).subarray(33),
    ]),
    'profile that inflates to 100 MB': insertPngChunk(
      await toSharp(photo(64, 64)).png().toBuffer(),
      'iCCP',
      Buffer.concat([Buffer.from('x\0\0', 'latin1'), deflateSync(Buffer.alloc(100_000_000))]),
    ),
    'zeros of 20 MB': Buffer.alloc(20_000_000),
    'marks of 20 MB': Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(20_000_000, 0xff)]),
    'chunks of 20 MB': Buffer.concat([
      (await toSharp(photo(64, 64)).png().toBuffer()).subarray(0, 33),
      Buffer.alloc(20_000_000, pngChunk('abCd', Buffer.alloc(0))),
    ]),
    'boxes of 20 MB': Buffer.concat([
      Buffer.from('\0\0\0\u0014ftypavif\0\0\0\0avif', 'latin1'),
      Buffer.alloc(20_000_000, Buffer.from('\0\0\0\u0008free', 'latin1')),
    ]),
  };
  process.stdout.write(
    JSON.stringify(
      Object.entries(files).map(([name, bytes]) => [name, deflateSync(bytes).toString('base64')]),
    ),
  );
} else {
  const { inflateSync } = await import('node:zlib');
  const input: Buffer[] = [];
  for await (const chunk of process.stdin) input.push(chunk as Buffer);
  const files = JSON.parse(Buffer.concat(input).toString()) as [string, string][];
  const results: { name: string; outcome: string; peakBytes: number }[] = [];
  for (const [name, base64] of files) {
    const bytes = inflateSync(Buffer.from(base64, 'base64'));
    let outcome = 'taken';
    try {
      await prepare(bytes, { maxInputSidePx: null });
    } catch (error) {
      outcome = error instanceof ImageError ? error.code : String(error);
    }
    const peakBytes = process.resourceUsage().maxRSS * 1024;
    results.push({ name, outcome, peakBytes });
  }
  process.stdout.write(JSON.stringify(results));
}
