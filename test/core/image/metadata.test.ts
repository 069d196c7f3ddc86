import exifr from 'exifr';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { type FinishOptions, finish } from '../../../web/core/image/finish.ts';
import { readIccProfile } from '../../../web/core/image/icc.ts';
import { configureLibvips } from '../../../web/core/image/libvips.ts';
import { prepare } from '../../../web/core/image/prepare.ts';
import type { KeptMetadata } from '../../../web/core/image/rights-texts.ts';
import { isSrgbProfile } from '../../../web/core/image/srgb.ts';
import { xmpPacket } from '../../../web/core/image/xmp.ts';
import { insertJpegSegment, insertPngChunk } from './embed.ts';
import { photo, toSharp } from './pictures.ts';

beforeAll(configureLibvips);

const rights: KeptMetadata = {
  copyright: '© 2026 Bäckerei <Müller> & Söhne "GmbH"',
  creator: "Ana O'Neill",
  credit: 'Studio 7',
  usageTerms: 'All rights reserved',
  webStatement: 'https://example.com/terms?a=1&b=2',
  hasContentCredentials: false,
};
const options: FinishOptions = {
  format: 'jpg',
  sourceFormat: 'jpg',
  longestSidePx: null,
  squarePadding: null,
  background: null,
  goalBytes: null,
  keep: rights,
  sourceType: 'compositeWithTrainedAlgorithmicMedia',
};
const picture = { rgb: photo(64, 48), alpha: null };
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const none: KeptMetadata = {
  copyright: null,
  creator: null,
  credit: null,
  usageTerms: null,
  webStatement: null,
  hasContentCredentials: false,
};

describe.each(['jpg', 'png', 'webp'] as const)('%s', (format) => {
  const made = (changes: Partial<FinishOptions> = {}) => finish(picture, { ...options, format, ...changes });

  test('is tagged as sRGB, upright, with nothing else', async () => {
    const { icc, orientation, iptc, exif, space } = await sharp(
      (await made({ keep: null })).bytes,
    ).metadata();
    const profile = icc && readIccProfile(icc);
    expect(profile && isSrgbProfile(profile)).toBe(true);
    expect([orientation ?? 1, iptc, exif, space]).toEqual([1, undefined, undefined, 'srgb']);
  });

  test('what is kept comes back through our own reader', async () => {
    const { keep } = await prepare((await made()).bytes, { maxInputSidePx: null });
    expect(keep).toEqual(rights);
  });

  test('the mark says how it was made', async () => {
    for (const sourceType of ['algorithmicallyEnhanced', 'compositeWithTrainedAlgorithmicMedia'] as const) {
      const { xmpAsString } = await sharp((await made({ sourceType })).bytes).metadata();
      expect(xmpAsString).toContain(`>http://cv.iptc.org/newscodes/digitalsourcetype/${sourceType}<`);
    }
    const { xmpAsString } = await sharp((await made({ sourceType: null })).bytes).metadata();
    expect(xmpAsString).not.toContain('DigitalSourceType');
  });
});

test.each(['jpg', 'png'] as const)(
  'an independent reader finds the mark, the rights and the profile in %s',
  async (format) => {
    const { bytes } = await finish(picture, { ...options, format });
    const read = await exifr.parse(Buffer.from(bytes), {
      xmp: true,
      icc: true,
      tiff: true,
      mergeOutput: false,
    });
    expect(read.Iptc4xmpExt.DigitalSourceType).toBe(
      'http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia',
    );
    expect(read.dc.rights.value ?? read.dc.rights).toContain('2026 Bäckerei');
    expect(read.xmpRights.WebStatement).toContain('example.com/terms');
    expect(read.photoshop.Credit).toBe('Studio 7');
    expect(read.icc.ColorSpaceData).toBe('RGB');
    if (format === 'jpg') {
      // EXIF is ASCII: spelled without accents.
      expect(read.ifd0.Copyright).toBe('(C) 2026 Backerei <Muller> & Sohne "GmbH"');
      expect(read.ifd0.Artist).toContain('Ana');
    }
  },
);

