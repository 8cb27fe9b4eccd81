import type ts from 'typescript';
import type { Declaration } from '../declaration.js';
import type { Violation } from '../violation.js';
import { keyIn } from '../where.js';
import { effectsOf, type Effects } from './effects.js';
import type { SourceFile } from './source-file.js';
import { placeIn } from './source-file.js';

type Read = readonly [SourceFile, Effects];

/** What a file publishes and records is told by a transition of its classes; of a file without one, by any. */
function untold(declaration: Declaration, [file, { classes, reactions, events, audits }]: Read): Violation[] {
  const rows = Object.values(declaration.transitions);
  const ofFile = rows.filter(({ by }) => by.some((each) => classes.includes(each)));
  const fitting = classes.length > 0 && ofFile.length > 0 ? ofFile : rows;
  const missing = (found: Map<string, ts.Node>, told: readonly string[], verb: string): Violation[] =>
    [...found]
      .filter(([name]) => !told.includes(name))
      .map(([name, node]) => ({
        rule: 'effect-without-transition',
        where: placeIn(file, node),
        why: `${verb} ${name}, which no transition of ${classes.join(', ') || declaration.module} tells`,
        mend: `Name it in the transition in ${declaration.module}'s ownership.yaml.`,
      }));
  return [
    ...missing(
      events,
      fitting.flatMap(({ event }) => event),
      'publishes',
    ),
    ...missing(
      audits,
      fitting.flatMap(({ audit }) => audit),
      'records',
    ),
    ...reactions
      .filter((name) => !rows.some(({ by }) => by.includes(name)))
      .map((name): Violation => ({
        rule: 'use-case-without-transition',
        where: file.path,
        why: `holds the reaction ${name}, which no transition names`,
        mend: `Add a transition with \`by: [${name}]\` to ${declaration.module}'s ownership.yaml.`,
      })),
  ];
}

/** @param platform what the platform records in the name of any module */
function unfounded(declaration: Declaration, read: readonly Read[], platform: ReadonlySet<string>): Violation[] {
  const classes = new Set(read.flatMap(([, each]) => each.classes));
  const events = new Set(read.flatMap(([, each]) => [...each.events.keys()]));
  const audits = new Set([...read.flatMap(([, each]) => [...each.audits.keys()]), ...platform]);
  return Object.entries(declaration.transitions).flatMap(([name, { by, event, audit }]) =>
    [
      ...by.filter((each) => !classes.has(each)).map((each) => ['by', `the class ${each}`] as const),
      ...event.filter((each) => !events.has(each)).map((each) => ['event', `what publishes ${each}`] as const),
      ...audit.filter((each) => !audits.has(each)).map((each) => ['audit', `what records ${each}`] as const),
    ].map(([key, what]): Violation => ({
      rule: 'transition-of-nothing',
      where: keyIn(declaration, 'transitions', name, key),
      why: `tells of ${what}, which is not in the code of ${declaration.module}`,
      mend: 'Tell what the code does, or remove it.',
    })),
  );
}

/** Transitions and code tell the same: what is published and recorded, and by which class. */
export function checkTransitionsInCode(
  files: readonly SourceFile[],
  declarations: readonly Declaration[],
): Violation[] {
  const read = files.map((file): Read => [file, effectsOf(file)]);
  const platform = new Set(
    read.filter(([{ area }]) => area === 'platform').flatMap(([, { audits }]) => [...audits.keys()]),
  );
  return declarations.flatMap((declaration) => {
    const own = read.filter(([{ area, folder }]) => area === 'module' && folder === declaration.module);
    return [...own.flatMap((each) => untold(declaration, each)), ...unfounded(declaration, own, platform)];
  });
}
