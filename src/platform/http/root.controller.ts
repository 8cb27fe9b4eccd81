import { Controller, Get } from '@nestjs/common';
import { Clock } from '../base/clock.js';
import { applicationVersion } from '../base/version.js';
import { Allow } from '../policy/policy.js';
import { API_PREFIX } from '../policy/prefix.js';

/** What there is, for whoever comes with the address alone. */
interface ApiRoot {
  name: string;
  /** Of the release that answers. */
  version: string;
  /** By which the authority counts its days and years, as IANA names it. */
  timeZone: string;
  links: {
    self: string;
    /** OpenAPI 3.1. */
    description: string;
    /** AsyncAPI 3. */
    events: string;
    /** For people. */
    documentation: string;
  };
}

@Controller()
export class RootController {
  constructor(private readonly clock: Clock) {}

  /** What there is: the version, the time zone, and where to go on. Needs no token. */
  @Get()
  @Allow({ endpoint: 'GET /', roles: 'PUBLIC' })
  read(): ApiRoot {
    const at = (path: string): string => `/${API_PREFIX}/${path}`;
    return {
      name: 'Remit',
      version: applicationVersion(),
      timeZone: this.clock.timeZone,
      links: {
        self: `/${API_PREFIX}`,
        description: at('openapi.json'),
        events: at('asyncapi.json'),
        documentation: '/api/docs',
      },
    };
  }
}
