/**
 * What Shopify says its elements are: names, attributes, allowed words, events, slots. Read from the
 * custom-elements.json of @shopify/polaris-types, so that the stand-ins cannot drift from it.
 */
export interface AttributeSpec {
  /** As written in HTML: lower case. */
  readonly name: string;
  /** As set from a program: camelCase. */
  readonly field: string;
  readonly kind: 'boolean' | 'number' | 'string' | 'any';
  /** The allowed words where only words are allowed; null where the text is free. */
  readonly words: readonly string[] | null;
}

export interface ElementSpec {
  readonly tag: string;
  readonly attributes: readonly AttributeSpec[];
  readonly events: readonly string[];
  readonly slots: readonly string[];
}

interface RawDeclaration {
  readonly tagName?: string;
  readonly attributes?: readonly {
    readonly name?: string;
    readonly fieldName?: string;
    readonly type?: { readonly text?: string };
  }[];
  readonly events?: readonly { readonly name?: string }[];
  readonly slots?: readonly { readonly name?: string }[];
}

export interface RawManifest {
  readonly modules: readonly { readonly declarations: readonly RawDeclaration[] }[];
}

/** Words of a union such as `"auto" | "base"`; null for anything wider than a union of words. */
function wordsOf(type: string): readonly string[] | null {
  const parts = type.split('|').map((part) => part.trim());
  if (!parts.every((part) => /^"[^"]*"$/.test(part) || part === 'undefined')) return null;
  return [...new Set(parts.filter((part) => part !== 'undefined').map((part) => part.slice(1, -1)))];
}

function kindOf(type: string): AttributeSpec['kind'] {
  if (type === 'boolean' || type === 'number') return type;
  return type === 'any' || type.endsWith('[]') ? 'any' : 'string';
}

/** The elements of the manifest in its own order. Methods and `children` are not attributes and are left out. */
export function readManifest(raw: RawManifest): readonly ElementSpec[] {
  return raw.modules
    .flatMap((module) => module.declarations)
    .flatMap((declaration) => {
      if (declaration.tagName === undefined) return [];
      const attributes = (declaration.attributes ?? []).flatMap((attribute): AttributeSpec[] => {
        const type = attribute.type?.text ?? 'string';
        const name = attribute.name;
        if (name === undefined || name === 'children' || name === 'id' || type.includes('=>')) return [];
        return [{ name, field: attribute.fieldName ?? name, kind: kindOf(type), words: wordsOf(type) }];
      });
      return [
        {
          tag: declaration.tagName,
          attributes,
          events: (declaration.events ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
          slots: (declaration.slots ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
        },
      ];
    });
}
