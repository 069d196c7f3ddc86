/** Where staged uploads go: PUT with headers, or POST of a form with the file last. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from '../faults.ts';
import type { Interjections } from '../interjections.ts';
import { readBody, sendText } from './http.ts';
import type { StagedUploads } from './staged-uploads.ts';

const maxBodyBytes = 64e6;
const errorXml = (code: string): string =>
  `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code></Error>`;

interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly file: Uint8Array | null;
  /** Whether the file was the last part, as S3 and Google's storage want it. */
  readonly isFileLast: boolean;
}

async function readForm(request: IncomingMessage, body: Buffer): Promise<Form> {
  const response = new Response(new Uint8Array(body), {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  });
  const fields = new Map<string, string>();
  let file: Uint8Array | null = null;
  let isFileLast = false;
  for (const [name, value] of await response.formData()) {
    isFileLast = typeof value !== 'string';
    if (typeof value === 'string') fields.set(name, value);
    else file = new Uint8Array(await value.arrayBuffer());
  }
  return { fields, file, isFileLast };
}

export function createUploadHost(deps: {
  staged: StagedUploads;
  faults: Faults;
  interjections: Interjections;
}) {
  const { staged, faults } = deps;
  const refuse = (response: ServerResponse, status: number, code: string): void =>
    sendText(response, status, errorXml(code), 'application/xml');

  async function post(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    let form: Form;
    try {
      form = await readForm(request, body);
    } catch {
      return refuse(response, 400, 'MalformedPOSTRequest');
    }
    if (form.file === null || !form.isFileLast) return refuse(response, 400, 'InvalidArgument');
    const answer = staged.accept({
      method: 'POST',
      key: form.fields.get('key') ?? '',
      signature: form.fields.get('signature') ?? '',
      expires: form.fields.get('expires') ?? '',
      mimeType: form.fields.get('Content-Type') ?? '',
      bytes: form.file,
    });
    if (answer.status >= 300) return refuse(response, answer.status, answer.message);
    sendText(response, answer.status, '<PostResponse/>', 'application/xml');
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (faults.strike('upload.connectionReset') !== null) {
      request.socket.destroy();
      return;
    }
    const body = await readBody(request, maxBodyBytes);
    await deps.interjections.reachHost('upload');
    const failed = faults.strike('upload.serverError');
    if (failed !== null) return refuse(response, failed.status ?? 503, 'InternalError');
    if (faults.strike('upload.expired') !== null) return refuse(response, 403, 'ExpiredToken');
    const url = new URL(request.url ?? '/', 'http://upload');
    if (request.method === 'POST') return post(request, response, body);
    if (request.method !== 'PUT') return refuse(response, 405, 'MethodNotAllowed');
    const answer = staged.accept({
      method: 'PUT',
      key: decodeURIComponent(url.pathname.slice(1)),
      signature: url.searchParams.get('signature') ?? '',
      expires: url.searchParams.get('expires') ?? '',
      // The parameters travel as headers. Shopify's is called content_type; clients send it as it is or mended.
      mimeType: (request.headers['content_type'] ?? request.headers['content-type'] ?? '').toString(),
      bytes: new Uint8Array(body),
    });
    if (answer.status >= 300) return refuse(response, answer.status, answer.message);
    sendText(response, answer.status, '');
  };
}
