import type { TestApplication } from '../support/application.js';
import { startWithCallers } from './callers.js';
import { makeHiddenItem, makeItems, makeParties, makeProposals, type Proposals } from './scenes.js';
import { makeWorld, nowhere, SETTINGS, settled, type World } from './stage.js';
import { ROLES, Trials } from './trials.js';

/** A running application with something of everything that a row can be about. */
export interface Staged {
  remit: TestApplication;
  trials: Trials;
  /** A case for each classification, restricted to its team or not. */
  worlds: readonly World[];
  /** The one that everybody may see who may see cases at all. */
  open: World;
  nothing: World;
  /** One of each classification. */
  parties: readonly World[];
  /** Of each classification, in the open case. */
  items: readonly World[];
  /** In cases that their grantees may not see. */
  hiddenItems: readonly World[];
  proposals: Proposals;
  /** The present version of what a path names. */
  etagOf: (path: string) => Promise<string>;
}

export async function stage(): Promise<Staged> {
  const remit = await startWithCallers();
  try {
    const worlds: World[] = [];
    for (const setting of SETTINGS) worlds.push(await makeWorld(remit, setting));
    const [open, , , restricted, ofTeam] = worlds as [World, World, World, World, World, World];
    const parties = await makeParties(remit);
    await settled(remit, worlds);
    const apart = await makeWorld(remit, { classification: 'PUBLIC', restrictedToTeam: false });
    const items = await makeItems(remit, apart, ROLES);
    const proposals = await makeProposals(remit, apart, items);
    const hiddenItems = [await makeHiddenItem(remit, restricted, ROLES), await makeHiddenItem(remit, ofTeam, ROLES)];
    return {
      ...{ remit, worlds, open, parties, items, hiddenItems, proposals },
      nothing: nowhere(),
      trials: new Trials(remit, open),
      etagOf: async (path) => (await remit.as('supervisor_sol').get(path)).headers.get('etag') ?? '',
    };
  } catch (error) {
    await remit.stop();
    throw error;
  }
}
