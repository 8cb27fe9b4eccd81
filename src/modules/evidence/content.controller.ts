import { Readable } from 'node:stream';
import { Body, Controller, Get, Headers, Put, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import mime from 'mime';
import { sent } from '../../platform/http/openapi-components.js';
import { headerOf, type RemitRequest } from '../../platform/http/request.js';
import { StreamedAnswer, StreamedBody } from '../../platform/http/streams.js';
import { PathId } from '../../platform/http/path-part.js';
import type { Answer } from '../../platform/messaging/answer.js';
import { Allow } from '../../platform/policy/policy.js';
import { AddContent } from './add-content.js';
import { digestHeader } from './content/content-digest.js';
import { refuseEvidence } from './evidence.errors.js';
import { evidencePolicies } from './evidence.policies.js';
import { ContentQuery, contentTag, ReadContent, type ReadableContent } from './read-content.js';

const TEXT = { type: 'string' } as const;
const OF_CONTENT = {
  ETag: sent('Of this version of the content, which never changes.', TEXT),
  'Content-Disposition': sent('`attachment`, and a file name made of the id and the version.', TEXT),
  'Accept-Ranges': sent('`bytes`.', TEXT),
  'Repr-Digest': sent('SHA-256 of the whole content (RFC 9530).', TEXT),
};
const OF_WHOLE = { 'Content-Digest': sent('SHA-256 of what is sent (RFC 9530).', TEXT) };
const OF_RANGE = { 'Content-Range': sent('Which bytes of how many.', TEXT) };
const BYTES = { '*/*': { schema: { type: 'string', format: 'binary' } } };

@Controller('evidence/:evidenceId/content')
export class ContentController {
  constructor(
    private readonly addContent: AddContent,
    private readonly readContent: ReadContent,
  ) {}

  /** Takes a content of any media type as it comes. */
  @Put()
  @StreamedBody()
  @Allow(evidencePolicies.addContent)
  add(
    @PathId('evidenceId', 'ev') evidenceId: string,
    @Body() body: Readable,
    @Headers('content-digest') digest: string | undefined,
  ): Promise<Answer> {
    return this.addContent.run(evidenceId, body, digest);
  }

  /**
   * Answers the bytes, or the range of them that is asked for. Each read is recorded in the chain of custody before the
   * first byte is sent.
   */
  @Get()
  @StreamedAnswer()
  @ApiResponse({
    status: 200,
    description: 'The whole content.',
    headers: { ...OF_CONTENT, ...OF_WHOLE },
    content: BYTES,
  })
  @ApiResponse({ status: 206, description: 'The range.', headers: { ...OF_CONTENT, ...OF_RANGE }, content: BYTES })
  @ApiResponse({ status: 416, headers: OF_RANGE })
  @Allow(evidencePolicies.readContent)
  async read(
    @PathId('evidenceId', 'ev') evidenceId: string,
    @Query() query: ContentQuery,
    @Req() request: RemitRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const content = await this.readContent.run(evidenceId, query, {
      range: headerOf(request, 'range'),
      ifRange: headerOf(request, 'if-range'),
      headersOnly: request.method === 'HEAD',
    });
    describe(content, reply);
    return new StreamableFile(content.bytes ?? Readable.from([]));
  }
}

/** The file is named by its id: its title is for those who read it here, not for proxies and their logs. */
function describe({ item, version, range }: ReadableContent, reply: FastifyReply): void {
  const { evidenceId, mediaType } = item;
  const { size, evidenceVersion, checksumSha256 } = version;
  if (range === 'UNSATISFIABLE') {
    void reply.header('content-range', `bytes */${size}`);
    throw refuseEvidence.RANGE_NOT_SATISFIABLE();
  }
  const extension = mime.getExtension(mediaType);
  const { first, last } = range === 'WHOLE' ? { first: 0, last: size - 1 } : range;
  void reply.headers({
    // Earlier releases took line breaks around a semicolon, which no header may hold.
    'content-type': mediaType.replace(/\s*;\s*/g, '; '),
    'content-disposition': `attachment; filename="${evidenceId}-v${evidenceVersion}${extension ? `.${extension}` : ''}"`,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'accept-ranges': 'bytes',
    'content-length': String(last - first + 1),
    etag: contentTag(version),
    'repr-digest': digestHeader(checksumSha256),
  });
  if (range === 'WHOLE') void reply.header('content-digest', digestHeader(checksumSha256));
  else void reply.status(206).header('content-range', `bytes ${first}-${last}/${size}`);
}
