import { readFileSync } from 'node:fs';
import {
  buildSchema,
  GraphQLError,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { StoreContext } from './context.ts';
import { checkPageSize, checkReach } from './pagination.ts';
import { resolvers } from './resolvers/index.ts';
import { accessFault } from './scopes.ts';

const sdlFile = new URL('../../schema/admin-2026-10.graphql', import.meta.url);

/** Shopify's own scalars that are more than strings. */
function mendScalars(schema: GraphQLSchema): void {
  const dateTime = schema.getType('DateTime');
  if (isScalarType(dateTime)) {
    dateTime.coerceInputValue = (value: unknown) => {
      if (typeof value === 'string' && !Number.isNaN(Date.parse(value))) return value;
      throw new GraphQLError(`'${String(value)}' is not a valid DateTime`);
    };
  }
  const unsigned = schema.getType('UnsignedInt64');
  if (isScalarType(unsigned)) {
    unsigned.coerceInputValue = (value: unknown) => {
      if (/^\d{1,20}$/.test(String(value))) return String(value);
      throw new GraphQLError(`'${String(value)}' is not a valid UnsignedInt64`);
    };
  }
}

/** The pruned schema with the store's resolvers on it. Throws if a resolver is named for a field that does not exist. */
export function createStoreSchema(): GraphQLSchema {
  const schema = buildSchema(readFileSync(sdlFile, 'utf8'));
  mendScalars(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) type.resolveType = (value) => (value as { kind: string }).kind;
  }
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`The schema has no object ${typeName}`);
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (field === undefined) throw new Error(`${typeName} has no field ${name}`);
      field.resolve = (source, args, context: StoreContext, info) => {
        if (typeName === 'QueryRoot' || typeName === 'Mutation') {
          const fault = accessFault(name, context.scopes);
          if (fault !== null) throw fault;
        }
        if (context.isBulk) return resolve(source, args, context, info);
        checkPageSize(args, name);
        const page = resolve(source, args, context, info);
        checkReach(page, name);
        return page;
      };
    }
  }
  return schema;
}
