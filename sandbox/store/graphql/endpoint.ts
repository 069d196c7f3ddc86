/** POST /admin/api/{version}/graphql.json: checks, cost, execution, answer. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type DocumentNode,
  execute,
  type FormattedExecutionResult,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import type { Clock } from '../clock/clock.ts';
import type { Faults } from '../faults.ts';
import { readBody, sendJson, sendText } from '../hosts/http.ts';
import type { Tokens } from '../identity/tokens.ts';
import type { Interjections } from '../interjections.ts';
import type { ShopState } from '../records.ts';
import type { Bucket } from './bucket.ts';
import type { StoreContext } from './context.ts';
import { actualCost, type CostInput, maxQueryCost, requestedCost } from './cost.ts';
import { explain } from './validation-messages.ts';

export const apiVersion = '2026-10';
const maxBodyBytes = 4e6;

export interface EndpointDeps {
  readonly schema: GraphQLSchema;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly interjections: Interjections;
  readonly tokens: Tokens;
  readonly bucketOf: (shop: ShopState) => Bucket;
  readonly contextOf: (shop: ShopState, scopes: readonly string[]) => StoreContext;
  /** Hears of every operation that was carried out. */
  readonly onOperation: (shop: ShopState, record: OperationRecord) => void;
}

export interface OperationRecord {
  readonly name: string | null;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly rootFields: readonly string[];
  readonly atMs: number;
  readonly requestedCost: number;
  readonly actualCost: number;
  readonly wasThrottled: boolean;
}

