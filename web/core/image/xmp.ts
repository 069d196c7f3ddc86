import type { KeptMetadata } from './rights-texts.ts';

/**
 * What a machine did to the picture, in the words of the IPTC vocabulary Digital Source Type
 * (https://cv.iptc.org/newscodes/digitalsourcetype/, as modified on 2024-09-17):
 * - `algorithmicallyEnhanced`, "Algorithmically-altered media": modification or correction by an algorithm that is
 *   not generative. The local networks: they are trained, but they reconstruct what the input implies.
 * - `compositeWithTrainedAlgorithmicMedia`, "Edited using Generative AI": a generative model changed the picture.
 *   InvSR and other diffusion models: texture is sampled, not measured.
 */
export type DigitalSourceType = 'algorithmicallyEnhanced' | 'compositeWithTrainedAlgorithmicMedia';

const vocabulary = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.codePointAt(0)};`);
}

const language = (text: string): string =>
  `<rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(text)}</rdf:li></rdf:Alt>`;

/**
 * The XMP packet (ISO 16684-1) of a finished image: how it was made, and the rights that are kept.
 * sourceType null leaves the mark out, for an image that no engine touched.
 */
export function xmpPacket(sourceType: DigitalSourceType | null, rights: KeptMetadata | null): string {
  const properties = [
    sourceType && `<Iptc4xmpExt:DigitalSourceType>${vocabulary}${sourceType}</Iptc4xmpExt:DigitalSourceType>`,
    '<xmp:CreatorTool>Vitrine</xmp:CreatorTool>',
    rights?.copyright && `<dc:rights>${language(rights.copyright)}</dc:rights>`,
    rights?.copyright && '<xmpRights:Marked>True</xmpRights:Marked>',
    rights?.creator &&
      `<dc:creator><rdf:Seq><rdf:li>${escapeXml(rights.creator)}</rdf:li></rdf:Seq></dc:creator>`,
    rights?.credit && `<photoshop:Credit>${escapeXml(rights.credit)}</photoshop:Credit>`,
    rights?.usageTerms && `<xmpRights:UsageTerms>${language(rights.usageTerms)}</xmpRights:UsageTerms>`,
    rights?.webStatement &&
      `<xmpRights:WebStatement>${escapeXml(rights.webStatement)}</xmpRights:WebStatement>`,
  ];
  return [
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/"',
    ' xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"',
    ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">',
    ...properties.filter((property) => typeof property === 'string'),
    '</rdf:Description></rdf:RDF></x:xmpmeta>',
    '<?xpacket end="w"?>',
  ].join('');
}
