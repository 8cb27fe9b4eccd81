import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { Clock } from './base/clock.js';
import { CallGuard } from './http/call.guard.js';
import { CallInterceptor } from './http/call.interceptor.js';
import { EventStreams } from './http/event-streams.js';
import { HealthController } from './http/health.controller.js';
import { RootController } from './http/root.controller.js';
import { ProblemFilter } from './http/problem.filter.js';
import { Refusals } from './http/refusals.js';
import { Authenticator } from './identity/authenticator.js';
import { DevelopmentIssuer } from './identity/development-issuer.js';
import type { Identity } from './identity/identity.js';
import { DevelopmentController } from './identity/development.controller.js';
import { JobControl } from './kernel/job-control.js';
import { DeliveryControl } from './kernel/delivery-control.js';
import { FOUNDATION, Kernel, type Foundation } from './kernel/kernel.js';
import { RebuildControl } from './kernel/rebuild-control.js';
import { RebuildProjection } from './kernel/rebuild-projection.js';
import { JobMetrics } from './telemetry/job-metrics.js';
import { DeliveryMetrics } from './telemetry/metrics.js';
import { Log } from './telemetry/log.js';

export interface PlatformOptions extends Identity {
  foundation: Foundation;
  log: Log;
}

/** What every module stands on. */
@Global()
@Module({})
export class PlatformModule {
  static with({ foundation, verifier, directory, log, development }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      imports: [DiscoveryModule],
      controllers: [
        HealthController,
        RootController,
        ...(development ? [DevelopmentController, ...development.controllers] : []),
      ],
      providers: [
        { provide: FOUNDATION, useValue: foundation },
        { provide: Authenticator, useValue: new Authenticator(verifier, directory) },
        { provide: Log, useValue: log },
        ...(development ? [{ provide: DevelopmentIssuer, useValue: development.issuer }] : []),
        Clock,
        DeliveryControl,
        DeliveryMetrics,
        EventStreams,
        JobControl,
        JobMetrics,
        Kernel,
        RebuildControl,
        RebuildProjection,
        Refusals,
        { provide: APP_GUARD, useClass: CallGuard },
        { provide: APP_INTERCEPTOR, useClass: CallInterceptor },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [
        FOUNDATION,
        Authenticator,
        Clock,
        DeliveryControl,
        DeliveryMetrics,
        EventStreams,
        JobControl,
        Kernel,
        Log,
        RebuildControl,
      ],
    };
  }
}
