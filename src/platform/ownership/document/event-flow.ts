import type { Declaration } from '../declaration.js';
import { consumersOf, IMPLICIT_EVENT } from '../declaration.js';

const node = (module: string): string => module.replaceAll('-', '_');

/** Who hears of whom: one arrow for each pair of modules, with the events on it. */
export const eventFlow = (declarations: readonly Declaration[]): string => {
  const modules = declarations.filter(({ module }) => module !== 'platform');
  const arrows = modules.flatMap((publisher) => {
    const { module, published_events } = publisher;
    const consumedBy = new Map(
      Object.keys(published_events).map((event) => [event, consumersOf(publisher, event, declarations)]),
    );
    const consumers = [...new Set([...consumedBy.values()].flat())].sort();
    return consumers.map((consumer) => {
      const label = [...consumedBy].flatMap(([event, by]) => (by.includes(consumer) ? event : [])).join('<br/>');
      return `  ${node(module)} -->|"${label}"| ${node(consumer)}`;
    });
  });
  const audited = modules.filter(({ module }) => IMPLICIT_EVENT.consumers.includes(module));
  return [
    '```mermaid',
    'flowchart LR',
    ...modules.map(({ module }) => `  ${node(module)}["${module}"]`),
    ...arrows,
    ...(audited.length > 0 ? ['  everyone(["every module"])'] : []),
    ...audited.map(({ module }) => `  everyone -.->|"${IMPLICIT_EVENT.type}"| ${node(module)}`),
    '```',
  ].join('\n');
};
