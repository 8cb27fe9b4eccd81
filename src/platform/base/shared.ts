import { Injectable } from '@nestjs/common';

const SHARED = 'remit:shared';

/** A provider that the platform makes once for all modules: none of them makes one of its own. */
export const Shared = (): ClassDecorator => (target) => {
  Injectable()(target);
  Reflect.defineMetadata(SHARED, true, target);
};

export const isShared = (target: object): boolean => Reflect.hasMetadata(SHARED, target);
