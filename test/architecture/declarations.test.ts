import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { check } from 'prettier';
import { checkDeclarations } from '../../src/platform/ownership/check-declarations.js';
import { explain } from '../../src/platform/ownership/explain.js';
import { generateDocuments } from '../../src/platform/ownership/generate.js';
import { DeclarationError, loadDeclarations } from '../../src/platform/ownership/load-declarations.js';
import { BROKEN_DECLARATIONS } from './broken-declarations.js';
import { SOUND, inTree } from './fixture-tree.js';
import { leadToEachOther, type Declarations } from './ways-to-break.js';

const load = (): Declarations =>
  Object.fromEntries(
    loadDeclarations(join(SOUND, 'src')).map((each) => [each.module, each]),
  ) as unknown as Declarations;

const complaint = async (fixture: string): Promise<string> =>
  inTree(fixture, (root) => {
    try {
      loadDeclarations(join(root, 'src'));
      return '';
    } catch (error) {
      if (error instanceof DeclarationError) return error.message;
      throw error;
    }
  });

describe('declarations', () => {
  it('agree with each other in the sound tree', () => {
    expect(checkDeclarations(Object.values(load()))).toEqual([]);
  });

  it.each(BROKEN_DECLARATIONS)('are refused with $what', ({ rule, breakIt }) => {
    const declarations = load();
    breakIt(declarations);
    const violations = checkDeclarations(Object.values(declarations) as Declarations[keyof Declarations][]);
    expect([...new Set(violations.map((violation) => violation.rule))]).toEqual([rule]);
    for (const { where, why, mend } of violations) expect([where, why, mend].every(Boolean)).toBe(true);
  });

  it('are all shown together when several are wrong', () => {
    const { platform, orders, billing } = load();
    orders.exposed_queries = [];
    orders.exposed_commands = [];
    billing.database.role = 'remit_orders';
    expect(checkDeclarations([platform, orders, billing])).toHaveLength(3);
  });

  it('may lead questions and commands of modules to each other, three at most, where none comes back to itself', () => {
    const declarations = load();
    leadToEachOther(declarations);
    declarations.billing.tells.CancelOrder?.by.push('GetInvoice');
    expect(checkDeclarations(Object.values(declarations) as Declarations[keyof Declarations][])).toEqual([]);
  });

  it('name every handler of a circle of questions, once', () => {
    const declarations = load();
    leadToEachOther(declarations);
    declarations.billing.asks.GetOrder?.by.push('GetInvoice');
    const found = checkDeclarations(Object.values(declarations) as Declarations[keyof Declarations][]);
    expect(found.map(({ why }) => why)).toEqual([
      'closes a circle: billing.GetInvoice → orders.GetOrder → billing.GetInvoice',
    ]);
  });

  it('may name a request event in several modules: it is a wish', () => {
    const { platform, orders, billing } = load();
    const wish = { version: 1, classification: 'INTERNAL' as const };
    orders.published_events.RefundRequested = wish;
    billing.published_events.RefundRequested = wish;
    expect(checkDeclarations([platform, orders, billing])).toEqual([]);
  });
});

describe('a declaration that cannot be read', () => {
  it('fills absent maps and lists with empty ones', () => {
    const { platform } = load();
    expect(platform).toMatchObject({ asks: {}, exposed_queries: [], consumed_events: {}, transitions: {} });
    expect(platform.aggregates.outbox).toMatchObject({ created_by: [], append_only: ['outbox_event'] });
  });

  it('is refused with an unknown key, its line and what to write instead', async () => {
    expect(await complaint('declaration-shape--unknown-key')).toContain(
      'src/modules/billing/ownership.yaml:4 sells is a key that nobody reads.',
    );
  });

  it('is refused with every fault in it, not only the first', async () => {
    const message = await complaint('declaration-shape--bad-name');
    expect(message).toContain('published_events.invoice_sent has a name of another form');
    expect(message).toContain('ownership.yaml:5 published_events.invoice_sent.version is 0');
    expect(message).toContain('classification is "SECRET". Write one of PUBLIC, INTERNAL, CONFIDENTIAL, RESTRICTED.');
    expect(message).toContain('consumers.0 is "Orders". Write a module name');
  });

  it('is refused with values of another type', async () => {
    const message = await complaint('declaration-shape--wrong-type');
    expect(message).toContain('aggregates.invoice.tables is "invoice". Write a list');
    expect(message).toContain('facts.1 says "invoice amount" again');
  });

  it.each([
    ['missing-key', 'team is missing'],
    ['other-folder', 'module is bills, but the folder is billing'],
    ['not-yaml', 'is not YAML'],
    ['twice', 'Map keys must be unique'],
    ['reaction-without-start', 'reactions.on-order-placed.starts is missing'],
    ['no-file', 'src/modules/stock/ownership.yaml is missing'],
  ])('is refused: %s', async (fixture, message) => {
    expect(await complaint(`declaration-shape--${fixture}`)).toContain(message);
  });
});

describe('the generated document', () => {
  it('is the same for the same declarations, and shows owners, events and copies', () => {
    const [first, second] = [load(), load()].map((all) => generateDocuments(Object.values(all) as never));
    expect(first).toEqual(second);
    const document = first?.get('docs/ownership.md') ?? '';
    expect(document).toContain('orders -->|"OrderPlaced"| billing');
    expect(document).toMatch(
      /\| billing +\| `total_at_invoice` +\| `orders.order total` +\| snapshot +\| frozen at invoicing/,
    );
    expect(document).toContain('### orders');
  });

  it('is formatted as every other file', async () => {
    const document = generateDocuments(Object.values(load()) as never).get('docs/ownership.md') ?? '';
    expect(await check(document, { parser: 'markdown', printWidth: 120, singleQuote: true })).toBe(true);
  });
});

describe('explaining a term', () => {
  const declarations = Object.values(load()) as Declarations[keyof Declarations][];
  const columns = [{ module: 'billing', table: 'invoice', column: 'total_at_invoice' }];

  it.each([
    ['order total', 'fact', 'orders', 'billing.total_at_invoice (snapshot, frozen at invoicing)'],
    ['Order_Header', 'fact', 'orders', 'billing.open_order (projection, kept by OrderPlaced)'],
    ['customer_order', 'table', 'orders', 'billing.order_status (ask, asked now)'],
    ['OrderPlaced', 'event', 'orders', 'billing consumes it, by open-orders, on-order-placed'],
    ['GetOrder', 'question', 'orders', 'billing asks it'],
    ['CancelOrder', 'command', 'orders', 'billing tells it'],
    ['open_order', 'table', 'billing', 'is itself a copy; the facts belong to the publishers of these events'],
  ])('finds %s: a %s of %s, and who holds it: %s', (term, kind, owner, copy) => {
    const found = explain(declarations, term).find((explanation) => explanation.kind === kind);
    expect(found?.owner).toBe(owner);
    expect(found?.copies).toContain(copy);
  });

  it('finds a column by its name in SQL or in JSON', () => {
    for (const term of ['total_at_invoice', 'totalAtInvoice'])
      expect(explain(declarations, term, columns)).toMatchObject([
        { kind: 'column', name: 'invoice.total_at_invoice' },
      ]);
  });

  it('finds a table that the platform keeps everywhere', () => {
    expect(explain(declarations, 'inbox_event')).toMatchObject([{ kind: 'table' }]);
  });

  it('finds nothing where nothing is declared', () => {
    expect(explain(declarations, 'weather')).toEqual([]);
  });
});
