import { jobsOf } from '../ownership/declared-jobs.js';
import type { Declaration } from '../ownership/declaration.js';
import { forbiddenChains, spelled } from '../ownership/question-chains.js';
import { AUDIT_EVENT } from './envelope.js';

/** What the code has, in the words of the declarations. */
export interface Found {
  module: string;
  kind: 'projection' | 'reaction' | 'answers' | 'carries out' | 'job' | 'timer';
  name: string;
  consumes: readonly { type: string; version: number }[];
}

/**
 * Where the loaded modules' code and the declarations differ, each as a sentence.
 * @param all every declaration, loaded or not: an event may come from a module that runs elsewhere
 */
export function disagreements(
  loaded: readonly Declaration[],
  all: readonly Declaration[],
  found: readonly Found[],
): string[] {
  return [
    ...loaded.flatMap((declaration) => [
      ...handlerDisagreements(
        declaration,
        found.filter(({ module }) => module === declaration.module),
      ),
      ...sourceDisagreements(declaration, all),
    ]),
    ...forbiddenChains(all).map((chain) =>
      chain.rule === 'circle-of-questions'
        ? `These questions and commands lead back to themselves: ${spelled(chain)}.`
        : `At most three questions and commands may lead to each other: ${spelled(chain)}.`,
    ),
  ];
}

function handlerDisagreements(declaration: Declaration, found: readonly Found[]): string[] {
  const { module } = declaration;
  const declared = {
    projection: Object.keys(declaration.projections),
    reaction: Object.keys(declaration.reactions),
    answers: declaration.exposed_queries,
    'carries out': declaration.exposed_commands,
    job: Object.keys(jobsOf(declaration)),
    timer: Object.keys(declaration.timers),
  };
  const reasons = Object.entries(declared).flatMap(([kind, names]) => {
    const there = found.filter((each) => each.kind === kind).map(({ name }) => name);
    return [
      ...names
        .filter((name) => !there.includes(name))
        .map((name) => `${module} declares ${kind} ${name}, but no code does it.`),
      ...there
        .filter((name) => !names.includes(name))
        .map((name) => `${module} has ${kind} ${name} in its code, but does not declare it.`),
      // The second would silently take the place of the first.
      ...there
        .filter((name, index) => there.indexOf(name) < index)
        .map((name) => `${module} has ${kind} ${name} twice in its code.`),
    ];
  });
  for (const { name, kind, consumes } of found) {
    if (kind !== 'projection' && kind !== 'reaction') continue;
    const wanted = Object.entries(declaration.consumed_events)
      .filter(([, { by }]) => by.includes(name))
      .map(([type, { version }]) => `${type}@${version}`);
    const handled = consumes.map(({ type, version }) => `${type}@${version}`);
    reasons.push(
      ...wanted
        .filter((each) => !handled.includes(each))
        .map((each) => `${module}.${name} declares that it consumes ${each}, but does not handle it.`),
      ...handled
        .filter((each) => !wanted.includes(each))
        .map((each) => `${module}.${name} handles ${each}, but does not declare it.`),
    );
  }
  return reasons;
}

function sourceDisagreements(
  { module, consumed_events: consumed }: Declaration,
  all: readonly Declaration[],
): string[] {
  return Object.entries(consumed).flatMap(([type, { from, version }]) => {
    if (type === AUDIT_EVENT && from === 'platform') return [];
    const published = all.find((each) => each.module === from)?.published_events[type];
    if (!published) return [`${module} consumes ${type} from ${from}, which does not publish it.`];
    if (published.version !== version)
      return [`${module} consumes ${type}@${version}, but ${from} publishes version ${published.version}.`];
    const isMeant = published.consumers?.includes(module) ?? true;
    return isMeant ? [] : [`${from} does not name ${module} as a consumer of ${type}.`];
  });
}
