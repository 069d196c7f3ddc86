import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  type IntrospectionInputValue,
  type IntrospectionQuery,
  type IntrospectionType,
  type IntrospectionTypeRef,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  print,
  printSchema,
} from 'graphql';
import { droppedFields, keptFields, keptTypes } from './kept-types.ts';

/** Reads a gzipped introspection answer. Throws what the file system, zlib or JSON throws. */
export function readIntrospection(path: string): IntrospectionQuery {
  const parsed = JSON.parse(gunzipSync(readFileSync(path)).toString('utf8')) as {
    data?: IntrospectionQuery;
  } & IntrospectionQuery;
  return parsed.data ?? parsed;
}

function namedType(ref: IntrospectionTypeRef): string {
  return ref.kind === 'NON_NULL' || ref.kind === 'LIST' ? namedType(ref.ofType) : ref.name;
}

const isComposite = (type: IntrospectionType): boolean =>
  type.kind === 'OBJECT' || type.kind === 'INTERFACE' || type.kind === 'UNION';

/** The introspection cut down to the kept types; descriptions go, deprecations and defaults stay. */
export function pruneIntrospection(full: IntrospectionQuery): IntrospectionQuery {
  const types = new Map(full.__schema.types.map((type) => [type.name, type]));
  for (const name of keptTypes) {
    if (!types.has(name)) throw new Error(`The full schema has no type ${name}; mend kept-types.ts.`);
  }
  const mentioned = new Set<string>(['Boolean', 'String']);
  const isKept = (name: string): boolean => {
    const type = types.get(name);
    return type !== undefined && (!isComposite(type) || keptTypes.has(name));
  };
  const mention = (name: string): void => {
    if (mentioned.has(name)) return;
    mentioned.add(name);
    const type = types.get(name);
    if (type?.kind === 'INPUT_OBJECT') type.inputFields.forEach(mentionInput);
  };
  const mentionInput = (value: IntrospectionInputValue): void => mention(namedType(value.type));
  const bare = <T extends { description?: unknown }>(part: T): T => ({ ...part, description: null });

  const composites = [...keptTypes].map((name): IntrospectionType => {
    const type = types.get(name) as IntrospectionType;
    if (type.kind === 'UNION') {
      const possibleTypes = type.possibleTypes.filter((member) => isKept(member.name));
      return { ...bare(type), possibleTypes };
    }
    if (type.kind !== 'OBJECT' && type.kind !== 'INTERFACE') throw new Error(`${name} is no composite type`);
    const listed = keptFields[name];
    for (const field of listed ?? []) {
      if (!type.fields.some((one) => one.name === field)) throw new Error(`${name} has no field ${field}`);
    }
    const fields = type.fields
      .filter(
        (field) =>
          isKept(namedType(field.type)) && (listed?.includes(field.name) ?? !droppedFields.test(field.name)),
      )
      .map((field) => {
        mention(namedType(field.type));
        field.args.forEach(mentionInput);
        return { ...bare(field), args: field.args.map(bare) };
      });
    const interfaces = type.interfaces.filter((one) => isKept(one.name));
    if (type.kind === 'OBJECT') return { ...bare(type), fields, interfaces };
    const possibleTypes = type.possibleTypes.filter((one) => isKept(one.name));
    return { ...bare(type), fields, interfaces, possibleTypes };
  });
  for (const directive of full.__schema.directives) directive.args.forEach(mentionInput);

  const leaves = [...mentioned]
    .filter((name) => !keptTypes.has(name))
    .map((name): IntrospectionType => {
      const type = types.get(name) as IntrospectionType;
      if (type.kind === 'ENUM') return { ...bare(type), enumValues: type.enumValues.map(bare) };
      if (type.kind === 'INPUT_OBJECT') return { ...bare(type), inputFields: type.inputFields.map(bare) };
      return bare(type);
    });
  const introspectionTypes = full.__schema.types.filter((type) => type.name.startsWith('__'));
  return {
    __schema: {
      ...full.__schema,
      description: null,
      directives: full.__schema.directives.map((one) => ({ ...bare(one), args: one.args.map(bare) })),
      types: [...composites, ...leaves, ...introspectionTypes],
    },
  };
}

/** The pruned schema as sorted SDL, with a line that says where it is from. */
export function printPruned(pruned: IntrospectionQuery): string {
  const head =
    '# Shopify Admin API 2026-10, cut down by scripts/prune-schema.ts. Do not edit: change scripts/schema/kept-types.ts.\n';
  return `${head}\n${printSchema(lexicographicSortSchema(buildClientSchema(pruned)))}\n`;
}

function defaultOf({ default: value }: GraphQLArgument | GraphQLInputField): string {
  if (value === undefined) return 'none';
  return value.literal === undefined ? JSON.stringify(value.value) : print(value.literal);
}

interface Part {
  readonly type: string;
  readonly deprecated: string;
}

/** Every field, argument, input field and enum value of a schema, by path, with its type and deprecation. */
function partsOf(schema: GraphQLSchema): Map<string, Part> {
  const parts = new Map<string, Part>();
  const note = (path: string, type: string, deprecated: string | null | undefined): void => {
    parts.set(path, { type, deprecated: deprecated ?? '' });
  };
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    note(type.name, type.constructor.name, '');
    if (isEnumType(type)) {
      for (const value of type.getValues())
        note(`${type.name}.${value.name}`, 'value', value.deprecationReason);
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, `${field.type} = ${defaultOf(field)}`, field.deprecationReason);
      }
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        note(`${type.name}.${field.name}`, String(field.type), field.deprecationReason);
        for (const arg of field.args) {
          note(
            `${type.name}.${field.name}(${arg.name})`,
            `${arg.type} = ${defaultOf(arg)}`,
            arg.deprecationReason,
          );
        }
      }
    }
  }
  return parts;
}

const parent = (path: string): string => path.replace(/(\.[^.(]+|\([^)]*\))$/, '');

/**
 * What in the committed copy is not as in the full schema: a part that is unknown, of another type, default or
 * deprecation, or an enum value, input field or argument of a kept part that is missing.
 */
export function differencesFromFull(sdl: string, full: IntrospectionQuery): string[] {
  const copy = partsOf(buildSchema(sdl));
  const fullSchema = buildClientSchema(full);
  const whole = partsOf(fullSchema);
  const faults: string[] = [];
  for (const [path, part] of copy) {
    const original = whole.get(path);
    if (original === undefined) faults.push(`${path} is not in the full schema`);
    else if (original.type !== part.type)
      faults.push(`${path} is ${part.type}, but ${original.type} in the full schema`);
    else if (original.deprecated !== part.deprecated)
      faults.push(`${path} is not deprecated as in the full schema`);
  }
  for (const path of whole.keys()) {
    if (copy.has(path) || !copy.has(parent(path)) || parent(path) === path) continue;
    const owner = fullSchema.getType(parent(path).split('.')[0] ?? '');
    const isArgument = path.endsWith(')');
    if (isArgument || isEnumType(owner) || isInputObjectType(owner)) faults.push(`${path} is missing`);
  }
  return faults;
}