describe('rights are found where sources keep them', () => {
  const base = () => toSharp(photo(40, 40)).jpeg().toBuffer();
  const kept = async (bytes: Uint8Array): Promise<KeptMetadata> =>
    (await prepare(bytes, { maxInputSidePx: null })).keep;

  test('nowhere: nothing is made up', async () => {
    expect(await kept(await base())).toEqual(none);
  });

  test('EXIF', async () => {
    const bytes = await toSharp(photo(40, 40))
      .withExif({ IFD0: { Copyright: '(c) Someone', Artist: 'A. Person' } })
      .jpeg()
      .toBuffer();
    expect(await kept(bytes)).toEqual({ ...none, copyright: '(c) Someone', creator: 'A. Person' });
  });

  test('IPTC, as Photoshop writes it', async () => {
    const dataset = (record: number, id: number, text: Buffer): Buffer =>
      Buffer.concat([Buffer.from([0x1c, record, id, text.length >> 8, text.length & 255]), text]);
    const iim = Buffer.concat([
      dataset(1, 90, Buffer.from([0x1b, 0x25, 0x47])),
      dataset(2, 116, Buffer.from('© Käufer')),
      dataset(2, 80, latin1('By Line')),
      dataset(2, 110, latin1('Agency')),
    ]);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(iim.length);
    const other = Buffer.from('8BIM\u0004\u0025\0\0\0\0\0\u0004abcd', 'latin1');
    const block = Buffer.concat([
      latin1('Photoshop 3.0\0'),
      other,
      latin1('8BIM\u0004\u0004\0\0'),
      size,
      iim,
    ]);
    expect(await kept(insertJpegSegment(await base(), 0xed, block))).toEqual({
      ...none,
      copyright: '© Käufer',
      creator: 'By Line',
      credit: 'Agency',
    });
  });

  test('XMP, as attributes and in any order', async () => {
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description photoshop:Credit="A &amp; B" xmpRights:WebStatement='https://x.example'><dc:creator><rdf:Seq><rdf:li>One</rdf:li><rdf:li>Two</rdf:li></rdf:Seq></dc:creator><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">&#xA9; Us</rdf:li><rdf:li xml:lang="de">Wir</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>`;
    const bytes = await toSharp(photo(40, 40)).withXmp(xmp).jpeg().toBuffer();
    expect(await kept(bytes)).toEqual({
      ...none,
      copyright: '© Us',
      creator: 'One; Two',
      credit: 'A & B',
      webStatement: 'https://x.example',
    });
  });

  test('PNG text', async () => {
    const png = await toSharp(photo(40, 40)).png().toBuffer();
    const bytes = insertPngChunk(
      insertPngChunk(png, 'tEXt', latin1('Copyright\0\u00a9 Me')),
      'tEXt',
      latin1('Author\0I'),
    );
    expect(await kept(bytes)).toEqual({ ...none, copyright: '© Me', creator: 'I' });
  });

  test('a deflated XMP in a PNG', async () => {
    const { deflateSync } = await import('node:zlib');
    const packet = deflateSync(Buffer.from(xmpPacket(null, rights)));
    const data = Buffer.concat([latin1('XML:com.adobe.xmp\0\u0001\0\0\0'), packet]);
    const png = await toSharp(photo(40, 40)).png().toBuffer();
    expect(await kept(insertPngChunk(png, 'iTXt', data))).toEqual(rights);
  });

  test('a C2PA manifest is seen, not copied, and the notes say where it stays', async () => {
    const box = latin1(
      'JP\0\u0001\0\0\0\u0001\0\0\0\u0040jumb\0\0\0\u001ejumdc2pa\0\u0011\0\u0010\u0080\0\0\u00aa\u00008\u009bq\u0003c2pa\0',
    );
    const keep = await kept(insertJpegSegment(await base(), 0xeb, box));
    expect(keep).toEqual({ ...none, hasContentCredentials: true });
    const made = await finish(picture, { ...options, keep });
    expect(made.notes.join()).toMatch(/Content Credentials.*stay with the original/);
    expect(Buffer.from(made.bytes).includes('jumb')).toBe(false);
  });

  test.each([
    [
      'EXIF that points outside',
      insertExif(
        Buffer.from(
          'II*\0\u0008\0\0\0\u0001\0\u0098\u0082\u0002\0\u00ff\u00ff\u00ff\u007f\u00ff\u00ff\u00ff\u007f',
          'latin1',
        ),
      ),
    ],
    ['EXIF of four bytes', insertExif(latin1('II*\0'))],
    [
      'IPTC cut short',
      (jpeg: Buffer) =>
        insertJpegSegment(
          jpeg,
          0xed,
          latin1('Photoshop 3.0\u00008BIM\u0004\u0004\0\0\0\0\u00ff\u00ff\u001c\u0002\u0074\u00ff'),
        ),
    ],
    [
      'XMP that never closes',
      (jpeg: Buffer) =>
        insertJpegSegment(
          jpeg,
          0xe1,
          latin1(`http://ns.adobe.com/xap/1.0/\0${'<dc:rights><rdf:Alt>'.repeat(3000)}`),
        ),
    ],
  ])('%s is no reason to fail', async (_, damage) => {
    expect(await kept(damage(await base()))).toEqual(none);
  });

  test('control characters and overlong texts do not get through', async () => {
    const png = await toSharp(photo(40, 40)).png().toBuffer();
    const bytes = insertPngChunk(png, 'tEXt', latin1(`Copyright\0a\u0001\n\tb${'x'.repeat(9000)}`));
    const { copyright } = await kept(bytes);
    expect(copyright).toMatch(/^a bx+$/);
    expect(copyright).toHaveLength(2000);
  });
});

function insertExif(tiff: Buffer): (jpeg: Buffer) => Buffer {
  return (jpeg) => insertJpegSegment(jpeg, 0xe1, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]));
}
