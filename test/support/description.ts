import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

interface Response {
  headers?: Record<string, { $ref?: string; required?: boolean }>;
  content?: Record<string, unknown>;
  $ref?: string;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response>; headers: Record<string, { required?: boolean }> };
}

/** Sent with answers of every kind: by HTTP itself, to guard browsers, or to limit rates. */
const OF_ANY_ANSWER =
  /^(connection|keep-alive|date|content-type|content-length|transfer-encoding|vary|allow|cache-control|traceparent|x-ratelimit-.*|ratelimit.*|content-security-policy|cross-origin-.*|origin-agent-cluster|referrer-policy|strict-transport-security|x-content-type-options|x-dns-prefetch-control|x-download-options|x-frame-options|x-permitted-cross-domain-policies|x-xss-protection)$/;

const pointer = (...parts: string[]): string =>
  parts.map((each) => encodeURIComponent(each.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

/** As strict as a description can be read: what it does not name is not there. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const made: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, closed(value)]),
  );
  // The parts of a problem complete each other: closed is the whole.
  if (Array.isArray(made.allOf)) return { ...made, unevaluatedProperties: false };
  const { properties } = made as { properties?: object };
  return made.type === 'object' && properties && !('errorCode' in properties)
    ? { additionalProperties: false, ...made }
    : made;
}

/** Holds answers against what the API says of itself. */
export class Description {
  private readonly ajv = new Ajv2020({ strict: false, validateFormats: false });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly patterns: [RegExp, string][];

  constructor(private readonly document: Document) {
    this.ajv.addSchema({ $id: 'openapi', ...(closed(document) as Document) }, undefined, false, false);
    this.patterns = Object.keys(document.paths)
      .sort((a, b) => a.split('{').length - b.split('{').length)
      .map((path) => [new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`), path]);
  }

  /** The endpoint that the path leads to, such as `GET /api/v1/cases/{caseId}`; none for what is not described. */
  endpointOf(method: string, path: string): { path: string; verb: string } | undefined {
    const verb = method.toLowerCase();
    const [, found] =
      this.patterns.find(([pattern, each]) => pattern.test(path) && this.document.paths[each]?.[verb]) ?? [];
    return found === undefined ? undefined : { path: found, verb };
  }

  /** @returns what of the answer is not described, or is described and missing */
  faultsOf(method: string, path: string, status: number, headers: Headers, text: string): string[] {
    const endpoint = this.endpointOf(method, path);
    if (!endpoint) return [];
    const name = `${method} ${endpoint.path} ${status}`;
    const place = ['paths', endpoint.path, endpoint.verb, 'responses', String(status)];
    const given = this.document.paths[endpoint.path]?.[endpoint.verb]?.responses[String(status)];
    if (!given) return [`${name} is not described: ${text.slice(0, 300)}`];
    const shared = given.$ref?.split('/').at(-1);
    const response = shared === undefined ? given : this.document.components.responses[shared];
    const at = shared === undefined ? place : ['components', 'responses', shared];
    return [
      ...this.headerFaults(name, response ?? {}, headers),
      ...this.bodyFaults(name, at, response ?? {}, headers, text),
    ];
  }

  private headerFaults(name: string, { headers: described = {} }: Response, headers: Headers): string[] {
    const known = new Map(
      Object.entries(described).map(([each, header]) => [each.toLowerCase(), this.isRequired(header)]),
    );
    const missing = [...known].filter(([each, required]) => required && !headers.has(each));
    const surplus = [...headers.keys()].filter((each) => !known.has(each) && !OF_ANY_ANSWER.test(each));
    return [
      ...missing.map(([each]) => `${name} lacks the header ${each}`),
      ...surplus.map((each) => `${name} has the header ${each}, which is not described`),
    ];
  }

  private isRequired({ $ref, required }: { $ref?: string; required?: boolean }): boolean {
    return (
      ($ref === undefined ? required : this.document.components.headers[$ref.split('/').at(-1) ?? '']?.required) ??
      false
    );
  }

  private bodyFaults(name: string, at: string[], { content }: Response, headers: Headers, text: string): string[] {
    const type = headers.get('content-type')?.split(';')[0];
    if (!content || Object.keys(content).length === 0)
      return text ? [`${name} has a body, which is not described`] : [];
    if (type === undefined) return [`${name} has no content type`];
    if (!(type in content)) return '*/*' in content ? [] : [`${name} is ${type}, which is not described`];
    if (!type.endsWith('json')) return [];
    const ref = `openapi#/${pointer(...at, 'content', type, 'schema')}`;
    let isValid = this.compiled.get(ref);
    if (!isValid) this.compiled.set(ref, (isValid = this.ajv.compile({ $ref: ref })));
    return isValid(JSON.parse(text))
      ? []
      : [`${name}: ${this.ajv.errorsText(isValid.errors)} in ${text.slice(0, 500)}`];
  }
}
