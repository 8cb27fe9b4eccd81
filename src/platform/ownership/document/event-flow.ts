import type { Declaration } from '../declaration.js';
import { IMPLICIT_EVENT } from '../declaration.js';

const node = (module: string): string => module.replaceAll('-', '_');

/** Who hears of whom: one arrow for each pair of modules, with the events on it. */
export const eventFlow = (declarations: readonly Declaration[]): string => {
  const modules = declarations.filter(({ module }) => module !== 'platform');
  const arrows = modules.flatMap(({ module, published_events }) => {
    const consumers = [...new Set(Object.values(published_events).flatMap((event) => event.consumers))].sort();
    return consumers.map((consumer) => {
      const events = Object.entries(published_events).filter((entry) => entry[1].consumers.includes(consumer));
      const label = events.map(([event]) => event).join('<br/>');
      return `  ${node(module)} -->|"${label}"| ${node(consumer)}`;
    });
  });
  const audited = modules.filter(({ module }) => IMPLICIT_EVENT.consumers.some((consumer) => consumer === module));
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
