/** Every rule of the ownership check, and what it protects. Each has a test that sees it refuse something. */
export const RULES = {
  'declaration-shape': 'A declaration is complete, and has no key that nobody reads.',
  'unique-module': 'A module, its schema and its role are declared once.',
  'table-owned-once': 'A table has exactly one owner.',
  'platform-table': 'The tables that the platform keeps in every schema are declared by nobody.',
  'append-only-table': 'What is append-only is a table of the same aggregate.',
  'fact-owned-once': 'A business fact has exactly one owner.',
  'event-published-once': 'An event has one publisher; a request event may have several.',
  'unknown-consumer': 'An event names consumers that exist.',
  'unknown-commander': 'Who may command a change at the owner is a module that exists.',
  'unconsumed-event': 'Whom an event names as a consumer consumes it, in the version published.',
  'unpublished-event': 'What a module consumes is published, in that version and for that module.',
  'classified-event-without-consumers': 'An event above INTERNAL says whom it is for.',
  'consumers-named-twice': 'Who consumes any other event is said by its consumers alone.',
  'unknown-handler': 'A consumed event is handled by projections or reactions of the module.',
  'idle-handler': 'A projection or reaction is fed by some event.',
  'handler-named-once': 'A consumer name belongs to one projection or reaction.',
  'unanswered-question': 'A question has an owner who answers it.',
  'uncarried-command': 'A command has an owner who carries it out.',
  'unknown-asker': 'Who asks or tells is a question, command, reaction or job of the module.',
  'circle-of-questions': 'No question or command leads back to its own handler.',
  'long-chain-of-questions': 'At most three questions and commands lead to each other.',
  'copy-of-nothing': 'A copy names the fact or aggregate that it is a copy of.',
  'copy-pattern': 'A copy is asked for, kept current by events or frozen at a named moment.',
  'status-of-no-event':
    'A declared status is brought about by an event of its module, or said to be published by none.',
  'unprojected-status':
    'A read model that shows a status hears of every one of them; a status that nobody shows is said.',
  'undeclared-status': 'The statuses of an entity are those that its module declares.',
  'use-case-without-transition': 'What changes something is told as a transition: a use case, a reaction or a job.',
  'transition-of-no-event': 'A transition tells of events that its module publishes.',
  'transition-of-nothing': 'A transition tells of classes, events and audit records that are in the code.',
  'effect-without-transition': 'What a class publishes and records is told by one of its transitions.',
  'missing-contract': 'Every event, question and command has its contract in the folder of its owner.',
  'undeclared-contract': 'An event contract belongs to an event that its module publishes.',
  'sensitive-field-in-event': 'What is sensitive never appears in an event.',
  'unowned-file': 'Code lies in the folder of a module that has a declaration.',
  'domain-word': 'The platform carries any domain: it uses no word of this one.',
  'long-file': 'No file is longer than 300 lines.',
  'unscoped-lookup': 'Nobody fetches providers of other modules from the container.',
  'computed-import': 'What a file imports can be read in it.',
  'entity-glob': 'Entities and migrations are listed, not found by a pattern.',
  'escaped-repository': 'All writes go through a unit of work.',
  'own-connection': 'Only the platform opens connections.',
  'machine-clock': 'Business time is read from the application clock.',
  environment: 'The environment is read in one place.',
  'foreign-entity': 'An entity maps a table of its own module.',
  'foreign-schema': 'SQL names its own schema and the catalogs of PostgreSQL.',
  'foreign-table': 'SQL reads and writes tables of its own module.',
  'session-settings': 'Role and search path are the platform’s to set.',
  'database-clock': 'No query mixes the application clock with that of the database.',
  'unreadable-sql': 'SQL is written so that PostgreSQL’s own grammar can read it here.',
  'undeclared-table': 'A migration creates tables that its module declares.',
  'table-without-migration': 'A declared table is created by a migration of its module.',
  'unversioned-projection': 'A projection that consumes or stores something else has a higher version.',
  'outdated-document': 'Generated documents are up to date.',
  'nothing-read': 'A check of nothing does not pass.',
} as const;

export type Rule = keyof typeof RULES;

/** One breach of one rule. Violations are collected and shown together, never thrown one by one. */
export interface Violation {
  rule: Rule;
  /** A path below the project's root, with a line or the path of a key where there is one. */
  where: string;
  why: string;
  mend: string;
}
