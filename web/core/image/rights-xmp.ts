import type { RightsTexts } from './rights-texts.ts';

const propertyNames: readonly (readonly [string, keyof RightsTexts])[] = [
  ['dc:rights', 'copyright'],
  ['dc:creator', 'creator'],
  ['photoshop:Credit', 'credit'],
  ['xmpRights:UsageTerms', 'usageTerms'],
  ['xmpRights:WebStatement', 'webStatement'],
];

/** Longer packets hold edit histories and thumbnails; rights stand near the front. */
const maxPacketLength = 256 * 1024;

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** Text between two marks; searched with indexOf, since a backtracking pattern would be a gift to hostile files. */
function between(text: string, open: string, close: string, from = 0): string | null {
  const start = text.indexOf(open, from);
  if (start === -1) return null;
  const end = text.indexOf(close, start + open.length);
  return end === -1 ? null : text.slice(start + open.length, end);
}

function readProperty(packet: string, property: string): string | null {
  const attribute = between(packet, `${property}="`, '"') ?? between(packet, `${property}='`, "'");
  if (attribute !== null) return unescapeXml(attribute);
  const element = between(packet, `<${property}`, `</${property}>`);
  if (element === null) return null;
  const body = element.slice(element.indexOf('>') + 1);
  // Alternatives by language and ordered lists keep their text in items; the default language comes first.
  const items: string[] = [];
  for (
    let at = body.indexOf('<rdf:li');
    at !== -1 && items.length < 20;
    at = body.indexOf('<rdf:li', at + 1)
  ) {
    const item = between(body, '>', '</rdf:li>', at);
    if (item !== null) items.push(unescapeXml(item));
  }
  if (items.length === 0) return body.includes('<') ? null : unescapeXml(body);
  return body.includes('<rdf:Alt') ? (items[0] ?? null) : items.join('; ');
}

/** Rights statements of an XMP packet (ISO 16684-1), under the prefixes that its writers use. Never throws. */
export function xmpTexts(packet: string): RightsTexts {
  const head = packet.slice(0, maxPacketLength);
  const texts: RightsTexts = {};
  for (const [property, name] of propertyNames) {
    const value = readProperty(head, property);
    if (value !== null) texts[name] = value;
  }
  return texts;
}