interface Request {
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

const shopStates = {
  frozen: [402, 'Unavailable Shop'],
  forbidden: [403, 'Forbidden'],
  locked: [423, 'Locked'],
} as const;

const htmlPage =
  '<!DOCTYPE html><html><head><title>Something went wrong</title></head><body>Please try again.</body></html>';

interface Prepared {
  readonly cost: CostInput;
  readonly document: DocumentNode;
  readonly name: string | null;
  readonly rootFields: readonly string[];
}

function prepare(schema: GraphQLSchema, request: Request): Prepared | readonly GraphQLError[] {
  if (typeof request.query !== 'string') return [new GraphQLError('No query string was present')];
  let document: DocumentNode;
  try {
    document = parse(request.query, { maxTokens: 20_000 });
  } catch (error) {
    return error instanceof GraphQLError ? [error] : [new GraphQLError(String(error))];
  }
  const faults = validate(schema, document);
  if (faults.length > 0) return faults;
  const operations = document.definitions.filter(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  const wanted = typeof request.operationName === 'string' ? request.operationName : null;
  const operation = wanted === null ? operations[0] : operations.find((one) => one.name?.value === wanted);
  if (operation === undefined || (wanted === null && operations.length > 1)) {
    return [new GraphQLError('An operation name is required')];
  }
  const fragments = new Map(
    document.definitions
      .filter((one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION)
      .map((one) => [one.name.value, one]),
  );
  const variables = (request.variables ?? {}) as Record<string, unknown>;
  const rootFields = operation.selectionSet.selections.flatMap((one) =>
    one.kind === Kind.FIELD ? [one.name.value] : [],
  );
  return {
    cost: { schema, operation, fragments, variables },
    document,
    name: operation.name?.value ?? null,
    rootFields,
  };
}

const isRefusal = (value: Prepared | readonly GraphQLError[]): value is readonly GraphQLError[] =>
  Array.isArray(value);

export function createGraphqlEndpoint(deps: EndpointDeps) {
  const { faults, schema } = deps;

  /** Faults that answer before anything is done. True: answered. */
  function strikeBefore(response: ServerResponse, where: { shop: string; operation: string }): boolean {
    const slowDown = faults.strike('api.tooManyRequests', where);
    if (slowDown !== null) {
      const seconds = (slowDown.retryAfterSeconds ?? 2).toFixed(1);
      sendJson(response, 429, { errors: 'Exceeded API rate limit.' }, { 'retry-after': seconds });
      return true;
    }
    const failed = faults.strike('api.serverError', where);
    if (failed !== null) {
      sendJson(response, failed.status ?? 503, { errors: 'Internal Server Error' });
      return true;
    }
    if (faults.strike('api.html', where) !== null) {
      sendText(response, 200, htmlPage, 'text/html; charset=utf-8');
      return true;
    }
    if (faults.strike('api.unauthorized', where) !== null) {
      unauthorized(response);
      return true;
    }
    return false;
  }

  function unauthorized(response: ServerResponse): void {
    const errors = '[API] Invalid API key or access token (unrecognized login or wrong password)';
    sendJson(response, 401, { errors });
  }

  function throttled(response: ServerResponse, bucket: Bucket, requested: number): void {
    const error = {
      message: 'Throttled',
      extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
    };
    const cost = { requestedQueryCost: requested, actualQueryCost: null, throttleStatus: bucket.status() };
    sendJson(response, 200, { errors: [error], extensions: { cost } });
  }

  async function run(prepared: Prepared, context: StoreContext): Promise<FormattedExecutionResult> {
    const result = await execute({
      schema,
      document: prepared.document,
      variableValues: prepared.cost.variables,
      operationName: prepared.name,
      contextValue: context,
    });
    return {
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(result.errors === undefined ? {} : { errors: result.errors.map((error) => explain(error)) }),
    };
  }

  function warnings(context: StoreContext): object {
    if (context.searchWarnings.length === 0) return {};
    const search = context.searchWarnings.map(({ path, query, field }) => ({
      path,
      query,
      warnings: [{ field, message: 'Invalid search field for this query.', code: 'invalid_field' }],
    }));
    return { search };
  }

  return async (
    shop: ShopState,
    version: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> => {
    const body = await readBody(request, maxBodyBytes);
    if (version !== apiVersion) return sendJson(response, 404, { errors: 'Not Found' });
    if (shop.status !== 'active') {
      const [status, errors] = shopStates[shop.status];
      return sendJson(response, status, { errors });
    }
    const scopes = deps.tokens.scopesOf(shop, String(request.headers['x-shopify-access-token'] ?? ''));
    if (scopes === null) return unauthorized(response);
    let parsed: Request;
    try {
      parsed = JSON.parse(body.toString('utf8')) as Request;
    } catch {
      return sendJson(response, 400, { errors: 'The request body is not JSON' });
    }
    const prepared = prepare(schema, parsed);
    if (isRefusal(prepared))
      return sendJson(response, 200, { errors: prepared.map((error) => explain(error)) });
    const where = { shop: shop.domain, operation: prepared.name ?? prepared.rootFields.join(' ') };
    const reset = faults.strike('api.connectionReset', where);
    if (reset !== null && reset.afterWork !== true) {
      request.socket.destroy();
      return;
    }
    if (strikeBefore(response, where)) return;
    const slow = faults.strike('api.slow', where);
    if (slow !== null) await new Promise<void>((resolve) => deps.clock.schedule(slow.delayMs, resolve));

    const requested = requestedCost(prepared.cost);
    const bucket = deps.bucketOf(shop);
    const record = {
      name: prepared.name,
      kind: prepared.cost.operation.operation,
      rootFields: prepared.rootFields,
      atMs: deps.clock.nowMs(),
      requestedCost: requested,
    };
    if (requested > maxQueryCost) {
      const message = `Query cost is ${requested}, which exceeds the single query max cost limit (${maxQueryCost}).`;
      const extensions = { code: 'MAX_COST_EXCEEDED', cost: requested, maxCost: maxQueryCost };
      return sendJson(response, 200, { errors: [{ message, extensions }] });
    }
    if (faults.strike('api.throttled', where) !== null || !bucket.take(requested)) {
      deps.onOperation(shop, { ...record, actualCost: 0, wasThrottled: true });
      return throttled(response, bucket, requested);
    }
    const context = deps.contextOf(shop, scopes);
    const names = [prepared.name, ...prepared.rootFields];
    await deps.interjections.reach('before', names);
    let answer = await run(prepared, context);
    await deps.interjections.reach('after', names);
    const used = Math.min(requested, actualCost(prepared.cost, answer.data));
    bucket.refund(requested - used);
    deps.onOperation(shop, { ...record, actualCost: used, wasThrottled: false });
    if (reset !== null) {
      request.socket.destroy();
      return;
    }
    if (faults.strike('api.nullData', where) !== null) {
      const message = `Internal error. Looks like something went wrong on our end. Request ID: ${randomUUID()}.`;
      answer = { data: null, errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR' } }] };
    }
    const key = Object.keys(answer.data ?? {})[0];
    if (key !== undefined && faults.strike('api.partialErrors', where) !== null) {
      const error = { message: 'Internal error', path: [key], extensions: { code: 'INTERNAL_SERVER_ERROR' } };
      answer = { data: { ...answer.data, [key]: null }, errors: [...(answer.errors ?? []), error] };
    }
    const cost = { requestedQueryCost: requested, actualQueryCost: used, throttleStatus: bucket.status() };
    const complete = { ...answer, extensions: { cost, ...warnings(context) } };
    if (faults.strike('api.truncatedJson', where) !== null) {
      const text = JSON.stringify(complete);
      return sendText(response, 200, text.slice(0, Math.floor(text.length / 2)), 'application/json');
    }
    sendJson(response, 200, complete, { 'x-request-id': randomUUID(), 'x-shopify-api-version': apiVersion });
  };
}
